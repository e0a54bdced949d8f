"""Convolution that learns fast on a processor, too, where its maps are small.

oneDNN, which computes torch's convolutions there, is made for large maps. Late in a network maps
have few places and filters have millions of weights, and for each picture it goes through all of
them again. A product of matrices, the windows of the whole batch times the filters, does not.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

Pair: TypeAlias = tuple[int, int]

_FILTERS_A_PLACE = 4  # from so many filters for each place of a map on, weights cost more than maps
_MANY = 2**20  # weights: more than a core keeps at hand


class Conv2d(nn.Conv2d):
    """``torch.nn.Conv2d``, equal to it but for rounding; while it learns, faster where maps are
    small.

    Source: Chellapilla, Puri, Simard: High Performance Convolutional Neural Networks for Document
    Processing, 2006, where convolutions are products of matrices.

    >>> conv = Conv2d(2, 64, 3, padding=1)
    >>> conv(torch.zeros(5, 2, 4, 4)).shape
    torch.Size([5, 64, 4, 4])
    """

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels, H, W) to (N, filters, height, width)."""
        if not (self.training and torch.is_grad_enabled() and self._has_small_maps(x)):
            return super().forward(x)
        weight, bias = self.weight, self.bias
        if torch.is_autocast_enabled("cpu"):
            kind = torch.get_autocast_dtype("cpu")
            x, weight = x.to(kind), weight.to(kind)
            bias = None if bias is None else bias.to(kind)
        y: Tensor = _Products.apply(  # type: ignore[no-untyped-call]
            x, weight, bias, self.stride, self.padding
        )
        return y

    def _has_small_maps(self, x: Tensor) -> bool:
        """Whether products are faster. A function of one picture's shape: so a run goes on as it
        began, and many processes compute what one does."""
        if x.device.type != "cpu" or x.dim() != 4 or self.groups > 1 or max(self.dilation) > 1:
            return False
        places = 1
        for i, side in enumerate(x.shape[2:]):
            room = side + 2 * int(self.padding[i]) - self.kernel_size[i]
            places *= room // self.stride[i] + 1
        return self.out_channels >= _FILTERS_A_PLACE * places


class _Products(torch.autograd.Function):
    """Windows times filters, and what flows back."""

    generate_vmap_rule = True

    @staticmethod
    def forward(
        x: Tensor, weight: Tensor, bias: Tensor | None, stride: Pair, padding: Pair
    ) -> Tensor:
        if weight.numel() < _MANY:
            return functional.conv2d(x, weight, bias, stride, padding)
        windows = _windows(x, weight, stride, padding)
        products = functional.linear(windows.flatten(3).flatten(0, 2), _rows(weight), bias)
        return products.view(*windows.shape[:3], -1).permute(0, 3, 1, 2)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], _output: Tensor) -> None:
        x, weight, _, ctx.stride, ctx.padding = inputs
        ctx.save_for_backward(x, weight)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (x, weight), (grad,) = ctx.saved_tensors, grads
        rows = grad.permute(0, 2, 3, 1).flatten(0, 2)  # a window's, for each filter
        to_x = to_weight = to_bias = None
        if ctx.needs_input_grad[0]:
            to_x = _to_pictures(grad, rows, x, weight, ctx.stride, ctx.padding)
        if ctx.needs_input_grad[1]:
            windows = _windows(x, weight, ctx.stride, ctx.padding)
            total = rows.T @ windows.flatten(3).flatten(0, 2)
            to_weight = total.view(-1, *windows.shape[3:]).permute(0, 3, 1, 2)
        if ctx.needs_input_grad[2]:
            to_bias = rows.sum(0)
        return to_x, to_weight, to_bias, None, None


def _rows(weight: Tensor) -> Tensor:
    """Filters (n, channels, high, wide) as rows (n, high * wide * channels)."""
    return weight.permute(0, 2, 3, 1).flatten(1)


def _windows(x: Tensor, weight: Tensor, stride: Pair, padding: Pair) -> Tensor:
    """What filters see of pictures (N, channels, H, W): (N, rows, columns, high, wide,
    channels)."""
    (top, left), (high, wide) = padding, weight.shape[2:]
    x = functional.pad(x.permute(0, 2, 3, 1), (0, 0, left, left, top, top))
    return x.unfold(1, high, stride[0]).unfold(2, wide, stride[1]).permute(0, 1, 2, 4, 5, 3)


def _to_pictures(
    grad: Tensor, rows: Tensor, x: Tensor, weight: Tensor, stride: Pair, padding: Pair
) -> Tensor:
    """The gradient of the pictures ``x``: that of each window, added where the window lies."""
    if weight.numel() < _MANY:
        found: Tensor = torch.ops.aten.convolution_backward(
            grad, x, weight, [0], stride, padding, (1, 1), False, (0, 0), 1, (True, False, False)
        )[0]
        return found
    (n, channels, height, width), (high, wide) = x.shape, weight.shape[2:]
    (top, left), (down, across) = padding, grad.shape[2:]
    windows = (rows @ _rows(weight)).view(n, down, across, high, wide, channels)
    whole = (n, height + 2 * top, width + 2 * left, channels)
    total = torch.zeros(whole, dtype=torch.promote_types(x.dtype, torch.float32))
    for i in range(high):
        for j in range(wide):
            lines = slice(i, i + stride[0] * down, stride[0])
            places = slice(j, j + stride[1] * across, stride[1])
            total[:, lines, places] += windows[:, :, :, i, j]
    return total[:, top : top + height, left : left + width].permute(0, 3, 1, 2).to(x.dtype)
