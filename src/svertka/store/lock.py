"""One writer for a run folder at a time; the system frees the lock when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svertka.errors import StoreError

# Windows locks bytes and hides them from readers: the lock lies far behind the holder's number
_LOCKED_BYTE = 1 << 20


def _grab(handle: int) -> None:
    """Take the lock or raise ``OSError`` at once."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for writing; raises ``StoreError`` when another process holds it."""
    path = folder / ".lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            _grab(handle)
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
