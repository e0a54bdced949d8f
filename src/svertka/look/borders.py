"""Border effects: what padding does to the numbers near the edge of a map.

Source: lectures 002 and 004.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka.errors import UsageError
from svertka.look.exposed import exposed, unpadded
from svertka.look.field import computed, passed, shape_of
from svertka.look.plain import packed
from svertka.look.subject import Many, Subject, as_subject
from svertka.records import Record


@dataclass(frozen=True, eq=False)
class Borders(Record):
    """How much of each place of a layer is padding instead of picture.

    ``paths`` (places...) is the share of the ways from a cell to the input that end in padding,
    all taps weighing the same; ``outside`` the share of its window that lies beyond the picture,
    None where the window is not computed. ``changes`` is how far the layer's numbers for real
    pictures would be others if padding repeated the border instead of adding zeros: the mean
    difference over ``samples`` pictures, 1 for the layer's mean absolute number; None without.
    """

    layer: str
    paths: npt.NDArray[np.float64]
    outside: npt.NDArray[np.float64] | None
    changes: npt.NDArray[np.float64] | None = None
    samples: int = 0

    @property
    def touched(self) -> float:
        """The share of places that see any padding."""
        return float((self.paths > 1e-9).mean())

    def to_dict(self) -> dict[str, Any]:
        """The borders as plain JSON types."""
        return {
            "kind": "borders",
            "layer": self.layer,
            "touched": self.touched,
            "samples": self.samples,
            **{
                name: None if values is None else packed(values.astype(np.float32))
                for name, values in (
                    ("paths", self.paths),
                    ("outside", self.outside),
                    ("changes", self.changes),
                )
            },
        }

    def __str__(self) -> str:
        size = "x".join(map(str, self.paths.shape))
        return (
            f"{self.layer}, {size} places: {self.touched:.0%} of them see padding, "
            f"which is up to {self.paths.max():.0%} of what they are made of"
        )


def borders(
    network: Any,
    layer: str,
    *,
    shape: Sequence[int] | None = None,
    pictures: Many | None = None,
    samples: int = 8,
) -> Borders:
    """How much padding each place of a layer sees: what makes a picture's border unlike its middle.

    A picture of ones goes through `exposed`, in which only padding makes a number smaller, and once
    more with padding that repeats the border. So do the first ``samples`` of ``pictures`` through
    the network itself. Raises UnknownName, UsageError.

    >>> found = borders(torch.nn.Conv2d(1, 1, 3, padding=1), "", shape=(1, 4, 4))
    >>> found.paths.round(3)[0].tolist(), found.touched
    ([0.556, 0.333, 0.333, 0.556], 0.75)
    """
    subject = as_subject(network)
    size = shape_of(subject, shape)
    net = exposed(subject.module)
    ones = torch.ones(1, *size, dtype=torch.double)
    values = passed(net, layer, ones).output[0].mean(0).cpu().numpy()
    full = passed(unpadded(net), layer, ones).output[0].mean(0).cpu().numpy()
    if values.ndim == 0:
        raise UsageError(f"{layer} has no places: there is no border to look at.")
    paths = np.clip(1 - values / full, 0, 1)
    outside = None
    if (axes := computed(subject, layer, size)) is not None:
        inside: npt.NDArray[np.float64] = np.ones(())
        for axis, places, length in zip(axes, values.shape, size[1:], strict=True):
            shares = [_share(*axis.at(i), length) for i in range(places)]
            inside = np.multiply.outer(inside, shares)
        outside = 1 - inside
    if pictures is None:
        return Borders(layer, paths, outside)
    return Borders(layer, paths, outside, *_changes(subject, layer, pictures, samples))


def _changes(
    subject: Subject, layer: str, pictures: Many, samples: int
) -> tuple[npt.NDArray[np.float64], int]:
    """How far the numbers of a layer are others with padding that repeats the border."""
    twin = replace(subject, module=unpadded(copy.deepcopy(subject.module)))
    apart, size, count = np.zeros(()), 0.0, 0
    for start, x in subject.batches(pictures, samples):
        if start >= samples:
            break
        mine, other = (one.calls(x, [layer])[layer].output.double() for one in (subject, twin))
        apart = apart + (mine - other).abs().mean(1).sum(0).cpu().numpy()
        size, count = size + float(mine.abs().mean()) * len(x), count + len(x)
    return apart / (size or 1.0), count


def _share(low: int, high: int, length: int) -> float:
    return (min(high, length - 1) - max(low, 0) + 1) / (high - low + 1)
