"""Receptive fields measured by gradients, as an independent check of the computed ones."""

from __future__ import annotations

import torch
from torch import nn

from svertka.grammar import Plan
from svertka.nets.build import build
from svertka.nets.modules import Add, Chain, Concat, GlobalAverage

_POOLS = {nn.MaxPool1d: nn.AvgPool1d, nn.MaxPool2d: nn.AvgPool2d, nn.MaxPool3d: nn.AvgPool3d}
_KEPT = (
    *(nn.Linear, nn.Flatten, nn.Upsample, GlobalAverage, Add, Concat, Chain),
    *(nn.Conv1d, nn.Conv2d, nn.Conv3d),
    *(nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
    *_POOLS.values(),
)


def linear(plan: Plan, dtype: torch.dtype = torch.float64) -> nn.Module:
    """The net of a plan with positive weights and nothing that could hide a dependence.

    Pools take means, activations and norms pass their input on, so that the gradient of an output
    is positive at exactly the pixels that it depends on.
    """
    net = build(plan).to(dtype).eval()
    for name, module in list(net.named_modules()):
        if type(module) in _POOLS:
            pool = _POOLS[type(module)](
                module.kernel_size, module.stride, module.padding, module.ceil_mode
            )
            net.set_submodule(name, pool)
        elif not isinstance(module, _KEPT):
            net.set_submodule(name, nn.Identity())
    for parameter in net.parameters():
        # about one in sum: nothing overflows, nothing vanishes
        nn.init.constant_(parameter, 1 / max(1, parameter[0].numel()))
    return net


def measured(net: nn.Module, size: tuple[int, ...], place: tuple[int, ...]):
    """For each axis the first and the last pixel that the output at ``place`` depends on."""
    dtype = next(net.parameters(), torch.zeros(0, dtype=torch.float64)).dtype
    x = torch.ones(1, *size, dtype=dtype, requires_grad=True)
    y = net(x)
    y[(0, slice(None), *place)].sum().backward()
    support = x.grad[0].sum(0) > 0
    spans = []
    for axis in range(support.dim()):
        others = [a for a in range(support.dim()) if a != axis]
        seen = support.amax(others) if others else support
        where = seen.nonzero()
        spans.append((int(where[0]), int(where[-1])) if len(where) else None)
    return spans
