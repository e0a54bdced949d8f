"""Whether a heat-map can be believed: two checks that a map drawn by chance would fail.

A map is faithful where the answer goes when the places go that it calls important, and comes when
they come: sooner than in random orders. A map is sane where it is another one for another network:
one that stays as it was while the weights are drawn anew shows the picture, not the network.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from scipy.stats import rankdata
from torch import Tensor, nn
from torch.nn import functional

from svertka.look.plain import packed
from svertka.look.subject import Subject
from svertka.look.watch import Call, layers_of, still, watch

Map: TypeAlias = npt.NDArray[np.float32]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Draw = Callable[[Subject, Tensor, int], Map]

_CELLS = 14  # a side of a picture; its cells go and come as a whole
_STEPS = 10  # in which all cells go
_ORDERS = 3  # random ones
_STAGES = 3  # from the top of the network, that are drawn anew one after another
_BLURRED = 4  # cells a side to which the picture is blurred that insertion begins with
_AT_ONCE = 32
_POOLS: dict[int, Callable[..., Tensor]] = {
    3: functional.adaptive_avg_pool1d,
    4: functional.adaptive_avg_pool2d,
    5: functional.adaptive_avg_pool3d,
}


@dataclass(frozen=True, eq=False)
class Faithful:
    """The class's probability when the ``share`` (S,) of the picture that matters most is gone
    (``deletion``, (S,)), and when it alone is there (``insertion``, (S,)).

    ``random_deletion`` and ``random_insertion`` (R, S) are the same in random orders. The scores
    are areas below the curves: a good map deletes fast, so its score is low, and inserts fast.
    """

    share: Floats
    deletion: Floats
    insertion: Floats
    random_deletion: Floats
    random_insertion: Floats

    @property
    def deletion_score(self) -> float:
        """The area below the curve of deletion: the lower, the better."""
        return float(np.trapezoid(self.deletion, self.share))

    @property
    def insertion_score(self) -> float:
        """The area below the curve of insertion: the higher, the better."""
        return float(np.trapezoid(self.insertion, self.share))

    @property
    def random_deletion_scores(self) -> Floats:
        """The areas of the random orders, (R,)."""
        return np.asarray(np.trapezoid(self.random_deletion, self.share), np.float64)

    @property
    def random_insertion_scores(self) -> Floats:
        """The areas of the random orders, (R,)."""
        return np.asarray(np.trapezoid(self.random_insertion, self.share), np.float64)

    def to_dict(self) -> dict[str, Any]:
        """Curves and scores as plain JSON types."""
        return {
            **{name: value.tolist() for name, value in vars(self).items()},
            "deletion_score": self.deletion_score,
            "insertion_score": self.insertion_score,
            "random_deletion_scores": self.random_deletion_scores.tolist(),
            "random_insertion_scores": self.random_insertion_scores.tolist(),
        }

    def __str__(self) -> str:
        return (
            f"deletion {self.deletion_score:.3f} (lower is better; in random orders "
            f"{self.random_deletion_scores.mean():.3f}), insertion {self.insertion_score:.3f} "
            f"(higher is better; in random orders {self.random_insertion_scores.mean():.3f})"
        )


@dataclass(frozen=True, eq=False)
class Sane:
    """What becomes of a map when the weights are drawn anew from the top of the network down to
    ``layers[i]``: its rank ``correlation`` (S,) with the map before, nan where either map is flat,
    and the ``maps`` (S, ...) themselves."""

    layers: tuple[str, ...]
    correlation: Floats
    maps: Map

    def to_dict(self) -> dict[str, Any]:
        """The check as plain JSON types; the maps are whole numbers, 127 each one's largest."""
        largest = np.abs(self.maps).reshape(len(self.maps), -1).max(axis=1, initial=1e-30)
        scale = (127 / largest).reshape(-1, *[1] * (self.maps.ndim - 1))
        return {
            "layers": list(self.layers),
            "correlation": [None if np.isnan(c) else c for c in self.correlation.tolist()],
            "maps": packed(np.rint(self.maps * scale).astype(np.int8)),
        }

    def __str__(self) -> str:
        told = ", ".join("none" if np.isnan(c) else f"{c:.2f}" for c in self.correlation)
        return f"rank correlation with the map of drawn weights: {told} (near 0 is good)"


