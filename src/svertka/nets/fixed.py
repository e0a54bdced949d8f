"""Layers without trained numbers that torch lacks: known kernels, oriented gradients."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from svertka.grammar.kernels import KERNELS

_EPSILON = 1e-5
_CLIP = 0.2
_ROUNDING = 1e-6  # so that 45 degrees, rounded, is not just below 45 degrees
_PIXELS_AT_ONCE = 200_000  # what stays in a processor's cache


class Filters(nn.Module):
    """Known 3x3 kernels on each channel: (N, channels, H, W) to (N, channels * kernels, H, W)."""

    kernels: Tensor

    def __init__(self, names: tuple[str, ...], channels: int) -> None:
        super().__init__()
        kernels = torch.tensor([KERNELS[name] for name in names], dtype=torch.float32)
        self.register_buffer(
            "kernels", kernels[:, None].repeat(channels, 1, 1, 1), persistent=False
        )

    def forward(self, x: Tensor) -> Tensor:
        """Each picture padded with zeros, multiplied and summed window by window."""
        return functional.conv2d(x, self.kernels, padding=1, groups=x.shape[1])


class Hog(nn.Module):
    """Histograms of oriented gradients: (N, C, H, W) to (N, block² * orientations, rows, columns).

    Equal to ``skimage.feature.hog`` with ``block_norm="L2-Hys"``; its vector is this output with
    the channels moved last. Of several channels each pixel takes that of the largest gradient.
    Source: Dalal, Triggs: Histograms of Oriented Gradients for Human Detection, 2005.
    """

    def __init__(self, cell: int = 8, block: int = 2, orientations: int = 9) -> None:
        super().__init__()
        self.cell, self.block, self.orientations = cell, block, orientations

    def forward(self, x: Tensor) -> Tensor:
        """Gradients, their histograms in cells, the histograms of a block brought to length 1."""
        few = max(1, _PIXELS_AT_ONCE // x.shape[1:].numel())
        return torch.cat([self._blocks(self._cells(part)) for part in torch.split(x, few)])

    def _cells(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the histograms (N, orientations, cell rows, cell columns)."""
        rows, columns = (n // self.cell for n in x.shape[2:])
        down, right = _gradients(x)
        length = torch.hypot(down, right)
        if x.shape[1] > 1:
            length, strongest = length.max(1, keepdim=True)
            down, right = down.gather(1, strongest), right.gather(1, strongest)
        used = (..., slice(rows * self.cell), slice(columns * self.cell))
        down, right, length = down[used], right[used], length[used]
        # a direction and its opposite are one orientation; a whole number is the lower end of a bin
        turned = torch.atan2(down, right) * (self.orientations / math.pi)
        bins = (turned + _ROUNDING).floor_().remainder_(self.orientations)
        row = torch.arange(rows, device=x.device).repeat_interleave(self.cell)
        column = torch.arange(columns, device=x.device).repeat_interleave(self.cell)
        place = (bins * (rows * columns) + (row[:, None] * columns + column)).long()
        votes = x.new_zeros(len(x), self.orientations * rows * columns)
        votes.scatter_add_(1, place.flatten(1), length.flatten(1))
        return votes.view(len(x), self.orientations, rows, columns) / self.cell**2

    def _blocks(self, cells: Tensor) -> Tensor:
        rows, columns = (n - self.block + 1 for n in cells.shape[2:])
        block = torch.cat(
            [
                cells[:, :, i : i + rows, j : j + columns]
                for i in range(self.block)
                for j in range(self.block)
            ],
            1,
        )
        return _unit(_unit(block).clamp(max=_CLIP))


def _gradients(x: Tensor) -> tuple[Tensor, Tensor]:
    """Differences of the two neighbours, down and to the right; zero at the border."""
    down, right = torch.zeros_like(x), torch.zeros_like(x)
    down[:, :, 1:-1] = x[:, :, 2:] - x[:, :, :-2]
    right[..., 1:-1] = x[..., 2:] - x[..., :-2]
    return down, right


def _unit(block: Tensor) -> Tensor:
    return block / (block.square().sum(1, keepdim=True) + _EPSILON**2).sqrt()
