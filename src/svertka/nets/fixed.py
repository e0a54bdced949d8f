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
_PIXELS_AT_ONCE = 400000  # what stays in a processor's cache


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
        down, right = _gradients(x, rows * self.cell, columns * self.cell)
        length = torch.hypot(down, right)
        if x.shape[1] > 1:
            length, strongest = length.max(1, keepdim=True)
            down, right = down.gather(1, strongest), right.gather(1, strongest)
        place = self._places(down.detach(), right.detach(), rows, columns)
        turns = 2 * self.orientations + 1
        votes = x.new_zeros(len(x), turns * rows * columns)
        votes = votes.scatter_add(1, place.flatten(1), length.flatten(1))
        votes = votes.view(len(x), turns, rows, columns)
        # a direction and its opposite are one orientation
        whole, back = votes[:, : self.orientations], votes[:, self.orientations : -1]
        first = votes[:, -1:] + whole[:, :1]
        return (torch.cat([first, whole[:, 1:]], 1) + back) / self.cell**2

    def _places(self, down: Tensor, right: Tensor, rows: int, columns: int) -> Tensor:
        """Where each pixel votes: its direction, in whole bins of a full turn, and its cell."""
        turned = torch.atan2(down, right).mul_(self.orientations / math.pi)
        bins = turned.add_(self.orientations + _ROUNDING).floor_()  # a whole number begins a bin
        row = torch.arange(rows, device=down.device).repeat_interleave(self.cell)
        column = torch.arange(columns, device=down.device).repeat_interleave(self.cell)
        return bins.mul_(rows * columns).add_(row[:, None] * columns + column).long()

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
