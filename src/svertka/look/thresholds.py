"""Where to draw the line: precision and recall of each class over all thresholds, and the pairs of
classes that are taken for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.labels import having, known
from svertka.errors import UsageError
from svertka.records import Record

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DRAWN = 200  # points of a curve that a page draws; the record has them all


@dataclass(frozen=True, eq=False)
class Curve:
    """One class against the rest: what a ``threshold`` (T,), rising, gives if every picture counts
    as of the class whose probability is as large or larger.

    ``precision`` (T,) is the share of these that are of the class, ``recall`` (T,) the share of the
    class that is among these, nan where it has no pictures; ``support`` is how many it has.
    ``average_precision`` is the area below precision over recall in steps.
    """

    name: str
    support: int
    threshold: Floats
    precision: Floats
    recall: Floats
    average_precision: float

    @property
    def f1(self) -> Floats:
        """The harmonic mean of precision and recall, (T,)."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / np.where(both > 0, both, 1.0)

    @property
    def best(self) -> int:
        """The place of the largest F1, the lowest threshold of equals; 0 without pictures."""
        return int(np.argmax(self.f1)) if self.support else 0

    def to_dict(self) -> dict[str, Any]:
        """The curve as plain JSON types, thinned to some two hundred points."""
        t = len(self.threshold)
        kept = {*np.linspace(0, t - 1, min(t, _DRAWN)).astype(int).tolist(), self.best}
        at = sorted(kept)
        return {
            "class": self.name,
            "support": self.support,
            "threshold": self.threshold[at].tolist(),
            "precision": self.precision[at].tolist(),
            "recall": self.recall[at].tolist() if self.support else None,
            "average_precision": self.average_precision if self.support else None,
            "best": at.index(self.best),
        }


@dataclass(frozen=True, eq=False)
class Thresholds(Record):
    """The curves of all classes over ``n`` pictures."""

    n: int
    curves: tuple[Curve, ...]

    def to_dict(self) -> dict[str, Any]:
        """The curves as plain JSON types."""
        return {
            "kind": "thresholds",
            "n": self.n,
            "curves": [curve.to_dict() for curve in self.curves],
        }

    def __str__(self) -> str:
        width = max(5, *(len(curve.name) for curve in self.curves))
        lines = [f"{'class':<{width}}  best threshold  precision  recall      F1      AP"]
        for curve in self.curves:
            best = curve.best
            found = curve.precision[best], curve.recall[best], curve.f1[best]
            precision, recall, f1 = (f"{value:.4f}" for value in found)
            lines.append(
                f"{curve.name:<{width}}  {curve.threshold[best]:>14.4f}  {precision:>9}  {recall}"
                f"  {f1}  {curve.average_precision:.4f}"
            )
        return "\n".join(lines)


@dataclass(frozen=True)
class Mixed:
    """Pictures of ``truth`` that were taken for ``answer``: their ``rows``, the surest wrong answer
    first, among ``support`` pictures of ``truth``."""

    truth: str
    answer: str
    support: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Confused(Record):
    """The pairs of classes that are mixed up most often, the most frequent first."""

    n: int
    pairs: tuple[Mixed, ...]

    def to_dict(self) -> dict[str, Any]:
        """The pairs as plain JSON types."""
        pairs = [
            {**vars(pair), "n": len(pair.rows), "rows": list(pair.rows)} for pair in self.pairs
        ]
        return {"kind": "confused", "n": self.n, "pairs": pairs}

    def __str__(self) -> str:
        lines = [
            f"{pair.truth} taken for {pair.answer}: {len(pair.rows):,} of {pair.support:,}"
            for pair in self.pairs
        ]
        return "\n".join(lines) or "no picture was taken for another class"


def thresholds(
    probabilities: npt.ArrayLike, y: npt.ArrayLike, classes: Sequence[str]
) -> Thresholds:
    """Precision and recall over every threshold that separates probabilities (N, K), labels (N,).

    Pictures with a label of -1 are left out. Labels (N, K), of which a picture may have any number,
    are taken each by itself. Raises ``UsageError`` where the arrays do not fit.

    >>> found = thresholds([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]], [0, 1, 1], ["cat", "dog"])
    >>> dog = found.curves[1]
    >>> dog.threshold.tolist(), dog.recall.tolist(), dog.best
    ([0.1, 0.4, 0.7], [1.0, 1.0, 0.5], 1)
    """
    p, truth, _ = _known(probabilities, y, classes)
    curves = (_curve(name, p[:, k], having(truth, k)) for k, name in enumerate(classes))
    return Thresholds(len(p), tuple(curves))


def confused(
    probabilities: npt.ArrayLike, y: npt.ArrayLike, classes: Sequence[str], *, limit: int = 10
) -> Confused:
    """The ``limit`` most frequent pairs of true class and wrong answer, with their pictures.

    Rows are those of probabilities (N, K); a label of -1 is left out.

    >>> p = [[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7]]
    >>> confused(p, [0, 1, 1, 1], ["cat", "dog"]).pairs
    (Mixed(truth='dog', answer='cat', support=3, rows=(2, 1)),)
    """
    p, truth, rows = _known(probabilities, y, classes)
    k, answer = len(classes), p.argmax(axis=1)
    counts = np.bincount(truth * k + answer, minlength=k * k).reshape(k, k)
    support = counts.sum(axis=1)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[: min(limit, np.count_nonzero(counts))]
    pairs = []
    for t, a in zip(*np.unravel_index(order, counts.shape), strict=True):
        mine = np.flatnonzero((truth == t) & (answer == a))
        mine = mine[np.argsort(-p[mine, a], kind="stable")]
        pairs.append(Mixed(classes[t], classes[a], int(support[t]), tuple(rows[mine].tolist())))
    return Confused(len(p), tuple(pairs))


def _known(
    probabilities: npt.ArrayLike, y: npt.ArrayLike, classes: Sequence[str]
) -> tuple[npt.NDArray[np.floating], Ints, Ints]:
    """The rows whose class is known: probabilities, labels, and which rows they are."""
    p, labels = np.asarray(probabilities), np.asarray(y, np.int64)
    if p.ndim != 2 or labels.shape not in (p.shape[:1], p.shape) or p.shape[1] != len(classes):
        raise UsageError(
            f"Probabilities {p.shape}, labels {labels.shape} and {len(classes)} classes do not "
            "fit: (N, K), (N,) and K are expected."
        )
    rows = np.flatnonzero(known(labels))
    if not len(rows):
        raise UsageError("No picture has a known class. Name data that has labels.")
    if labels.ndim == 1 and labels.max() >= len(classes):
        raise UsageError(f"Labels must be whole numbers from 0 to {len(classes) - 1}.")
    return p[rows], labels[rows], rows


def _curve(name: str, p: npt.NDArray[np.floating], own: npt.NDArray[np.bool_]) -> Curve:
    order = np.argsort(-p, kind="stable")
    sure, hits = p[order], np.cumsum(own[order])
    last = np.append(np.flatnonzero(np.diff(sure)), len(sure) - 1)  # of those equally probable
    right, support = hits[last], int(own.sum())
    precision = right / (last + 1)
    recall = right / support if support else np.full(len(last), np.nan)
    area = float(np.diff(recall, prepend=0.0) @ precision)
    threshold = sure[last].astype(np.float64)
    return Curve(name, support, threshold[::-1], precision[::-1], recall[::-1], area)
