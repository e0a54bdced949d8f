"""PNG files put together by hand, and the pictures that tests decode."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from svertka.data.decode import Form

GREY, COLOUR = Form((8, 8), 1), Form((8, 8), 3)
RAMP = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
RGB = np.stack([RAMP, RAMP[::-1], RAMP.T], axis=-1)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, depth, kind, rows, *extra):
    """A PNG put together by hand: ``rows`` are bytes, ``extra`` chunks before the pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
