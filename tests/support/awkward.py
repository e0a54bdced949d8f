"""Small pictures of every awkward kind, written as files."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def picture(shade: int, seed: int = 0) -> Image.Image:
    """A noisy grey square of 8x8; the shade tells the class."""
    noise = np.random.default_rng(seed).integers(0, 40, (8, 8))
    return Image.fromarray((noise + shade).astype(np.uint8))


def two_classes(folder: Path, count: int = 8) -> Path:
    """A folder that can be learnt: ``dark`` and ``light``."""
    for name, shade in (("dark", 10), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for index in range(count):
            picture(shade, index).save(folder / name / f"{index}.png")
    return folder


def bomb(path: Path) -> None:
    """A PNG of some bytes that says it has 100,000 x 100,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def truncated(path: Path) -> None:
    """A PNG whose second half is missing."""
    buffer = io.BytesIO()
    picture(10).save(buffer, "PNG")
    path.write_bytes(buffer.getvalue()[: buffer.tell() // 2])


def sixteen_bit(path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 65536, (8, 8)).astype(np.uint16)
    Image.fromarray(values).save(path)


def cmyk(path: Path) -> None:
    picture(10).convert("CMYK").save(path, "JPEG")


def palette(path: Path) -> None:
    picture(10).convert("P").save(path, "GIF")


def turned(path: Path) -> None:
    """A JPEG that EXIF turns by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    picture(10).save(path, "JPEG", exif=exif)


def animated(path: Path) -> None:
    frames = [picture(shade) for shade in (10, 100, 200)]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])
