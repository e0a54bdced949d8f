"""The neocognitron's S- and C-cells, after Fukushima 1980."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Array = npt.NDArray[np.floating]
MUCH = 1e4  # of learning: the weights are large, as after many showings
SIDES = (3, 3, 5)  # of what an S-cell looks at, layer by layer
STEPS = (2, 2, 1)  # how far apart the C-cells stand


def around(maps: Array, side: int) -> Array:
    """What each cell of a layer looks at: maps (C, H, W) as (H, W, C, side, side)."""
    edge = side // 2
    padded = np.pad(maps, ((0, 0), (edge, edge), (edge, edge)))
    seen: Array = sliding_window_view(padded, (side, side), axis=(1, 2))
    return seen.transpose(1, 2, 0, 3, 4)


def nearness(side: int) -> Array:
    """Weights that fall from the middle of a window to its corners."""
    bell: Array = np.exp(-0.5 * ((np.arange(side) - side // 2) / (side / 2.5)) ** 2)
    both: Array = np.outer(bell, bell) / bell.sum() ** 2
    return both


def s_layer(maps: Array, planes: Sequence[Array], r: float) -> tuple[Array, Array]:
    """Simple cells (planes, H, W), and the activity v (H, W) of what they look at.

    A cell compares its window with what its plane has learned. v inhibits it, so that it stays
    silent unless the likeness (the cosine) is above r / (1 + r).
    """
    learned = np.array(planes)
    side = learned.shape[-1]
    near = np.sqrt(nearness(side))
    seen = (around(maps, side) * near).reshape(*maps.shape[1:], -1)
    learned = (learned * near).reshape(len(planes), -1)
    v = np.linalg.norm(seen, axis=-1)
    # Not `@`: for so small a product the threads of a library would only wait for each other.
    excite = np.einsum("yxk,pk->pyx", seen, learned)
    inhibit = r / (1 + r) * np.linalg.norm(learned, axis=1)[:, None, None] * v
    cells: Array = r * np.maximum(0, (1 + MUCH * excite) / (1 + MUCH * inhibit) - 1)
    return cells, v


def c_layer(cells: Array, side: int, step: int) -> Array:
    """Complex cells: the sum of a plane over a window, on every second place, held below 1."""
    near = nearness(side) / nearness(side).max()
    seen = around(cells, side)[step // 2 :: step, step // 2 :: step]
    sums = np.einsum("yxpij,ij->pyx", seen, near)
    held: Array = sums / (0.5 + sums)
    return held


def learn(pictures: Sequence[Array], rs: Sequence[float]) -> list[list[Array]]:
    """Layer by layer, without a teacher: where all cells are silent, a new plane learns.

    It keeps what stands at the most active of these places, and looks for that everywhere.
    """
    layers = []
    for side, step, r in zip(SIDES, STEPS, rs, strict=True):
        planes: list[Array] = []
        for maps in pictures:
            unseen = s_layer(maps, [np.zeros((len(maps), side, side))], r)[1]
            while True:
                if planes:
                    cells, v = s_layer(maps, planes, r)
                    unseen = np.where(cells.max(axis=0) > 0, 0, v)
                if unseen.max() < 1e-6:
                    break
                place = np.unravel_index(unseen.argmax(), unseen.shape)
                planes.append(around(maps, side)[place])
                if side == SIDES[-1]:  # the last layer takes one place of each picture
                    break
        layers.append(planes)
        pictures = [c_layer(s_layer(maps, planes, r)[0], side, step) for maps in pictures]
    return layers


def see(picture: Array, layers: Sequence[Sequence[Array]], rs: Sequence[float]) -> list[Array]:
    """All maps of a picture (1, H, W): S- and C-cells in turn."""
    out = [picture]
    for planes, side, step, r in zip(layers, SIDES, STEPS, rs, strict=True):
        out.append(s_layer(out[-1], planes, r)[0])
        out.append(c_layer(out[-1], side, step))
    return out
