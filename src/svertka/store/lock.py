"""One writer for a run folder at a time; the system frees the lock when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svertka.errors import StoreError

# Windows locks bytes and hides them from readers: the lock lies far behind the holder's number
_LOCKED_BYTE = 1 << 20
# Who only asks whether a folder is held holds it for a moment: that long a writer tries again
_PATIENCE, _PAUSE = 0.25, 0.01


def _grab(handle: int) -> None:
    """Take the lock or raise ``OSError`` at once."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _ask(handle: int) -> None:
    """Raise ``OSError`` where somebody else has the lock; several may ask at once."""
    if sys.platform == "win32":
        _grab_soon(handle)  # there is no other way: who asks has it for a moment
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _grab_soon(handle: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return _grab(handle)
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(_PAUSE)


def holder(folder: Path) -> int | None:
    """The number of the process that writes ``folder`` at this moment; None where none does, 0
    where its number is not known.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place, locked(Path(place)):
    ...     holder(Path(place)) == os.getpid()
    True
    """
    try:
        handle = os.open(folder / ".lock", os.O_RDWR)
    except OSError:
        return None
    try:
        number = os.read(handle, 20).strip()
        _ask(handle)
    except OSError:
        return int(number) if number.isdigit() else 0
    else:
        return None  # closing the file lets go of the lock again
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for writing; raises ``StoreError`` when another process holds it."""
    path = folder / ".lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _grab_soon(handle)
        except OSError:
            os.lseek(handle, 0, os.SEEK_SET)
            holder = os.read(handle, 20).decode(errors="replace").strip()
            raise StoreError(
                f"{folder} is being written by another process (number {holder or 'unknown'}). "
                "Wait for it to finish, or stop it, or train into another folder (--out)."
            ) from None
        os.lseek(handle, 0, os.SEEK_SET)
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)
