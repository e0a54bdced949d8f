"""The shortest training there is, for lessons that train before the reader's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import svertka
from svertka.lessons.views import Bars
from svertka.lessons.words import Words

SEEDS = (0, 1, 2)  # each training begins three times, from other random weights


def tensors(pictures: Any) -> tuple[Any, Any]:
    """Pictures (N, 1, height, width) from 0 to 1, and their class numbers (N,), for torch."""
    import torch

    x = torch.from_numpy(np.moveaxis(pictures.x, -1, 1) / 255).float()
    return x, torch.from_numpy(pictures.numbers)


def learn(net: Any, x: Any, y: Any, seed: int = 0, epochs: int = 15, batch: int = 32) -> Any:
    """Train a text or a module: guess, measure the loss, go back for gradients, take a step."""
    import torch

    shape, classes = tuple(x.shape[1:]), int(y.max()) + 1
    text = isinstance(net, str)
    module = svertka.build(net, input=shape, classes=classes, seed=seed) if text else net
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.003)
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for rows in torch.split(torch.randperm(len(x), generator=order), batch):
            loss: Any = torch.nn.functional.cross_entropy(module(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return module.eval()


def right(module: Any, x: Any, y: Any) -> npt.NDArray[np.bool_]:
    """Which of the pictures the network names rightly, (N,)."""
    import torch

    with torch.inference_mode():
        answers = torch.cat([module(part).argmax(1) for part in x.split(256)])
    return np.asarray((answers == y).numpy())


def interval(hits: npt.ArrayLike, draws: int = 4000) -> tuple[float, float, float]:
    """The mean of ``hits`` (trainings, pictures) and its 95% interval: low and high.

    Trainings and pictures are drawn anew, with replacement, as if both had been others. Source:
    Efron: Bootstrap Methods, 1979. Differences of two networks' hits may be given, too.

    >>> interval([[1, 1, 1, 1], [1, 1, 1, 1]])
    (1.0, 1.0, 1.0)
    """
    found = np.asarray(hits, dtype=float)
    rng = np.random.default_rng(0)
    trainings, pictures = found.shape
    # How often each picture is drawn, not which: the mean is then one product.
    often = rng.multinomial(pictures, np.full(pictures, 1 / pictures), size=draws) / pictures
    drawn = rng.multinomial(trainings, np.full(trainings, 1 / trainings), size=draws) / trainings
    means = np.einsum("dt,tp,dp->d", drawn, found, often, optimize=True)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(found.mean()), float(low), float(high)


def bars(
    labels: Sequence[Words], spans: Sequence[tuple[float, float, float]], form: str = ".1%"
) -> Bars:
    """Means with their intervals, as `interval` gives them, side by side."""
    value, low, high = zip(*spans, strict=True)
    return Bars(labels, value, low, high, form=form)


def shift_map(module: Any, pictures: Any, shifts: Sequence[int]) -> npt.NDArray[np.float64]:
    """The share of right answers when all pictures are moved, (down, right): one for each pair."""
    import torch

    def prepare(picture: Any) -> Any:
        return torch.from_numpy(np.asarray(picture)[None] / 255).float()

    moves = svertka.look.Changes(shifts=tuple(shifts), angles=(), scales=(), noise=())
    subject = svertka.look.Subject(module, prepare=prepare)
    answers = svertka.look.respond(subject, pictures, changes=moves, most=len(pictures))
    return answers.shift_accuracy
