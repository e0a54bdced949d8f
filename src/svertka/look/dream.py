"""The picture that a filter would like best: feature visualisation by gradient ascent.

Source: Olah, Mordvintsev, Schubert: Feature Visualization, Distill 2017. The picture is held
smooth by its total variation and by small random shifts; without them it is noise that excites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import leaky_relu

from svertka.errors import UsageError
from svertka.look.field import passed, shape_of
from svertka.look.plain import packed
from svertka.look.subject import Pixels, Subject, as_subject
from svertka.look.watch import still
from svertka.records import Record

BELOW = 0.01  # how much a number below 0 counts: little, but it can be climbed from
RATE = 0.05  # of Adam, for pictures whose values have a deviation of about 1


@dataclass(frozen=True, eq=False)
class Dream(Record):
    """The picture that excites one channel of a layer, made by gradient ascent from noise.

    ``values`` (C, H, W) is the network's input, ``pixels`` the same as a picture; ``course`` the
    channel's mean excitement at each step, of the picture as it was shifted, and at the end.
    """

    layer: str
    channel: int
    seed: int
    values: npt.NDArray[np.float32]
    pixels: Pixels | None
    course: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """The picture as plain JSON types."""
        return {
            "kind": "dream",
            "layer": self.layer,
            "channel": self.channel,
            "seed": self.seed,
            "values": packed(self.values),
            "pixels": None if self.pixels is None else packed(self.pixels),
            "course": list(self.course),
        }

    def __str__(self) -> str:
        size = "x".join(map(str, self.values.shape))
        first, last = self.course[0], self.course[-1]
        return (
            f"{self.layer}[{self.channel}]: a picture of {size} raised it from {first:.4g} to "
            f"{last:.4g} in {len(self.course) - 1} steps (seed {self.seed})"
        )


def dream(
    network: Any,
    layer: str,
    channel: int,
    *,
    steps: int = 64,
    smooth: float = 0.3,
    seed: int = 0,
    shape: Sequence[int] | None = None,
) -> Dream:
    """The picture that excites one channel of a layer most, climbing the gradient from noise.

    What is raised is the channel's mean over its places, where numbers below 0 count a hundredth:
    an activation lets none of them through, and an empty picture would often be the best for the
    plain mean. ``smooth`` is how much as strongly the
    picture's total variation is lowered, both gradients brought to one size, so that the scale of
    the layer does not matter. Each step sees the picture shifted by up to a sixteenth of its side,
    around its ends. The picture stays within what pixels can be. ``shape`` is
    (channels, height, width) where the network does not say. Ask for the layer before an
    activation: below 0 that has no gradient to climb. Raises UnknownName, UsageError.

    >>> net = torch.nn.Conv2d(1, 2, 3)
    >>> found = dream(net, "", 1, steps=5, shape=(1, 12, 12))
    >>> found.course[-1] > found.course[0], found.pixels.shape
    (True, (12, 12, 1))
    """
    drawn = dreams(network, layer, [channel], steps=steps, smooth=smooth, seed=seed, shape=shape)
    return drawn[0]


def dreams(
    network: Any,
    layer: str,
    channels: Sequence[int],
    *,
    steps: int = 64,
    smooth: float = 0.3,
    seed: int = 0,
    shape: Sequence[int] | None = None,
) -> tuple[Dream, ...]:
    """`dream` of several channels of a layer, all at once: each picture has its own, and begins at
    the same noise.

    >>> net = torch.nn.Conv2d(1, 2, 3)
    >>> [one.channel for one in dreams(net, "", [1, 0], steps=2, shape=(1, 12, 12))]
    [1, 0]
    """
    subject = as_subject(network)
    size = shape_of(subject, shape)
    generator = torch.Generator().manual_seed(seed)
    low, high = _bounds(subject, size)
    start = 0.1 * torch.randn(1, *size, generator=generator).to(subject.device)
    x = start.clamp(low, high).repeat(len(channels), *[1] * len(size)).requires_grad_()
    climb = torch.optim.Adam([x], lr=RATE)
    jitter = [max(1, side // 16) for side in size[1:]]
    course = []
    with still(subject.module, gradients=True):
        for _ in range(steps):
            shifts = [int(torch.randint(-j, j + 1, (), generator=generator)) for j in jitter]
            moved = torch.roll(x, shifts, tuple(range(2, x.dim())))
            excitement = _excitement(subject, layer, channels, moved)
            course.append(excitement.tolist())
            x.grad = smooth * _unit(_variation(x), x) - _unit(excitement, x)
            climb.step()
            with torch.no_grad():
                x.clamp_(low, high)
        course.append(_excitement(subject, layer, channels, x.detach()).tolist())
    views = [subject.view(one[None]) for one in x.detach()]
    return tuple(
        Dream(layer, channel, seed, view.x[0].cpu().numpy(), view.pixels, tuple(way))
        for channel, view, way in zip(channels, views, zip(*course, strict=True), strict=True)
    )


def _excitement(subject: Subject, layer: str, channels: Sequence[int], x: Tensor) -> Tensor:
    """For each picture how excited its channel is, (N,)."""
    live = passed(subject.module, layer, x).live
    if live is None:
        raise UsageError(f"{layer} does not depend on the picture.")
    for channel in channels:
        if not 0 <= channel < live.shape[1]:
            raise UsageError(f"{layer} has no channel {channel}: it has {live.shape[1]}.")
    own = leaky_relu(live[range(len(channels)), list(channels)], BELOW)
    return own.flatten(1).mean(1) if own.dim() > 1 else own


def _unit(values: Tensor, x: Tensor) -> Tensor:
    """The gradient, of each picture brought to a mean absolute value of 1; zeros where there is
    none."""
    (gradient,) = torch.autograd.grad(values.sum(), x)
    length = gradient.abs().flatten(1).mean(1).clamp(min=1e-30)
    return gradient / length.view(-1, *[1] * (x.dim() - 1))


def _variation(x: Tensor) -> Tensor:
    """The mean absolute difference of neighbours, over all axes, of each picture, (N,)."""
    total = 0 * x.flatten(1).sum(1)  # a picture of one pixel has no neighbours
    for axis in range(2, x.dim()):
        if x.shape[axis] > 1:
            total = total + x.diff(dim=axis).abs().flatten(1).mean(1)
    return total


def _bounds(subject: Subject, size: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The least and the largest value of the input that is a pixel's; ±2.5 where nobody knows."""
    one = [1] * (len(size) - 1)
    if subject.contract is None:
        ends = [torch.full((1,), end).view(1, 1, *one) for end in (-2.5, 2.5)]
    else:
        mean, std = torch.tensor(subject.contract.mean), torch.tensor(subject.contract.std)
        ends = [((end - mean) / std).view(1, -1, *one) for end in (0.0, 1.0)]
    low, high = (end.to(subject.device) for end in ends)
    return low, high
