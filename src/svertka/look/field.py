"""What a cell of a layer can see of the picture: computed from the net's text, or measured.

Sources: Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019;
lectures 002 and 004.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka.errors import UsageError
from svertka.grammar.field import Field as Axes
from svertka.look.exposed import exposed
from svertka.look.subject import Subject, as_subject
from svertka.look.watch import Call, watch
from svertka.records import Record

_PASSES = 8
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Window(Record):
    """The pixels that the cells at one ``place`` of a layer can depend on, axis by axis.

    ``spans`` are first and last pixels; computed ones reach beyond the picture where padding is
    seen, ``measured`` ones cannot. ``size`` is the picture's.
    """

    layer: str
    place: tuple[int, ...]
    size: tuple[int, ...]
    spans: Spans
    measured: bool

    @property
    def inside(self) -> Spans:
        """The part of the window that lies on the picture."""
        return tuple(
            (max(low, 0), min(high, length - 1))
            for (low, high), length in zip(self.spans, self.size, strict=True)
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """How many pixels the window spans along each axis."""
        return tuple(high - low + 1 for low, high in self.spans)

    def to_dict(self) -> dict[str, Any]:
        """The window as plain JSON types."""
        return {
            "kind": "window",
            "layer": self.layer,
            "place": list(self.place),
            "size": list(self.size),
            "spans": [list(span) for span in self.spans],
            "inside": [list(span) for span in self.inside],
            "measured": self.measured,
        }

    def __str__(self) -> str:
        spans = " x ".join(f"{low}..{high}" for low, high in self.spans)
        how = "measured" if self.measured else "computed"
        place = ", ".join(map(str, self.place))
        return f"{self.layer}[{place}] sees pixels {spans} ({how})"


def window(
    network: Any,
    layer: str,
    place: Sequence[int] | None = None,
    *,
    shape: Sequence[int] | None = None,
    measured: bool | None = None,
) -> Window:
    """What the cells at ``place`` of a layer can see of the picture; None is the middle.

    Of svertka's own nets it is computed, of others (or if ``measured``) found by gradients through
    `exposed`, a copy in which nothing hides a dependence. ``shape`` is that of a picture, channels
    first, where the network does not say. Raises UnknownName, UsageError.

    >>> net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Conv2d(2, 2, 3))
    >>> window(net, "1", (4, 4), shape=(1, 20, 20)).spans
    ((4, 8), (4, 8))
    """
    subject = as_subject(network)
    size = shape_of(subject, shape)
    axes = computed(subject, layer, size)
    if measured is False and axes is None:
        raise UsageError(f"The window of {layer} is not known from a text. It can be measured.")
    if axes is None or measured:
        return _measured(subject, layer, place, size)
    assert subject.plan is not None
    output = subject.plan.layer(layer).output[1:]
    at = middle(output) if place is None else tuple(map(int, place))
    _check(layer, at, output)
    # after gap and fc all places are seen
    spans = tuple(axis.at(i) for axis, i in zip(axes, at or (0,) * len(axes), strict=True))
    return Window(layer, at, size[1:], spans, measured=False)


def shape_of(subject: Subject, shape: Sequence[int] | None) -> tuple[int, ...]:
    """The shape of a picture, channels first: as given, or the network's own."""
    found = subject.shape if shape is None else tuple(map(int, shape))
    if found is None:
        raise UsageError(
            "Nobody knows the size of this network's pictures. Give shape=(channels, height, width)"
        )
    return found


def middle(places: Sequence[int]) -> tuple[int, ...]:
    """The place in the middle of a map."""
    return tuple(length // 2 for length in places)


def cells_at(values: torch.Tensor, place: Sequence[int]) -> torch.Tensor:
    """The numbers (N, C) of all channels at one place of maps (N, C, places...)."""
    for i in place:
        values = values[:, :, i]
    return values


class _Reached(Exception):
    """The layer that somebody waits for has run: what comes after it need not."""

    def __init__(self, call: Call) -> None:
        self.call = call


def passed(module: torch.nn.Module, layer: str, x: torch.Tensor) -> Call:
    """One layer's call with its history, in the mode that the module is in; no layer runs after."""

    def stop(call: Call) -> None:
        if call.name == layer:
            raise _Reached(call)

    device = next((p.device for p in module.parameters()), torch.device("cpu"))
    given = x.to(device).requires_grad_().clone()  # some networks change their input in place
    with torch.enable_grad(), watch(module, [layer], gradients=True, on_call=stop):
        try:
            module(given)
        except _Reached as reached:
            return reached.call
        except RuntimeError as error:
            shape = tuple(x.shape)
            raise UsageError(f"The network cannot take an input of {shape}: {error}") from error
    raise UsageError(f"The network did not run the layer {layer}.")


def _measured(
    subject: Subject, layer: str, place: Sequence[int] | None, size: tuple[int, ...]
) -> Window:
    net = exposed(subject.module)
    generator = torch.Generator().manual_seed(0)
    seen: npt.NDArray[np.bool_] = np.zeros(size[1:], np.bool_)
    for _ in range(_PASSES):
        # a maximum outside the modules lets one number through: other pictures, other numbers
        x = 0.5 + torch.rand(1, *size, generator=generator, dtype=torch.double)
        x = x.to(subject.device).requires_grad_()
        call = passed(net, layer, x)
        output = tuple(call.output.shape[2:])
        at = middle(output) if place is None else tuple(map(int, place))
        _check(layer, at, output)
        if call.live is None:
            raise UsageError(f"{layer} does not depend on the picture.")
        (gradient,) = torch.autograd.grad(cells_at(call.live, at).sum(), x)
        more = seen | (gradient[0].abs().amax(0) > 0).cpu().numpy()
        if seen.any() and (more == seen).all():
            break
        seen = more
    if not seen.any():
        raise UsageError(f"No gradient of {layer} at {at} reaches the picture.")
    spans = []
    for axis in range(seen.ndim):
        others = tuple(other for other in range(seen.ndim) if other != axis)
        where = np.flatnonzero(seen.any(axis=others))
        spans.append((int(where[0]), int(where[-1])))
    return Window(layer, at, size[1:], tuple(spans), measured=True)


def computed(subject: Subject, layer: str, size: tuple[int, ...]) -> Axes | None:
    """The window along each axis by the plan, where the plan is of pictures of this size."""
    plan = subject.plan
    if plan is None or plan.input != size:
        return None
    return next((found.field for found in plan.layers if found.path == layer), None)


def _check(layer: str, at: tuple[int, ...], output: Sequence[int]) -> None:
    fits = len(at) == len(output) and all(0 <= i < n for i, n in zip(at, output, strict=True))
    if not fits:
        sizes = "x".join(map(str, output)) or "none"
        raise UsageError(f"{layer} has no place {at}: its places are {sizes}.")
