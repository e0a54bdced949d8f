"""Pictures shifted by whole pixels and mirrored: nothing is blurred, and nothing is computed.

Pixels are only copied, while they are still small: interpolation would take many times as long.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

Outside = Literal["border", "reflection", "fill"]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_LARGE = 64 * 64  # pixels from which pictures are cut one by one


def moved(
    raw: torch.Tensor,
    moves: Ints,
    mirrored: Flags,
    margin: tuple[int, int] = (0, 0),
    outside: Outside = "border",
    fill: float = 0.0,
) -> torch.Tensor:
    """What is seen of pictures (N, H, W, C) from places ``moves`` (N, 2) further right and down.

    Some are ``mirrored`` (N,) left to right. A ``margin`` (rows, columns) around them is cut off;
    what lies beyond it is their border, their reflection, or ``fill``: then in float32, else in the
    type of ``raw``.

    >>> moved(torch.arange(4).view(1, 1, 4, 1), np.array([[1, 0]]), np.array([False])).flatten()
    tensor([1, 2, 3, 3])
    """
    if not (any(margin) or moves.any() or mirrored.any()):
        return raw
    n, high, wide, channels = raw.shape
    height, width = high - 2 * margin[0], wide - 2 * margin[1]
    corners = moves[:, ::-1] + margin
    if raw.device.type == "cpu" and height * width >= _LARGE:
        room = (high - height, wide - width)
        if ((corners >= 0) & (corners <= room)).all():
            return _pieces(raw, corners, mirrored, (height, width))
    across = np.where(mirrored[:, None], np.arange(width)[::-1], np.arange(width))
    columns, column_is_inside = _inside(across + corners[:, 1:], wide, outside)
    rows, row_is_inside = _inside(np.arange(height) + corners[:, :1], high, outside)
    rows += high * np.arange(n)[:, None]
    places = torch.from_numpy(rows * wide).to(raw.device)[:, :, None]
    places = places + torch.from_numpy(columns).to(raw.device)[:, None, :]
    found = raw.reshape(-1, channels).index_select(0, places.view(-1))
    batch = found.view(n, height, width, channels)
    if outside == "fill":
        there = row_is_inside[:, :, None] & column_is_inside[:, None, :]
        beyond = torch.from_numpy(~there).to(raw.device)[..., None]
        batch = batch.to(torch.float32).masked_fill_(beyond, fill)
    return batch


def _pieces(
    raw: torch.Tensor, corners: Ints, mirrored: Flags, size: tuple[int, int]
) -> torch.Tensor:
    """A piece of each picture, from its upper left corner on: of large ones ten times as fast as
    to gather pixel by pixel."""
    (height, width), (n, *_, channels) = size, raw.shape
    pieces = raw.new_empty((n, height, width, channels))
    each = zip(raw, pieces, corners.tolist(), mirrored.tolist(), strict=True)
    for picture, piece, (top, left), turned in each:
        cut = picture[top : top + height, left : left + width]
        piece.copy_(cut.flip(1) if turned else cut)
    return pieces


def _inside(places: Ints, side: int, outside: Outside) -> tuple[Ints, Flags]:
    """Places along a side, those beyond it led back; which were on it."""
    if outside == "reflection":
        turn = places % (2 * side)
        back = np.minimum(turn, 2 * side - 1 - turn)
    else:
        back = np.clip(places, 0, side - 1)
    return back, back == places
