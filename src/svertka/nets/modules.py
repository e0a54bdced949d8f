"""The modules that torch lacks: chains with branches, global average, side classifiers."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor, nn

Steps: TypeAlias = tuple["str | Fork", ...]


class Fork:
    """Chains of steps that see the same input, and the name of the module that joins them."""

    __slots__ = ("chains", "join")

    def __init__(self, chains: tuple[Steps, ...], join: str) -> None:
        self.chains, self.join = chains, join


class Chain(nn.Module):
    """Modules run in the order of ``steps``: names of children, and forks of them.

    The children's names are the paths of the plan, so ``block1.conv2.weight`` is a parameter.
    """

    def __init__(self, children: dict[str, nn.Module], steps: Steps) -> None:
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)
        self.steps = steps

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, places...) through all steps."""
        return self._run(self.steps, x)

    def _run(self, steps: Steps, x: Tensor) -> Tensor:
        modules = self._modules
        for step in steps:
            if isinstance(step, str):
                x = modules[step](x)  # type: ignore[misc]
            else:
                outputs = [self._run(chain, x) for chain in step.chains]
                x = modules[step.join](*outputs)  # type: ignore[misc]
        return x


class Net(Chain):
    """A whole net: pictures in, logits out.

    Side classifiers answer in training mode only; `side_logits` hands their answers over once.
    """

    def side_logits(self) -> list[Tensor]:
        """The side classifiers' logits for the last batch, in order; empty outside training."""
        sides = [module for module in self.modules() if isinstance(module, Side)]
        found = [side.logits for side in sides if side.logits is not None]
        for side in sides:
            side.logits = None
        return found


class Side(Chain):
    """A side classifier: keeps its logits while training, and passes its input on."""

    logits: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, places...) unchanged."""
        if self.training:
            self.logits = self._run(self.steps, x)
        return x


class Add(nn.Module):
    """The sum of the branches' outputs."""

    def forward(self, x: Tensor, *others: Tensor) -> Tensor:
        """Tensors of one shape to their sum."""
        for other in others:
            x = x + other
        return x


class Concat(nn.Module):
    """The branches' outputs one after another along the channels."""

    def forward(self, *outputs: Tensor) -> Tensor:
        """Tensors (N, channels, places...) to one with all their channels."""
        return torch.cat(outputs, 1)


class GlobalAverage(nn.Module):
    """The mean over all places: (N, channels, places...) to (N, channels)."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, places...) to (N, channels)."""
        return x.flatten(2).mean(2) if x.dim() == 3 else x.mean(tuple(range(2, x.dim())))
