"""What a network has learned so far: filters, maps and answers for the same few pictures, from the
newest weights in a run's folder, finished or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka.data import Dataset, InputContract
from svertka.errors import StoreError, UsageError
from svertka.grammar import resolve
from svertka.look.filters import FilterSet, filters
from svertka.look.kinds import kind_of
from svertka.look.plain import packed
from svertka.look.subject import Subject
from svertka.look.watch import Call
from svertka.predict import Predictor
from svertka.records import Record
from svertka.store import RunFolder, RunStart
from svertka.workbench.finishing import recipe_of
from svertka.workbench.pictures import data_uri
from svertka.workbench.resuming import same_data

Floats = npt.NDArray[np.float32]
PICTURES, MAPS, LAYERS = 4, 8, 12  # at most; of each layer the first maps, so that they stay
_SIDE = 32  # cells of a map: of larger ones each n-th is taken
_PICTURE = 96  # pixels
_BEST = 3  # answers
_NO_MAPS = ("drop", "identity", "flatten")
_TRIES = 5


@dataclass(frozen=True, eq=False)
class Seen:
    """The pictures that a run is watched by: ``x`` (N, H, W, C), and what they show."""

    x: npt.NDArray[np.uint8]
    truth: tuple[str, ...]
    contract: InputContract

    @classmethod
    def of(cls, dataset: Dataset) -> Seen:
        """The first validation picture of each of the first classes."""
        val = dataset.val
        if val.y.ndim == 2:
            rows = list(range(min(PICTURES, len(val))))
            truth = [
                "|".join(dataset.classes[i] for i in np.flatnonzero(val.y[row] > 0)) for row in rows
            ]
        else:
            first = (np.flatnonzero(val.y == i)[:1] for i in range(len(dataset.classes)))
            rows = [int(found[0]) for found in first if len(found)][:PICTURES]
            truth = [dataset.classes[int(val.y[row])] for row in rows]
        return cls(val.take(rows), tuple(truth), dataset.contract)


@dataclass(frozen=True, eq=False)
class Maps:
    """Maps of one layer, (pictures, maps, H, W); ``every`` n-th cell of each axis was taken."""

    name: str
    kind: str
    shape: tuple[int, ...]
    every: int
    values: Floats


@dataclass(frozen=True, eq=False)
class Inside(Record):
    """Filters, maps and answers after ``step`` steps; ``step`` is None of a finished run, whose
    weights are those of its best epoch."""

    run: str
    step: int | None
    seen: Seen
    probabilities: Floats
    filters: FilterSet | None
    layers: tuple[Maps, ...]

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types."""
        return {
            "kind": "inside",
            "run": self.run,
            "step": self.step,
            "pictures": [
                {"image": data_uri(x, _PICTURE), "class": truth, "answer": self._best(p)}
                for x, truth, p in zip(
                    self.seen.x, self.seen.truth, self.probabilities, strict=True
                )
            ],
            "filters": None if self.filters is None else self.filters.to_dict(),
            "layers": [
                {
                    "name": layer.name,
                    "kind": layer.kind,
                    "shape": list(layer.shape),
                    "every": layer.every,
                    "maps": packed(layer.values),
                }
                for layer in self.layers
            ],
        }

    def _best(self, p: Floats) -> list[dict[str, Any]]:
        order = np.argsort(-p, kind="stable")[:_BEST].tolist()
        return [{"class": self.seen.contract.classes[i], "probability": float(p[i])} for i in order]

    def __str__(self) -> str:
        when = "at its end" if self.step is None else f"after {self.step:,} steps"
        names = ", ".join(layer.name for layer in self.layers)
        return f"{self.run} {when}: {len(self.seen.x)} pictures in {names}"


def watched(folder: RunFolder) -> Seen:
    """The pictures that a run is watched by; raises ``DataError`` where they are gone."""
    return Seen.of(same_data(folder.load_start(), None))


def inside(folder: RunFolder, seen: Seen) -> Inside:
    """What the newest weights in ``folder`` make of the pictures; raises ``StoreError``."""
    start = folder.load_start()
    tensors, step = newest(folder)
    contract = seen.contract
    exact = Predictor.of(start.net, contract, tensors, source=str(folder.path))
    subject = _subject(exact, start)
    found: list[Maps] = []
    _, x = next(subject.batches(seen.x))
    subject.calls(x, _chosen(subject, x), on_call=lambda call: found.append(_maps(call)))
    return Inside(
        run=folder.name,
        step=step,
        seen=seen,
        probabilities=exact.probabilities(seen.x),
        filters=_filters(subject),
        layers=tuple(found),
    )


def newest(folder: RunFolder) -> tuple[dict[str, torch.Tensor], int | None]:
    """The weights of a finished run, else those of its last checkpoint (averaged, as validation
    sees them) and after how many steps; raises ``StoreError``."""
    if folder.finished:
        return folder.load_model()[0], None
    for tried in range(_TRIES):
        try:
            tensors, state = folder.load_checkpoint()
            break
        except StoreError:  # a newer one took its place while it was read
            if tried == _TRIES - 1 or not folder.has_checkpoint:
                raise
    names = {name.partition(".")[0] for name in tensors}
    head = "average." if "average" in names else "model."
    own = {name.removeprefix(head): t for name, t in tensors.items() if name.startswith(head)}
    return own, int(state["step"])


def _subject(exact: Predictor, start: RunStart) -> Subject:
    contract = exact.contract
    shape = (contract.channels, *contract.size)
    plan = resolve(start.net, input=shape, classes=len(contract.classes))
    drawn = start.seed if recipe_of(start).weights is None else None
    return Subject(exact.module, contract.classes, contract, plan=plan, seed=drawn)


def _filters(subject: Subject) -> FilterSet | None:
    """The first layer's filters, where they are pictures."""
    try:
        found = filters(subject)
    except UsageError:
        return None
    shape = found.weights.shape
    return found if len(shape) == 4 and shape[1] in (1, 3) and shape[0] <= 128 else None


def _chosen(subject: Subject, x: torch.Tensor) -> list[str]:
    """Layers that give maps, evenly chosen where they are many."""
    names: list[str] = []

    def note(call: Call) -> None:
        known = kind_of(call.module) not in _NO_MAPS and ":" not in call.name  # its first call
        if call.output.dim() == 4 and call.name and known:
            names.append(call.name)

    subject.calls(x[:1], on_call=note)
    rows = np.unique(np.linspace(0, len(names) - 1, min(LAYERS, len(names))).round().astype(int))
    return [names[i] for i in rows.tolist()]


def _maps(call: Call) -> Maps:
    values = call.output[:, :MAPS].float().cpu().numpy()
    every = max(1, math.ceil(max(values.shape[2:]) / _SIDE))
    few = np.ascontiguousarray(values[:, :, ::every, ::every])
    shape = tuple(call.output.shape[1:])
    return Maps(call.name, kind_of(call.module), shape, every, few)
