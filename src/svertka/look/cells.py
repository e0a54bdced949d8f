"""The arithmetic of any cell of any map: its window, the filter, the products, the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from torch import nn

from svertka.errors import UsageError
from svertka.look import pointwise, windows
from svertka.look.cell import Cell, Values
from svertka.look.kinds import kind_of
from svertka.look.subject import Picture, as_subject
from svertka.look.watch import Call

__all__ = ["Cell", "arithmetic", "cell"]

_TOLERANCE = 1e-4  # of the numbers that are summed: beyond single precision's rounding
_WINDOWS: dict[str, Callable[..., Cell]] = {
    "conv": windows.conv,
    "filters": windows.conv,
    "deconv": windows.deconv,
    "maxpool": windows.maxpool,
    "avgpool": windows.avgpool,
    "bn": pointwise.norm,
    "fc": pointwise.dense,
}
_ADAPTIVE: dict[str, Callable[..., Cell]] = {
    "adaptivemaxpool": windows.adaptivemax,
    "adaptiveavgpool": windows.adaptiveavg,
}
_MOVING = (
    *(nn.Flatten, nn.Unflatten, nn.PixelShuffle, nn.PixelUnshuffle, nn.ChannelShuffle),
    *(nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d),
    *(nn.ReflectionPad1d, nn.ReflectionPad2d, nn.ReflectionPad3d),
    *(nn.ReplicationPad1d, nn.ReplicationPad2d, nn.ReplicationPad3d),
)


def cell(network: Any, picture: Picture, layer: str, at: Sequence[int]) -> Cell:
    """How the number at ``at`` of a layer's output comes of the numbers before it.

    ``network`` is whatever `as_subject` takes, ``layer`` a path (``relu:2`` is the second run of a
    shared layer), ``at`` the channel and the place: (channel, y, x), one number after gap and fc.
    Known are convolutions, pools, batch norm, activations, fc, gap, sums, concatenations and what
    only moves numbers. Raises UsageError and UnknownName.

    >>> import torch
    >>> net = nn.Conv2d(1, 1, 2, bias=False)
    >>> _ = nn.init.ones_(net.weight)
    >>> found = cell(net, torch.arange(9.0).view(1, 3, 3), "", (0, 1, 1))
    >>> found.window[0].tolist(), found.result
    ([[4.0, 5.0], [7.0, 8.0]], 24.0)
    """
    subject = as_subject(network)
    calls = subject.calls(subject.view(picture).x, [layer], inputs=True)
    if layer not in calls:
        raise UsageError(f"The network did not run the layer {layer} for this picture.")
    return arithmetic(calls[layer], at)


def arithmetic(call: Call, at: Sequence[int]) -> Cell:
    """The arithmetic of one output number of a recorded call, which needs its inputs.

    For many cells of a layer: run the network once, then this for each. Raises UsageError, also
    where a class derived from a known layer computes something else than that layer.
    """
    place, shape = tuple(map(int, at)), tuple(call.output.shape[1:])
    if len(place) != len(shape) or not all(0 <= i < n for i, n in zip(place, shape, strict=True)):
        sizes = "x".join(map(str, shape))
        raise UsageError(f"There is no cell {place} in {call.name}: its output is {sizes}.")
    inputs = [windows.values_of(x[0]) for x in call.inputs]
    found = _of(call.module, inputs, place, shape)
    output = float(call.output[(0, *place)])
    numbers = found.window if found.products is None else found.products
    scale = max(1.0, float(abs(numbers).sum()))
    if not abs(found.result - output) <= _TOLERANCE * scale:
        raise UsageError(
            f"{call.name} is a {type(call.module).__name__} that gives {output:g} where its kind, "
            f"{found.kind}, would give {found.result:g}: its arithmetic is its own."
        )
    return replace(found, layer=call.name, output=output)


def _of(
    module: nn.Module, inputs: list[Values], at: tuple[int, ...], shape: tuple[int, ...]
) -> Cell:
    kind = kind_of(module)
    if kind == "add":
        return pointwise.add(inputs, at)
    if kind == "concat" or isinstance(module, _MOVING) or _repeats(module):
        return pointwise.moved(module, inputs, at, kind)
    if kind == "gap":
        return windows.gap(inputs[0], at)
    if kind in _WINDOWS:
        return _WINDOWS[kind](module, inputs[0], at)
    if kind in _ADAPTIVE:
        return _ADAPTIVE[kind](inputs[0], at, shape)
    if type(module) in pointwise.ACTIVATIONS or kind == "prelu":
        return pointwise.activation(module, inputs[0], at, kind)
    raise UsageError(
        f"The arithmetic of {type(module).__name__} is not known. Known: convolutions, pools, "
        "batch norm, activations, fc, gap, add, concat, and layers that only move numbers."
    )


def _repeats(module: nn.Module) -> bool:
    return isinstance(module, nn.Upsample) and module.mode == "nearest"
