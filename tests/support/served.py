"""Servers for tests: in a thread of this process, or as the command that users start."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from svertka.serve.guard import Rules
from svertka.serve.server import listen, server


@contextmanager
def in_thread(app, rules: Rules | None = None) -> Iterator[tuple[int, object]]:
    """The port at which ``app`` is served, and the server."""
    ready = threading.Event()
    sock = listen("127.0.0.1", 0, 0)
    made = server(app, rules or Rules(), ready.set)
    thread = threading.Thread(target=made.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        assert ready.wait(20)
        yield sock.getsockname()[1], made
    finally:
        made.should_exit = True
        thread.join(20)
        sock.close()


@contextmanager
def command(
    *words: str | Path, installed: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """``svertka WORDS --port 0`` as a program, and a client of it; of the svertka that is
    ``installed`` in a folder, if one is named."""
    path = {} if installed is None else {"PYTHONPATH": str(installed)}
    process = subprocess.Popen(
        [sys.executable, "-m", "svertka", *map(str, words), "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "", **path},
    )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), address
        with httpx2.Client(base_url=address, timeout=30) as client:
            yield process, client
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(told: Callable[[], object], seconds: float = 60.0) -> object:
    """Wait until ``told`` says something, and give it back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := told():
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing came in {seconds} s")
