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

from svertka import runtime
from svertka.look.plain import packed
from svertka.look.subject import Subject
from svertka.look.watch import Call, innermost, layers_of, still, watch

Map: TypeAlias = npt.NDArray[np.float32]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Draw = Callable[[Subject, Tensor, int], Map]

_CELLS = 14  # a side of a picture; its cells go and come as a whole
_BLURRED = 4  # cells a side to which the picture is blurred that insertion begins with
_AT_ONCE = 32
_POOLS: dict[int, Callable[..., Tensor]] = {
    3: functional.adaptive_avg_pool1d,
    4: functional.adaptive_avg_pool2d,
    5: functional.adaptive_avg_pool3d,
}


@dataclass(frozen=True)
class Effort:
    """How much is computed: ``steps`` of integrated gradients, ``windows`` of occlusion along the
    shortest side, ``parts`` in which a picture goes and comes, random ``orders`` to compare with,
    and ``stages`` in which weights are drawn anew.

    With ``half`` the pictures that go and come are answered in bf16 where the machine is faster
    with it: their probabilities are then right within 0.02.
    """

    steps: int = 32
    windows: int = 7
    parts: int = 10
    orders: int = 3
    stages: int = 3
    half: bool = False


THOROUGH = Effort()
QUICK = Effort(steps=8, windows=6, parts=6, stages=1, half=True)


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
    effort: Effort = THOROUGH,
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
    ranked += [drawn.permutation(count) for _ in range(effort.orders)]
    gone = np.rint(np.linspace(0, count, min(effort.parts, count) + 1)).astype(np.int64)
    empty, blurred = torch.zeros_like(x), _blurred(x)
    half = effort.half and runtime.pick_precision(x.device) == "bf16"
    with still(subject.module), torch.autocast(x.device.type, torch.bfloat16, enabled=half):
        whole, nothing, dim = _probabilities(subject, torch.cat([x, empty, blurred]), target)
        ends = ((x, empty), (whole, nothing)), ((blurred, x), (dim, whole))
        curves = [_curves(subject, *end, target, cells, ranked, gone) for end in ends]
    n, share = len(maps), gone / count
    return [Faithful(share, *(c[i] for c in curves), *(c[n:] for c in curves)) for i in range(n)]


def sane(
    subject: Subject,
    x: Tensor,
    *,
    target: int,
    drawn: Sequence[Map],
    draws: Sequence[Draw],
    stages: int = THOROUGH.stages,
    seed: int = 0,
) -> list[Sane]:
    """How maps, each ``drawn`` by one of ``draws(subject, x, target)``, follow the network's
    weights.

    They are replaced from the output towards the input, in ``stages`` steps up to all of them, by
    normal ones of the same mean and deviation, tensor by tensor, in a copy of the network. Source:
    Adebayo et al.: Sanity Checks for Saliency Maps, 2018.
    """
    twin = replace(subject, module=copy.deepcopy(subject.module))
    order = _from_the_top(twin, x)
    ends = np.rint(np.linspace(0, len(order), min(stages, len(order)) + 1)).astype(np.int64)
    generator = torch.Generator().manual_seed(seed)
    made: list[list[Map]] = [[] for _ in draws]
    done = 0
    for end in ends[1:].tolist():
        for path in order[done:end]:
            _redraw(twin.module.get_submodule(path), generator)
        done = end
        for maps, draw in zip(made, draws, strict=True):
            maps.append(draw(twin, x, target))
    layers = tuple(order[end - 1] for end in ends[1:].tolist())
    return [
        Sane(
            layers=layers,
            correlation=np.array([rank_correlation(before, one) for one in maps]),
            maps=np.stack(maps) if maps else np.zeros((0, *before.shape), np.float32),
        )
        for before, maps in zip(drawn, made, strict=True)
    ]


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


def _curves(
    subject: Subject,
    ends: tuple[Tensor, Tensor],
    known: tuple[float, float],
    target: int,
    cells: Ints,
    orders: Sequence[Ints],
    gone: Ints,
) -> Floats:
    """The class's probability on the way from one picture to the other, cell by cell, in each of
    the orders (R, S); at both ends it is ``known``."""
    first, last = ends
    found = np.empty((len(orders), len(gone)))
    found[:, 0], found[:, -1] = known
    between = [(row, step) for row in range(len(orders)) for step in range(1, len(gone) - 1)]
    for start in range(0, len(between), _AT_ONCE):
        some = between[start : start + _AT_ONCE]
        x = first.repeat(len(some), *[1] * (first.dim() - 1))
        for picture, (row, step) in zip(x, some, strict=True):
            place = np.empty(len(orders[row]), np.int64)
            place[orders[row]] = np.arange(len(place))
            changed = torch.from_numpy(place[cells] < gone[step]).to(first.device)
            picture.copy_(torch.where(changed, last[0], picture))
        rows, steps = zip(*some, strict=True)
        found[list(rows), list(steps)] = _probabilities(subject, x, target)
    return found


def _probabilities(subject: Subject, x: Tensor, target: int) -> Floats:
    return subject.probabilities(subject.answer(innermost(x)))[:, target].astype(np.float64)


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
