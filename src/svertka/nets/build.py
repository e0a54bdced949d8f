"""Plan to module: the only place where a text becomes torch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.utils import skip_init

from svertka.errors import UsageError
from svertka.grammar import LayerPlan, Plan
from svertka.grammar.plan import BranchPlan, ChainPlan, NodePlan, SidePlan
from svertka.nets.convolution import Conv2d
from svertka.nets.fixed import Filters, Hog
from svertka.nets.modules import Add, Chain, Concat, Fork, GlobalAverage, Net, Side, Steps

MOST_PARAMETERS = 4_000_000_000
_CONV = (nn.Linear, nn.Conv1d, Conv2d, nn.Conv3d)
_DECONV = (nn.Linear, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_MAXPOOL = (nn.Identity, nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
_AVGPOOL = (nn.Identity, nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
_ZERO_PAD: Any = (nn.Identity, nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d)
_BATCH_NORM = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_GAINS = {"relu": 2.0, "relu6": 2.0, "leaky": 2.0, "silu": 2.0, "gelu": 2.0}
_PASSING = ("bn", "lrn", "drop", "maxpool", "avgpool", "add", "concat", "up")


def build(plan: Plan, *, seed: int = 0) -> Net:
    """The module of a plan: pictures (N, channels, places...) in, logits (N, classes) out.

    Modules are named by the plan's paths. Weights are drawn from ``seed`` alone (He for layers
    that ReLU follows, LeCun for others, as published); torch's own random state is not touched.

    >>> import torch
    >>> from svertka.grammar import resolve
    >>> net = build(resolve("conv8-relu-pool-fc{classes}"))
    >>> net(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    >>> [name for name, _ in net.named_children()]
    ['conv', 'relu', 'pool', 'flatten', 'fc']
    """
    if plan.parameters > MOST_PARAMETERS:
        gigabytes = plan.parameters * 4 / 1e9
        raise UsageError(
            f"The net has {plan.parameters:,} parameters, {gigabytes:,.0f} GB of weights; "
            f"at most {MOST_PARAMETERS:,} are built. Use fewer filters, or gap before fc."
        )
    children, steps = _contents(plan.tree.items)
    net = Net(children, steps)
    generator = torch.Generator().manual_seed(seed)
    gains = _gains(plan.tree.items, "")
    for layer in plan.layers:
        if layer.kind in ("conv", "deconv", "fc"):
            _draw(net.get_submodule(layer.path), gains[layer.path], generator)
    return net


def _contents(items: tuple[NodePlan, ...]) -> tuple[dict[str, nn.Module], Steps]:
    """The children of a chain by name, and its steps."""
    children: dict[str, nn.Module] = {}
    steps: list[str | Fork] = []
    for item in items:
        if isinstance(item, LayerPlan):
            if item.kind == "softmax":
                continue
            if any(item.settings.get("tail", ())):
                steps.append(_add(children, f"{item.path}_tail", _tail(item)))
            steps.append(_add(children, item.path, _module(item)))
        elif isinstance(item, ChainPlan):
            steps.append(_add(children, item.path, Chain(*_contents(item.items))))
        elif isinstance(item, SidePlan):
            chain = item.chain
            steps.append(_add(children, chain.path, Side(*_contents(chain.items))))
        else:
            chains = []
            for chain in item.chains:
                inner, inner_steps = _contents(chain.items)
                children.update(inner)
                chains.append(inner_steps)
            join = _add(children, item.join.path, _module(item.join))
            steps.append(Fork(tuple(chains), join))
    return children, tuple(steps)


def _add(children: dict[str, nn.Module], path: str, module: nn.Module) -> str:
    name = path.rpartition(".")[2]
    children[name] = module
    return name


def _module(layer: LayerPlan) -> nn.Module:
    return _MAKERS[layer.kind](layer)


def _empty(maker: type[nn.Module], *sizes: Any, **keys: Any) -> nn.Module:
    """The module with weights not yet drawn."""
    module: nn.Module = skip_init(maker, *sizes, **keys)  # type: ignore[no-untyped-call]
    return module


def _conv(layer: LayerPlan) -> nn.Module:
    keys = layer.settings
    return _empty(
        _CONV[_rank(layer)],
        layer.input[0],
        keys["filters"],
        keys["kernel"],
        stride=keys["stride"],
        padding=keys["padding"],
        dilation=keys["dilation"],
        groups=keys["groups"],
        bias=keys["bias"],
    )


def _tail(layer: LayerPlan) -> nn.Module:
    """The odd pixel of padding that torch's convolutions cannot have: after each axis's end."""
    ends = [number for tail in reversed(layer.settings["tail"]) for number in (0, tail)]
    pad: nn.Module = _ZERO_PAD[_rank(layer)](tuple(ends))
    return pad


def _deconv(layer: LayerPlan) -> nn.Module:
    keys = layer.settings
    return _empty(
        _DECONV[_rank(layer)],
        layer.input[0],
        keys["filters"],
        keys["kernel"],
        stride=keys["stride"],
        padding=keys["padding"],
        output_padding=keys["output_padding"],
        dilation=keys["dilation"],
        groups=keys["groups"],
        bias=keys["bias"],
    )


def _pool(layer: LayerPlan) -> nn.Module:
    keys: dict[str, Any] = layer.settings
    maker: Any = (_MAXPOOL if layer.kind == "maxpool" else _AVGPOOL)[_rank(layer)]
    module: nn.Module = maker(
        keys["kernel"], keys["stride"], padding=keys["padding"], ceil_mode=keys["ceil"]
    )
    return module


def _lrn(layer: LayerPlan) -> nn.Module:
    keys = layer.settings
    # torch divides alpha by the number of channels, the paper does not
    alpha = keys["alpha"] * keys["channels"]
    return nn.LocalResponseNorm(keys["channels"], alpha, keys["beta"], keys["k"])


_MAKERS: dict[str, Callable[[LayerPlan], nn.Module]] = {
    "conv": _conv,
    "deconv": _deconv,
    "maxpool": _pool,
    "avgpool": _pool,
    "up": lambda layer: nn.Upsample(scale_factor=tuple(map(float, layer.settings["factor"]))),
    "gap": lambda _: GlobalAverage(),
    "flatten": lambda _: nn.Flatten(),
    "fc": lambda layer: _empty(nn.Linear, layer.input[0], layer.settings["neurons"]),
    "bn": lambda layer: _BATCH_NORM[_rank(layer)](layer.input[0], eps=layer.settings["epsilon"]),
    "lrn": _lrn,
    "drop": lambda layer: nn.Dropout(layer.settings["rate"]),
    "relu": lambda _: nn.ReLU(),
    "relu6": lambda _: nn.ReLU6(),
    "leaky": lambda layer: nn.LeakyReLU(layer.settings["slope"]),
    "tanh": lambda _: nn.Tanh(),
    "sigmoid": lambda _: nn.Sigmoid(),
    "silu": lambda _: nn.SiLU(),
    "gelu": lambda _: nn.GELU(),
    "filters": lambda layer: Filters(layer.settings["names"], layer.input[0]),
    "hog": lambda layer: Hog(**layer.settings),
    "add": lambda _: Add(),
    "concat": lambda _: Concat(),
}


def _rank(layer: LayerPlan) -> int:
    return len(layer.input) - 1


def _gains(items: tuple[NodePlan, ...], after: str) -> dict[str, float]:
    """For each layer's path the gain of the activation that takes its output; 1 if none does."""
    gains: dict[str, float] = {}
    for item in reversed(items):
        if isinstance(item, LayerPlan):
            gains[item.path] = _GAINS.get(after, 1.0)
            after = after if item.kind in _PASSING else item.kind
        elif isinstance(item, ChainPlan):
            gains |= _gains(item.items, after)
            after = _first_kind(item.items, after)
        elif isinstance(item, BranchPlan):
            for chain in item.chains:
                gains |= _gains(chain.items, after)
            kinds = [_first_kind(chain.items, after) for chain in item.chains]
            after = next((kind for kind in kinds if kind in _GAINS), kinds[0])
        else:
            gains |= _gains(item.chain.items, "")
    return gains


def _first_kind(items: tuple[NodePlan, ...], after: str) -> str:
    for item in items:
        if isinstance(item, LayerPlan):
            if item.kind not in _PASSING:
                return item.kind
        elif isinstance(item, ChainPlan):
            if found := _first_kind(item.items, ""):
                return found
        elif isinstance(item, BranchPlan):
            return _first_kind(item.chains[-1].items, after)
    return after


def _draw(module: nn.Module, gain: float, generator: torch.Generator) -> None:
    """Normal weights of variance gain / fan-in; biases of zero."""
    weight, bias = module.weight, module.bias
    assert isinstance(weight, nn.Parameter)
    fan = weight[0].numel()
    if isinstance(module, _DECONV[1:]):
        # a transposed convolution sums over its inputs and the taps that meet at a place
        fan = weight.shape[0] * math.prod(module.kernel_size) // math.prod(module.stride)
        fan //= module.groups
    nn.init.normal_(weight, 0, math.sqrt(gain / max(1, fan)), generator=generator)
    if isinstance(bias, nn.Parameter):
        nn.init.zeros_(bias)
