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

    Equal within 1e-5 to ``skimage.feature.hog`` with ``block_norm="L2-Hys"``, whose vector is this
    output with the channels moved last, except that a gradient whose orientation is an edge of two
    bins within single precision (45 degrees, of 8 orientations) may count in the other one. Of
    several channels each pixel takes that of the largest gradient.
    Source: Dalal, Triggs: Histograms of Oriented Gradients for Human Detection, 2005.
    """

    def __init__(self, cell: int = 8, block: int = 2, orientations: int = 9) -> None:
        super().__init__()
        self.cell, self.block, self.orientations = cell, block, orientations

    def forward(self, x: Tensor) -> Tensor:
        """Gradients, their histograms in cells, the histograms of a block brought to length 1."""
        rows, columns = (n // self.cell for n in x.shape[2:])
        row = torch.arange(rows, device=x.device).repeat_interleave(self.cell)
        column = torch.arange(columns, device=x.device).repeat_interleave(self.cell)
        cell = row[:, None] * columns + column
        few = max(1, _PIXELS_AT_ONCE // x.shape[1:].numel())
        parts = (self._votes(part, cell, rows * columns) for part in torch.split(x, few))
        return torch.cat([self._blocks(v.view(len(v), -1, rows, columns)) for v in parts])

    def _votes(self, x: Tensor, cell: Tensor, cells: int) -> Tensor:
        """Histograms (N, orientations, cells): lengths of gradients, summed by orientation."""
        down, right = _gradients(x, *cell.shape)
        length = torch.hypot(down, right)
        if x.shape[1] > 1:
            length, strongest = length.max(1, keepdim=True)
            down, right = down.gather(1, strongest), right.gather(1, strongest)
        turned = torch.atan2(down.detach(), right.detach()).mul_(self.orientations / math.pi)
        bins = turned.add_(self.orientations + _ROUNDING).floor_()  # a whole number begins a bin
        place = bins.mul_(cells).add_(cell).long()
        votes = x.new_zeros(len(x), (2 * self.orientations + 1) * cells)
        votes = votes.scatter_add_(1, place.flatten(1), length.flatten(1)).view(len(x), -1, cells)
        # half a turn on, an orientation is the same
        half = votes[:, : self.orientations] + votes[:, self.orientations : -1]
        half[:, 0] += votes[:, -1]
        return half / self.cell**2

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


def _gradients(x: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Differences of the two neighbours, down and to the right, of the first rows and columns;
    zero at the picture's border."""
    shape = (*x.shape[:2], height, width)
    down, right = x.new_zeros(shape), x.new_zeros(shape)
    low, far = min(height, x.shape[2] - 1), min(width, x.shape[3] - 1)
    down[:, :, 1:low] = x[:, :, 2 : low + 1, :width] - x[:, :, : low - 1, :width]
    right[..., 1:far] = x[:, :, :height, 2 : far + 1] - x[:, :, :height, : far - 1]
    return down, right


def _unit(block: Tensor) -> Tensor:
    return block / (block.square().sum(1, keepdim=True) + _EPSILON**2).sqrt()
