"""The same network in fewer and cheaper steps: batch norm folded into its layer, bf16, packed."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from svertka.nets.fixed import Filters, Hog
from svertka.nets.modules import Chain, Fork, Steps

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_WEIGHTED = (*_CONVOLUTIONS, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d, nn.Linear)
_FLOAT = (nn.LocalResponseNorm, Filters, Hog)  # they lack bf16, or lose too much in it


def folded(module: nn.Module) -> nn.Module:
    """A copy of ``module`` that answers alike, each batch norm folded into the layer before it.

    What a batch norm does in evaluation mode is a factor and a sum for each channel, which the
    weights before it can take over: equal but for rounding. One that follows no layer stays.
    Source: Jacob et al. 2018, section 3.2.

    >>> from svertka.grammar import resolve
    >>> from svertka.nets.build import build
    >>> net = build(resolve("conv8-bn-relu-gap-fc10"))
    >>> folded(net).steps
    ('conv', 'relu', 'gap', 'fc')
    """
    twin = copy.deepcopy(module).eval()
    for part in list(twin.modules()):
        if isinstance(part, Chain):
            part.steps = _merged(part, part.steps, _folded_pair)
    return twin


def fast(module: nn.Module, *, bf16: bool) -> nn.Module:
    """``folded`` with layers that compute in bf16, if asked, on filters packed once; float32 out.

    Pictures come in as float32. On a processor, two-dimensional convolutions go straight to
    oneDNN, whose packed filters and built-in ReLU torch's own layers do not use. The rest is as
    under autocast: layers with weights in bf16, the others in what reaches them.
    """
    twin = folded(module)
    device = next((tensor.device for tensor in twin.parameters()), torch.device("cpu"))
    packing = device.type == "cpu" and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    dtype = torch.bfloat16 if bf16 else torch.float32
    for part in list(twin.modules()):
        for name, child in list(part.named_children()):
            if packing and isinstance(child, nn.Conv2d):
                setattr(part, name, _Packed(child, dtype))
            elif bf16 and isinstance(child, _WEIGHTED):
                setattr(part, name, _In(child, dtype))
            elif bf16 and isinstance(child, _FLOAT):
                setattr(part, name, _In(child, torch.float32))
    for part in list(twin.modules()):
        if isinstance(part, Chain):
            part.steps = _merged(part, part.steps, _rectified_pair)
    return _In(twin, torch.float32)


class _In(nn.Module):
    """A module that computes in ``dtype`` whatever reaches it; its weights are of that type."""

    def __init__(self, inner: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype
        self.inner = inner.to(dtype) if isinstance(inner, _WEIGHTED) else inner

    def forward(self, x: Tensor) -> Tensor:
        """What ``inner`` answers; of a whole net, in ``dtype``."""
        answer: Tensor = self.inner(x.to(self.dtype))
        return answer.to(self.dtype)


class _Packed(nn.Module):
    """A two-dimensional convolution on filters in oneDNN's own order, with or without ReLU."""

    def __init__(self, conv: nn.Conv2d, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype, self.after = dtype, "none"
        self.how = (list(conv.padding), list(conv.stride), list(conv.dilation), conv.groups)
        filters = conv.weight.detach().to(dtype, memory_format=torch.channels_last)
        self.filters = torch.ops.mkldnn._reorder_convolution_weight(filters, *self.how)
        self.bias = None if conv.bias is None else conv.bias.detach().to(dtype)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, filters, rows, columns), both channels-last."""
        x = x.to(self.dtype).contiguous(memory_format=torch.channels_last)
        answer: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, self.filters, self.bias, *self.how, self.after, [], ""
        )
        return answer


def _merged(chain: Chain, steps: Steps, pair: Any) -> Steps:
    """``steps`` where ``pair`` makes one module of two that follow each other, if it can."""
    kept: list[str | Fork] = []
    for step in steps:
        if isinstance(step, Fork):
            kept.append(Fork(tuple(_merged(chain, c, pair) for c in step.chains), step.join))
            continue
        before = kept[-1] if kept else None
        one = None
        if isinstance(before, str):
            one = pair(chain.get_submodule(before), chain.get_submodule(step))
        if one is None:
            kept.append(step)
        else:
            setattr(chain, str(before), one)
            delattr(chain, step)
    return tuple(kept)


def _folded_pair(first: nn.Module, second: nn.Module) -> nn.Module | None:
    if not isinstance(second, _NORMS):
        return None
    if isinstance(first, _CONVOLUTIONS):
        return fuse_conv_bn_eval(first, second)
    return fuse_linear_bn_eval(first, second) if isinstance(first, nn.Linear) else None


def _rectified_pair(first: nn.Module, second: nn.Module) -> nn.Module | None:
    if not (isinstance(first, _Packed) and isinstance(second, nn.ReLU) and first.after == "none"):
        return None
    first.after = "relu"
    return first
