"""Pictures mixed with one another, and their classes with them.

Mixup lays a share of another picture over the whole (Zhang et al. 2018), cutmix pastes a
rectangle of it (Yun et al. 2019). The other picture is the one before it in the batch; all random
numbers come from (seed, epoch, row).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy.special import betaincinv
from torch import Tensor
from torch.nn import functional

from svertka.data.augmentation import AugmentPolicy
from svertka.data.counter import MIX, key, uniform

Floats = npt.NDArray[np.float64]


def mix(
    x: Tensor,
    y: Tensor,
    *,
    rows: npt.NDArray[np.int64],
    classes: int,
    seed: int,
    epoch: int,
    policy: AugmentPolicy,
) -> tuple[Tensor, Tensor]:
    """Each picture but the first, mixed with the one before it.

    Of x (n, C, H, W) and y (n,) this gives x (n - 1, C, H, W) and shares of classes
    (n - 1, ``classes``), every row summing to 1; of labels (n, K) their shares (n - 1, K).

    >>> x, y = torch.zeros(2, 1, 4, 4), torch.tensor([0, 1])
    >>> how = {"rows": np.array([7, 3]), "classes": 2, "seed": 0, "epoch": 1}
    >>> mix(x, y, **how, policy=AugmentPolicy(cutmix=1))[1].sum().item()
    1.0
    """
    height, width = x.shape[2:]
    own = _own(rows[1:], height, width, seed, epoch, policy)
    share = torch.from_numpy(own.mean(axis=(1, 2))).to(x.device, torch.float32)[:, None]
    place = torch.from_numpy(own).to(x.device, torch.float32)[:, None]
    truth = (y if y.ndim == 2 else functional.one_hot(y, classes)).to(torch.float32)
    return torch.lerp(x[:-1], x[1:], place), torch.lerp(truth[:-1], truth[1:], share)


def _own(
    rows: npt.NDArray[np.int64], height: int, width: int, seed: int, epoch: int, p: AugmentPolicy
) -> Floats:
    """How much of each pixel is the picture's own: (n, H, W) in 0..1."""
    which, u, down, across = uniform(key(MIX, seed, epoch), rows, 4).T
    cut = which < (0.5 if p.mixup and p.cutmix else float(p.cutmix > 0))
    alpha = np.where(cut, p.cutmix, p.mixup)
    share = betaincinv(alpha, alpha, u)
    half = np.sqrt(1 - share) / 2
    inside = _between(down, half, height)[:, :, None] & _between(across, half, width)[:, None, :]
    covered = np.where(cut, 0.0, share)[:, None, None]
    return np.where(inside, covered, np.where(cut, 1.0, share)[:, None, None])


def _between(middle: Floats, half: Floats, side: int) -> npt.NDArray[np.bool_]:
    """(n, side): the pixels whose centre is no farther than ``half`` a side from the middle."""
    centres = (np.arange(side) + 0.5) / side
    return np.abs(centres - middle[:, None]) <= half[:, None]
