"""From stored pictures to what a network reads: the one place of normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka.data.contract import InputContract


def to_tensor(
    x: npt.NDArray[Any] | torch.Tensor,
    contract: InputContract,
    device: torch.device | str = "cpu",
) -> torch.Tensor:
    """Pictures (N, H, W, C) in stored units as float32 (N, C, H, W), normalised by the contract.

    ``x`` is uint8, or the float values 0..255 that ``augment`` returns; a tensor may lie on the
    device already. The memory stays in the order N, H, W, C, which torch calls channels-last.

    >>> from svertka.data import open_data
    >>> digits = open_data("digits")
    >>> to_tensor(digits.val.take([0, 1]), digits.contract).shape
    torch.Size([2, 1, 28, 28])
    """
    raw = as_tensor(x).to(device, non_blocking=True)
    n, height, width, channels = raw.shape
    # A whole line at once: channel by channel would take several times as long.
    lines = raw.to(torch.float32).reshape(n * height, width * channels)
    scale, offset = (
        torch.tensor(values, device=device).repeat(width)
        for values in (
            [1.0 / (255.0 * s) for s in contract.std],
            [-m / s for m, s in zip(contract.mean, contract.std, strict=True)],
        )
    )
    ours = None if raw.dtype == torch.float32 else lines  # a copy that nobody else has
    batch = torch.addcmul(offset, lines, scale, out=ours)
    return batch.view(n, height, width, channels).permute(0, 3, 1, 2)


def as_tensor(x: npt.NDArray[Any] | torch.Tensor) -> torch.Tensor:
    """The same values as a tensor, without a copy where torch can take the array as it lies."""
    if isinstance(x, torch.Tensor):
        return x
    return torch.from_numpy(np.require(x, requirements=["C", "W"]))
