"""The words of the language for any module: a torchvision ``Conv2d`` is a conv, too."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.modules.pooling import (
    _AdaptiveAvgPoolNd,
    _AdaptiveMaxPoolNd,
    _AvgPoolNd,
    _MaxPoolNd,
)

from svertka.nets.fixed import Filters
from svertka.nets.modules import Add, Concat, GlobalAverage

_KINDS: tuple[tuple[type[nn.Module] | tuple[type[nn.Module], ...], str], ...] = (
    (_ConvTransposeNd, "deconv"),
    (_ConvNd, "conv"),
    (Filters, "filters"),
    (_MaxPoolNd, "maxpool"),
    (_AvgPoolNd, "avgpool"),
    (_AdaptiveMaxPoolNd, "adaptivemaxpool"),
    (_AdaptiveAvgPoolNd, "adaptiveavgpool"),
    (GlobalAverage, "gap"),
    (nn.Linear, "fc"),
    (_NormBase, "bn"),
    (nn.LocalResponseNorm, "lrn"),
    (_DropoutNd, "drop"),
    (nn.Flatten, "flatten"),
    (nn.Upsample, "up"),
    (Add, "add"),
    (Concat, "concat"),
    (nn.LeakyReLU, "leaky"),
)


def kind_of(module: nn.Module) -> str:
    """The kind of a layer, as a plan calls it; of a layer without a word its class in small.

    >>> kind_of(nn.Conv1d(1, 1, 1)), kind_of(nn.ReLU()), kind_of(nn.LayerNorm(3))
    ('conv', 'relu', 'layernorm')
    """
    for types, kind in _KINDS:
        if isinstance(module, types):
            return kind
    return type(module).__name__.lower()
