"""A trained network as one file for other programs, checked before it is handed out."""

from __future__ import annotations

import importlib.metadata
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from svertka.errors import MissingExtra, SvertkaError, UsageError
from svertka.predict import Predictor
from svertka.predict.engines import installed, onnxruntime_answer
from svertka.predict.graph import onnx_model
from svertka.predict.trial import Trial
from svertka.records import Record
from svertka.store import ModelCard, RunFolder
from svertka.store.atomic import write_atomic
from svertka.version import __version__

FILE = "model.onnx"
_ALLOWED = 1e-4  # of a probability: both compute in float32


@dataclass(frozen=True)
class Exported(Record):
    """An ONNX file: its ``path``, its size in ``bytes``, what goes in, and how it was checked.

    ``difference`` is the most by which onnxruntime's answers moved a probability of ``pictures``
    validation pictures (of noise where the run keeps none); ``views`` are what the run averages
    and the file does not.
    """

    path: str
    bytes: int
    input: tuple[int, int, int]
    classes: int
    difference: float
    pictures: int
    views: str = "one"

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types."""
        return {"kind": "export", "format": "onnx", **asdict(self), "input": list(self.input)}

    def __str__(self) -> str:
        shape = ", ".join(map(str, self.input))
        lines = [
            f"{self.path}  {self.bytes / 1e6:,.1f} MB",
            f"in      pictures: uint8 (N, {shape}), decoded and of this size; the rest is inside",
            f"out     logits, probabilities: float32 (N, {self.classes}); metadata: classes, input",
            f"checked by onnxruntime {importlib.metadata.version('onnxruntime')}: no probability "
            f"of {self.pictures} pictures moved by more than {self.difference:.1g}",
        ]
        if self.views != "one":
            lines.append(f"The run averages views ({self.views}); the file looks at one.")
        return "\n".join(lines)


def export_onnx(folder: RunFolder, out: str | Path | None = None) -> Exported:
    """Write a run's network to ``out``, a new file; None is ``model.onnx`` in its folder.

    Nothing is written unless onnxruntime answers as the run does, to 0.0001 of a probability.
    Raises ``MissingExtra``, ``UsageError``, ``StoreError``.
    """
    place = folder.path / FILE if out is None else Path(out)
    if place.exists():
        raise UsageError(f"{place} exists and is not replaced. Remove it or give another --out.")
    if not place.parent.is_dir():
        raise UsageError(f"{place.parent} is no folder to write {place.name} in. Make it first.")
    if not installed("onnxruntime"):
        raise MissingExtra("onnxruntime", "onnx")
    card = folder.load_card()
    exact = Predictor.open(folder).seeing("one")
    data = onnx_model(exact.module, exact.contract, _about(card))
    trial = Trial.load(folder.path, exact.contract) or _noise(exact)
    difference = trial.difference(onnxruntime_answer(data))
    if not difference <= _ALLOWED:
        raise SvertkaError(
            f"onnxruntime computes other answers from the file, by {difference:.2g} of a "
            f"probability where {_ALLOWED:g} is allowed, so it was not written. `svertka net NET "
            "--as pytorch` writes source that takes the run's weights."
        )
    write_atomic(place, data)
    return Exported(
        path=str(place),
        bytes=len(data),
        input=(*exact.contract.size, exact.contract.channels),
        classes=len(exact.classes),
        difference=difference,
        pictures=len(trial),
        views=card.views,
    )


def _about(card: ModelCard) -> dict[str, str]:
    """The file's metadata: how to read pictures for it, and what its answers mean."""
    limits = {} if card.thresholds is None else {"thresholds": json.dumps(card.thresholds)}
    return limits | {
        "svertka": __version__,
        "run": card.name,
        "net": card.net,
        "classes": json.dumps(card.classes, ensure_ascii=False),
        "input": card.input.model_dump_json(exclude={"classes"}),
    }


def _noise(exact: Predictor) -> Trial:
    shape = (min(8, exact.batch), *exact.contract.size, exact.contract.channels)
    pictures = np.random.default_rng(0).integers(256, size=shape, dtype=np.uint8)
    return Trial(pictures, exact.logits(pictures), exact.contract.task)
