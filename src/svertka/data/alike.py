"""Pictures that look alike, found once: their pairs lie in the cache beside the pixels."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from svertka.data.cache import Cache
from svertka.data.dataset import Stack
from svertka.data.likeness import Pairs, like_pairs
from svertka.data.packed import Packed
from svertka.data.split import families, joined

Rows = npt.NDArray[np.int64]

_RULES = 2  # raised whenever likeness.py finds other pairs in the same pixels


def near_duplicates(packed: Packed) -> Rows:
    """Number groups of pictures that are nearly the same, shape (N,).

    Groups are numbered in the order of their first pictures; a picture that is like no other is a
    group of its own. Mirrored pictures are not joined.
    """
    same = families(packed.digests)
    return joined(same, pairs=pairs_of(packed.x, same, packed.key()).rows)


def pairs_of(x: Stack, same: Rows, key: str, *, mirrored: bool = False) -> Pairs:
    """What ``like_pairs`` finds in the pack called ``key``, whose pictures are ``x`` (N, H, W, C).

    Where the cache has no such pack, as for arrays in memory, they are found each time.
    """
    pack = Cache().place(key)
    if pack is None:
        return like_pairs(x, same, mirrored=mirrored)
    place = pack / f"{'mirrored' if mirrored else 'alike'}-{_RULES}.npz"
    try:
        return _load(place, len(x))
    except Exception:  # noqa: BLE001 - whatever a damaged file makes NumPy throw
        pairs = like_pairs(x, same, mirrored=mirrored)
        with suppress(OSError):
            _keep(place, pairs, len(x))
        return pairs


def _load(place: Path, pictures: int) -> Pairs:
    """Kept pairs; the archive's own checksums tell whether they are whole."""
    with place.open("rb") as file, np.load(file, allow_pickle=False) as table:
        pairs = Pairs(table["rows"], table["distance"])
        if int(table["pictures"]) != pictures or pairs.rows.shape != (len(pairs.distance), 2):
            raise ValueError(f"{place} is of other pictures")
    return pairs


def _keep(place: Path, pairs: Pairs, pictures: int) -> None:
    part = place.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            np.savez(
                file,
                allow_pickle=False,
                rows=pairs.rows,
                distance=pairs.distance,
                pictures=np.array(pictures),
            )
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
