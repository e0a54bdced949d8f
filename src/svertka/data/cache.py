"""Decoded pictures kept on disk, so that a folder is decoded once.

    <cache>/pictures-1/
        seen/<signature>.json   which pack a folder in a certain state gave, and its problems
        packs/<key>/            pixels.npy (memory-mapped), table.npz, index.json; beside them
                                what was found in these pixels later: see alike.py
        packs/<key>f/           the same without pixels, which stay in their files: undecoded.py

A signature covers the name, size and both times of every file: an edit changes it. A pack is named
by its content, so a copied folder finds the pixels of the first. Everything is written beside its
place and renamed into it: a reader never meets half a pack, and two writers do not disturb each
other. A pack that does not fit its checksum is removed and made again.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.dataset import Pixels, Problem, Stack
from svertka.data.decode import Form
from svertka.data.items import Item
from svertka.data.packed import Packed, digest
from svertka.data.spool import Spool, mapped
from svertka.data.undecoded import Undecoded
from svertka.runtime import cache_folder, cache_room

Rows = npt.NDArray[np.int64]

ROOM = 20 << 30  # bytes; the packs that were used longest ago make way
_CHECKED = 256 << 20  # bytes of a pack that are read to check it: more would take seconds
_SAMPLED = 64 << 20  # bytes that are read of a larger one
_SPARE = 1 << 30  # bytes of the disk that are left to others
_STAYS = "f"  # at the end of a pack's name: without pixels
_STALE = 86_400.0  # seconds after which an abandoned temporary folder is removed
_COLUMNS = ("y", "part", "digests", "sums", "squares")


class Cache:
    """The packs on this machine; everything is best effort, for a cache may vanish any time."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or cache_folder()) / "pictures-1"

    def room(self) -> int:
        """Bytes that one more pack may take."""
        place = next(path for path in (self.root, *self.root.parents) if path.exists())
        free = max(0, shutil.disk_usage(place).free - _SPARE)
        most = cache_room()
        return free if most is None else min(free, most)

    def find(self, signature: str, items: Callable[[], Sequence[Item]]) -> Packed | None:
        """What was kept under a signature, its pixels memory-mapped; None where nothing is.

        ``items`` lists the files in which they are, where they stay there.
        """
        try:
            seen = json.loads(self._seen(signature).read_text("utf-8"))
            problems = tuple(Problem(*row) for row in seen["problems"])
            folder = self._pack(str(seen["pack"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        try:
            packed = _load(folder, problems, items)
            os.utime(folder)
        except FileNotFoundError:
            return None
        except Exception:  # noqa: BLE001 - whatever a damaged file makes NumPy or JSON throw
            self._drop(folder)
            return None
        return packed

    def spool(self) -> Spool:
        """Where rows go while they are decoded: a file here, or memory where that fails."""
        folder = self.root / f".tmp-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            return Spool(None, error)
        return Spool(folder)

    def keep(self, signature: str, packed: Packed, spool: Spool) -> Packed:
        """Put a finished spool in its place; returns the same pictures, memory-mapped.

        Where that fails, the pictures are returned as they are, in memory.
        """
        if spool.folder is None:
            return packed
        key = packed.key()
        try:
            _write_tables(spool.folder, packed)
            place = self._pack(key)
            place.parent.mkdir(exist_ok=True)
            if not _settle(spool.folder, place):
                self._drop(place)
                spool.folder.rename(place)
            _sync_folder(place.parent)
            self._remember(signature, key, packed.problems)
            self._make_room(place)
            return _load(place, packed.problems)
        except (OSError, ValueError, KeyError):
            return packed

    def keep_index(self, signature: str, packed: Packed, rows: Rows) -> None:
        """Keep what is known of pictures that stay in their files, the ``rows`` (N,) of those that
        were found; best effort."""
        key = f"{packed.key()}{_STAYS}"
        part = self.root / f".tmp-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            part.mkdir(parents=True, mode=0o700)
            np.save(part / "rows.npy", rows)
            _write_tables(part, packed)
            place = self._pack(key)
            place.parent.mkdir(exist_ok=True)
            self._drop(place)
            part.rename(place)
            self._remember(signature, key, packed.problems)
            self._make_room(place)
        except (OSError, ValueError):
            shutil.rmtree(part, ignore_errors=True)

    def place(self, key: str) -> Path | None:
        """The folder of a pack; None where there is none."""
        folders = [self._pack(key), self._pack(key + _STAYS)] if key.isalnum() else []
        return next((folder for folder in folders if folder.is_dir()), None)

    def _seen(self, signature: str) -> Path:
        return self.root / "seen" / f"{signature}.json"

    def _pack(self, key: str) -> Path:
        if not key.isalnum():
            raise ValueError(key)
        return self.root / "packs" / key

    def _remember(self, signature: str, key: str, problems: tuple[Problem, ...]) -> None:
        place = self._seen(signature)
        place.parent.mkdir(exist_ok=True)
        record = {"pack": key, "problems": [[p.path, p.reason, p.lost] for p in problems]}
        part = place.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}.part")
        part.write_text(json.dumps(record), "utf-8")
        part.replace(place)

    def _drop(self, folder: Path) -> None:
        """Remove a damaged pack: first by name, at once, then its files."""
        grave = self.root / f".tmp-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            folder.rename(grave)
        except OSError:
            return
        shutil.rmtree(grave, ignore_errors=True)

    def _make_room(self, newest: Path) -> None:
        for folder in self.root.glob(".tmp-*"):
            if time.time() - folder.stat().st_mtime > _STALE:
                shutil.rmtree(folder, ignore_errors=True)
        packs = sorted(self.root.glob("packs/*"), key=lambda p: p.stat().st_mtime, reverse=True)
        packs = [newest, *(pack for pack in packs if pack != newest)]
        used, most = 0, cache_room()
        for pack in packs:
            used += sum(file.stat().st_size for file in pack.iterdir())
            if used > (ROOM if most is None else most) and pack != newest:
                self._drop(pack)


def _write_tables(folder: Path, packed: Packed) -> None:
    """``table.npz`` and ``index.json``; the latter last, for it vouches for the rest."""
    columns: dict[str, npt.NDArray[Any]] = {name: getattr(packed, name) for name in _COLUMNS}
    names = "\0".join(packed.ids).encode("utf-8")
    with (folder / "table.npz").open("wb") as file:
        told = np.frombuffer(
            json.dumps({k: list(v) for k, v in packed.columns.items()}).encode(), np.uint8
        )
        np.savez(file, allow_pickle=False, ids=np.frombuffer(names, np.uint8), told=told, **columns)
        file.flush()
        os.fsync(file.fileno())
    whole = folder / "crc"
    index = {
        "shape": list(packed.x.shape),
        "classes": list(packed.classes),
        "fit": packed.fit,
        "margin": list(packed.margin),
        "value_range": list(packed.value_range),
        "pixels": int(whole.read_text()) if whole.exists() else None,
        "form": asdict(packed.x.form) if isinstance(packed.x, Undecoded) else None,
        "table": zlib.crc32((folder / "table.npz").read_bytes()),
    }
    with (folder / "index.json").open("w", encoding="utf-8") as file:
        json.dump(index, file)
        file.flush()
        os.fsync(file.fileno())
    whole.unlink(missing_ok=True)
    _sync_folder(folder)


def _load(
    folder: Path,
    problems: tuple[Problem, ...],
    items: Callable[[], Sequence[Item]] = list,
) -> Packed:
    """A pack; ValueError where a checksum or a shape is wrong."""
    index = json.loads((folder / "index.json").read_text("utf-8"))
    table_file = folder / "table.npz"
    if zlib.crc32(table_file.read_bytes()) != index["table"]:
        raise ValueError("table.npz is damaged")
    with np.load(table_file, allow_pickle=False) as table:
        columns = {name: table[name] for name in _COLUMNS}
        ids = table["ids"].tobytes().decode("utf-8").split("\0")
        told = json.loads(table["told"].tobytes()) if "told" in table else {}
    pixels = _pixels(folder, index, columns["digests"], items)
    low, high = index["value_range"]
    down, across = index.get("margin", (0, 0))
    return Packed(
        x=pixels,
        ids=tuple(ids),
        classes=tuple(index["classes"]),
        fit=index["fit"],
        margin=(int(down), int(across)),
        value_range=(float(low), float(high)),
        problems=problems,
        columns=told,
        **columns,
    )


def _pixels(
    folder: Path,
    index: dict[str, Any],
    digests: npt.NDArray[np.uint8],
    items: Callable[[], Sequence[Item]],
) -> Stack:
    """The pixels of a pack, memory-mapped, or the files that they stay in."""
    if (form := index.get("form")) is not None:
        files, size = items(), (form["size"][0], form["size"][1])
        rows = np.load(folder / "rows.npy", allow_pickle=False)
        kept = [files[row] for row in rows.tolist()]
        return Undecoded(kept, Form(**form | {"size": size}), digests)
    pixels = mapped(folder)
    if list(pixels.shape) != index["shape"] or pixels.dtype != np.uint8:
        raise ValueError("pixels.npy is damaged")
    if pixels.nbytes > _CHECKED:
        _check_some(pixels, digests)
    elif zlib.crc32(pixels.data) != index["pixels"]:
        raise ValueError("pixels.npy is damaged")
    return pixels


def _check_some(pixels: Pixels, digests: npt.NDArray[np.uint8]) -> None:
    """Compare evenly spaced rows with their digests, where all would take too long."""
    rows = max(1, _SAMPLED // int(np.prod(pixels.shape[1:])))
    for i in range(0, len(pixels), max(1, len(pixels) // rows)):
        if digest(pixels[i]) != digests[i].tobytes():
            raise ValueError("pixels.npy is damaged")


def _settle(folder: Path, place: Path) -> bool:
    """Rename into place; where another process was first, its pack serves if it is sound."""
    try:
        folder.rename(place)
    except OSError:
        try:
            _load(place, ())
        except Exception:  # noqa: BLE001 - as in Cache.find
            return False
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
