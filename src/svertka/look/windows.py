"""The arithmetic of layers that slide a window: convolutions and pools, in 1-D, 2-D and 3-D.

Every function takes a module, its input (channels, places...) in double precision and the place
of an output number, and returns its `Cell`. Sources: the formulas of torch's documentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.errors import UsageError
from svertka.look.cell import Cell, Positions, Values

At = tuple[int, ...]


def conv(module: Any, x: Values, at: At) -> Cell:
    """Σ window · filter + bias; Filters of the house are depthwise convolutions with padding 1."""
    channel, *place = at
    own = hasattr(module, "kernels")
    weight = values_of(module.kernels if own else module.weight)
    axes = len(place)
    stride, dilation = ((1,) * axes,) * 2 if own else (module.stride, module.dilation)
    befores = (1,) * axes if own else _before(module)
    groups = len(x) if own else module.groups
    channels = _group(channel, len(weight) // groups, weight.shape[1])
    positions = tuple(
        tuple(o * s - b + t * d for t in range(k))
        for o, s, b, d, k in zip(place, stride, befores, dilation, weight.shape[2:], strict=True)
    )
    window, inside = gather(x[list(channels)], positions, getattr(module, "padding_mode", "zeros"))
    bias = getattr(module, "bias", None)
    return _weighted("conv", at, window, channels, positions, inside, weight[channel], bias)


def deconv(module: Any, x: Values, at: At) -> Cell:
    """Σ window · filter + bias, over the taps that carry a number to this place."""
    channel, *place = at
    weight = values_of(module.weight)
    share = weight.shape[1]
    channels = _group(channel, share, len(weight) // module.groups)
    positions = tuple(
        tuple((o + p - t * d) // s if (o + p - t * d) % s == 0 else None for t in range(k))
        for o, s, p, d, k in zip(
            place, module.stride, module.padding, module.dilation, weight.shape[2:], strict=True
        )
    )
    window, inside = gather(x[list(channels)], positions)
    taps = weight[list(channels), channel % share]
    return _weighted("deconv", at, window, channels, positions, inside, taps, module.bias)


def maxpool(module: Any, x: Values, at: At) -> Cell:
    """The largest number of the window; padding never wins."""
    channel, *place = at
    axes = len(place)
    kernel, stride, padding, dilation = (
        _each(value, axes)
        for value in (module.kernel_size, module.stride, module.padding, module.dilation)
    )
    positions = tuple(
        tuple(o * s - p + t * d for t in range(k))
        for o, s, p, d, k in zip(place, stride, padding, dilation, kernel, strict=True)
    )
    return _largest("maxpool", x, at, channel, positions)


def avgpool(module: Any, x: Values, at: At) -> Cell:
    """The sum of the window divided by how many places it has; padding may count."""
    channel, *place = at
    axes = len(place)
    kernel, stride, padding = (
        _each(value, axes) for value in (module.kernel_size, module.stride, module.padding)
    )
    # with ceil_mode the last window may reach beyond the padding, which nothing counts
    positions = tuple(
        tuple(range(o * s - p, min(o * s - p + k, n + p)))
        for o, s, p, k, n in zip(place, stride, padding, kernel, x.shape[1:], strict=True)
    )
    window, inside = gather(x[[channel]], positions)
    counted = inside.size if module.count_include_pad else int(inside.sum())
    divisor = getattr(module, "divisor_override", None) or counted
    return _mean("avgpool", at, window, positions, inside, divisor)


def adaptivemax(x: Values, at: At, shape: Sequence[int]) -> Cell:
    """The largest number of a window whose ends divide the picture as evenly as they can."""
    positions = _even(x.shape[1:], shape[1:], at[1:])
    return _largest("maxpool", x, at, at[0], positions)


def adaptiveavg(x: Values, at: At, shape: Sequence[int]) -> Cell:
    """The mean of a window whose ends divide the picture as evenly as they can."""
    positions = _even(x.shape[1:], shape[1:], at[1:])
    window, inside = gather(x[[at[0]]], positions)
    return _mean("avgpool", at, window, positions, inside, inside.size)


def gap(x: Values, at: At) -> Cell:
    """The mean of a whole map."""
    positions = tuple(tuple(range(n)) for n in x.shape[1:])
    window, inside = gather(x[[at[0]]], positions)
    return _mean("gap", at, window, positions, inside, inside.size)


def gather(
    x: Values, positions: Positions, mode: str = "zeros"
) -> tuple[Values, npt.NDArray[np.bool_]]:
    """The numbers (channels, places...) at the positions, and which of them are no padding.

    >>> gather(np.arange(4.0)[None], ((-1, 0, 1),), "reflect")[0]
    array([[1., 0., 1.]])
    """
    sources, within = [], []
    for axis, length in zip(positions, x.shape[1:], strict=True):
        there = np.array([-1 if at is None else at for at in axis], np.int64)
        within.append((there >= 0) & (there < length))
        sources.append(_source(there, length, mode))
    inside = np.ones(tuple(map(len, positions)), np.bool_)
    for number, mask in enumerate(within):
        inside &= mask.reshape([-1 if n == number else 1 for n in range(len(within))])
    window: Values = x[np.ix_(np.arange(len(x)), *sources)]
    return (np.where(inside, window, 0.0) if mode == "zeros" else window), inside


def values_of(tensor: Any) -> Values:
    """A tensor's numbers in double precision."""
    array: Values = tensor.detach().double().cpu().numpy()
    return array


