"""The score that new pictures can be expected to give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.errors import UsageError
from svertka.evaluate.bootstrap import LEVEL, interval
from svertka.evaluate.scores import Figure, Scores
from svertka.records import Record

_RESAMPLES = 2000
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
    accuracy: Figure
    f1_macro: Figure

    def to_dict(self) -> dict[str, Any]:
        """The forecast as plain JSON types."""
        return {
            "kind": "forecast",
            "n": self.n,
            "part": self.part,
            "seen": self.seen,
            "accuracy": vars(self.accuracy).copy(),
            "f1_macro": vars(self.f1_macro).copy(),
            "level": LEVEL,
        }

    def __str__(self) -> str:
        part = _PARTS.get(self.part, self.part)
        return (
            f"Expected on {self.n:,} pictures like those of the training, by {self.seen:,} "
            f"{part} answers, with {100 * LEVEL:g}% intervals:\n"
            f"accuracy   {_told(self.accuracy)}\n"
            f"F1, macro  {_told(self.f1_macro)}"
        )


def forecast(scores: Scores, n: int, *, seed: int = 0) -> Forecast:
    """What to expect of ``n`` new pictures drawn as those of ``scores`` were.

    The pictures that were scored are drawn anew, and from each draw ``n`` more (a bootstrap of
    predictions: Efron and Tibshirani 1993). Raises ``UsageError`` for no pictures.

    >>> from svertka.evaluate import score
    >>> seen = score(np.eye(2)[[0] * 90 + [1] * 10], [0] * 100, ["cat", "dog"])
    >>> forecast(seen, 25).accuracy
    Figure(value=0.9, low=0.76, high=1.0)
    """
    if n < 1:
        raise UsageError("There are no pictures to forecast a score for: expected at least one.")
    confusion = scores.confusion
    if confusion is None:
        raise UsageError("A score is forecast where pictures have one class each, not labels.")
    shape, shares = confusion.shape, confusion.ravel() / confusion.sum()
    generator = np.random.default_rng(seed)
    again = generator.multinomial(confusion.sum(), shares, _RESAMPLES) / confusion.sum()
    spread = _figures(generator.multinomial(n, again).reshape(-1, *shape))
    accuracy, f1 = _figures(confusion)
    return Forecast(
        n=n,
        part=scores.part,
        seen=scores.n,
        accuracy=interval(accuracy, spread[:, 0]),
        f1_macro=interval(f1, spread[:, 1]),
    )


def _figures(confusion: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Accuracy and macro-F1 of tables (..., K, K); a class without a picture or answer is out."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    total = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    f1 = (2 * hits / np.maximum(total, 1)).sum(axis=-1) / (total > 0).sum(axis=-1)
    return np.stack([hits.sum(axis=-1) / confusion.sum(axis=(-2, -1)), f1], axis=-1)


def _told(figure: Figure) -> str:
    return f"{100 * figure.value:.2f}%   {100 * figure.low:.2f}% to {100 * figure.high:.2f}%"
