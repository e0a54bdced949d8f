"""Figures of answers with the pull of every picture: the derivative by how often it counts.

The sum of the squared pulls is the figure's variance, had other pictures been drawn: the
infinitesimal jackknife (Jaeckel 1972, Efron 1982). Of accuracy it is the binomial p (1 - p) / n.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def accuracy(truth: Ints, answer: Ints) -> tuple[float, Floats]:
    """The share of right answers.

    >>> value, pull = accuracy(np.array([0, 1]), np.array([0, 0]))
    >>> value, pull.tolist()
    (0.5, [0.25, -0.25])
    """
    right = (truth == answer).astype(np.float64)
    value = float(right.mean())
    return value, (right - value) / len(truth)


def balanced_accuracy(truth: Ints, answer: Ints, k: int) -> tuple[float, Floats]:
    """The mean of the classes' recall; a class without pictures is left out."""
    right = (truth == answer).astype(np.float64)
    support = np.bincount(truth, minlength=k)
    recall = np.bincount(truth, right, k) / np.maximum(support, 1)
    present = int((support > 0).sum())
    return float(recall.sum() / present), (right - recall[truth]) / support[truth] / present


def f1_macro(truth: Ints, answer: Ints, k: int) -> tuple[float, Floats]:
    """The mean of the classes' F1; a class that is neither true nor answered is left out."""
    right = (truth == answer).astype(np.float64)
    total = np.bincount(truth, minlength=k) + np.bincount(answer, minlength=k)
    share = 1 / np.maximum(total, 1)
    f1 = 2 * np.bincount(truth, right, k) * share
    present = int((total > 0).sum())
    pull = 2 * right * share[truth] - f1[truth] * share[truth] - f1[answer] * share[answer]
    return float(f1.sum() / present), pull / present
