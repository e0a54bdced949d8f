"""A network's paths laid bare: a copy in which nothing hides what depends on what."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.modules.pooling import _AdaptiveMaxPoolNd, _AvgPoolNd, _MaxPoolNd

from svertka.look.pointwise import ACTIVATIONS

_MEANS = {
    nn.AdaptiveMaxPool1d: nn.AdaptiveAvgPool1d,
    nn.AdaptiveMaxPool2d: nn.AdaptiveAvgPool2d,
    nn.AdaptiveMaxPool3d: nn.AdaptiveAvgPool3d,
}
_REPEATING: dict[type[nn.Module], Any] = {
    nn.ZeroPad1d: nn.ReplicationPad1d,
    nn.ZeroPad2d: nn.ReplicationPad2d,
    nn.ZeroPad3d: nn.ReplicationPad3d,
}
_MEAN_OF = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)
_CONV_OF = (functional.conv1d, functional.conv2d, functional.conv3d)
_PASSING = (
    *(_NormBase, nn.GroupNorm, nn.LayerNorm, nn.LocalResponseNorm, _DropoutNd, nn.PReLU),
    *ACTIVATIONS,
)


def exposed(module: nn.Module) -> nn.Module:
    """A copy in double precision with positive weights whose layers are all means.

    Filters have equal weights of sum 1, biases are 0, pools take means, activations and norms pass
    their input on: the gradient of a number is positive at exactly the pixels that it depends on,
    and a picture of ones stays one where no padding is seen. What a network computes outside its
    modules stays as it is.

    >>> net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU())
    >>> exposed(net)(torch.ones(1, 1, 3, 3, dtype=torch.double))[0, 0, :2, 1].round(decimals=3)
    tensor([0.6670, 1.0000], dtype=torch.float64, grad_fn=<RoundBackward1>)
    """
    twin = copy.deepcopy(module).double().eval()
    for name, part in list(twin.named_modules()):
        if (other := _in_its_place(part)) is None:
            continue
        if not name:
            return other
        twin.set_submodule(name, other)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.fill_(1 / max(1, parameter[0].numel()) if parameter.dim() > 1 else 1.0)
        for part in twin.modules():
            if isinstance(part, _ConvNd | nn.Linear):
                _level(part)
    return twin


def unpadded(twin: nn.Module) -> nn.Module:
    """A network whose padding repeats the border instead of adding zeros: in an `exposed` one a
    picture of ones then stays one everywhere. Changes the network and returns it."""
    for name, part in list(twin.named_modules()):
        if isinstance(part, _ConvNd) and not part.transposed:
            part.padding_mode = "replicate"
        elif isinstance(part, _AvgPoolNd):
            part.count_include_pad = False  # type: ignore[assignment]
        elif isinstance(part, _Mean):
            part.repeats = True
        elif (other := _REPEATING.get(type(part))) is not None and name:
            twin.set_submodule(name, other(part.padding))
    return twin


def _level(part: _ConvNd | nn.Linear) -> None:
    """Equal weights whose sum over what an output sees is 1, and no bias."""
    fan = part.weight[0].numel()
    if isinstance(part, _ConvNd) and part.transposed:
        fan = len(part.weight) // part.groups
    part.weight.fill_(1 / max(1, fan))
    if part.bias is not None:
        part.bias.zero_()


def _in_its_place(part: nn.Module) -> nn.Module | None:
    """What lets everything through where a layer would choose or bend; None: it may stay."""
    if isinstance(part, _MaxPoolNd):
        return _Mean(part)
    if isinstance(part, _AdaptiveMaxPoolNd):
        mean: nn.Module = _MEANS[type(part)](part.output_size)
        return mean
    return nn.Identity() if isinstance(part, _PASSING) else None


class _Mean(nn.Module):
    """The mean over a maximum pool's windows, with dilation, which torch's own means lack."""

    repeats = False

    def __init__(self, pool: _MaxPoolNd) -> None:
        super().__init__()
        self.pool, self.ceil = pool, pool.ceil_mode

    def forward(self, x: Tensor) -> Tensor:
        axes, pool = x.dim() - 2, self.pool
        kernel, stride, padding, dilation = (
            (value,) * axes if isinstance(value, int) else tuple(value)
            for value in (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
        )
        if self.repeats:
            ends = [pad for pad in reversed(padding) for _ in range(2)]
            x, padding = functional.pad(x, ends, "replicate"), (0,) * axes
        if set(dilation) == {1}:
            return _MEAN_OF[axes - 1](x, kernel, stride, padding, self.ceil)
        weight = torch.ones(x.shape[1], 1, *kernel, dtype=x.dtype, device=x.device)
        weight /= weight[0].numel()
        return _CONV_OF[axes - 1](x, weight, None, stride, padding, dilation, x.shape[1])
