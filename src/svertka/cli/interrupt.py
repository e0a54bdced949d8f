"""Ctrl-C that is never lost: not in an import, nor where Python can only report an exception.

Python raises ``KeyboardInterrupt`` wherever the program is. Inside an import that is a bad place:
hooks and callbacks swallow it (the program then runs on), and a module may stay half loaded. So
within an import the interruption waits for its end; and where it was swallowed all the same, it is
raised again.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

AGAIN = 0.02  # seconds until it is tried again


@contextmanager
def catching(*, forever: bool = False) -> Iterator[None]:
    """Handle Ctrl-C as this file says within the block; ``forever``: the program ends with it.

    Where it is ignored (``nohup``), where someone else handles it and in other threads than the
    first, all stays as it is.
    """
    if (
        _thread.get_ident() != _main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    hook = sys.unraisablehook
    signal.signal(signal.SIGINT, Handler())
    sys.unraisablehook = _not_lost
    try:
        yield
    finally:
        sys.unraisablehook = hook
        # A program that ends anyway needs no traceback for it: the system ends it at once.
        after = signal.SIG_DFL if forever else signal.default_int_handler
        signal.signal(signal.SIGINT, after)


class Handler:
    """Raises ``KeyboardInterrupt``, within an import after it; a second Ctrl-C there at once."""

    raises = True  # what `svertka.train.stop` looks for: it may take our place for a while

    def __init__(self) -> None:
        self.waiting = self.ours = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Called by Python between two instructions of the main thread."""
        again, self.ours = self.ours, False
        if not _importing(frame):
            self.waiting = False
            raise KeyboardInterrupt
        if self.waiting and not again:  # the user presses again: no module is worth the wait
            os._exit(130)
        self.waiting = True
        _later(self._once_more)

    def _once_more(self) -> None:
        self.ours = True
        _thread.interrupt_main()


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_globals.get("__name__") == "importlib._bootstrap":
            return True
        frame = frame.f_back
    return False


def _not_lost(unraisable: sys.UnraisableHookArgs) -> None:
    """What was raised in a callback or a destructor cannot go on from there: raise it again."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        _later(_thread.interrupt_main)
    else:
        sys.__unraisablehook__(unraisable)


def _later(call: object) -> None:
    """``call()`` on another thread, in a moment: here it would meet the same place again."""

    def wait() -> None:
        time.sleep(AGAIN)
        call()  # type: ignore[operator]

    import time

    _thread.start_new_thread(wait, ())


def _main_thread() -> int | None:
    threading = sys.modules.get("threading")  # not loaded: there is no other thread
    return threading.main_thread().ident if threading else _thread.get_ident()
