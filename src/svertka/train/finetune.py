"""Fine-tuning: a network that has learned from other pictures is taught new classes.

Its last layer is new, and its gradients would shake what the others know. So the last layer is
trained first, on the features that the others give: they stay as they are meanwhile, their
features are computed once, and what remains is logistic regression, which is solved, not trodden.
Then training goes on as usual in all layers, the early ones at smaller rates (``early_rate`` of the
recipe) and batch norm with the statistics it came with (``frozen_norm``).

Source: Yosinski et al., How transferable are features in deep neural networks, 2014; Howard and
Ruder, Universal Language Model Fine-tuning, 2018 (rates that fall towards the input).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from svertka.data import Dataset, Pictures, load
from svertka.data.contract import Task
from svertka.nets.modules import Chain, Net
from svertka.nets.weights.load import load_weights
from svertka.train.clock import Clock
from svertka.train.events import FeaturesDone, Fetched, OnEvent
from svertka.train.job import Job
from svertka.train.loss import mean_loss
from svertka.train.origin import origin_of

MOST_NUMBERS = 200_000_000  # of all features together: 800 MB
DECAYS = (0.3, 0.1, 0.03, 0.01, 0.003, 0.001)  # the last layer's, tried from strong to weak
ROUNDS = 60  # of L-BFGS for each of them
_BATCH = 64
_DEPTHS = 8  # groups of layers with one rate each

Tell = Callable[[int, int], None]
"""Called with the pictures done and all of them."""


@dataclass(frozen=True)
class Features:
    """What the frozen layers make of pictures: ``x`` (N, numbers), ``y`` (N,) class numbers, or
    labels (N, K)."""

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class HeadFit:
    """The last layer's training: its loss, the decay that validation chose, pictures a second."""

    loss: float
    decay: float
    images_per_second: float


def begin(job: Job, net: Net, on_event: OnEvent) -> HeadFit | None:
    """Load the recipe's weights into ``net`` and train its last layer on what the others see.

    None where the net does not end in a fully connected layer: then nothing is trained yet.
    """
    recipe = job.recipe
    assert recipe.weights is not None
    origin = origin_of(recipe.weights, job.net)
    clock = Clock(0.0)

    def fetched(here: int, whole: int) -> None:
        if here == whole or clock.time_to_tell():
            on_event(Fetched(here, whole))

    def seen(pictures: int, whole: int) -> None:
        if pictures == whole or clock.time_to_tell():
            on_event(FeaturesDone(pictures, whole, pictures / max(clock.seconds, 1e-9)))

    load_weights(net, origin.tensors(fetched), recipe.weights)
    clock = Clock(0.0)
    return fit_head(
        net,
        job.dataset,
        smoothing=recipe.label_smoothing,
        device=job.device,
        tell=seen,
        weights=job.class_weights,
    )


def head_of(net: Net) -> nn.Linear | None:
    """The last layer where it is fully connected, else None: then nothing is trained first.

    >>> from svertka.grammar import resolve
    >>> from svertka.nets.build import build
    >>> head_of(build(resolve("conv8-gap-fc{classes}", input=(3, 8, 8), classes=5)))
    Linear(in_features=8, out_features=5, bias=True)
    """
    last = net.steps[-1]
    layer = net.get_submodule(last) if isinstance(last, str) else None
    return layer if isinstance(layer, nn.Linear) else None