def _source(there: npt.NDArray[np.int64], length: int, mode: str) -> npt.NDArray[np.int64]:
    """Where the number of a position comes from, which may lie outside."""
    if mode == "circular":
        return np.asarray(there % length)
    if mode == "reflect":
        there = np.abs(there)
        return np.asarray(np.where(there >= length, 2 * (length - 1) - there, there))
    return np.asarray(np.clip(there, 0, length - 1))


def _before(module: Any) -> tuple[int, ...]:
    """How many places of padding lie before the first one of each axis."""
    if module.padding == "valid":
        return (0,) * len(module.kernel_size)
    if module.padding == "same":  # an odd number of places: one more after than before
        return tuple(
            d * (k - 1) // 2 for k, d in zip(module.kernel_size, module.dilation, strict=True)
        )
    return tuple(module.padding)


def _group(channel: int, outputs: int, inputs: int) -> tuple[int, ...]:
    """The channels that the group of an output channel sees."""
    first = channel // outputs * inputs
    return tuple(range(first, first + inputs))


def _each(value: Any, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)


def _even(lengths: Sequence[int], outputs: Sequence[int], place: Sequence[int]) -> Positions:
    return tuple(
        tuple(range(o * n // m, -(-(o + 1) * n // m)))
        for o, n, m in zip(place, lengths, outputs, strict=True)
    )


def _weighted(
    kind: str,
    at: At,
    window: Values,
    channels: tuple[int, ...],
    positions: Positions,
    inside: npt.NDArray[np.bool_],
    weights: Values,
    bias: Any,
) -> Cell:
    numbers = {} if bias is None else {"bias": float(values_of(bias)[at[0]])}
    result = float((window * weights).sum()) + numbers.get("bias", 0.0)
    formula = "Σ window · filter + bias" if numbers else "Σ window · filter"
    return Cell(kind, formula, at, window, channels, positions, inside, result, weights, numbers)


def _largest(kind: str, x: Values, at: At, channel: int, positions: Positions) -> Cell:
    window, inside = gather(x[[channel]], positions)
    if not inside.any():
        raise UsageError(f"The window of {at} lies in the padding alone.")
    result = float(window[0][inside].max())
    return Cell(kind, "max window", at, window, (channel,), positions, inside, result)


def _mean(
    kind: str,
    at: At,
    window: Values,
    positions: Positions,
    inside: npt.NDArray[np.bool_],
    divisor: int,
) -> Cell:
    numbers = {"divisor": float(divisor)}
    result = float(window.sum()) / divisor
    channels = (at[0],)
    formula = "Σ window / divisor"
    return Cell(kind, formula, at, window, channels, positions, inside, result, numbers=numbers)
