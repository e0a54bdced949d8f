"""The effective receptive field: how much each pixel really counts for a cell.

Source: Luo, Li, Urtasun, Zemel: Understanding the Effective Receptive Field in Deep Convolutional
Neural Networks, 2016: it is a Gaussian, and much smaller than the window that a cell can see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import least_squares
from torch import Tensor

from svertka.errors import UsageError
from svertka.look.field import Window, cells_at, middle, passed, shape_of, window
from svertka.look.plain import packed
from svertka.look.subject import Many, Subject, as_subject
from svertka.look.watch import still
from svertka.records import Record

Floats = npt.NDArray[np.float64]
COUNTED = 0.0455  # of the largest: what lies within two deviations of a Gaussian, as in the paper


@dataclass(frozen=True, eq=False)
class Effective(Record):
    """How much each pixel counts for the cells at one place of a layer.

    ``weights`` (places of the picture) is the mean absolute gradient over ``samples`` pictures,
    its sum 1. ``centre`` and ``sigma`` are those of the Gaussian fitted along each axis, in pixels.
    ``window`` is what the cells can see at most.
    """

    layer: str
    weights: Floats
    centre: tuple[float, ...]
    sigma: tuple[float, ...]
    samples: int
    window: Window

    @property
    def size(self) -> float:
        """The side of a square (cube) with as many pixels as count for more than 4.55% of the most
        that one counts: the paper's measure."""
        counted = int((self.weights > COUNTED * self.weights.max()).sum())
        return float(counted ** (1 / self.weights.ndim))

    @property
    def share(self) -> float:
        """That size as a share of the window's on the picture."""
        spans = [high - low + 1 for low, high in self.window.inside]
        return float(self.size / np.prod(spans) ** (1 / len(spans)))

    def to_dict(self) -> dict[str, Any]:
        """The field as plain JSON types."""
        return {
            "kind": "effective_field",
            "layer": self.layer,
            "weights": packed(self.weights.astype(np.float32)),
            "centre": list(self.centre),
            "sigma": list(self.sigma),
            "samples": self.samples,
            "size": self.size,
            "share": self.share,
            "window": self.window.to_dict(),
        }

    def __str__(self) -> str:
        sigma = " x ".join(f"{width:.1f}" for width in self.sigma)
        spans = "x".join(str(high - low + 1) for low, high in self.window.inside)
        return (
            f"{self.layer}: can see {spans} pixels, in effect {self.size:.1f} a side "
            f"({self.share:.0%}); Gaussian of deviation {sigma}"
        )


def effective(
    network: Any,
    layer: str,
    place: Sequence[int] | None = None,
    *,
    pictures: Many | None = None,
    shape: Sequence[int] | None = None,
    samples: int = 16,
    seed: int = 0,
) -> Effective:
    """How much each pixel counts for the cells at ``place`` of a layer; None is the middle.

    The gradient of the sum of all channels there, its absolute value averaged over ``samples``
    pictures: the first of ``pictures``, or normal noise of ``seed``. ``shape`` is that of a
    picture, channels first, where the network does not say. Raises UnknownName, UsageError.

    >>> net = torch.nn.Conv2d(1, 1, 3)
    >>> effective(net, "", shape=(1, 9, 9), samples=1).window.spans
    ((3, 5), (3, 5))
    """
    subject = as_subject(network)
    size = shape_of(subject, shape)
    seen = window(subject, layer, place, shape=size)
    total = np.zeros(size[1:])
    count = 0
    with still(subject.module, gradients=True):
        for x in _inputs(subject, size, pictures, samples, seed):
            total += _counting(subject, layer, x, place)
            count += len(x)
    if not total.any():
        raise UsageError(f"No gradient of {layer} reaches the picture: its cells are dead there.")
    weights = total / total.sum()
    fits = [_gaussian(_along(weights, axis)) for axis in range(weights.ndim)]
    centre, sigma = zip(*fits, strict=True)
    return Effective(layer, weights, centre, sigma, count, seen)


def _inputs(
    subject: Subject, size: tuple[int, ...], pictures: Many | None, samples: int, seed: int
) -> Iterator[Tensor]:
    """At most ``samples`` pictures, a few at a time."""
    few = min(samples, 4)
    if pictures is None:
        generator = torch.Generator().manual_seed(seed)
        for start in range(0, samples, few):
            count = min(few, samples - start)
            yield torch.randn(count, *size, generator=generator).to(subject.device)
        return
    for start, x in subject.batches(pictures, few):
        if start >= samples:
            return
        yield x[: samples - start]


def _counting(subject: Subject, layer: str, x: Tensor, place: Sequence[int] | None) -> Floats:
    """The absolute gradients of a batch, summed over pictures and channels."""
    x = x.detach().requires_grad_()
    live = passed(subject.module, layer, x).live
    if live is None:
        raise UsageError(f"{layer} does not depend on the picture.")
    at = middle(live.shape[2:]) if place is None else tuple(place)
    (gradient,) = torch.autograd.grad(cells_at(live, at).sum(), x)
    found: Floats = gradient.abs().sum((0, 1)).double().cpu().numpy()
    return found


def _along(weights: Floats, axis: int) -> Floats:
    """The sums along one axis: a Gaussian's are a Gaussian of the same deviation."""
    return np.asarray(weights.sum(tuple(a for a in range(weights.ndim) if a != axis)))


def _gaussian(profile: Floats) -> tuple[float, float]:
    """Centre and deviation of the Gaussian nearest to a profile, by least squares.

    Of fewer than four pixels, too few for a fit, the mean and the deviation themselves.
    """
    x = np.arange(len(profile), dtype=float)
    share = profile / profile.sum()
    mean = float(share @ x)
    deviation = float(np.sqrt(share @ (x - mean) ** 2))
    if (profile > 0).sum() < 4:
        return mean, deviation

    def misses(guess: Floats) -> Floats:
        height, centre, width = guess
        return np.asarray(height * np.exp(-0.5 * ((x - centre) / width) ** 2) - share)

    found = least_squares(misses, (share.max(), mean, deviation), x_scale=(share.max(), 1, 1)).x
    return float(found[1]), float(abs(found[2]))
