"""What `svertka studio` and `svertka serve` share: where they listen, and what they tell."""

from __future__ import annotations

import secrets
import socket
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import click

from svertka.cli import options, screen

STUDIO, ANSWERS = 8600, 8700  # usual ports

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def port(usual: int) -> Decorator:
    return click.option(
        "--port",
        type=options.Whole(0, 65535),
        metavar="N",
        help=f"The port to listen at; 0 takes any that is free.  [default: {usual}, or the next "
        "that is free, so that the address stays the same]",
    )


host = click.option(
    "--host",
    default="127.0.0.1",
    metavar="HOST",
    help="The address to listen at. Any but 127.0.0.1 lets other machines in: then a key is made, "
    "printed once in the address, and nobody is answered without it.  "
    "[default: 127.0.0.1, this machine alone]",
)


@dataclass(frozen=True)
class Listening:
    """A socket that is ours, and the key that others need."""

    host: str
    sock: socket.socket
    token: str | None

    def run(
        self,
        app: Any,
        *,
        begin: str = "",
        show: Callable[[str], None] | None = None,
        quiet: bool = False,
    ) -> None:
        """Serve ``app`` until Ctrl-C; print its address, ``show`` it, and begin at ``begin``."""
        from svertka.serve.guard import Rules
        from svertka.serve.server import address, serve

        place = address(self.host, self.sock, self.token) + begin

        def ready() -> None:
            screen.say(place)
            sys.stdout.flush()  # whoever waits for it in a pipe has nothing else to go by
            if not quiet:
                screen.note("Ctrl-C ends it.")
            if show is not None:
                show(place)

        serve(app, self.sock, Rules.at(self.host, self.token), ready)


@contextmanager
def opened(host: str, port: int | None, usual: int) -> Iterator[Listening]:
    """A socket to serve at; any but this machine's own address gets a key."""
    from svertka.serve.guard import LOCAL
    from svertka.serve.server import listen

    sock = listen(host, port, usual)
    own = (f"[{host}]" if ":" in host else host.lower()) in LOCAL
    try:
        yield Listening(host, sock, None if own else secrets.token_urlsafe(24))
    finally:
        sock.close()


def show(place: str) -> None:
    """Open a page in the browser, which may take its time."""
    Thread(target=webbrowser.open, args=(place,), daemon=True).start()
