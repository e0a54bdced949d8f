"""From probabilities and labels to scores: pure functions on arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from svertka.data.labels import flags_in
from svertka.errors import UsageError
from svertka.evaluate.bootstrap import bootstrap, exact, interval
from svertka.evaluate.figures import BINS, FIGURES, TOP, Case, Floats, Ints
from svertka.evaluate.labels import LabelCase, together
from svertka.evaluate.scores import ClassScore, Figure, ReliabilityBin, Scores

# What is 1 where every picture is answered rightly.
_SHARES = (
    *("accuracy", "balanced_accuracy", "top3_accuracy"),
    *("f1_macro", "f1_micro", "f1_weighted"),
)


def score(
    probabilities: npt.ArrayLike,
    y: npt.ArrayLike,
    classes: Sequence[str],
    *,
    part: str = "test",
    seed: int = 0,
    resamples: int = 1000,
    thresholds: npt.ArrayLike | None = None,
) -> Scores:
    """Score ``probabilities`` (N, K) against the class numbers ``y`` (N), or labels (N, K) of 0, 1.

    F1 of a class that is neither true nor predicted anywhere is left out of the means, as
    scikit-learn does by default; so is a class without pictures of balanced accuracy (the mean
    recall) and of AUC (each class against the rest). The calibration error is the mean gap between
    confidence and accuracy over 15 bins of equal width, weighted by their pictures (Guo et al.
    2017, "On Calibration of Modern Neural Networks"). Log-loss clips probabilities at the smallest
    step of their type; that of labels is the sum over them. Labels are given from ``thresholds``
    (K,) on, or (N, K), each picture's own; from 0.5 without. Intervals are percentiles of
    ``resamples`` bootstrap samples of the pictures, but exact where all are right or none: they say
    what another sample of this size could show, not another training. Raises ``UsageError`` when
    the arrays do not fit.

    >>> scores = score([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2]], [0, 1, 1], ["cat", "dog"])
    >>> round(scores.accuracy, 4), round(scores.f1_macro, 4), scores.confusion.tolist()
    (0.6667, 0.6667, [[1, 0], [1, 1]])
    """
    p, truth = _checked(probabilities, y, classes, resamples)
    if truth.ndim == 2:
        limits = [0.5] * len(classes) if thresholds is None else thresholds
        return _of_labels(LabelCase.of(p, truth, limits), classes, part, seed, resamples)
    k, case = len(classes), Case.of(p, truth)
    drawn = bootstrap(case.figures, len(p), resamples, seed)
    values = case.figures(np.ones(len(p)))
    left_out = {"top3_accuracy"} if k <= TOP else set()
    left_out |= set() if np.isfinite(case.ranking.value) else {"auc"}
    places = [(i, name) for i, name in enumerate(FIGURES) if name not in left_out]
    confusion = np.bincount(truth * k + case.answer, minlength=k * k).reshape(k, k)
    return Scores(
        part=part,
        n=len(p),
        classes=tuple(classes),
        metrics={name: _figure(name, values[i], drawn[:, i], len(p)) for i, name in places},
        confusion=confusion,
        per_class=_per_class(confusion, classes),
        reliability=_reliability(p.max(axis=1), case),
        resamples=resamples,
        seed=seed,
    )


def _of_labels(
    case: LabelCase, classes: Sequence[str], part: str, seed: int, resamples: int
) -> Scores:
    n = len(case.truth)
    drawn = bootstrap(case.figures, n, resamples, seed)
    values = case.figures(np.ones(n))
    return Scores(
        part=part,
        n=n,
        classes=tuple(classes),
        metrics={
            name: _figure(name, values[i], drawn[:, i], n)
            for i, name in enumerate(case.NAMES)
            if np.isfinite(values[i])
        },
        confusion=None,
        per_class=case.per_class(classes),
        reliability=(),
        resamples=resamples,
        seed=seed,
        together=np.stack([together(case.truth), together(case.given)]),
    )


def _figure(name: str, value: float, drawn: npt.NDArray[np.float64], n: int) -> Figure:
    found = interval(value, drawn)
    return exact(found, n) if name in _SHARES else found


def _checked(
    probabilities: npt.ArrayLike, y: npt.ArrayLike, classes: Sequence[str], resamples: int
) -> tuple[Floats, Ints]:
    p, labels = np.asarray(probabilities), np.asarray(y)
    if p.dtype not in (np.float32, np.float64):
        p = p.astype(np.float64)
    fits = labels.shape in (p.shape[:1], p.shape)
    if p.ndim != 2 or not fits or p.shape[1] != len(classes):
        raise UsageError(
            f"Probabilities {p.shape}, labels {labels.shape} and {len(classes)} classes do not "
            "fit: (N, K), (N,) and K are expected; of several labels to a picture (N, K) twice."
        )
    if not len(p):
        raise UsageError("There is nothing to score: no pictures. Name data that has some.")
    if resamples < 1:
        raise UsageError(f"{resamples} resamples give no interval: 1 or more are expected.")
    if not np.isfinite(p).all():
        raise UsageError(
            "Some probabilities are not finite numbers: the network's weights or inputs are not."
        )
    if labels.ndim == 2:
        if (flags := flags_in(labels)) is None:
            raise UsageError("Labels (N, K) must be 0 or 1: 1 for each that a picture has.")
        return p, flags.astype(np.int64)
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= len(classes):
        raise UsageError(f"Labels must be whole numbers from 0 to {len(classes) - 1}.")
    return p, labels.astype(np.int64)


def _per_class(confusion: Ints, classes: Sequence[str]) -> tuple[ClassScore, ...]:
    hits, predicted, support = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    rows = zip(classes, hits.tolist(), predicted.tolist(), support.tolist(), strict=True)
    return tuple(
        ClassScore(
            name=name,
            precision=hit / said if said else 0.0,
            recall=hit / held if held else 0.0,
            f1=2 * hit / (said + held) if said + held else 0.0,
            support=held,
        )
        for name, hit, said, held in rows
    )


def _reliability(confidence: Floats, case: Case) -> tuple[ReliabilityBin, ...]:
    counts = np.bincount(case.bins, minlength=BINS).tolist()
    sure = np.bincount(case.bins, weights=confidence, minlength=BINS).tolist()
    hits = np.bincount(case.bins, weights=case.right, minlength=BINS).tolist()
    return tuple(
        ReliabilityBin(
            low=i / BINS,
            high=(i + 1) / BINS,
            n=n,
            confidence=sure[i] / n if n else None,
            accuracy=hits[i] / n if n else None,
        )
        for i, n in enumerate(counts)
    )