def fit_head(
    net: Net,
    dataset: Dataset,
    *,
    smoothing: float,
    device: torch.device,
    tell: Tell,
    weights: Tensor | None = None,
) -> HeadFit | None:
    """Train the last layer of ``net`` alone, in place; None where it is no fully connected one.

    Every picture goes through the other layers once, in float32 as in prediction. Unequal classes
    have ``weights`` (K,) in the loss.
    """
    head = head_of(net)
    if head is None:
        return None
    children = {name: child for name, child in net.named_children() if child is not head}
    trunk = Chain(children, net.steps[:-1]).eval()
    every = -(-len(dataset.train) * head.in_features // MOST_NUMBERS)
    rows = np.arange(0, len(dataset.train), every)
    whole, start = len(rows) + len(dataset.val), time.monotonic()

    def features(part: Pictures, rows: npt.NDArray[np.int64], before: int) -> Features:
        found = []
        for at in range(0, len(rows), _BATCH):
            x, y = load(part, rows[at : at + _BATCH], dataset.contract, device=device)
            with torch.inference_mode():
                found.append((trunk(x).flatten(1), y))
            tell(before + at + len(y), whole)
        return Features(torch.cat([x for x, _ in found]), torch.cat([y for _, y in found]))

    train = features(dataset.train, rows, 0)
    val = features(dataset.val, np.arange(len(dataset.val)), len(rows))
    speed = whole / (time.monotonic() - start)
    k, task = len(dataset.classes), dataset.task
    weight, bias, loss, decay = solve(train, val, k, smoothing, weights, task)
    with torch.no_grad():
        head.weight.copy_(weight)
        head.bias.copy_(bias)
    return HeadFit(loss, decay, speed)


def solve(
    train: Features,
    val: Features,
    classes: int,
    smoothing: float = 0.0,
    weights: Tensor | None = None,
    task: Task = "classes",
) -> tuple[Tensor, Tensor, float, float]:
    """Logistic regression: weight (classes, numbers), bias (classes,), training loss, decay.

    Of the DECAYS the one with the lowest log-loss on ``val``. The features are standardised while
    it is solved; what is given back applies to the features as they are.
    """
    middle, spread = train.x.mean(0), train.x.std(0) + 1e-3
    x, seen = (train.x - middle) / spread, (val.x - middle) / spread
    weight = torch.zeros(classes, x.shape[1], device=x.device, requires_grad=True)
    bias = torch.zeros(classes, device=x.device, requires_grad=True)
    loss_of = partial(mean_loss, task=task, weights=weights)
    best: tuple[float, Tensor, Tensor, float, float] | None = None
    for decay in DECAYS:
        loss = _descend(x, train.y, weight, bias, decay, partial(loss_of, smoothing=smoothing))
        with torch.no_grad():
            logits = functional.linear(seen, weight, bias)
            judged = float(loss_of(logits, val.y))
        if best is not None and judged >= best[0]:
            break  # weaker decays only fit the training part more closely
        best = (judged, weight.detach().clone(), bias.detach().clone(), loss, decay)
    assert best is not None
    _, weight_found, bias_found, loss, decay = best
    scaled = weight_found / spread
    return scaled, bias_found - scaled @ middle, loss, decay


def _descend(
    x: Tensor,
    y: Tensor,
    weight: Tensor,
    bias: Tensor,
    decay: float,
    loss_of: Callable[[Tensor, Tensor], Tensor],
) -> float:
    """L-BFGS on the whole part, from where the last decay ended; the loss without its decay."""
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=ROUNDS, line_search_fn="strong_wolfe")
    last = 0.0

    def closure() -> Tensor:
        nonlocal last
        optimizer.zero_grad()
        logits = functional.linear(x, weight, bias)
        loss = loss_of(logits, y)
        last = float(loss.detach())
        total = loss + decay / 2 * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return last


def freeze_norm(net: nn.Module) -> None:
    """Batch norm keeps its statistics: a few pictures of another kind would spoil them."""
    for part in net.modules():
        if isinstance(part, nn.modules.batchnorm._BatchNorm):
            part.eval()


def rate_shares(net: nn.Module, early_rate: float) -> list[tuple[float, list[nn.Parameter]]]:
    """Parameters in groups from input to output, each with its share of the learning rate.

    The last group's share is 1, the first's ``early_rate``; between them it grows geometrically.
    At an ``early_rate`` of 1 there is one group.

    >>> net = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 1))
    >>> [round(share, 3) for share, _ in rate_shares(net, 0.01)]
    [0.01, 0.1, 1.0]
    """
    layers = [
        list(part.parameters(recurse=False))
        for part in net.modules()
        if any(True for _ in part.parameters(recurse=False))
    ]
    count = min(_DEPTHS, len(layers)) if early_rate < 1 else 1
    groups: list[list[nn.Parameter]] = [[] for _ in range(count)]
    for number, layer in enumerate(layers):
        groups[number * count // len(layers)] += layer
    return [
        (early_rate ** ((count - 1 - depth) / max(1, count - 1)), group)
        for depth, group in enumerate(groups)
    ]
