"""One command in a process of its own: clean memory, and no failure that spreads."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import IO

_KILLED = {9: "most often because the memory was not enough", 11: "it crashed"}
# Nothing of the folder that we are called from may be imported, and messages are UTF-8.
PYTHON = ("-P", "-X", "utf8", "-m", "svertka")


def run_apart(words: Sequence[str], on_line: Callable[[str], None]) -> str | None:
    """Run ``svertka WORDS`` and hear its progress line by line; why it failed, or None.

    Ctrl-C is passed on once, and the command is given the time to save what it has; then
    ``KeyboardInterrupt`` goes on here. A second one ends the command at once.
    """
    command = [sys.executable, *PYTHON, *words]
    own_group = 0 if sys.platform != "win32" else None  # the terminal's Ctrl-C is ours alone
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        process_group=own_group,
    ) as child:
        assert child.stderr is not None
        try:
            told = _listen(child.stderr, on_line)
        except BaseException:
            _stop(child)
            raise
    return None if child.returncode == 0 else reason_of(child.returncode, told)


def _listen(stream: IO[str], on_line: Callable[[str], None]) -> list[str]:
    told = []
    for line in stream:
        told.append(line.rstrip("\n"))
        on_line(told[-1])
    return told


def _stop(child: subprocess.Popen[str]) -> None:
    try:
        if sys.platform != "win32":  # there the terminal has told it already
            child.send_signal(signal.SIGINT)
        child.communicate()
    except BaseException:
        child.kill()
        raise


def reason_of(code: int, told: Sequence[str]) -> str:
    """The command's own last words, from "error:" on, or what its exit code says."""
    errors = [place for place, line in enumerate(told) if line.startswith("error: ")]
    if errors:
        return "\n".join(told[errors[-1] :]).removeprefix("error: ").strip()
    if code < 0:
        why = _KILLED.get(-code, "by someone else")
        return f"The process was ended by the system, signal {-code}: {why}."
    return next((line for line in reversed(told) if line.strip()), f"It ended with code {code}.")
