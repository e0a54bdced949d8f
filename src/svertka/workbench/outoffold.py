"""Out-of-fold answers: what networks said of the pictures that they had not seen, as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.data import Pictures
from svertka.data.labels import Labels, text_of
from svertka.evaluate import Scores, score
from svertka.store.atomic import utf8
from svertka.workbench.finishing import PREDICTIONS
from svertka.workbench.run import Run

PART = "out-of-fold"


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Out-of-fold answers: ``pictures`` in the order of the data, and what the network that had
    not seen a picture said of it: ``p`` (N, K), from ``limits`` (N, K) on each label is given.

    ``rows`` are the lines of the folds' tables, ``fold`` (N,) the numbers of the folds.
    """

    pictures: Pictures
    p: npt.NDArray[np.float32]
    limits: npt.NDArray[np.float64] | None
    fold: npt.NDArray[np.int64]
    rows: list[list[str]]
    classes: tuple[str, ...]

    @classmethod
    def of(cls, runs: Sequence[Run], learned: Pictures, classes: tuple[str, ...]) -> OutOfFold:
        """What the runs said of the pictures that they had not seen."""
        places = {utf8(name).decode(): place for place, name in enumerate(learned.ids)}
        said: dict[int, tuple[int, list[str]]] = {}
        for number, run in enumerate(runs):
            with (run.path / PREDICTIONS).open(encoding="utf-8", newline="") as file:
                said |= {places[row[0]]: (number, row) for row in list(csv.reader(file))[1:]}
        asked = sorted(said)
        rows = [said[place][1] for place in asked]
        which = np.array([said[place][0] for place in asked], np.int64)
        each = [run.card.thresholds for run in runs if run.card.thresholds is not None]
        limits = np.array(each)[which] if each else None
        p = np.array([row[3:] for row in rows], np.float32).reshape(len(rows), len(classes))
        return cls(learned.select(asked), p, limits, which + 1, rows, classes)

    @property
    def y(self) -> Labels:
        """What is known of the pictures."""
        return self.pictures.y

    @property
    def scores(self) -> Scores:
        """How well they did."""
        return score(self.p, self.y, self.classes, part=PART, thresholds=self.limits)

    def to_csv(self) -> str:
        """One row for each picture: its fold, its class or labels, and what was said of it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        columns = [utf8(f"p({name})").decode() for name in self.classes]
        writer.writerow(["id", "fold", "truth", "label", "confidence", *columns])
        for row, number, truth in zip(self.rows, self.fold, self.y, strict=True):
            own = utf8(text_of(truth, self.classes)).decode()
            writer.writerow([row[0], number, own, *row[1:]])
        return text.getvalue()
