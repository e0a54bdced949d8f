"""The numbers that the page needs to do a layer's arithmetic itself, no more than it may carry.

For each layer: some of its channels, a patch of its cells, the piece of the layer before that they
are made of, and the filters. What the page computes of them is what `svertka.look.cell` gives.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from svertka.look.plain import packed
from svertka.look.watch import Call
from svertka.workbench.computable import Floats, Layer, Lines, computable

Patch = tuple[slice, ...]

# The most wanted first: how many channels, and how many cells a side; None is all.
_WISHES = (
    *((None, None), (16, None), (8, None), (8, 32), (8, 16), (8, 8), (4, 8), (4, 4), (2, 4)),
    *((2, 2), (1, 2), (1, 1)),
)


@dataclass(frozen=True, eq=False)
class Carried:
    """What some cells of a layer are made of.

    ``channels`` are the layer's own, ``at`` the first cell of the patch. ``lines`` say for each
    axis, and each line of cells along it, where the window lies in the layer before, ``source``
    (S, places...) holds that piece, beginning at ``origin`` of a map of ``size``; ``names`` are its
    channels there, and ``inputs`` which of the S each of ``channels`` sees (None: all). ``weights``
    (channels, inputs, window...) is None where there are none; ``numbers`` are the others, one for
    each channel; ``output`` (channels, cells...) is the layer's.
    """

    kind: str
    formula: str
    channels: tuple[int, ...]
    at: tuple[int, ...]
    lines: Lines
    size: tuple[int, ...]
    origin: tuple[int, ...]
    source: Floats
    names: tuple[int, ...]
    inputs: tuple[tuple[int, ...], ...] | None
    output: Floats
    weights: Floats | None = None
    numbers: dict[str, list[float]] = field(default_factory=dict)
    padding_counts: bool = False

    @property
    def count(self) -> int:
        """How many numbers are carried."""
        return (
            self.source.size
            + self.output.size
            + (self.weights.size if self.weights is not None else 0)
        )

    def to_dict(self) -> dict[str, Any]:
        """The arithmetic as plain JSON types."""
        plain = {
            name: value for name, value in vars(self).items() if not isinstance(value, np.ndarray)
        }
        return {
            **plain,
            "source": packed(self.source),
            "output": packed(self.output),
            "weights": None if self.weights is None else packed(self.weights),
        }


def carried(call: Call, limit: int) -> Carried | None:
    """The arithmetic of as many of a layer's cells as ``limit`` numbers hold; None where the page
    does not know this kind, or where even one cell takes more."""
    layer = computable(call)
    if layer is None:
        return None
    strength = layer.output.reshape(len(layer.output), -1).max(1)
    for many, side in _WISHES:
        channels = np.sort(np.argsort(-strength, kind="stable")[:many]).tolist()
        patch = _patch(layer.output[int(strength.argmax())], side)
        if _cost(layer, channels, patch) <= limit:
            return _cut(layer, channels, patch)
    return None


def _patch(plane: Floats, side: int | None) -> Patch:
    """A square or a cube of cells around the strongest one, or all of them."""
    cuts = []
    strongest = np.unravel_index(int(plane.argmax()), plane.shape)
    for at, length in zip(map(int, strongest), plane.shape, strict=True):
        many = length if side is None else min(side, length)
        start = min(max(0, at - many // 2), length - many)
        cuts.append(slice(start, start + many))
    return tuple(cuts)


def _cost(layer: Layer, channels: Sequence[int], patch: Patch) -> int:
    """How many numbers these cells take."""
    own = 0 if layer.weights is None else int(layer.weights[0].size)
    piece = len(_names(layer, channels)) * math.prod(map(len, _spans(layer, patch)))
    cells: int = math.prod(cut.stop - cut.start for cut in patch)
    return piece + len(channels) * (own + cells)


def _cut(layer: Layer, channels: Sequence[int], patch: Patch) -> Carried:
    """These cells with all that they are made of."""
    spans = _spans(layer, patch)
    names = _names(layer, channels)
    place = {name: number for number, name in enumerate(names)}
    inputs = tuple(tuple(place[name] for name in layer.seen(c)) for c in channels)
    everything = tuple(range(len(names)))
    return Carried(
        layer.kind,
        layer.formula,
        tuple(channels),
        tuple(cut.start for cut in patch),
        tuple(axis[cut] for axis, cut in zip(layer.lines, patch, strict=True)),
        layer.x.shape[1:],
        tuple(span.start for span in spans),
        layer.x[np.ix_(names, *spans)],
        tuple(names),
        None if all(seen == everything for seen in inputs) else inputs,
        layer.output[list(channels)][(slice(None), *patch)],
        None if layer.weights is None else layer.weights[list(channels)],
        {name: values[list(channels)].tolist() for name, values in layer.numbers.items()},
        layer.padding_counts,
    )


def _names(layer: Layer, channels: Iterable[int]) -> list[int]:
    return sorted({name for channel in channels for name in layer.seen(channel)})


def _spans(layer: Layer, patch: Patch) -> list[range]:
    """Which lines of the layer before the patch is made of, along each axis."""
    found = []
    for lines, cut, length in zip(layer.lines, patch, layer.x.shape[1:], strict=True):
        inside = [i for line in lines[cut] for i in line if 0 <= i < length]
        found.append(range(min(inside), max(inside) + 1) if inside else range(0))
    return found
