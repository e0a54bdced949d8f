"""Pictures that the network was not fitted to, with its exact answers: the test of an engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from svertka.data import InputContract, Pictures
from svertka.data.contract import Task
from svertka.errors import StoreError
from svertka.predict.softmax import probabilities_of
from svertka.store.tensors import load_tensors, save_tensors

if TYPE_CHECKING:
    from svertka.predict.predictor import Predictor

FILE = "trial.safetensors"
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Trial:
    """Some ``pictures`` (N, H, W, C) of the validation part and the ``logits`` (N, K) of each.

    At most one batch: enough to see what an engine changes, few enough to be tried whenever one
    is opened, and to lie in every run's folder.
    """

    pictures: Pixels
    logits: Floats
    task: Task = "classes"

    @classmethod
    def of(cls, exact: Predictor, part: Pictures) -> Trial:
        """Pictures at even distances of ``part``, answered by ``exact`` (one view of each)."""
        rows = np.linspace(0, len(part) - 1, min(len(part), exact.batch)).astype(np.int64)
        pictures = np.ascontiguousarray(part.take(rows))
        return cls(pictures, exact.seeing("one").logits(pictures), exact.contract.task)

    def save(self, folder: Path) -> None:
        """Write ``trial.safetensors`` into a run's folder, atomically."""
        arrays = {"pictures": self.pictures, "logits": self.logits}
        tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
        save_tensors(folder / FILE, tensors)

    @classmethod
    def load(cls, folder: Path, contract: InputContract) -> Trial | None:
        """The trial of a run; None where there is none that fits: an older run, a lone model."""
        try:
            found = load_tensors(folder / FILE, None, "")
            pictures, logits = found["pictures"].numpy(), found["logits"].numpy()
        except (StoreError, KeyError):
            return None
        fits = pictures.shape[1:] == (*contract.size, contract.channels) and len(pictures)
        fits = fits and logits.shape == (len(pictures), len(contract.classes))
        if not fits or pictures.dtype != np.uint8:
            return None
        return cls(pictures, logits, contract.task)

    def __len__(self) -> int:
        return len(self.pictures)

    def difference(self, answer: Callable[[Pixels], Floats]) -> float:
        """The most by which ``answer``'s logits move any probability; NaN if any is no number."""
        ours, theirs = (
            probabilities_of(x, self.task) for x in (self.logits, answer(self.pictures))
        )
        return float(np.abs(theirs - ours).max())
