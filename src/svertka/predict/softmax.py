"""The only softmax of the house, and the only sigmoid: from logits to probabilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from svertka.data.contract import Task

Floats = npt.NDArray[np.float32]


def softmax(logits: Floats) -> Floats:
    """Probabilities (N, K) from logits (N, K): computed in float64, so that rows sum to 1.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]], np.float32)).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    p: Floats = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return p


def probabilities_of(logits: Floats, task: Task) -> Floats:
    """Of classes the softmax of their logits (N, K); of labels the sigmoid of each.

    >>> probabilities_of(np.array([[0.0, 1000.0]], np.float32), "labels").tolist()
    [[0.5, 1.0]]
    """
    if task == "classes":
        return softmax(logits)
    p: Floats = expit(logits.astype(np.float64)).astype(np.float32)
    return p
