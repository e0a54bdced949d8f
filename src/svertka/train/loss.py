"""What training makes small."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def mean_loss(
    logits: Tensor, y: Tensor, *, smoothing: float = 0.0, weights: Tensor | None = None
) -> Tensor:
    """The mean cross-entropy of logits (n, K) for classes (n,) or shares of classes (n, K).

    ``weights`` (K,), if given, is what a picture of each class counts for. It is the mean over
    pictures, not over their weights: so parts of a batch add up to the whole.

    >>> import torch
    >>> round(float(mean_loss(torch.zeros(2, 4), torch.tensor([0, 3]))), 4)
    1.3863
    """
    if weights is None:
        return functional.cross_entropy(logits.float(), y, label_smoothing=smoothing)
    total = functional.cross_entropy(
        logits.float(), y, weights, label_smoothing=smoothing, reduction="sum"
    )
    return total / len(y)
