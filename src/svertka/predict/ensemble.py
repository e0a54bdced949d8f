"""Several networks that answer as one: the mean of their probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data import InputContract, Pictures
from svertka.errors import StoreError
from svertka.predict.predictions import Predictions
from svertka.predict.predictor import Floats, Pixels, Predictor
from svertka.predict.sources import read_any

_SAME = ("size", "margin", "channels", "dtype", "value_range", "fit", "classes", "task")


class Ensemble:
    """Networks of one form: each normalises by its own training part, the pictures are read once.

    Raises ``StoreError`` where they expect different pictures or know different classes.

    >>> Ensemble([])
    Traceback (most recent call last):
    svertka.errors.StoreError: An ensemble of no networks cannot answer.
    """

    def __init__(self, members: Sequence[Predictor]) -> None:
        if not members:
            raise StoreError("An ensemble of no networks cannot answer.")
        forms = [[getattr(member.contract, name) for name in _SAME] for member in members]
        if any(form != forms[0] for form in forms):
            raise StoreError(
                "The networks of the ensemble expect different pictures or know different classes: "
                "train their folds again."
            )
        self.members = tuple(members)

    @property
    def contract(self) -> InputContract:
        """What a picture must look like."""
        return self.members[0].contract

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the columns."""
        return self.contract.classes

    @property
    def thresholds(self) -> tuple[float, ...] | None:
        """From which probability on each label is given: the members' mean; None for classes."""
        each = [member.thresholds for member in self.members if member.thresholds]
        return tuple(np.mean(each, axis=0).tolist()) if each else None

    def probabilities(self, x: Pixels | Pictures) -> Floats:
        """The mean of the members' probabilities, (N, K)."""
        whole = np.zeros((len(x), len(self.classes)))
        for member in self.members:
            whole += member.probabilities(x)
        p: Floats = (whole / len(self.members)).astype(np.float32)
        return p

    def predict(self, source: npt.NDArray[Any] | str | Path | Sequence[str | Path]) -> Predictions:
        """Answers for pictures, as ``Predictor.predict`` takes them."""
        pictures, ids, problems = read_any(source, self.contract)
        p = self.probabilities(pictures)
        return Predictions.of(p, self.classes, ids, problems, thresholds=self.thresholds)
