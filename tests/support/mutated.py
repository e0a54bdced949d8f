"""Pictures of every format that is read, and what damage makes of their files."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

SIDE = (48, 64)  # height, width


@cache
def pictures() -> dict[str, bytes]:
    """Whole files by the name of their kind: all formats, and ways of writing them."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (*SIDE, 3), np.uint8)
    smooth = (np.add.outer(np.arange(SIDE[0]), np.arange(SIDE[1])) * 2).astype(np.uint8)
    colour, grey = Image.fromarray(noise), Image.fromarray(smooth)
    deep = Image.fromarray(smooth.astype(np.uint16) * 200)
    clear = Image.fromarray(rng.integers(0, 256, (*SIDE, 4), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    ways: dict[str, tuple[Image.Image, str, dict[str, Any]]] = {
        "png grey": (grey, "PNG", {}),
        "png colour": (colour, "PNG", {}),
        "png alpha": (clear, "PNG", {}),
        "png palette": (colour.quantize(16), "PNG", {"transparency": 3}),
        "png 16 bits": (deep, "PNG", {}),
        "jpeg": (colour, "JPEG", {"exif": exif}),
        "jpeg grey": (grey, "JPEG", {"optimize": True}),
        "jpeg progressive": (colour, "JPEG", {"progressive": True}),
        "jpeg cmyk": (colour.convert("CMYK"), "JPEG", {}),
        "gif": (colour.quantize(64), "GIF", {}),
        "gif moving": (grey, "GIF", {"save_all": True, "append_images": [grey.rotate(90)] * 3}),
        "bmp": (colour, "BMP", {}),
        "bmp palette": (colour.quantize(64), "BMP", {}),
        "ppm": (colour, "PPM", {}),
        "pgm 16 bits": (deep, "PPM", {}),
        "pbm": (grey.convert("1"), "PPM", {}),
        "tiff": (colour, "TIFF", {}),
        "tiff lzw": (grey, "TIFF", {"compression": "tiff_lzw"}),
        "tiff deflate": (colour, "TIFF", {"compression": "tiff_adobe_deflate"}),
        "tiff jpeg": (colour, "TIFF", {"compression": "jpeg"}),
        "tiff 16 bits": (deep, "TIFF", {}),
        "webp": (colour, "WEBP", {}),
        "webp lossless": (clear, "WEBP", {"lossless": True}),
    }
    return {name: _saved(*way) for name, way in ways.items()}


def mutant(seed: int, whole: bytes) -> bytes:
    """The file with one to four kinds of damage, a function of the seed."""
    rng = np.random.default_rng(seed)
    data = bytearray(whole)
    for _ in range(int(rng.integers(1, 5))):
        _damage(data, rng)
    return bytes(data)


def _damage(data: bytearray, rng: np.random.Generator) -> None:
    if not data:
        return
    # Half of the time in the head, where the lengths, sizes and offsets stand.
    end = min(len(data), 64) if rng.random() < 0.5 else len(data)
    at = int(rng.integers(end))
    length = int(rng.integers(1, 33))
    kind = int(rng.integers(8))
    if kind == 0:
        data[at] ^= 1 << int(rng.integers(8))
    elif kind == 1:
        data[at] = int(rng.choice([0, 1, 127, 128, 254, 255]))
    elif kind == 2:  # a number as large as it goes
        data[at : at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\xff\xff"])
    elif kind == 3:
        del data[at:]
    elif kind == 4:
        del data[at : at + length]
    elif kind == 5:
        data[at:at] = rng.bytes(length)
    elif kind == 6:
        data[at : at + length] = bytes(length)
    else:  # a piece from elsewhere, as of two files mixed by a disk
        start = int(rng.integers(len(data)))
        data[at : at + length] = data[start : start + length]


def _saved(image: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
