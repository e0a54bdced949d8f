"""What is shown while a network trains: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from svertka.cli import screen


@contextmanager
def follow(*, quiet: bool) -> Iterator[Callable[[Any], None]]:
    """Give the function that training tells its events to."""
    if quiet:
        yield lambda event: None
    else:
        yield lambda event: screen.note(event)
