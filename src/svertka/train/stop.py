"""Ctrl-C between two steps instead of inside one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_between_steps() -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether Ctrl-C was pressed; a second one interrupts at once.

    A step that is broken off leaves half of the weights moved, so the first Ctrl-C waits for the
    end of the step. Where signals cannot be caught (another thread, a handler that does not raise
    ``KeyboardInterrupt``) nothing is changed.

    >>> with stop_between_steps() as stopped:
    ...     stopped()
    False
    """
    pressed = threading.Event()

    def press(_number: int, _frame: FrameType | None) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    before = signal.getsignal(signal.SIGINT)
    raises = before is signal.default_int_handler or getattr(before, "raises", False)
    mine = threading.current_thread() is threading.main_thread() and raises
    if mine:
        signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        if mine:
            signal.signal(signal.SIGINT, before)
