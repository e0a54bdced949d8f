"""The bytes of a file that should be a picture, and what is wrong with them if they are not."""

from __future__ import annotations

import os
import stat
import struct
import zlib
from pathlib import Path

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
MOST_BYTES = 1 << 28
_TRUNCATED = "truncated: the file ends before the picture does"
_PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = (
    (4, b"ftypavif", "AVIF"),
    (4, b"ftyp", "HEIC, HEIF or a film"),
    (0, b"%PDF", "PDF"),
    (0, b"8BPS", "Photoshop"),
    (0, b"<svg", "SVG"),
    (0, b"\0\0\x01\0", "ICO"),
    (0, b"\x89HDF", "HDF5"),
    (0, b"PK\x03\x04", "a ZIP archive"),
)
_OURS = (
    (0, b"\x89PNG", "a PNG"),
    (0, b"\xff\xd8", "a JPEG"),
    (0, b"GIF8", "a GIF"),
    (8, b"WEBP", "a WebP"),
    (0, b"II*\0", "a TIFF"),
    (0, b"MM\0*", "a TIFF"),
    (0, b"BM", "a BMP"),
)


class BadPicture(Exception):
    """Why a file is not a picture that can be used."""


def read(path: str) -> bytes:
    """The bytes of a regular file; pipes, sockets and devices are never opened."""
    try:
        _regular(Path(path).stat())
        # NONBLOCK: should a pipe take the file's place right now, opening it must not hang.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            _regular(status)
            data = file.read(status.st_size)
    except (OSError, ValueError) as error:
        raise BadPicture(reason_of(error)) from error
    if not data:
        raise BadPicture("empty file (0 bytes)")
    return data


def kind_of(mode: int) -> str:
    """What a file is that is neither a file nor a folder."""
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def reason_of(error: BaseException) -> str:
    """An exception in a few words, without addresses, paths or class names where they say nothing.

    >>> reason_of(PermissionError(13, "Permission denied", "/x"))
    'permission denied'
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    if isinstance(error, MemoryError):
        return "does not fit into memory"
    text = " ".join(str(error).split())
    if "truncated" in text.lower():
        return _TRUNCATED
    if text.startswith("decoder error"):
        return "damaged: its pixels cannot be decoded"
    return f"damaged: {text[:120]}" if text else f"damaged ({type(error).__name__})"


def check_png(data: bytes) -> None:
    """Refuse a PNG whose checksums are wrong or whose end is missing: Pillow would not."""
    if not data.startswith(_PNG):
        return
    at = len(_PNG)
    while at + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            break
        given = struct.unpack(">I", data[end - 4 : end])[0]
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != given and name[:1].isupper():
            raise BadPicture(f"damaged: wrong checksum in its part {name.decode('latin-1')!r}")
        if name == b"IEND":
            return
        at = end
    raise BadPicture(_TRUNCATED)


def what_is(data: bytes) -> str:
    """What a file that no decoder wants seems to be."""
    for start, magic, name in _OTHERS:
        if data[start : start + len(magic)] == magic:
            return f"{name}, a format that is not read: convert it to PNG or JPEG"
    for start, magic, name in _OURS:
        if data[start : start + len(magic)] == magic:
            return f"damaged: begins like {name}, but is not one"
    if not data.strip(b"\0"):
        return "holds nothing but zero bytes"
    try:
        text = data[:512].decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if all(c.isprintable() or c in "\r\n\t\f" for c in text):
        return "holds text, not a picture"
    return f"not a readable picture ({', '.join(FORMATS)} are read)"


def _regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise BadPicture(f"{kind_of(status.st_mode)}, not a file")
    if status.st_size > MOST_BYTES:
        raise BadPicture(f"{status.st_size >> 20:,} MB: more than {MOST_BYTES >> 20} MB")
