"""Figures of pictures with any number of labels: the sibling of `svertka.evaluate.figures`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from svertka.data.labels import log_chances
from svertka.evaluate.figures import Case
from svertka.evaluate.precision import Precision
from svertka.evaluate.ranking import Ranking
from svertka.evaluate.scores import ClassScore

Floats = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]
Wide = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelCase:
    """What the figures need to know of N pictures and K labels, given where ``p`` reaches
    ``thresholds``: (K,), or (N, K) where pictures were answered by different networks."""

    NAMES: ClassVar[tuple[str, ...]] = (
        "map",
        "f1_macro",
        "f1_micro",
        "auc",
        "accuracy",
        "hamming_loss",
        "log_loss",
    )

    truth: Flags
    given: Flags
    thresholds: Wide
    loss: Wide
    precision: Precision
    ranking: Ranking

    @classmethod
    def of(cls, p: Floats, y: npt.NDArray[np.integer], thresholds: npt.ArrayLike) -> LabelCase:
        """The case of probabilities ``p`` (N, K) and labels ``y`` (N, K)."""
        truth, limits = y == 1, np.asarray(thresholds, np.float64)
        return cls(
            truth=truth,
            given=p >= limits,
            thresholds=limits,
            loss=-log_chances(p, truth),
            precision=Precision.of(p, truth),
            ranking=Ranking.of_labels(p, truth),
        )

    def figures(self, times: Wide) -> tuple[float, ...]:
        """``NAMES``, when picture i counts ``times[i]`` times: 1 for all, or a resample's.

        Mean average precision and AUC are nan where no label has pictures with it (and, for AUC,
        without it).
        """
        n = times.sum()
        hits, total = times @ self._hits, times @ self._both
        present = max(1, int((total > 0).sum()))
        return (
            self.precision.mean(times),
            float((2 * hits / np.maximum(total, 1)).sum() / present),
            float(2 * hits.sum() / max(1.0, total.sum())),
            self.ranking.area(times),
            float(times @ self.right / n),
            float(times @ self._wrong / n),
            float(times @ self.loss / n),
        )

    @cached_property
    def right(self) -> Wide:
        """1 for a picture (N,) that is given all of its labels and no other, else 0."""
        return np.asarray(self._wrong == 0, np.float64)

    @cached_property
    def _wrong(self) -> Wide:
        """The share of the labels (N,) in which truth and answer differ."""
        return np.asarray((self.truth != self.given).mean(axis=1))

    @cached_property
    def _hits(self) -> Wide:
        """(N, K): whether truth and answer both have the label."""
        return (self.truth & self.given).astype(np.float64)

    @cached_property
    def _both(self) -> Wide:
        """(N, K): how many of truth and answer have the label."""
        return self.truth.astype(np.float64) + self.given

    def error(self, name: str) -> float:
        """The standard error of a figure of ``NAMES``: the root of the sum of squared pulls."""
        pull = self.pull(name)
        return float(np.sqrt(pull @ pull))

    def pull(self, name: str) -> Wide:
        """The derivative (N,) of a figure of ``NAMES`` by how often each picture counts. See
        `svertka.evaluate.pulls`."""
        match name:
            case "map":
                return self.precision.pull
            case "auc":
                return self.ranking.pull
            case "f1_macro" | "f1_micro":
                return self._f1_pull(macro=name == "f1_macro")
            case "accuracy" | "hamming_loss" | "log_loss":
                kinds = {"accuracy": self.right, "hamming_loss": self._wrong, "log_loss": self.loss}
                each = kinds[name]
                return np.asarray((each - each.mean()) / len(each))
            case _:
                raise ValueError(f"no standard error is known of {name}")

    def _f1_pull(self, *, macro: bool) -> Wide:
        """The derivative of F1, hits twice over truth and answers, by how often each counts."""
        hits, both = self._hits, self._both
        if not macro:
            hits, both = hits.sum(axis=1, keepdims=True), both.sum(axis=1, keepdims=True)
        total = both.sum(axis=0)
        share = 1 / np.maximum(total, 1)
        f1 = 2 * hits.sum(axis=0) * share
        return np.asarray(((2 * hits - f1 * both) * share).sum(axis=1) / max(1, (total > 0).sum()))

    def per_class(self, classes: Sequence[str]) -> tuple[ClassScore, ...]:
        """Each label by itself; ``ap`` and ``auc`` are None where the pictures cannot tell."""
        limits = np.atleast_2d(self.thresholds).mean(axis=0).tolist()
        hits, said, held = (
            flags.sum(axis=0).tolist()
            for flags in (self.truth & self.given, self.given, self.truth)
        )
        return tuple(
            ClassScore(
                name=name,
                precision=hits[k] / said[k] if said[k] else 0.0,
                recall=hits[k] / held[k] if held[k] else 0.0,
                f1=2 * hits[k] / (said[k] + held[k]) if said[k] + held[k] else 0.0,
                support=held[k],
                ap=_number(self.precision.own[k]),
                auc=_number(self.ranking.own[k]),
                threshold=limits[k],
            )
            for k, name in enumerate(classes)
        )


def case_of(p: Floats, y: npt.NDArray[np.integer]) -> Case | LabelCase:
    """The case of a validation: of classes ``y`` (N,), or labels (N, K) from their best thresholds
    on."""
    if y.ndim == 2:
        return LabelCase.of(p, y, best_thresholds(p, y))
    return Case.of(p, y.astype(np.int64, copy=False))


def best_thresholds(p: Floats, y: npt.NDArray[np.integer]) -> tuple[float, ...]:
    """For each label of ``y`` (N, K) the least probability at which giving it makes F1 largest.

    It lies halfway between two probabilities of ``p`` (N, K); of equally good ones it is the
    nearest to 0.5, and 0.5 where no picture has the label. F1 that they were chosen by is a little
    too high: judge them by other pictures. Source: Lipton, Elkan and Narayanaswamy 2014.

    >>> best_thresholds(np.array([[0.1], [0.3], [0.4], [0.9]]), np.array([[0], [1], [0], [1]]))
    (0.2,)
    """
    return tuple(
        _best(column.astype(np.float64), own) for column, own in zip(p.T, (y == 1).T, strict=True)
    )


def _best(column: Wide, own: Flags) -> float:
    if not own.any():
        return 0.5
    order = np.argsort(-column, kind="stable")
    ranked = column[order]
    said = np.flatnonzero(np.diff(ranked, append=-1.0)) + 1  # pictures from the top, ties together
    f1 = 2 * np.cumsum(own[order])[said - 1] / (said + own.sum())
    below = np.append(ranked[said[:-1]], 0.0)
    limits = (ranked[said - 1] + below) / 2
    good = np.flatnonzero(f1 >= f1.max() - 1e-12)
    # a half is as good as any number between the same two probabilities
    low, high = below[good], ranked[said - 1][good]
    if ((low < 0.5) & (high >= 0.5)).any():
        return 0.5
    return float(limits[good][np.abs(limits[good] - 0.5).argmin()])


def together(flags: Flags) -> npt.NDArray[np.int64]:
    """How many pictures have each two of the labels ``flags`` (N, K): (K, K), on the diagonal one.

    >>> together(np.array([[True, True], [True, False]])).tolist()
    [[2, 1], [1, 1]]
    """
    counted = flags.astype(np.float64)
    return np.asarray(counted.T @ counted).astype(np.int64)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
