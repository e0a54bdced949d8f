"""Nets against each other on the same pictures: which differences are more than chance.

A figure of a net moves for two reasons: other pictures could have been drawn, and another training
could have ended elsewhere. Both are counted. Nets are compared picture by picture, so that a
picture that is hard for all of them does not blur the difference between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from svertka.data.contract import Task
from svertka.errors import UsageError
from svertka.evaluate.labels import LabelCase
from svertka.evaluate.pulls import accuracy, f1_macro
from svertka.evaluate.scores import Figure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVEL = 0.95
COMPARED: dict[Task, tuple[str, ...]] = {
    "classes": ("accuracy", "f1_macro"),
    "labels": ("map", "f1_macro"),
}
UNSEEN = -1


@dataclass(frozen=True, eq=False)
class Sample:
    """One figure of one net: its ``values`` (S), one for each training, and the ``pull`` (P) that
    each picture has on their mean.

    The sum of the squared pulls is the variance that comes of drawing other pictures (the
    infinitesimal jackknife: Jaeckel 1972, Efron 1982).
    """

    values: Floats
    pull: Floats

    @property
    def value(self) -> float:
        """The mean over the trainings."""
        return float(self.values.mean())

    @property
    def trainings(self) -> Spread:
        """The variance of the mean that comes of training anew; none is known from one training."""
        count = len(self.values)
        return Spread(self.values.var(ddof=1) / count, count - 1) if count > 1 else Spread(0.0, 1)

    @property
    def figure(self) -> Figure:
        """The mean and its interval for other pictures and other trainings.

        Wilson's interval (1927) for as many pictures as would give this standard error (Korn and
        Graubard 1998), so that it stays within 0 and 1 and tells something of 100%, too.
        """
        pictures = Spread(float(self.pull @ self.pull), max(1, len(self.pull) - 1))
        spread = pictures + self.trainings
        value, free = self.value, self.value * (1 - self.value)
        n = free / spread.variance if spread.variance > 0 and free > 0 else float(len(self.pull))
        z2 = spread.quantile**2
        centre = (value + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2 * (free / n + z2 / (4 * n * n))) / (1 + z2 / n)
        return Figure(value, max(0.0, float(centre - half)), min(1.0, float(centre + half)))


@dataclass(frozen=True)
class Spread:
    """A variance and the degrees of freedom behind it."""

    variance: float
    freedom: float

    def __add__(self, other: Spread) -> Spread:
        """The spread of a sum (Satterthwaite 1946)."""
        variance = self.variance + other.variance
        parts = (self.variance**2 / self.freedom, other.variance**2 / other.freedom)
        return Spread(variance, variance**2 / sum(parts) if variance > 0 else self.freedom)

    @property
    def quantile(self) -> float:
        """How many standard errors an interval reaches to each side (Student's t)."""
        return float(stdtrit(self.freedom, (1 + LEVEL) / 2))


@dataclass(frozen=True)
class Difference:
    """One figure of one net minus that of another; ``p`` is two-sided.

    ``p_holm`` is corrected for the number of pairs; ``real`` says that it is below 1 - ``LEVEL``.
    """

    value: float
    low: float
    high: float
    p: float
    p_holm: float
    real: bool


def samples(truth: npt.ArrayLike, answers: npt.ArrayLike, classes: int) -> dict[str, Sample]:
    """The samples of ``COMPARED["classes"]`` from ``answers`` (S, P) of S trainings on P pictures.

    ``truth`` (P) and the answers are class numbers; ``UNSEEN`` is the answer where a training was
    not scored on a picture. Raises ``UsageError`` where the arrays do not fit.

    >>> some = samples([0, 0, 1, 1], [[0, 0, 1, 0], [0, 0, 1, 1]], classes=2)
    >>> some["accuracy"].value, some["accuracy"].pull.tolist()
    (0.875, [0.03125, 0.03125, 0.03125, -0.09375])
    """
    y, given = np.asarray(truth, np.int64), np.asarray(answers, np.int64)
    if given.ndim != 2 or y.shape != given.shape[1:] or not given.size:
        raise UsageError(f"Answers {given.shape} and labels {y.shape}: (S, P) and (P,) expected.")

    def figures(training: int, seen: Ints) -> dict[str, tuple[float, Floats]]:
        own, said = y[seen], given[training, seen]
        return {"accuracy": accuracy(own, said), "f1_macro": f1_macro(own, said, classes)}

    return _sampled(given != UNSEEN, figures)


def label_samples(
    truth: npt.ArrayLike, probabilities: npt.ArrayLike, thresholds: npt.ArrayLike
) -> dict[str, Sample]:
    """The samples of ``COMPARED["labels"]`` from ``probabilities`` (S, P, K) of S trainings.

    ``truth`` (P, K) is 1 for each label that a picture has; training s gives those that reach its
    ``thresholds`` (S, K); nan is the probability where it was not scored on a picture. Raises
    ``UsageError`` where the arrays do not fit.

    >>> one = label_samples([[1], [0], [1]], [[[0.9], [0.6], [0.2]]], [[0.5]])
    >>> round(one["map"].value, 4), round(one["f1_macro"].value, 4)
    (0.8333, 0.5)
    """
    y, p, limits = np.asarray(truth), np.asarray(probabilities), np.asarray(thresholds)
    if p.ndim != 3 or y.shape != p.shape[1:] or limits.shape != p[:, 0].shape or not y.any():
        raise UsageError(
            f"Probabilities {p.shape}, labels {y.shape} and thresholds {limits.shape}: (S, P, K), "
            "(P, K) with a label at least, and (S, K) expected."
        )

    def figures(training: int, seen: Ints) -> dict[str, tuple[float, Floats]]:
        case = LabelCase.of(p[training, seen], y[seen], limits[training])
        values = dict(zip(case.NAMES, case.figures(np.ones(len(seen))), strict=True))
        return {name: (values[name], case.pull(name)) for name in COMPARED["labels"]}

    return _sampled(~np.isnan(p).any(axis=2), figures)


def _sampled(
    answered: npt.NDArray[np.bool_],
    figures: Callable[[int, Ints], dict[str, tuple[float, Floats]]],
) -> dict[str, Sample]:
    """Samples from what ``figures`` tells of each training on the pictures ``answered`` (S, P):
    each figure, and the pull of each of these pictures."""
    found: dict[str, list[tuple[float, Floats]]] = {}
    for training, row in enumerate(answered):
        seen = np.flatnonzero(row)
        if not len(seen):
            raise UsageError("A training without a single answer cannot be compared.")
        for name, (value, pull) in figures(training, seen).items():
            whole = np.zeros(len(row))
            whole[seen] = pull
            found.setdefault(name, []).append((value, whole))
    return {
        name: Sample(np.array([v for v, _ in rows]), np.mean([p for _, p in rows], axis=0))
        for name, rows in found.items()
    }


def differences(pairs: Sequence[tuple[Sample, Sample]]) -> list[Difference]:
    """Each first minus each second, tested together: all on the same pictures.

    The variance of a difference is the pictures' plus that of both nets' trainings; the quotient is
    compared with Student's t. With one training each it is, of accuracy, McNemar's test (1947) with
    Edwards's correction (1948); then it speaks of these trained nets, not of training anew. Holm
    (1979) corrects for the number of pairs: the chance of even one false "real" is 5% at most.

    >>> a = Sample(np.array([0.9]), np.array([0.01, 0.01, -0.02]))
    >>> differences([(a, a)])[0].p
    1.0
    """
    raw = [_difference(a, b) for a, b in pairs]
    corrected = holm([p for *_, p in raw])
    return [
        Difference(value, value - half, value + half, p, p_holm, p_holm < 1 - LEVEL)
        for (value, half, p), p_holm in zip(raw, corrected, strict=True)
    ]


def _difference(a: Sample, b: Sample) -> tuple[float, float, float]:
    """The difference, half the width of its interval, and p."""
    n = len(a.pull)
    value, pull = a.value - b.value, a.pull - b.pull
    # as if there were none, as McNemar does: a difference without a counter-example has no spread
    pictures = Spread(float(pull @ pull) + value**2 / n, max(1, n - 1))
    spread = pictures + a.trainings + b.trainings
    step = 1 / (n * min(len(a.values), len(b.values)))  # half of what one answer changes
    error = np.sqrt(spread.variance)
    far = max(0.0, abs(value) - step)
    p = float(2 * stdtr(spread.freedom, -far / error)) if error > 0 else 1.0
    return value, float(spread.quantile * error + step), p


def holm(p: Sequence[float]) -> list[float]:
    """``p`` values corrected for their number (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p)
    scaled = np.array(p, dtype=float)[order] * np.arange(len(p), 0, -1)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(scaled)) if len(p) else scaled
    return [float(value) for value in corrected]
