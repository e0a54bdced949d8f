"""The record of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.errors import StoreError
from svertka.records import Record

TITLES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1_macro": "F1, macro",
    "f1_weighted": "F1, weighted",
    "top3_accuracy": "top-3 accuracy",
    "auc": "AUC, macro",
    "map": "mAP",
    "f1_micro": "F1, micro",
    "hamming_loss": "Hamming loss",
    "log_loss": "log-loss",
    "calibration_error": "calibration error",
}
OF_LABELS = {"accuracy": "subset accuracy"}  # a picture is right if all of its labels are
_AS_NUMBER = {"auc", "hamming_loss", "log_loss", "calibration_error"}
_SHOWN = 20
FEW = 30  # pictures, below which a bootstrap knows little


@dataclass(frozen=True)
class Figure:
    """A headline figure and the interval that holds it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ClassScore:
    """Precision, recall and F1 of one class; ``support`` is how many pictures are of it.

    A label has its average precision ``ap``, its area ``auc`` under the ROC curve, None where the
    pictures cannot tell, and the ``threshold`` from which on it is given.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    ap: float | None = None
    auc: float | None = None
    threshold: float | None = None


@dataclass(frozen=True)
class ReliabilityBin:
    """The pictures whose confidence lies in (low, high]; means are None where there are none."""

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, eq=False)
class Scores(Record):
    """How well a network does on ``n`` labelled pictures of one part.

    ``metrics`` maps accuracy, balanced_accuracy, f1_macro, f1_weighted, top3_accuracy (from four
    classes on), auc (where there are two), log_loss and calibration_error to figures with bootstrap
    intervals; ``confusion`` has a row for each true class and a column for each predicted one.

    Of labels it maps map (the mean of the labels' average precision), f1_macro, f1_micro, auc,
    accuracy (the share of pictures given just their labels: subset accuracy), hamming_loss and
    log_loss (the sum over labels); there is no confusion, but ``together`` (2, K, K): how many
    pictures have each two labels, and how many are given them.
    """

    part: str
    n: int
    classes: tuple[str, ...]
    metrics: dict[str, Figure]
    confusion: npt.NDArray[np.int64] | None
    per_class: tuple[ClassScore, ...]
    reliability: tuple[ReliabilityBin, ...]
    resamples: int = 1000
    seed: int = 0
    level: float = 0.95
    together: npt.NDArray[np.int64] | None = None

    @property
    def accuracy(self) -> float:
        """The share of pictures given their right class, or just their labels, 0 to 1."""
        return self.metrics["accuracy"].value

    @property
    def f1_macro(self) -> float:
        """The mean of the classes' F1, 0 to 1."""
        return self.metrics["f1_macro"].value

    def to_dict(self) -> dict[str, Any]:
        """The scores as plain JSON types."""
        return {
            "kind": "scores",
            "part": self.part,
            "n": self.n,
            "classes": list(self.classes),
            "metrics": {name: vars(figure).copy() for name, figure in self.metrics.items()},
            "interval": {
                "level": self.level,
                "method": "bootstrap",
                "resamples": self.resamples,
                "seed": self.seed,
            },
            "confusion": None if self.confusion is None else self.confusion.tolist(),
            "per_class": [_plain(row) for row in self.per_class],
            "reliability": [vars(row).copy() for row in self.reliability],
        } | ({} if self.together is None else {"together": self.together.tolist()})

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Scores:
        """The scores that ``to_dict`` gave; raises ``StoreError`` when something is missing."""
        try:
            per_class = tuple(
                ClassScore(**{("name" if key == "class" else key): item for key, item in r.items()})
                for r in value["per_class"]
            )
            return cls(
                part=value["part"],
                n=value["n"],
                classes=tuple(value["classes"]),
                metrics={name: Figure(**figure) for name, figure in value["metrics"].items()},
                confusion=_counts(value["confusion"]),
                per_class=per_class,
                reliability=tuple(ReliabilityBin(**row) for row in value["reliability"]),
                resamples=value["interval"]["resamples"],
                seed=value["interval"]["seed"],
                level=value["interval"]["level"],
                together=_counts(value.get("together")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(
                f"The stored scores are damaged ({error!r}). Score again: svertka evaluate RUN DATA"
            ) from error

    def __str__(self) -> str:
        kinds = "classes" if self.together is None else "labels"
        titles = TITLES if self.together is None else TITLES | OF_LABELS
        pictures = "1 picture" if self.n == 1 else f"{self.n:,} pictures"
        lines = [f"{self.part}: {pictures}, {len(self.classes)} {kinds}", ""]
        for name, figure in self.metrics.items():
            value, low, high = (shown(name, number) for number in vars(figure).values())
            lines.append(f"{titles.get(name, name):<18} {value:>8}   {low} to {high}")
        lines += ["", *self._class_table()]
        if confused := self._confused():
            lines += ["", "most often taken for another:", *confused]
        share = f"{100 * self.level:g}%"
        lines += ["", f"{share} intervals: bootstrap, {self.resamples:,} resamples"]
        if self.n < FEW:
            lines += [f"{pictures}: too few for intervals that mean much; score on {FEW} or more"]
        return "\n".join(lines)

    def _class_table(self) -> list[str]:
        rows, title = list(self.per_class), "class"
        if len(rows) > _SHOWN:
            present = [row for row in rows if row.support]
            rows = sorted(present, key=lambda row: row.f1)[: _SHOWN // 2]
            title = f"worst {len(rows)} classes"
        width = max(len(title), *(min(len(row.name), 32) for row in rows)) if rows else len(title)
        more = "" if self.together is None else "      AP     AUC  given from"
        lines = [f"{title:<{width}}  precision  recall      F1  support{more}"]
        lines += [
            f"{_short(row.name, width):<{width}}  {row.precision:>9.4f}  {row.recall:.4f}"
            f"  {row.f1:.4f}  {row.support:>7,}{_of_label(row)}"
            for row in rows
        ]
        return lines

    def _confused(self) -> list[str]:
        if self.confusion is None:
            return []
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:3]
        pairs = [divmod(int(at), len(self.classes)) for at in order]
        sums = self.confusion.sum(axis=1)
        return [
            f"  {_short(self.classes[truth], 32)} for {_short(self.classes[answer], 32)}: "
            f"{wrong[truth, answer]:,} of {sums[truth]:,}"
            for truth, answer in pairs
            if wrong[truth, answer]
        ]


def _plain(row: ClassScore) -> dict[str, Any]:
    """A class's line as plain JSON types; what only labels have is left out of a class's."""
    values = vars(row).copy()
    of_label = {key: values.pop(key) for key in ("ap", "auc", "threshold")}
    return {"class": values.pop("name"), **values} | (of_label if row.threshold is not None else {})


def _counts(value: Any) -> npt.NDArray[np.int64] | None:
    return None if value is None else np.array(value, dtype=np.int64)


def _of_label(row: ClassScore) -> str:
    if row.threshold is None:
        return ""
    ap, auc = ("     -" if number is None else f"{number:.4f}" for number in (row.ap, row.auc))
    return f"  {ap}  {auc}  {row.threshold:>10.4f}"


def shown(name: str, value: float) -> str:
    """A figure as text: losses and areas as numbers, the others as shares.

    >>> shown("accuracy", 0.9321), shown("auc", 0.9987)
    ('93.21%', '0.9987')
    """
    return f"{value:.4f}" if name in _AS_NUMBER else f"{100 * value:.2f}%"


def _short(name: str, width: int) -> str:
    """A class name on one line of a terminal: no control signs, no more than ``width``."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in name)
    return plain if len(plain) <= width else plain[: width - 1] + "…"
