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


def zero_branches(net: nn.Module) -> int:
    """Let every residual branch of ``net`` that ends in a batch norm begin at zero; how many did.

    A block then passes its input on, and learns what to add. The shortest branch of a sum is its
    shortcut and stays as it is. Source: Goyal et al., Accurate, Large Minibatch SGD, 2017, 5.1.

    >>> from svertka.grammar import resolve
    >>> from svertka.nets.build import build
    >>> net = build(resolve("conv8-(id + conv8-bn)-relu-gap-fc10"))
    >>> zero_branches(net), float(net.bn.weight.detach().abs().sum())
    (1, 0.0)
    """
    count = 0
    for chain in [module for module in net.modules() if isinstance(module, Chain)]:
        for fork in _forks(chain.steps):
            if not isinstance(chain.get_submodule(fork.join), Add):
                continue
            lengths = [_length(chain, steps) for steps in fork.chains]
            for steps, length in zip(fork.chains, lengths, strict=True):
                last = _last(chain, steps) if length > min(lengths) else None
                if isinstance(last, nn.modules.batchnorm._BatchNorm) and last.affine:
                    nn.init.zeros_(last.weight)
                    count += 1
    return count


def _forks(steps: Steps) -> list[Fork]:
    """The forks among the steps, those inside their chains too."""
    found = [step for step in steps if isinstance(step, Fork)]
    return found + [fork for one in found for chain in one.chains for fork in _forks(chain)]


def _length(chain: Chain, steps: Steps) -> int:
    """How many modules lie one after another."""
    total = 0
    for step in steps:
        if isinstance(step, Fork):
            total += max(_length(chain, inner) for inner in step.chains)
        else:
            module = chain.get_submodule(step)
            total += _length(module, module.steps) if isinstance(module, Chain) else 1
    return total


def _last(chain: Chain, steps: Steps) -> nn.Module | None:
    """The module that comes last, inside chains of their own, too; None after a fork."""
    if not steps or isinstance(steps[-1], Fork):
        return None
    module = chain.get_submodule(steps[-1])
    return _last(module, module.steps) if isinstance(module, Chain) else module
