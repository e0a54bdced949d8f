"""The only softmax of the house."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def softmax(logits: Floats) -> Floats:
    """Probabilities (N, K) from logits (N, K): computed in float64, so that rows sum to 1.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]], np.float32)).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    p: Floats = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return p
