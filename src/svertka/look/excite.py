"""What excites a layer's filters: the pictures and places of a data set, and the filters that
nothing excites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from svertka.data import Pictures
from svertka.errors import UsageError
from svertka.look.field import Window, window
from svertka.look.plain import packed
from svertka.look.subject import Many, Pixels, as_subject
from svertka.look.watch import Call
from svertka.records import Record

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Excited(Record):
    """For each filter of a layer the pictures that excite it most, strongest first.

    ``pictures`` (filters, top) are their numbers among the ``n`` that were given, ``values`` how
    strong the filter was at its strongest ``places`` (filters, top, axes) there. ``active`` is the
    share of pictures in which a filter was above 0 anywhere.
    """

    layer: str
    n: int
    pictures: Whole
    values: Floats
    places: Whole
    active: Floats

    @property
    def dead(self) -> tuple[int, ...]:
        """The filters that were above 0 nowhere in any picture.

        A statement about these pictures, and about the layer asked for: look at the activation
        that takes a convolution's output, not at the convolution.
        """
        return tuple(np.flatnonzero(self.active == 0).tolist())

    def to_dict(self) -> dict[str, Any]:
        """The pictures and places as plain JSON types."""
        return {
            "kind": "excited",
            "layer": self.layer,
            "n": self.n,
            "dead": list(self.dead),
            "pictures": packed(self.pictures),
            "values": packed(self.values),
            "places": packed(self.places),
            "active": packed(self.active),
        }

    def __str__(self) -> str:
        count = len(self.active)
        lines = [f"{self.layer}: {count} filters, {self.n:,} pictures, {len(self.dead)} dead"]
        for number in range(min(count, 10)):
            first = ", ".join(map(str, self.pictures[number, :5]))
            lines.append(f"  {number}: active in {self.active[number]:.0%}, most by {first}")
        return "\n".join(lines)


def excited(network: Any, layer: str, pictures: Many, *, top: int = 9, batch: int = 32) -> Excited:
    """The pictures and places of a data set that excite each filter of a layer most.

    ``pictures`` is a part of a data set, an array or a float tensor, read ``batch`` at a time;
    only the best of each filter are kept. Raises UnknownName, UsageError.

    >>> net = torch.nn.Conv2d(1, 1, 1, bias=False)
    >>> _ = torch.nn.init.ones_(net.weight)
    >>> x = torch.zeros(3, 1, 4, 4)
    >>> x[2, 0, 1, 3] = 5
    >>> found = excited(net, "", x, top=1)
    >>> found.pictures.tolist(), found.places.tolist()
    ([[2]], [[[1, 3]]])
    """
    return excited_each(network, [layer], pictures, top=top, batch=batch)[layer]


def excited_each(
    network: Any, layers: Sequence[str], pictures: Many, *, top: int = 9, batch: int = 32
) -> dict[str, Excited]:
    """`excited` of several layers by their names; every picture goes through the network once.

    >>> found = excited_each(torch.nn.Conv2d(1, 2, 1), [""], torch.ones(3, 1, 4, 4), top=2)
    >>> found[""].pictures.shape
    (2, 2)
    """
    subject = as_subject(network)
    best: dict[str, _Best] = {}
    for start, x in subject.batches(pictures, batch):
        calls = subject.calls(x, layers)
        for layer in layers:
            if layer not in calls:
                raise UsageError(f"The network did not run the layer {layer}.")
            if layer not in best:
                best[layer] = _Best(calls[layer], top)
            best[layer].take(calls[layer], start)
    if layers and not best:
        raise UsageError("No pictures were given.")
    return {layer: found.record(layer) for layer, found in best.items()}


def patches(
    network: Any, found: Excited, pictures: Pictures | Pixels, number: int
) -> tuple[list[Pixels], list[Window]]:
    """What one filter saw where it was most excited: cuts of its pictures, and their windows.

    The cuts are the parts of the windows that lie on the picture, so those at a border are smaller.
    For svertka's networks, whose pictures are uint8 (N, H, W, C) in the network's form.
    """
    subject = as_subject(network)
    cuts, windows = [], []
    for row, place in zip(found.pictures[number], found.places[number], strict=True):
        pixels = pictures.take([row])[0] if isinstance(pictures, Pictures) else pictures[row]
        shape = (pixels.shape[-1], *pixels.shape[:2])
        seen = window(subject, found.layer, place.tolist(), shape=subject.shape or shape)
        (top, bottom), (left, right) = seen.inside
        cuts.append(np.asarray(pixels[top : bottom + 1, left : right + 1]))
        windows.append(seen)
    return cuts, windows


class _Best:
    """The strongest answers of each filter so far."""

    def __init__(self, call: Call, top: int) -> None:
        filters, *places = call.output.shape[1:]
        self.shape, self.top, self.n = tuple(places), top, 0
        self.values = torch.empty(filters, 0)
        self.rows = torch.empty(filters, 0, dtype=torch.int64)
        self.flat = torch.empty(filters, 0, dtype=torch.int64)
        self.active = torch.zeros(filters)

    def take(self, call: Call, start: int) -> None:
        """Let a batch compete, the first of which is number ``start``."""
        output: Tensor = call.output.float().cpu()
        values, flat = output.flatten(2).max(2) if output.dim() > 2 else (output, None)
        flat = torch.zeros_like(values, dtype=torch.int64) if flat is None else flat
        rows = torch.arange(start, start + len(values)).expand(values.shape[1], -1)
        self.n += len(values)
        self.active += (values > 0).float().sum(0)
        values = torch.cat([self.values, values.T], 1)
        order = values.argsort(dim=1, descending=True, stable=True)[:, : self.top]
        self.values = values.gather(1, order)
        self.rows = torch.cat([self.rows, rows], 1).gather(1, order)
        self.flat = torch.cat([self.flat, flat.T], 1).gather(1, order)

    def record(self, layer: str) -> Excited:
        """What has won."""
        flat = self.flat.numpy()
        places = np.stack(np.unravel_index(flat, self.shape), -1) if self.shape else None
        return Excited(
            layer,
            self.n,
            self.rows.numpy(),
            self.values.numpy(),
            np.zeros((*flat.shape, 0), np.int64) if places is None else places,
            (self.active / self.n).numpy(),
        )
