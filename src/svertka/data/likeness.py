"""Pictures that are nearly the same: saved again, resized, a little brighter, mirrored.

A picture's fingerprint is the block of low frequencies by which the perceptual hash "pHash" judges
(Zauner 2010), kept as numbers instead of signs: 8 x 8 of a cosine transform, without the mean, at
length 1. Neighbours are found in a k-d tree of its first numbers, which finds what comparing all
pairs would, and then compared in finer detail and in colour. Its time grows almost with the square
of their number; so many pictures are looked for in a forest of random trees instead, in which a
pair, however it lies, is cut apart now and then, but hardly in each tree (Dasgupta and Freund 2008,
"Random projection trees and low dimensional manifolds"; benchmarks/likeness.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.fft import dct
from scipy.spatial import cKDTree

from svertka.data.dataset import Pixels, Stack
from svertka.data.packed import digest
from svertka.data.split import families

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_COARSE, _FINE = 8, 16  # frequencies a side: for finding, for checking
_TREE = 24  # numbers of a fingerprint that the tree compares
_NEIGHBOURS = 8  # of each picture; chains join larger crowds
_MANY = 10_000  # pictures from which on the forest is faster
_TREES, _LEAF, _BESIDE = 12, 32, 4  # trees, pictures of a leaf, neighbours of each in its leaf
_NEAR, _FAR = 0.063, 0.25  # distances of fingerprints: cosines of 0.998 and 0.969
_SHARE = 0.2  # of the distance that pictures of a set usually have to their nearest
_FINER = 3.2  # how much farther apart copies may be in fine detail
_LOOSEST = 0.35  # ... and no farther
_SLACK = 1e-5  # of a cosine, for rounding
_SEEN = 512  # pictures from which the usual distance is taken
_FLAT = 2.0  # levels of 255: a picture that varies less has nothing to compare
_VALUES = 1 << 23  # values that are worked on at once


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs that look alike: ``rows`` (M, 2), the earlier first, and their ``distance`` (M,).

    The distance is that of fingerprints: 0 for equal ones, 1.4 for pictures that have nothing in
    common. Of identical pictures only the first is named.
    """

    rows: Rows
    distance: Floats

    def __len__(self) -> int:
        return len(self.rows)


def identical(x: Stack) -> Rows:
    """Number the distinct pictures: identical ones have the same number, shape (N,)."""
    if not len(x):
        return np.zeros(0, np.int64)
    return families(np.stack([np.frombuffer(digest(picture), np.uint8) for picture in x]))


def like_pairs(x: Stack, same: Rows, *, mirrored: bool = False) -> Pairs:
    """Pairs of distinct pictures that are nearly the same, or nearly mirror images.

    ``same`` is what ``identical`` gave. How near is near depends on the set: a fifth of the
    distance that its pictures usually have to their nearest, within limits that were measured on
    drawings and photographs (benchmarks/likeness.py).

    >>> picture = np.random.default_rng(0).integers(0, 255, (3, 32, 32, 1)).astype(np.uint8)
    >>> x = np.concatenate([picture, picture[1:2] // 2])
    >>> like_pairs(x, identical(x)).rows.tolist()
    [[1, 3]]
    """
    rows = np.unique(same, return_index=True)[1].astype(np.int64)
    rows.sort()
    prints, lively = _fingerprints(x, rows)
    rows, prints = rows[lively], prints[lively]
    if len(rows) < 2:
        return Pairs(np.zeros((0, 2), np.int64), np.zeros(0, np.float32))
    radius = _radius(prints)
    others = prints * _mirror() if mirrored else prints
    pairs = _neighbours(prints, others, radius)
    distance = np.linalg.norm(prints[pairs[:, 0]] - others[pairs[:, 1]], axis=1)
    near = distance <= radius
    pairs, distance = rows[pairs[near]], distance[near]
    fine = _fine_distances(x, pairs, mirrored=mirrored) <= min(_FINER * radius, _LOOSEST)
    order = np.argsort(distance[fine], kind="stable")
    return Pairs(pairs[fine][order], distance[fine][order].astype(np.float32))


