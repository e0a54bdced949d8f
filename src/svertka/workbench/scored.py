"""What the runs of a comparison answered, all over the same pictures."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from svertka.data import Dataset, Pictures, open_data
from svertka.errors import DataError
from svertka.evaluate.paired import UNSEEN, Sample, label_samples, samples
from svertka.store import RunFolder
from svertka.store.atomic import utf8
from svertka.workbench.asked import Asked
from svertka.workbench.finishing import PREDICTIONS


def scored_part(dataset: Dataset) -> tuple[str, Pictures]:
    """The part that a training scores itself on at its end, without what has no label."""
    part = "val" if dataset.test is None else "test"
    return part, dataset.parts[part].labelled()


def samples_of(
    asked: Asked, folder: Path, dataset: Dataset, done: Mapping[str, Sequence[RunFolder]]
) -> dict[str, dict[str, Sample]]:
    """The samples of each net, all over the same pictures: those of any run."""
    if not done:
        return {}
    seeds = {run.name: seed for _, seed, run in asked.runs(folder)}
    truth: dict[str, npt.NDArray[np.integer]] = {}
    for seed in sorted({seeds[run.name] for runs in done.values() for run in runs}):
        # where the source has no parts, every seed keeps other pictures from training
        pictures = scored_part(open_data(asked.place(folder), seed=seed))[1]
        truth |= dict(zip(map(_unicode, pictures.ids), pictures.y, strict=True))
    said = _Said({name: place for place, name in enumerate(truth)}, dataset.classes)
    y = np.array(list(truth.values()))
    if dataset.task == "classes":
        each = {net: np.array([said.answers(run) for run in runs]) for net, runs in done.items()}
        return {net: samples(y, given, len(said.classes)) for net, given in each.items()}
    return {
        net: label_samples(
            y,
            np.array([said.probabilities(run) for run in runs]),
            np.array([run.load_card().thresholds for run in runs]),
        )
        for net, runs in done.items()
    }


@dataclass(frozen=True)
class _Said:
    """Reads what runs answered: ``places`` are those of the pictures by name."""

    places: Mapping[str, int]
    classes: tuple[str, ...]

    def answers(self, run: RunFolder) -> npt.NDArray[np.int64]:
        """The class that the run gave each picture (P,), ``UNSEEN`` where it was not asked."""
        labels = {_unicode(name): place for place, name in enumerate(self.classes)}
        given = np.full(len(self.places), UNSEEN, np.int64)
        for place, row in self._rows(run):
            if row[1] not in labels:
                raise _changed(run, row[1])
            given[place] = labels[row[1]]
        return given

    def probabilities(self, run: RunFolder) -> npt.NDArray[np.float32]:
        """The probability of each label of each picture (P, K), nan where it was not asked."""
        given = np.full((len(self.places), len(self.classes)), np.nan, np.float32)
        for place, row in self._rows(run):
            given[place] = row[3:]
        return given

    def _rows(self, run: RunFolder) -> list[tuple[int, list[str]]]:
        """The lines of the run's table, each with its picture's place."""
        with (run.path / PREDICTIONS).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        for row in rows:
            if row[0] not in self.places:
                raise _changed(run, row[0])
        return [(self.places[row[0]], row) for row in rows]


def _changed(run: RunFolder, name: str) -> DataError:
    return DataError(
        f"{run.path / PREDICTIONS} answers for {name!r}, which the data does not have: "
        "the pictures have changed since. Bring them back, or compare anew."
    )


def _unicode(name: str) -> str:
    return utf8(name).decode()
