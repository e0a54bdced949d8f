"""Small sets of pictures written in the ways people keep them, by other hands than ours."""

from __future__ import annotations

import csv
import io
import tarfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from made import picture


def png(seed: int) -> bytes:
    """``made.picture`` as a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(picture(seed)).save(buffer, "PNG")
    return buffer.getvalue()


def put_bytes(root: Path, name: str, data: bytes) -> None:
    """A file at a path, with the folders above it."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def table(path: Path, rows: Iterable[Sequence[object]], delimiter: str = ",") -> Path:
    """A table; the first row is its head."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """A zip with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    """A tar with these members; ``mode`` as in ``tarfile.open``."""
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def pets_as_files(count: int = 24) -> dict[str, bytes]:
    """``made.pets`` as names and bytes."""
    return {f"{('cat', 'dog')[n % 2]}/{n}.png": png(n) for n in range(count)}
