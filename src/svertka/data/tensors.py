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
    batch = as_tensor(x).to(device, non_blocking=True).to(torch.float32)
    scale = torch.tensor([1.0 / (255.0 * s) for s in contract.std], device=device)
    offset = torch.tensor(
        [-m / s for m, s in zip(contract.mean, contract.std, strict=True)], device=device
    )
    return torch.addcmul(offset, batch, scale).permute(0, 3, 1, 2)


def as_tensor(x: npt.NDArray[Any] | torch.Tensor) -> torch.Tensor:
    """The same values as a tensor, without a copy where torch can take the array as it lies."""
    if isinstance(x, torch.Tensor):
        return x
    return torch.from_numpy(np.require(x, requirements=["C", "W"]))