def _fingerprints(x: Stack, rows: Rows) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Fingerprints (n, 63) of length 1, lowest frequencies first, and which are worth comparing."""
    order = _order()
    low = np.empty((len(rows), len(order)), np.float32)
    for at, block in _blocks(x, rows):
        grey = block.mean(axis=-1, dtype=np.float32)
        low[at] = _frequencies(grey, _COARSE).reshape(len(grey), -1)[:, order]
    length = np.linalg.norm(low, axis=1, keepdims=True)
    return low / np.maximum(length, np.float32(1e-6)), length[:, 0] > _FLAT


def _frequencies(planes: Floats, most: int) -> Floats:
    """The lowest ``most`` x ``most`` frequencies of planes (..., H, W), in levels of the picture.

    They do not depend on the picture's size; what a small picture lacks is 0.
    """
    height, width = planes.shape[-2:]
    tall, wide = _waves(height, most), _waves(width, most)
    return np.asarray(tall @ planes @ wide.T, np.float32)


def _waves(side: int, most: int) -> Floats:
    """The first cosines of a transform of ``side`` values, (most, side), scaled by its length."""
    waves = np.zeros((most, side), np.float32)
    whole = dct(np.eye(side), axis=0, norm="ortho")[:most] / np.sqrt(side)
    waves[: len(whole)] = whole
    return waves


def _order() -> Rows:
    """Places in the flattened block, lowest frequencies first, without the mean."""
    down, across = np.divmod(np.arange(_COARSE**2), _COARSE)
    return np.argsort(down**2 + across**2, kind="stable")[1:].astype(np.int64)


def _mirror() -> Floats:
    """The signs that mirroring left to right gives to the numbers of a fingerprint."""
    return np.where(_order() % _COARSE % 2, -1, 1).astype(np.float32)


def _radius(prints: Floats) -> float:
    """How near two fingerprints of this set are near-duplicates."""
    step = max(1, len(prints) // _SEEN)
    sample = np.arange(0, len(prints), step)
    cosines = prints[sample] @ prints.T
    cosines[np.arange(len(sample)), sample] = -1.0
    usual = np.median(np.sqrt(np.maximum(0.0, 2.0 - 2.0 * cosines.max(axis=1))))
    return float(np.clip(_SHARE * usual, _NEAR, _FAR))


def _neighbours(prints: Floats, others: Floats, radius: float) -> Rows:
    """Pairs of different rows within ``radius`` and a little more, each pair once, (M, 2)."""
    if len(prints) > _MANY:
        return _in_forest(prints, others, radius)
    # The distance of the first numbers is never larger than the whole one: nothing is lost.
    tree = cKDTree(others[:, :_TREE])
    _, found = tree.query(prints[:, :_TREE], k=_NEIGHBOURS, distance_upper_bound=radius)
    near = np.repeat(np.arange(len(prints)), _NEIGHBOURS), found.ravel()
    real = (near[1] < len(prints)) & (near[1] != near[0])
    return _each_once(np.stack([near[0][real], near[1][real]], axis=1))


def _each_once(pairs: Rows) -> Rows:
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64).reshape(-1, 2)


def _in_forest(prints: Floats, others: Floats, radius: float) -> Rows:
    """The same, from trees that halve the pictures along random directions, again and again."""
    n = len(prints)
    points = prints if others is prints else np.concatenate([prints, others])
    levels = int(np.ceil(np.log2(len(points) / _LEAF)))
    real = len(points)
    points = np.pad(points, ((0, (_LEAF << levels) - real), (0, 0)))
    generator = np.random.default_rng(0)
    found = []
    for _ in range(_TREES):
        along = points @ generator.normal(size=(points.shape[1], levels)).astype(np.float32)
        along[real:] = np.inf
        leaves = np.arange(len(points)).reshape(1, -1)
        for level in range(levels):
            half = leaves.shape[1] // 2
            order = np.argpartition(along[leaves, level], half, axis=1)
            leaves = np.take_along_axis(leaves, order, axis=1).reshape(-1, half)
        found += [_in_leaves(points, some, radius) for some in _parts(leaves)]
    pairs = np.concatenate(found)
    if others is not prints:  # one of the pictures, and one of those beside them
        first, second = pairs.min(axis=1), pairs.max(axis=1) - n
        pairs = np.stack([first, second], axis=1)[(first < n) & (second >= 0) & (first != second)]
    return _each_once(pairs)


def _in_leaves(points: Floats, leaves: Rows, radius: float) -> Rows:
    """Of each picture of ``leaves`` (L, leaf) the nearest in its leaf, as pairs (M, 2)."""
    inside = points[leaves]
    cosines = inside @ inside.transpose(0, 2, 1)
    cosines[:, np.arange(_LEAF), np.arange(_LEAF)] = -1.0
    beside = np.argpartition(cosines, -_BESIDE, axis=2)[:, :, -_BESIDE:]
    near = np.take_along_axis(cosines, beside, axis=2) > 1.0 - radius**2 / 2 - _SLACK
    leaf, one, place = np.nonzero(near)
    return np.stack([leaves[leaf, one], leaves[leaf, beside[leaf, one, place]]], axis=1)


def _parts(leaves: Rows) -> list[Rows]:
    """The leaves, so many at once that what is worked on stays small."""
    return np.array_split(leaves, max(1, leaves.size * _LEAF // _VALUES))


def _fine_distances(x: Stack, pairs: Rows, *, mirrored: bool) -> Floats:
    """The distances of pairs in more frequencies and in colour, overall brightness apart, (M,)."""
    out = np.empty(len(pairs), np.float32)
    for at, first in _blocks(x, pairs[:, 0]):
        second = x[pairs[at, 1]]
        a, b = _detail(first), _detail(second[:, :, ::-1] if mirrored else second)
        out[at] = np.linalg.norm(a - b, axis=1)
    return out


def _detail(block: Pixels) -> Floats:
    planes = np.moveaxis(block, -1, 1).astype(np.float32)
    fine = _frequencies(planes, _FINE)
    fine[:, :, 0, 0] -= fine[:, :, 0, 0].mean(axis=1, keepdims=True)
    flat = fine.reshape(len(block), -1)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-6), np.float32)


def _blocks(x: Stack, rows: Rows) -> Iterator[tuple[slice, Pixels]]:
    """The pictures at ``rows``, a few at a time, with their places in ``rows``."""
    size = max(1, _VALUES // max(1, int(np.prod(x.shape[1:]))))
    for start in range(0, len(rows), size):
        at = slice(start, start + size)
        yield at, x[rows[at]]
