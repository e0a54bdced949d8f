"""The headline figures as functions of how often each picture counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from svertka.evaluate import pulls
from svertka.evaluate.ranking import Ranking

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BINS = 15
TOP = 3
FIGURES = (
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "f1_weighted",
    "top3_accuracy",
    "auc",
    "log_loss",
    "calibration_error",
)


@dataclass(frozen=True, eq=False)
class Case:
    """What the figures need to know of N pictures of K classes.

    ``gap`` is confidence minus 1 for a right answer, confidence for a wrong one.
    """

    NAMES: ClassVar[tuple[str, ...]] = FIGURES

    k: int
    truth: Ints
    answer: Ints
    right: Flags
    in_top: Flags
    loss: Floats
    gap: Floats
    bins: Ints
    ranking: Ranking

    @classmethod
    def of(cls, p: Floats, truth: Ints) -> Case:
        """The case of probabilities ``p`` (N, K) and classes ``truth`` (N)."""
        answer = p.argmax(axis=1)
        rows, step = np.arange(len(p)), float(np.finfo(p.dtype).eps)
        own = np.clip(p[rows, truth].astype(np.float64), step, 1 - step)
        return cls(
            k=p.shape[1],
            truth=truth,
            answer=answer,
            right=answer == truth,
            in_top=_in_top(p, truth),
            loss=-np.log(own),
            gap=p[rows, answer].astype(np.float64) - (answer == truth),
            bins=_bins(p[rows, answer]),
            ranking=Ranking.of(p, truth),
        )

    def figures(self, times: npt.NDArray[np.float64]) -> tuple[float, ...]:
        """``FIGURES``, when picture i counts ``times[i]`` times: 1 for all, or a resample's.

        The area under the ROC curve is nan where the pictures are all of one class.
        """
        n = times.sum()
        support = np.bincount(self.truth, times, self.k)
        predicted = np.bincount(self.answer, times, self.k)
        hits = np.bincount(self.truth, times * self.right, self.k)
        total = support + predicted
        f1 = 2 * hits / np.maximum(total, 1)
        recall = hits / np.maximum(support, 1)
        return (
            hits.sum() / n,
            recall.sum() / (support > 0).sum(),
            f1.sum() / (total > 0).sum(),
            f1 @ support / n,
            times @ self.in_top / n,
            self.ranking.area(times),
            times @ self.loss / n,
            np.abs(np.bincount(self.bins, times * self.gap, BINS)).sum() / n,
        )

    def error(self, name: str) -> float:
        """The standard error of accuracy, balanced_accuracy, f1_macro, auc or log_loss.

        It is the root of the sum of the squared pulls: see `svertka.evaluate.pulls`.
        """
        match name:
            case "accuracy":
                _, pull = pulls.accuracy(self.truth, self.answer)
            case "balanced_accuracy":
                _, pull = pulls.balanced_accuracy(self.truth, self.answer, self.k)
            case "f1_macro":
                _, pull = pulls.f1_macro(self.truth, self.answer, self.k)
            case "auc":
                pull = self.ranking.pull
            case "log_loss":
                pull = (self.loss - self.loss.mean()) / len(self.loss)
            case _:
                raise ValueError(f"no standard error is known of {name}")
        return float(np.sqrt(pull @ pull))


def _in_top(p: Floats, truth: Ints) -> Flags:
    """Whether the true class is among the first ``TOP``; of equals the first comes first."""
    own = p[np.arange(len(p)), truth][:, None]
    earlier = np.arange(p.shape[1]) < truth[:, None]
    above = (p > own) | ((p == own) & earlier)
    return np.asarray(above.sum(axis=1) < TOP)


def _bins(confidence: Floats) -> Ints:
    """The number of the bin (i / 15, (i + 1) / 15] of each confidence."""
    edges = np.linspace(0, 1, BINS + 1)[1:-1]
    return np.searchsorted(edges, confidence, side="left").astype(np.int64)
