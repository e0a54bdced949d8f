"""The score that new pictures can be expected to give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.errors import UsageError
from svertka.evaluate.bootstrap import LEVEL, interval
from svertka.evaluate.scores import FEW, OF_LABELS, TITLES, Figure, Scores
from svertka.records import Record

_RESAMPLES = 2000
_OF_LABELS = ("map", "f1_macro", "f1_micro", "accuracy")
_PARTS = {"val": "validation", "train": "training"}


@dataclass(frozen=True)
class Forecast(Record):
    """What ``n`` new pictures will probably show, by the answers to ``seen`` pictures of ``part``.

    The intervals hold 95% of what another sample of ``n`` pictures could give: they count both
    the luck of those that were scored and that of those to come.
    """

    n: int
    part: str
    seen: int
    figures: dict[str, Figure]

    @property
    def accuracy(self) -> Figure:
        """The share of right answers; of labels, of pictures given just their own."""
        return self.figures["accuracy"]

    @property
    def f1_macro(self) -> Figure:
        """The mean of the classes' F1."""
        return self.figures["f1_macro"]

    def to_dict(self) -> dict[str, Any]:
        """The forecast as plain JSON types."""
        return {
            "kind": "forecast",
            "n": self.n,
            "part": self.part,
            "seen": self.seen,
            **{name: vars(figure).copy() for name, figure in self.figures.items()},
            "level": LEVEL,
        }

    def __str__(self) -> str:
        part = _PARTS.get(self.part, self.part)
        names = TITLES | (OF_LABELS if "map" in self.figures else {})
        width = max(len(names[name]) for name in self.figures)
        lines = [
            f"Expected on {self.n:,} pictures like those of the training, by {self.seen:,} "
            f"{part} answers, with {100 * LEVEL:g}% intervals:",
            *(f"{names[name]:<{width}}  {_told(f)}" for name, f in self.figures.items()),
        ]
        if self.seen < FEW:
            lines.append(f"{self.seen} answers are few: the score may well be another")
        return "\n".join(lines)


def forecast(scores: Scores, n: int, *, seed: int = 0) -> Forecast:
    """What to expect of ``n`` new pictures drawn as those of ``scores`` were.

    The pictures that were scored are drawn anew, and from each draw ``n`` more (a bootstrap of
    predictions: Efron and Tibshirani 1993); where all were right, their share is drawn as high as
    Clopper and Pearson's exact bound allows. Of labels the intervals of ``scores`` are widened: by
    1 + seen / n grows the variance when ``n`` others are drawn, too. Raises ``UsageError`` for no
    pictures.

    >>> from svertka.evaluate import score
    >>> seen = score(np.eye(2)[[0] * 90 + [1] * 10], [0] * 100, ["cat", "dog"])
    >>> forecast(seen, 25).accuracy
    Figure(value=0.9, low=0.76, high=1.0)
    """
    if n < 1:
        raise UsageError("There are no pictures to forecast a score for: expected at least one.")
    if scores.confusion is None:
        figures = _widened(scores, float(np.sqrt(1 + scores.n / n)))
    else:
        figures = _drawn(scores.confusion, n, np.random.default_rng(seed))
    return Forecast(n, scores.part, scores.n, figures)


def _drawn(
    confusion: npt.NDArray[np.int64], n: int, generator: np.random.Generator
) -> dict[str, Figure]:
    shape, seen = confusion.shape, confusion.sum()
    accuracy, f1 = _figures(confusion)
    if accuracy == 1.0:  # draws would be all alike; 2.5% of these lie below the exact lower bound
        share = generator.binomial(n, generator.beta(seen, 1, _RESAMPLES)) / n
        return dict.fromkeys(("accuracy", "f1_macro"), interval(1.0, share))
    again = generator.multinomial(seen, confusion.ravel() / seen, _RESAMPLES) / seen
    spread = _figures(generator.multinomial(n, again).reshape(-1, *shape))
    return {"accuracy": interval(accuracy, spread[:, 0]), "f1_macro": interval(f1, spread[:, 1])}


def _widened(scores: Scores, factor: float) -> dict[str, Figure]:
    """The figures with each side of their intervals ``factor`` times as long, within 0 and 1."""
    found = {name: scores.metrics[name] for name in _OF_LABELS if name in scores.metrics}
    return {
        name: Figure(
            one.value,
            max(0.0, one.value - factor * (one.value - one.low)),
            min(1.0, one.value + factor * (one.high - one.value)),
        )
        for name, one in found.items()
    }


def _figures(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Accuracy and macro-F1 of tables (..., K, K); a class without a picture or answer is out."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    total = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    f1 = (2 * hits / np.maximum(total, 1)).sum(axis=-1) / (total > 0).sum(axis=-1)
    return np.stack([hits.sum(axis=-1) / confusion.sum(axis=(-2, -1)), f1], axis=-1)


def _told(figure: Figure) -> str:
    return f"{100 * figure.value:.2f}%   {100 * figure.low:.2f}% to {100 * figure.high:.2f}%"
