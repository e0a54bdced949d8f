"""A layer's filters, before and after training: how far they moved, which are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn
from torch.nn.modules.conv import _ConvNd

from svertka.errors import UsageError
from svertka.look.plain import packed
from svertka.look.subject import Pixels, Subject, as_subject
from svertka.nets.build import build
from svertka.nets.fixed import Filters as FixedFilters
from svertka.records import Record

Floats = npt.NDArray[np.float32]
ALIKE = 0.9  # cosine


@dataclass(frozen=True, eq=False)
class FilterSet(Record):
    """The filters of one layer: ``weights`` (filters, channels, places...), as they are.

    ``before`` are the same filters before training, None where nobody knows them. The filters of a
    fully connected layer that reads the picture itself have the picture's shape.
    """

    layer: str
    weights: Floats
    before: Floats | None = None

    @property
    def distance(self) -> Floats | None:
        """How far training has moved each filter, as a share of its length before."""
        if self.before is None:
            return None
        start, end = _flat(self.before), _flat(self.weights)
        length = np.linalg.norm(start, axis=1)
        moved = np.linalg.norm(end - start, axis=1)
        return np.asarray(moved / np.where(length > 0, length, 1), np.float32)

    @property
    def cosines(self) -> Floats:
        """How alike each two filters are, (filters, filters): 1 the same but for size, -1 its
        opposite, 0 nothing in common (and for filters of zeros)."""
        rows = _flat(self.weights)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit = rows / np.where(lengths > 0, lengths, 1)
        return np.asarray(np.clip(unit @ unit.T, -1, 1), np.float32)

    @property
    def lengths(self) -> Floats:
        """The length of each filter, (filters,): the root of the sum of its squares."""
        return np.asarray(np.linalg.norm(_flat(self.weights), axis=1), np.float32)

    @property
    def partners(self) -> npt.NDArray[np.int64]:
        """The other filter that each is most alike, (filters,); itself where it is alone."""
        others = self.cosines - 3 * np.eye(len(self.weights), dtype=np.float32)
        return np.asarray(others.argmax(axis=1), np.int64)

    def alike(self, least: float = ALIKE) -> list[tuple[int, int, float]]:
        """Pairs of filters of a cosine of at least ``least``, the most alike first."""
        cosines = self.cosines
        first, second = np.nonzero(np.triu(cosines >= least, 1))
        pairs = [(int(a), int(b), float(cosines[a, b])) for a, b in zip(first, second, strict=True)]
        return sorted(pairs, key=lambda pair: -pair[2])

    def pictures(self, *, before: bool = False) -> Pixels:
        """The filters as pictures (filters, H, W, channels) of grey or colour.

        Zero is mid-grey, the largest absolute weight of a filter black or white: signs are seen,
        sizes of different filters are not. UsageError for filters of other than 1 or 3 channels,
        which have a plane for each channel in ``weights``.
        """
        weights = self.before if before else self.weights
        if weights is None:
            raise UsageError(f"Nobody knows the filters of {self.layer} before training.")
        if weights.ndim != 4 or weights.shape[1] not in (1, 3):
            shape = "x".join(map(str, weights.shape[1:]))
            raise UsageError(
                f"A filter of {self.layer} is {shape}: it is no picture. Draw it channel by "
                "channel, of weights[filter, channel]."
            )
        most = np.abs(weights).max(axis=(1, 2, 3), keepdims=True)
        level = 127.5 + 127.5 * weights / np.where(most > 0, most, 1)
        return np.asarray(np.rint(level).transpose(0, 2, 3, 1), np.uint8)

    def to_dict(self) -> dict[str, Any]:
        """The filters as plain JSON types."""
        distance = self.distance
        return {
            "kind": "filters",
            "layer": self.layer,
            "weights": packed(self.weights),
            "before": None if self.before is None else packed(self.before),
            "distance": None if distance is None else packed(distance),
            "alike": [list(pair) for pair in self.alike()],
        }

    def __str__(self) -> str:
        shape = "x".join(map(str, self.weights.shape[1:]))
        lines = [f"{self.layer}: {len(self.weights)} filters of {shape}"]
        if (distance := self.distance) is not None:
            lines.append(
                f"moved by {np.median(distance):.0%} of their length (median), "
                f"{distance.min():.0%} to {distance.max():.0%}"
            )
        pairs = self.alike()
        lines.append(f"{len(pairs)} pairs with a cosine of {ALIKE} and more")
        lines += [f"  {a} and {b}: {cosine:.3f}" for a, b, cosine in pairs[:5]]
        return "\n".join(lines)


def filters(network: Any, layer: str | None = None, *, before: Any = None) -> FilterSet:
    """The filters of a layer of any network; None is the first that has some.

    ``before`` is the network as it was, or the seed of svertka's nets; without it, a run's own,
    unless its training began with weights from elsewhere. Raises UsageError.

    >>> filters(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU())).pictures().shape
    (8, 5, 5, 3)
    """
    subject = as_subject(network)
    path = first_filters(subject.module) if layer is None else layer
    weights = _weights(subject, path)
    start = _before(subject, before)
    if start is None:
        return FilterSet(path, weights)
    earlier = _weights(start, path)
    if earlier.shape != weights.shape:
        shapes = f"{earlier.shape} before and {weights.shape} now"
        raise UsageError(f"{path} has weights {shapes}: that is not the same network.")
    return FilterSet(path, weights, earlier)


def first_filters(module: nn.Module) -> str:
    """The path of the first layer with filters, dense ones where there are no others."""
    for kinds in ((_ConvNd, FixedFilters), nn.Linear):
        for name, part in module.named_modules():
            if isinstance(part, kinds):
                return str(name)
    raise UsageError("The network has no layer with filters.")


def _before(subject: Subject, before: Any) -> Subject | None:
    """The network before its training."""
    seed = subject.seed if before is None else before
    if seed is None:
        return None
    if not isinstance(seed, int):
        return as_subject(seed)
    if subject.plan is None:
        raise UsageError("Only svertka's own nets are drawn from a seed. Give the module itself.")
    return Subject(build(subject.plan, seed=seed), contract=subject.contract, plan=subject.plan)


def _weights(subject: Subject, path: str) -> Floats:
    parts = dict(subject.module.named_modules())
    part = parts.get(path)
    weight = getattr(part, "kernels", None)
    if weight is None:
        weight = getattr(part, "weight", None)
    if not isinstance(part, _ConvNd | FixedFilters | nn.Linear) or weight is None:
        known = [name for name, one in parts.items() if isinstance(one, _ConvNd | nn.Linear)]
        raise UsageError(f"{path} has no filters. Layers with some: {', '.join(known[:16])}.")
    found: Floats = weight.detach().float().cpu().numpy().copy()
    if isinstance(part, _ConvNd) and part.transposed and part.groups == 1:
        found = found.swapaxes(0, 1)  # torch keeps those of transposed ones the other way
    shape = subject.shape
    if isinstance(part, nn.Linear) and shape is not None and found[0].size == int(np.prod(shape)):
        found = found.reshape(len(found), *shape)
    return found


def _flat(weights: Floats) -> npt.NDArray[np.float64]:
    return weights.reshape(len(weights), -1).astype(np.float64)
