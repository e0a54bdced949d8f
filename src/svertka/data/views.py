"""The views of a picture whose answers are averaged: itself, its mirror, it moved a little."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Views = Literal["one", "mirrored", "shifted", "both"]

_SIDE = 28  # a shift is one pixel in so many: MNIST's side, and nearly CIFAR's


def views_of(x: Pixels, views: Views) -> Iterator[Pixels]:
    """Pictures (N, H, W, C) as they are, then each other view of all of them.

    ``mirrored`` adds the mirror image, ``shifted`` two moves along a diagonal, ``both`` these and
    their mirror images: 1, 2, 3 or 6 views. What comes in from outside repeats the border.
    Source: Krizhevsky et al. 2012; the moves are those of Jordan's airbench, 2024.

    >>> x = np.arange(4, dtype=np.uint8).reshape(1, 1, 4, 1)
    >>> [view.flatten().tolist() for view in views_of(x, "shifted")]
    [[0, 1, 2, 3], [0, 0, 1, 2], [1, 2, 3, 3]]
    """
    mirrors = (False, True) if views in ("mirrored", "both") else (False,)
    moves = (0, -1, 1) if views in ("shifted", "both") else (0,)
    yield from (_seen(x, mirror, move) for mirror in mirrors for move in moves)


def _seen(x: Pixels, mirror: bool, move: int) -> Pixels:
    rows, columns = (_places(side, move) for side in x.shape[1:3])
    columns = columns[::-1] if mirror else columns
    return x[:, rows[:, None], columns] if mirror or move else x


def _places(side: int, move: int) -> npt.NDArray[np.int64]:
    """Where each of ``side`` pixels is read from."""
    step = max(1, round(side / _SIDE))
    return np.clip(np.arange(side) + move * step, 0, side - 1)
