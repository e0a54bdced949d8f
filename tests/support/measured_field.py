"""Receptive fields measured by gradients, as an independent check of the computed ones."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from svertka.grammar import LayerPlan, Plan
from svertka.grammar.plan import BranchPlan, ChainPlan
from svertka.nets.build import build
from svertka.nets.modules import Add, Chain, Concat, GlobalAverage

_POOLS = {nn.MaxPool1d: nn.AvgPool1d, nn.MaxPool2d: nn.AvgPool2d, nn.MaxPool3d: nn.AvgPool3d}
_KEPT = (
    *(nn.Linear, nn.Flatten, nn.Upsample, GlobalAverage, Add, Concat, Chain),
    *(nn.Conv1d, nn.Conv2d, nn.Conv3d),
    *(nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d),
    *(nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d),
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


def thin(plan: Plan) -> Plan:
    """The same net of one channel, up to the last layer with places: what sees what is the same.

    Outputs that would be concatenated are added, which joins what they see all the same.
    """
    layers: list[LayerPlan] = []

    def one(layer: LayerPlan) -> LayerPlan:
        settings = dict(layer.settings)
        if layer.kind in ("conv", "deconv"):
            settings |= {"filters": 1, "groups": 1}
        kind = {"concat": "add", "filters": "maxpool"}.get(layer.kind, layer.kind)
        if layer.kind == "filters":
            settings = {"kernel": (3, 3), "stride": (1, 1), "padding": (1, 1), "ceil": False}
        shapes = {"input": (1, *layer.input[1:]), "output": (1, *layer.output[1:])}
        layers.append(replace(layer, kind=kind, settings=settings, **shapes))
        return layers[-1]

    def walk(chain: ChainPlan) -> ChainPlan:
        items = []
        for item in chain.items:
            if isinstance(item, LayerPlan):
                if len(item.output) > 1:
                    items.append(one(item))
            elif isinstance(item, ChainPlan):
                items.append(walk(item))
            elif isinstance(item, BranchPlan):
                items.append(BranchPlan(tuple(map(walk, item.chains)), one(item.join)))
        return replace(chain, items=tuple(items))

    tree = walk(plan.tree)
    return replace(plan, input=(1, *plan.input[1:]), tree=tree, layers=tuple(layers))


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
