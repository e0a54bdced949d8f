"""Labels that are probably wrong, by what a network says of pictures that it has not learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.errors import UsageError


@dataclass(frozen=True)
class Doubt:
    """A label that a network doubts: ``index`` is the picture's place, labels are class numbers."""

    index: int
    label: int
    better: int
    label_probability: float
    better_probability: float

    @property
    def probabilities(self) -> dict[str, float]:
        """Both probabilities by name."""
        return {
            "label_probability": self.label_probability,
            "better_probability": self.better_probability,
        }


def label_doubts(
    probabilities: npt.NDArray[np.floating], y: npt.NDArray[np.integer]
) -> tuple[tuple[Doubt, ...], ...]:
    """``doubts`` of each label of ``y`` (N, K) by itself, from probabilities (N, K).

    A ``label`` is 1 where the picture has it and 0 where it has not: one against the rest, as
    Thyagarajan, Snorrason, Northcutt and Mueller 2022 do for pictures with several labels.

    >>> p, y = np.array([[0.9], [0.8], [0.1], [0.95]]), np.array([[1], [1], [0], [0]])
    >>> [(d.index, d.label, d.better) for d in label_doubts(p, y)[0]]
    [(3, 0, 1)]
    """
    both = np.stack([1 - probabilities, probabilities], axis=-1)
    return tuple(doubts(both[:, k], (y[:, k] == 1).astype(np.int64)) for k in range(y.shape[1]))


def doubts(
    probabilities: npt.NDArray[np.floating], y: npt.NDArray[np.integer]
) -> tuple[Doubt, ...]:
    """Likely label errors among probabilities (N, K) and labels (N,), the most likely first.

    Confident learning (Northcutt, Jiang, Chuang 2021): a class claims a picture where it is at
    least as probable as it is, on average, for pictures of that label; the most probable of the
    classes that claim a picture stands against its label, if it is more probable. The
    probabilities must come from a network that has not trained on these pictures. Doubts are
    ordered by the probability of the label. Raises ``UsageError`` where the lengths differ.

    >>> p = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.95, 0.05]])
    >>> [(d.index, d.better) for d in doubts(p, np.array([0, 0, 1, 1]))]
    [(3, 0)]
    """
    if len(probabilities) != len(y):
        raise UsageError(
            f"{len(probabilities)} rows of probabilities and {len(y)} labels: one of each is "
            "expected for every picture."
        )
    wont = np.full(probabilities.shape[1], np.inf)  # a class without a picture claims none
    for label in np.unique(y):
        wont[label] = probabilities[y == label, label].mean(dtype=np.float64)
    claimed = np.where(probabilities >= wont, probabilities, -1.0)
    rows = np.arange(len(y))
    better = claimed.argmax(axis=1)
    own = probabilities[rows, y]
    wrong = np.flatnonzero((claimed[rows, better] > own) & (better != y))
    order = wrong[np.argsort(own[wrong], kind="stable")]
    return tuple(
        Doubt(
            index=int(i),
            label=int(y[i]),
            better=int(better[i]),
            label_probability=float(probabilities[i, y[i]]),
            better_probability=float(probabilities[i, better[i]]),
        )
        for i in order
    )
