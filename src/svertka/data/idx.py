"""IDX files, the format of MNIST and of the sets made in its image.

Source: http://yann.lecun.com/exdb/mnist/: two zero bytes, a type code (0x08 is uint8), the number
of axes, each axis as a big-endian 32-bit number, then the values.
"""

from __future__ import annotations

import gzip
import re
import zlib
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.errors import DataError

_PREFIXES = {"train": "train", "t10k": "test", "test": "test"}
LARGEST = 4 << 30  # bytes of one unpacked file: forty times MNIST's largest


def read_idx(path: Path) -> npt.NDArray[np.uint8]:
    """The uint8 array in an IDX file, gzipped or not; DataError where it is damaged."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            head = file.read(4)
            if len(head) < 4 or head[:3] != b"\0\0\x08" or head[3] == 0:
                raise DataError(f"{path} is not an IDX file of bytes: it begins with {head!r}.")
            shape = tuple(np.frombuffer(file.read(4 * head[3]), ">u4").tolist())
            size = int(np.prod(shape, dtype=object)) if len(shape) == head[3] else LARGEST + 1
            if size > LARGEST:
                raise DataError(f"{path} says it holds {shape} values: damaged, or too large.")
            data = _read(file, size + 1)
    except (OSError, EOFError, ValueError, MemoryError, zlib.error) as error:
        raise DataError(f"{path} cannot be read as an IDX file: {error}.") from error
    if len(data) != size:
        raise DataError(f"{path} should hold {size:,} bytes for {shape}, but holds {len(data):,}.")
    return np.frombuffer(data, np.uint8).reshape(shape)


def _read(file: BufferedIOBase, size: int) -> bytes:
    """Up to ``size`` bytes, taken in pieces: a false head must not reserve gigabytes."""
    pieces: list[bytes] = []
    while size > 0 and (piece := file.read(min(size, 1 << 24))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def is_idx_folder(folder: Path) -> bool:
    """Whether a folder holds pictures as IDX files."""
    return any(_file(folder, prefix, "images") for prefix in _PREFIXES)


def is_idx(path: Path) -> bool:
    """Whether a path is a folder of IDX files, or one that holds pictures by its name."""
    named = re.search(r"[-.]idx3-ubyte(\.gz)?$", path.name) is not None
    return named or (path.is_dir() and is_idx_folder(path))


def read_idx_folder(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """``train-images-idx3-ubyte`` and its companions, gzipped or not, as x_train, y_train, ..."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for prefix, part in _PREFIXES.items():
        for kind, letter in (("images", "x"), ("labels", "y")):
            path = _file(folder, prefix, kind)
            if path is not None:
                arrays[f"{letter}_{part}"] = read_idx(path)
    return arrays


def _file(folder: Path, prefix: str, kind: str) -> Path | None:
    axes = {"images": 3, "labels": 1}[kind]
    for dash in ("-", "."):  # some archives unpack to train-images.idx3-ubyte
        for ending in ("", ".gz"):
            path = folder / f"{prefix}-{kind}{dash}idx{axes}-ubyte{ending}"
            if path.is_file():
                return path
    return None
