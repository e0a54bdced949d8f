"""The mistakes that are worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.data.labels import log_chances, text_of
from svertka.errors import UsageError


@dataclass(frozen=True)
class Mistake:
    """A picture given a wrong class; ``index`` is its place in the part that was scored."""

    index: int
    id: str
    truth: str
    predicted: str
    confidence: float
    truth_probability: float


def mistakes(
    probabilities: npt.NDArray[np.floating],
    y: npt.NDArray[np.integer],
    classes: Sequence[str],
    ids: Sequence[str],
    *,
    limit: int = 24,
    thresholds: npt.ArrayLike | None = None,
) -> tuple[Mistake, ...]:
    """The ``limit`` wrong answers that the network was surest of, the surest first.

    Of labels ``y`` (N, K), given from ``thresholds`` (K,) or (N, K) on, they are those whose own
    labels had the least chance, and ``confidence`` is the chance of what was answered.

    >>> wrong = mistakes(np.array([[0.9, 0.1], [0.7, 0.3]]), np.array([1, 0]), "ab", ["x", "y"])
    >>> [(m.id, m.truth, m.predicted, m.confidence) for m in wrong]
    [('x', 'b', 'a', 0.9)]
    """
    if not len(probabilities) == len(y) == len(ids):
        raise UsageError(
            f"{len(probabilities)} rows of probabilities, {len(y)} labels and {len(ids)} ids: "
            "one of each is expected for every picture."
        )
    if y.ndim == 2:
        limits = np.full(len(classes), 0.5) if thresholds is None else np.asarray(thresholds)
        return _of_labels(probabilities, y, classes, ids, limits)[:limit]
    answer = probabilities.argmax(axis=1)
    rows = np.arange(len(y))
    sure, own = probabilities[rows, answer], probabilities[rows, y]
    wrong = np.flatnonzero(answer != y)
    order = wrong[np.lexsort((own[wrong], -sure[wrong]))][:limit]
    return tuple(
        Mistake(
            index=int(i),
            id=ids[i],
            truth=classes[y[i]],
            predicted=classes[answer[i]],
            confidence=float(sure[i]),
            truth_probability=float(own[i]),
        )
        for i in order
    )


def _of_labels(
    p: npt.NDArray[np.floating],
    y: npt.NDArray[np.integer],
    classes: Sequence[str],
    ids: Sequence[str],
    limits: npt.NDArray[np.floating],
) -> tuple[Mistake, ...]:
    given = (p >= limits).astype(np.uint8)
    sure, own = log_chances(p, given), log_chances(p, y)
    wrong = np.flatnonzero((given != y).any(axis=1))
    return tuple(
        Mistake(
            index=int(i),
            id=ids[i],
            truth=text_of(y[i], classes),
            predicted=text_of(given[i], classes),
            confidence=float(np.exp(sure[i])),
            truth_probability=float(np.exp(own[i])),
        )
        for i in wrong[np.argsort(own[wrong], kind="stable")].tolist()
    )
