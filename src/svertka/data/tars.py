"""The members of a tar file, plain or compressed as one stream."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import threading
import weakref
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from svertka.data.dataset import Problem
from svertka.data.items import stamp_of
from svertka.data.members import Member, allowed

_HEADER = 1 << 24  # bytes of one header
_STREAMS: tuple[tuple[bytes, Callable[[Path], Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
)


class _Tar:
    """Members of a tar file: read where they lie, or one after the other from a packed stream."""

    def __init__(self, path: Path, unpack: Callable[[Path], Any] | None) -> None:
        self.path, self.stamp, self.serial = path, stamp_of(path), unpack is not None
        if unpack is not None:
            self._stream, self._lock = unpack(path), threading.Lock()
            weakref.finalize(self, self._stream.close)

    def read(self, member: Member) -> bytes:
        if not self.serial:
            with self.path.open("rb") as file:
                file.seek(member.start)
                return file.read(member.size)
        with self._lock:
            self._stream.seek(member.start)
            return bytes(self._stream.read(member.size))


class _Bounded:
    """A stream that a tar's headers are read from: none may be larger than memory."""

    def __init__(self, stream: Any) -> None:
        self.seek, self.tell, self._read = stream.seek, stream.tell, stream.read

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _HEADER:
            raise tarfile.ReadError("a header of many megabytes")
        return bytes(self._read(size))


def tar_members(path: Path, problems: list[Problem]) -> Iterator[Member]:
    """The files in a tar; what is left out goes to ``problems``. TarError at damage."""
    with path.open("rb") as file:
        head = file.read(8)
    unpack = next((way for magic, way in _STREAMS if head.startswith(magic)), None)
    reader = _Tar(path, unpack)
    ends = path.stat().st_size if unpack is None else None
    with path.open("rb") if unpack is None else unpack(path) as stream:
        headers: Any = _Bounded(stream)
        try:
            with tarfile.open(fileobj=headers, mode="r:") as archive:
                while (entry := archive.next()) is not None:
                    vars(archive)["members"].clear()  # tarfile would keep them all
                    yield from _tar_member(reader, entry, ends, problems)
        except (EOFError, zlib.error, lzma.LZMAError, OSError) as error:
            raise tarfile.ReadError(str(error)) from error


def _tar_member(
    reader: _Tar, entry: tarfile.TarInfo, ends: int | None, problems: list[Problem]
) -> Iterator[Member]:
    name = "" if entry.isdir() else allowed(entry.name, problems)
    if not name:
        return
    why = ""
    if entry.issym() or entry.islnk():
        why = "a link in an archive: left out"
    elif not entry.isreg() or entry.issparse():
        why = "a device or the like, not a file"
    elif ends is not None and entry.offset_data + entry.size > ends:
        why = "truncated: the archive ends before it does"
    if why:
        problems.append(Problem(name, why, lost=True))
    else:
        yield Member(reader, name, entry.offset_data, entry.size)
