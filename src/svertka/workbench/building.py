"""A net as a torch module, its weights not trained."""

from __future__ import annotations

from torch import nn

from svertka.grammar import Plan
from svertka.nets.build import build as build_plan
from svertka.workbench.networks import net as plan_of


def build(
    net: str | Plan,
    *,
    input: tuple[int, ...] | None = None,
    classes: int | None = None,
    seed: int = 0,
) -> nn.Module:
    """The torch module of a net: pictures (N, channels, height, width) in, logits (N, classes) out.

    ``net``, ``input`` and ``classes`` are as for ``net``, or ``net`` is a plan that is ready. The
    weights are drawn from ``seed`` alone; layers are named by the plan's paths. A text without
    ``fc`` gives what its last layer gives. Raises ``UsageError``.

    >>> import torch
    >>> edges = build("filters(vertical, horizontal)", input=(1, 28, 28))
    >>> edges(torch.zeros(5, 1, 28, 28)).shape
    torch.Size([5, 2, 28, 28])
    """
    plan = net if isinstance(net, Plan) else plan_of(net, input=input, classes=classes)
    return build_plan(plan, seed=seed)