def faithful(
    subject: Subject,
    x: Tensor,
    *,
    target: int,
    maps: Sequence[Map],
    steps: int = _STEPS,
    orders: int = _ORDERS,
    seed: int = 0,
) -> list[Faithful]:
    """The deletion and insertion curves of maps (places of ``x``, (1, C, ...)).

    Cells, not pixels, go and come, in the order of the mean of the map in them, so that a random
    order is torn no more than the map's. What is gone has the mean colour of the training
    pictures; what has not come yet is blurred. Source: Petsiuk, Das, Saenko: RISE, 2018.
    """
    cells = _cells(tuple(x.shape[2:]))
    count = int(cells.max()) + 1
    size = np.bincount(cells.ravel())
    drawn = np.random.default_rng(seed)
    ranked = [
        np.argsort(-np.bincount(cells.ravel(), m.ravel()) / size, kind="stable") for m in maps
    ]
    ranked += [drawn.permutation(count) for _ in range(orders)]
    gone = np.rint(np.linspace(0, count, min(steps, count) + 1)).astype(np.int64)
    empty, blurred = torch.zeros_like(x), _blurred(x)
    with still(subject.module):
        deletion = [_curve(subject, (x, empty), target, cells, order, gone) for order in ranked]
        insertion = [_curve(subject, (blurred, x), target, cells, order, gone) for order in ranked]
    curves, n = (np.stack(deletion), np.stack(insertion)), len(maps)
    share = gone / count
    return [Faithful(share, *(c[i] for c in curves), *(c[n:] for c in curves)) for i in range(n)]


def sane(
    subject: Subject,
    x: Tensor,
    *,
    target: int,
    drawn: Map,
    draw: Draw,
    stages: int = _STAGES,
    seed: int = 0,
) -> Sane:
    """How a map, ``drawn``, of ``draw(subject, x, target)``, follows the network's weights.

    They are replaced from the output towards the input, in ``stages`` steps up to all of them, by
    normal ones of the same mean and deviation, tensor by tensor, in a copy of the network. Source:
    Adebayo et al.: Sanity Checks for Saliency Maps, 2018.
    """
    twin = replace(subject, module=copy.deepcopy(subject.module))
    order = _from_the_top(twin, x)
    ends = np.rint(np.linspace(0, len(order), min(stages, len(order)) + 1)).astype(np.int64)
    generator = torch.Generator().manual_seed(seed)
    maps, done = [], 0
    for end in ends[1:].tolist():
        for path in order[done:end]:
            _redraw(twin.module.get_submodule(path), generator)
        done = end
        maps.append(draw(twin, x, target))
    return Sane(
        layers=tuple(order[end - 1] for end in ends[1:].tolist()),
        correlation=np.array([rank_correlation(drawn, one) for one in maps]),
        maps=np.stack(maps) if maps else np.zeros((0, *drawn.shape), np.float32),
    )


def rank_correlation(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> float:
    """Spearman's, with the mean rank for equal values; nan where all values of one are equal.

    >>> rank_correlation(np.array([1.0, 2, 3]), np.array([10.0, 200, 3000]))
    1.0
    """
    ranks = [rankdata(values, axis=None) for values in (a, b)]
    first, second = (one - one.mean() for one in ranks)
    length = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / length if length else float("nan")


def _cells(places: tuple[int, ...]) -> Ints:
    """The number of the cell that each place belongs to, at most ``_CELLS`` along a side."""
    number = np.zeros(places, np.int64)
    for axis, side in enumerate(places):
        few = min(side, _CELLS)
        along = np.arange(side) * few // side
        shape = [side if i == axis else 1 for i in range(len(places))]
        number = number * few + along.reshape(shape)
    return number


def _blurred(x: Tensor) -> Tensor:
    """The picture as seen through a few large windows, without edges between them."""
    few = [min(_BLURRED, side) for side in x.shape[2:]]
    mode = {3: "linear", 4: "bilinear", 5: "trilinear"}[x.dim()]
    pooled = _POOLS[x.dim()](x, few)
    return functional.interpolate(pooled, tuple(x.shape[2:]), mode=mode, align_corners=False)


def _curve(
    subject: Subject,
    ends: tuple[Tensor, Tensor],
    target: int,
    cells: Ints,
    order: Ints,
    gone: Ints,
) -> Floats:
    """The class's probability on the way from one picture to the other, cell by cell in order."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    when = torch.from_numpy(place[cells]).to(ends[0].device)
    found = []
    for start in range(0, len(gone), _AT_ONCE):
        most = torch.from_numpy(gone[start : start + _AT_ONCE]).to(ends[0].device)
        changed = when[None, None] < most.view(-1, *[1] * (when.dim() + 1))
        logits = subject.answer(torch.where(changed, ends[1], ends[0])).float().flatten(1)
        found.append(subject.probabilities(logits)[:, target])
    return np.concatenate(found).astype(np.float64)


def _from_the_top(subject: Subject, x: Tensor) -> list[str]:
    """The layers with parameters, those that run last first."""
    having = [
        name
        for name in layers_of(subject.module)
        if any(True for _ in subject.module.get_submodule(name).parameters())
    ]
    found: list[str] = []

    def seen(call: Call) -> None:
        path = call.name.partition(":")[0]
        if path in found:
            found.remove(path)
        found.append(path)

    with still(subject.module), watch(subject.module, having, on_call=seen):
        subject.answer(x)
    return found[::-1]


def _redraw(layer: nn.Module, generator: torch.Generator) -> None:
    with torch.no_grad():
        for tensor in layer.parameters():
            mean, std = float(tensor.mean()), float(tensor.std(correction=0))
            tensor.copy_(mean + std * torch.randn(tensor.shape, generator=generator))
