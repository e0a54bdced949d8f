"""Pictures of one form, decoded and packed into one array, before anyone decides on the parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from svertka.data.dataset import PARTS, Pixels, Problem, Stack
from svertka.data.labels import Labels

UNSPLIT = len(PARTS)  # the part of a picture that no folder and no array name has assigned

_VALUES_AT_ONCE = 1 << 18  # values of pictures that are summed together: what a core has at hand
_MOST_LINES = 1 << 16  # of which the squares of bytes add up to 32 bits

Fit = Literal["exact", "resize", "crop"]


@dataclass(frozen=True, eq=False)
class Packed:
    """Rows of pictures with all that is known of them.

    ``x`` (N, H, W, C) uint8; ``y`` (N,) places in ``classes``, or labels (N, K), as in
    `svertka.data.labels`; ``part`` (N,) places in ``PARTS`` or ``UNSPLIT``; ``digests`` (N, 16)
    uint8; ``sums`` and ``squares`` (N, C): the sums of a picture's values and of their squares,
    from which any part's mean and spread follow exactly. ``margin`` (rows, columns) is what lies
    around the part of a picture that a network sees. ``columns`` are whatever else a table says of
    each picture, (N,) texts by name.
    """

    x: Stack
    y: Labels
    part: npt.NDArray[np.int64]
    ids: Sequence[str]
    classes: tuple[str, ...]
    digests: npt.NDArray[np.uint8]
    sums: npt.NDArray[np.int64]
    squares: npt.NDArray[np.int64]
    fit: Fit = "exact"
    margin: tuple[int, int] = (0, 0)
    value_range: tuple[float, float] = (0.0, 255.0)
    problems: tuple[Problem, ...] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def key(self) -> str:
        """A fingerprint of pixels, labels, names, parts and columns: 32 hexadecimal digits."""
        height, width, channels = self.x.shape[1:]
        whole = hashlib.blake2b(digest_size=16)
        whole.update(repr((height, width, channels, self.classes, self.value_range)).encode())
        if any(self.margin):
            whole.update(repr(self.margin).encode())
        for rows in (self.digests, self.y, self.part):
            whole.update(np.ascontiguousarray(rows).tobytes())
        whole.update("\0".join(self.ids).encode("utf-8", "surrogatepass"))
        for name in sorted(self.columns):
            whole.update("\0".join([name, *self.columns[name]]).encode("utf-8", "surrogatepass"))
        return whole.hexdigest()


def describe(x: Pixels) -> dict[str, npt.NDArray[Any]]:
    """The ``digests``, ``sums`` and ``squares`` of pictures (N, H, W, C), block by block."""
    n, channels = len(x), x.shape[-1]
    block = max(1, _VALUES_AT_ONCE // max(1, int(np.prod(x.shape[1:]))))
    digests = np.empty((n, 16), np.uint8)
    sums, squares = np.empty((n, channels), np.int64), np.empty((n, channels), np.int64)
    for start in range(0, n, block):
        rows = np.ascontiguousarray(x[start : start + block])
        for i, picture in enumerate(rows, start):
            digests[i] = np.frombuffer(digest(picture), np.uint8)
        # Down the columns first, in whole numbers: exact, and ten times as fast as fractions.
        lines = rows.reshape(len(rows), rows.shape[1], -1)
        squared = np.square(lines, dtype=np.uint16)
        whole = np.uint32 if lines.shape[1] <= _MOST_LINES else np.uint64
        for total, values in ((sums, lines), (squares, squared)):
            columns = values.sum(axis=1, dtype=whole).reshape(len(rows), -1, channels)
            total[start : start + block] = columns.sum(axis=1, dtype=np.uint64)
    return {"digests": digests, "sums": sums, "squares": squares}


def digest(picture: Pixels) -> bytes:
    """16 bytes by which identical pictures are recognised."""
    return hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16).digest()
