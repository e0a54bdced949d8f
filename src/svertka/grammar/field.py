"""Receptive fields: which input pixels a number of a layer's output depends on.

Along an axis, output number ``i = q * period + r`` sees the pixels from ``lows[r] + q * advance``
to ``highs[r] + q * advance``. An ordinary layer has period 1, and ``advance`` is its step in
pixels; up-sampling makes periods. Padding counts as pixels outside (negative numbers).
Source: Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019.
"""

from __future__ import annotations

from itertools import pairwise
from math import gcd, lcm
from typing import NamedTuple, TypeAlias


class Axis(NamedTuple):
    """The receptive field along one axis; ``advance`` 0 means that all outputs see the same."""

    period: int
    advance: int
    lows: tuple[int, ...]
    highs: tuple[int, ...]

    @property
    def size(self) -> int:
        """The width in pixels of the widest field."""
        return max(high - low for low, high in zip(self.lows, self.highs, strict=True)) + 1

    @property
    def step(self) -> float:
        """How far the field moves from one output number to the next, in pixels."""
        return self.advance / self.period

    @property
    def offset(self) -> int:
        """The first pixel that output number 0 sees; negative inside the padding."""
        return self.lows[0]

    def at(self, i: int) -> tuple[int, int]:
        """The first and the last pixel that output number ``i`` sees."""
        q, r = divmod(i, self.period)
        return self.lows[r] + q * self.advance, self.highs[r] + q * self.advance


Field: TypeAlias = tuple[Axis, ...]

START = Axis(1, 1, (0,), (0,))


def window(axis: Axis, kernel: int, stride: int, padding: int, dilation: int) -> Axis:
    """The field after a sliding window: a convolution or a pooling."""
    period, advance, lows, highs = axis
    reach = dilation * (kernel - 1)
    if period == 1:
        low = lows[0] - padding * advance
        return Axis(1, advance * stride, (low,), (highs[0] + (reach - padding) * advance,))
    new_period = period // gcd(period, stride)
    # the lows rise from one period to the next, so the first and the last hold the ends
    taps = range(0, reach + 1, dilation)
    ends = (*taps[:period], *taps[-period:])
    seen = [[axis.at(i * stride - padding + tap) for tap in ends] for i in range(new_period)]
    return _axis(new_period, advance * stride * new_period // period, seen)


def up(axis: Axis, factor: int) -> Axis:
    """The field after nearest-neighbour up-sampling."""
    seen = [[axis.at(i // factor)] for i in range(axis.period * factor)]
    return _axis(axis.period * factor, axis.advance, seen)


def transposed(axis: Axis, kernel: int, stride: int, padding: int, dilation: int) -> Axis:
    """The field after a transposed convolution: input i reaches i*stride - padding + taps."""
    period = axis.period * stride
    taps = range(0, dilation * (kernel - 1) + 1, dilation)
    seen = [
        [axis.at((i + padding - t) // stride) for t in taps if (i + padding - t) % stride == 0]
        for i in range(period)
    ]
    return _axis(period, axis.advance, seen)


def whole(axis: Axis, length: int, places: int) -> Axis:
    """What all ``places`` outputs see together, inside a picture of ``length`` pixels."""
    ends = range(min(places, axis.period)), range(max(0, places - axis.period), places)
    low = min(axis.at(i)[0] for i in ends[0])
    high = max(axis.at(i)[1] for i in ends[1])
    return Axis(1, 0, (max(low, 0),), (min(high, length - 1),))


def union(fields: list[Field | None]) -> Field | None:
    """The field of branches joined; None if the branches move over the picture at unlike rates."""
    known = [field for field in fields if field is not None]
    if len(known) < len(fields) or len({len(field) for field in known}) != 1:
        return None
    axes = [_joined(axes) for axes in zip(*known, strict=True)]
    return None if None in axes else tuple(axis for axis in axes if axis is not None)


def _joined(axes: tuple[Axis, ...]) -> Axis | None:
    first = axes[0]
    if all(axis == first for axis in axes):
        return first
    if len({axis.advance * first.period - first.advance * axis.period for axis in axes}) != 1:
        return None
    period = lcm(*(axis.period for axis in axes))
    seen = [[axis.at(i) for axis in axes] for i in range(period)]
    return _axis(period, first.advance * period // first.period, seen)


def _axis(period: int, advance: int, seen: list[list[tuple[int, int]]]) -> Axis:
    """The axis whose output r sees the spans in ``seen[r]``, with its shortest period."""
    lows = tuple(min(low for low, _ in spans) for spans in seen)
    highs = tuple(max(high for _, high in spans) for spans in seen)
    steady = all(
        later - earlier == advance // period and advance % period == 0
        for ends in (lows, highs)
        for earlier, later in pairwise(ends)
    )
    if steady and period > 1:
        return Axis(1, advance // period, lows[:1], highs[:1])
    return Axis(period, advance, lows, highs)
