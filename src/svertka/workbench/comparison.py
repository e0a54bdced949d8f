"""A comparison, opened: gathered from the folders of its runs."""

from __future__ import annotations

import csv
import math
import statistics
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from svertka.data import Dataset, Pictures, open_data
from svertka.errors import DataError, ShapeError
from svertka.evaluate.paired import COMPARED, LEVEL, UNSEEN, Ints, Sample, differences, samples
from svertka.grammar import resolve
from svertka.nets.catalogue import find, names
from svertka.page import render
from svertka.predict import Predictor
from svertka.records import Record
from svertka.store import RunFolder
from svertka.store.atomic import read_json, utf8, write_atomic
from svertka.version import __version__
from svertka.workbench.asked import RESULT, Asked
from svertka.workbench.compared_text import written
from svertka.workbench.duration import seconds
from svertka.workbench.pace import BATCH, answering_pace
from svertka.workbench.report import stored_scores

REPORT, PREDICTIONS = "report.html", "predictions.csv"
THRESHOLDS = (0.95, 0.98, 0.99)
_CURVE = ("epoch", "seconds", "val_accuracy", "val_f1_macro")


@dataclass(frozen=True)
class Comparison(Record):
    """Nets side by side: ``nets`` and ``pairs`` are plain numbers, as in ``comparison.json``.

    >>> Comparison.open("runs/compare-digits-1").pairs[0]["accuracy"]["real"]  # doctest: +SKIP
    True
    """

    path: Path

    @classmethod
    def open(cls, path: str | Path) -> Comparison:
        """The comparison in the folder ``path``; raises ``StoreError`` where there is no result."""
        opened = cls(Path(path))
        _ = opened.value
        return opened

    @cached_property
    def value(self) -> dict[str, Any]:
        """The whole result as plain JSON types."""
        remedy = f"Finish the comparison: svertka resume {self.path}"
        return read_json(self.path / RESULT, "comparison", 1, remedy)

    @property
    def nets(self) -> list[dict[str, Any]]:
        """One entry for each net, in the order in which they were named."""
        return list(self.value["nets"])

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """Each pair of nets that were scored: the difference of each figure, tested."""
        return list(self.value["pairs"])

    def write_report(self) -> Path:
        """Write ``report.html`` into the folder; its path."""
        place = self.path / REPORT
        write_atomic(place, utf8(render(self.to_dict())))
        return place

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain JSON types."""
        return self.value

    def __str__(self) -> str:
        return f"{written(self.value)}\n\nreport  {self.path / REPORT}"


def gather(
    folder: Path, asked: Asked, dataset: Dataset, reasons: Mapping[str, str]
) -> dict[str, Any]:
    """The result of a comparison whose runs have all ended; ``reasons`` says why some failed."""
    runs = {net: [run for n, _, run in asked.runs(folder) if n == net] for net in asked.nets}
    done = {net: [r for r in some if r.name not in reasons] for net, some in runs.items()}
    scored = [net for net in asked.nets if done[net]]
    part, pictures = scored_part(dataset)
    found = _samples(asked, folder, dataset, {net: done[net] for net in scored})
    pace = answering_pace({net: Predictor.open(done[net][0]) for net in scored}, pictures)
    device = done[scored[0]][0].load_card().device if scored else {}
    return {
        "kind": "comparison",
        "format": 1,
        "svertka": __version__,
        "created": asked.created,
        "name": asked.name,
        "command": asked.command,
        "data": {
            "name": dataset.name,
            "source": dataset.source,
            "classes": list(dataset.classes),
            "counts": dataset.counts,
        },
        "part": part,
        "n": len(pictures),
        "n_in_all": len(next(iter(found.values()))["accuracy"].pull) if found else 0,
        "seeds": asked.seeds,
        "epochs": asked.epochs,
        "budget": None if asked.budget is None else seconds(asked.budget),
        "settings": asked.settings,
        "device": device,
        "batch": min(BATCH, len(pictures)),
        "thresholds": list(THRESHOLDS),
        "nets": [
            _net(net, runs[net], reasons, dataset, found.get(net), pace.get(net))
            for net in asked.nets
        ],
        "pairs": _pairs(asked.nets, scored, found),
        "test": {
            "level": LEVEL,
            "method": "paired t" if asked.seeds > 1 else "McNemar",
            "correction": "Holm",
        },
    }


def scored_part(dataset: Dataset) -> tuple[str, Pictures]:
    """The part that a training scores itself on at its end, without what has no label."""
    part = "val" if dataset.test is None else "test"
    return part, dataset.parts[part].labelled()


def _net(
    net: str,
    runs: Sequence[RunFolder],
    reasons: Mapping[str, str],
    dataset: Dataset,
    found: dict[str, Sample] | None,
    pace: dict[int, float] | None,
) -> dict[str, Any]:
    """All that is known of one net."""
    text, plan = find(net), None
    with suppress(ShapeError):  # then its runs failed and say so
        shape = (dataset.contract.channels, *dataset.contract.size)
        plan = resolve(text, input=shape, classes=len(dataset.classes))
    trained = [_run(seed, run, reasons.get(run.name)) for seed, run in enumerate(runs)]
    done = [run for run in trained if run["reason"] is None]
    speeds = [line["images_per_second"] for run in done for line in run["history"]]
    peaks = [run["peak_bytes"] for run in done if run["peak_bytes"]]
    for run in trained:
        run["history"] = [{key: line.get(key) for key in _CURVE} for line in run["history"]]
    return {
        "net": net,
        "net_name": net.lower() if net.lower() in names() else None,
        "text": plan.text if plan else text,
        "parameters": plan.parameters if plan else None,
        "multiply_adds": plan.multiply_adds if plan else None,
        "figures": {name: _figure(sample) for name, sample in (found or {}).items()},
        "training_images_per_second": statistics.median(speeds) if speeds else None,
        "answering_images_per_second": {str(k): v for k, v in (pace or {}).items()},
        "seconds_to": [_seconds_to(done, threshold) for threshold in THRESHOLDS],
        "peak_bytes": max(peaks, default=None),
        "runs": trained,
    }


def _figure(sample: Sample) -> dict[str, Any]:
    return {**asdict(sample.figure), "seeds": sample.values.tolist()}


def _run(seed: int, run: RunFolder, reason: str | None) -> dict[str, Any]:
    history = [line for line in run.history() if line["epoch"] > 0]
    peaks = [line["peak_bytes"] for line in run.read_metrics() if line["event"] == "memory"]
    scores = stored_scores(run) if reason is None else None
    metrics = scores["metrics"] if scores else {}
    card = run.load_card() if reason is None else None
    return {
        "seed": seed,
        "folder": run.name,
        "reason": reason,
        "accuracy": metrics["accuracy"]["value"] if metrics else None,
        "f1_macro": metrics["f1_macro"]["value"] if metrics else None,
        "seconds": card.seconds if card else None,
        "best_epoch": card.best_epoch if card else None,
        "peak_bytes": max(peaks, default=None),
        "history": history,
    }


def _seconds_to(runs: Sequence[dict[str, Any]], threshold: float) -> float | None:
    """The median over the runs of the seconds of training until the validation accuracy was first
    at ``threshold``; one that never was counts as endless."""
    firsts = [
        next((e["seconds"] for e in r["history"] if e["val_accuracy"] >= threshold), math.inf)
        for r in runs
    ]
    median = statistics.median(firsts) if firsts else math.inf
    return median if math.isfinite(median) else None


def _pairs(
    nets: Sequence[str], scored: Sequence[str], found: Mapping[str, dict[str, Sample]]
) -> list[dict[str, Any]]:
    """Every two nets with scores, by their places in ``nets``."""
    pairs = list(combinations(scored, 2))
    tested = {
        name: differences([(found[a][name], found[b][name]) for a, b in pairs]) for name in COMPARED
    }
    return [
        {
            "a": nets.index(a),
            "b": nets.index(b),
            **{name: asdict(tested[name][place]) for name in COMPARED},
        }
        for place, (a, b) in enumerate(pairs)
    ]


# -- the answers of the runs -----------------------------------------------------------------


def _samples(
    asked: Asked, folder: Path, dataset: Dataset, done: Mapping[str, Sequence[RunFolder]]
) -> dict[str, dict[str, Sample]]:
    """The samples of each net, all over the same pictures: those of any run."""
    seeds = {run.name: seed for _, seed, run in asked.runs(folder)}
    truth: dict[str, int] = {}
    for seed in sorted({seeds[run.name] for runs in done.values() for run in runs}):
        # where the source has no parts, every seed keeps other pictures from training
        pictures = scored_part(open_data(asked.place(folder), seed=seed))[1]
        truth |= dict(zip(map(_unicode, pictures.ids), pictures.y.tolist(), strict=True))
    places = {name: place for place, name in enumerate(truth)}
    labels = {_unicode(name): place for place, name in enumerate(dataset.classes)}
    y, k = list(truth.values()), len(dataset.classes)
    return {
        net: samples(y, np.array([_answers(run, places, labels) for run in runs]), k)
        for net, runs in done.items()
    }


def _answers(run: RunFolder, places: Mapping[str, int], labels: Mapping[str, int]) -> Ints:
    """The run's answers at the pictures' places."""
    given = np.full(len(places), UNSEEN, np.int64)
    with (run.path / PREDICTIONS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            try:
                given[places[row["id"]]] = labels[row["label"]]
            except KeyError as error:
                raise DataError(
                    f"{run.path / PREDICTIONS} answers for {error}, which the data does not have: "
                    "the pictures have changed since. Bring them back, or compare anew."
                ) from error
    return given


def _unicode(name: str) -> str:
    return utf8(name).decode()
