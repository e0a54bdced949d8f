"""Restricted Boltzmann machines, and the deep autoencoder that a stack of them becomes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

import svertka

Machine = tuple[Any, Any, Any]  # weights (visible, hidden), biases of the visible and the hidden


def digits(part: str) -> Any:
    """Digits (N, 784), from 0 to 1, for torch."""
    import torch

    return torch.from_numpy(
        svertka.open_data("digits").parts[part].x.reshape(-1, 784) / 255
    ).float()


def boltzmann(
    data: Any, hidden: int, *, seed: int, linear: bool = False, epochs: int = 20
) -> Machine:
    """Learn to dream what was seen: strengthen what the data calls up, weaken what a dream does.

    Contrastive divergence with one step back. ``linear``: the hidden units are numbers with noise
    of deviation 1, else they are on or off.
    """
    import torch

    draw = torch.Generator().manual_seed(seed)
    weights = 0.1 * torch.randn(data.shape[1], hidden, generator=draw)
    below, above = torch.zeros(data.shape[1]), torch.zeros(hidden)
    moves = [torch.zeros_like(one) for one in (weights, below, above)]
    for epoch in range(epochs):
        for rows in torch.split(torch.randperm(len(data), generator=draw), 100):
            seen = data[rows]
            called = hidden_of(seen, (weights, below, above), linear=linear)
            noise = torch.randn(called.shape, generator=draw) if linear else None
            state = torch.bernoulli(called, generator=draw) if noise is None else called + noise
            dreamt = torch.sigmoid(state @ weights.T + below)
            again = hidden_of(dreamt, (weights, below, above), linear=linear)
            steps = [
                (seen.T @ called - dreamt.T @ again) / len(rows) - 2e-4 * weights,
                (seen - dreamt).mean(0),
                (called - again).mean(0),
            ]
            for value, move, step in zip((weights, below, above), moves, steps, strict=True):
                move.mul_(0.5 if epoch < 5 else 0.9).add_(step, alpha=0.005 if linear else 0.1)
                value += move
    return weights, below, above


def hidden_of(seen: Any, machine: Machine, *, linear: bool) -> Any:
    """What the hidden units make of ``seen`` (N, visible): probabilities, or plain sums."""
    sums = seen @ machine[0] + machine[2]
    return sums if linear else sums.sigmoid()


def stack(data: Any, sizes: Sequence[int], *, seed: int) -> list[Machine]:
    """One machine upon the other: what is hidden in one is seen by the next."""
    machines = []
    for hidden in sizes[1:]:
        linear = hidden == sizes[-1]
        machines.append(boltzmann(data, hidden, seed=seed, linear=linear))
        data = hidden_of(data, machines[-1], linear=linear)
    return machines


def autoencoder(sizes: Sequence[int], seed: int, *, relu: bool = False) -> Any:
    """Down to the code and up again: logits of the pixels. Weights are drawn at random."""
    import torch

    torch.manual_seed(seed)
    layers: list[Any] = []
    way = [*sizes, *sizes[-2::-1]]
    for place, (before, after) in enumerate(pairwise(way), start=1):
        layers.append(torch.nn.Linear(before, after))
        if relu:
            torch.nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
            torch.nn.init.zeros_(layers[-1].bias)
        if place not in (len(sizes) - 1, len(way) - 1):  # the code and the output are sums
            layers.append(torch.nn.ReLU() if relu else torch.nn.Sigmoid())
    return torch.nn.Sequential(*layers)


def unrolled(machines: Sequence[Machine], sizes: Sequence[int]) -> Any:
    """The autoencoder whose first half is the stack, and whose second is its mirror image."""
    import torch

    net = autoencoder(sizes, 0)
    linear = [layer for layer in net if isinstance(layer, torch.nn.Linear)]
    with torch.no_grad():
        for (weights, below, above), down, up in zip(machines, linear, linear[::-1], strict=False):
            down.weight.copy_(weights.T)
            down.bias.copy_(above)
            up.weight.copy_(weights)
            up.bias.copy_(below)
    return net


def finetune(net: Any, data: Any, unseen: Any, *, seed: int, epochs: int = 25) -> list[float]:
    """Backpropagation through all layers; the error on unseen pictures, also before the first."""
    import torch

    draw = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    curve = [float(errors(net, unseen).mean())]
    for _ in range(epochs):
        for rows in torch.split(torch.randperm(len(data), generator=draw), 100):
            optimizer.zero_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                net(data[rows]), data[rows], reduction="sum"
            )
            (loss / len(rows)).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        curve.append(float(errors(net, unseen).mean()))
    return curve


def errors(net: Any, data: Any) -> npt.NDArray[np.floating]:
    """The sum of squared differences of the pixels, for each picture (N,)."""
    import torch

    with torch.no_grad():
        found = ((net(data).sigmoid() - data) ** 2).sum(1).numpy()
    return np.asarray(found)
