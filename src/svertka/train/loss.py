"""What training makes small."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from svertka.data.contract import Task


def mean_loss(
    logits: Tensor,
    y: Tensor,
    *,
    task: Task = "classes",
    smoothing: float = 0.0,
    weights: Tensor | None = None,
) -> Tensor:
    """The mean cross-entropy of logits (n, K) for classes (n,) or shares of classes (n, K).

    ``weights`` (K,), if given, is what a picture of each class counts for. It is the mean over
    pictures, not over their weights: so parts of a batch add up to the whole. Of labels (n, K) it
    is the mean of the sum over labels of the binary cross-entropy; smoothing draws them towards
    one half, and ``weights`` count the labels that a picture has, not those that it has not.

    >>> round(float(mean_loss(torch.zeros(2, 4), torch.tensor([0, 3]))), 4)
    1.3863
    """
    if task == "labels":
        truth = torch.lerp(y.float(), torch.full_like(y, 0.5, dtype=torch.float32), smoothing)
        each = functional.binary_cross_entropy_with_logits(
            logits.float(), truth, pos_weight=weights, reduction="sum"
        )
        return each / len(y)
    if weights is None:
        return functional.cross_entropy(logits.float(), y, label_smoothing=smoothing)
    total = functional.cross_entropy(
        logits.float(), y, weights, label_smoothing=smoothing, reduction="sum"
    )
    return total / len(y)
