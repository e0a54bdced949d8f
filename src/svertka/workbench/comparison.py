"""A comparison, opened: gathered from the folders of its runs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from svertka.data import Dataset
from svertka.data.contract import Task
from svertka.errors import ShapeError
from svertka.evaluate.paired import COMPARED, LEVEL, Sample, differences
from svertka.grammar import resolve
from svertka.look.recorded import read_flow
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
from svertka.workbench.report import curve, stored_scores
from svertka.workbench.scored import samples_of, scored_part

REPORT = "report.html"
_FLOW_STEPS = 24
THRESHOLDS = (0.95, 0.98, 0.99)


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
    compared = COMPARED[dataset.task]
    found = samples_of(asked, folder, dataset, {net: done[net] for net in scored})
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
        "n_in_all": len(next(iter(found.values()))[compared[0]].pull) if found else 0,
        "compared": list(compared),
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
        "pairs": _pairs(asked.nets, scored, found, compared),
        "test": {
            "level": LEVEL,
            "method": "McNemar" if asked.seeds == 1 and dataset.task == "classes" else "paired t",
            "correction": "Holm",
        },
    }


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
    trained = [
        _run(seed, run, dataset.task, reasons.get(run.name)) for seed, run in enumerate(runs)
    ]
    done = [run for run in trained if run["reason"] is None]
    main = f"val_{COMPARED[dataset.task][0]}"
    speeds = [line["images_per_second"] for run in done for line in run["history"]]
    peaks = [run["peak_bytes"] for run in done if run["peak_bytes"]]
    for run in trained:
        run["history"] = curve(run["history"])
    return {
        "net": net,
        "net_name": net.lower() if net.lower() in names() else None,
        "text": plan.text if plan else text,
        "parameters": plan.parameters if plan else None,
        "multiply_adds": plan.multiply_adds if plan else None,
        "figures": {name: _figure(sample) for name, sample in (found or {}).items()},
        "training_images_per_second": statistics.median(speeds) if speeds else None,
        "answering_images_per_second": {str(k): v for k, v in (pace or {}).items()},
        "seconds_to": [_seconds_to(done, main, threshold) for threshold in THRESHOLDS],
        "peak_bytes": max(peaks, default=None),
        "runs": trained,
    }


def _figure(sample: Sample) -> dict[str, Any]:
    return {**asdict(sample.figure), "seeds": sample.values.tolist()}


def _run(seed: int, run: RunFolder, task: Task, reason: str | None) -> dict[str, Any]:
    history = [line for line in run.history() if line["epoch"] > 0]
    peaks = [line["peak_bytes"] for line in run.read_metrics() if line["event"] == "memory"]
    scores = stored_scores(run) if reason is None else None
    metrics = scores["metrics"] if scores else {}
    card = run.load_card() if reason is None else None
    flow = read_flow(run) if reason is None and seed == 0 else None
    return {
        "seed": seed,
        "folder": run.name,
        "flow": None if flow is None else flow.thinned(_FLOW_STEPS).to_dict(),
        "reason": reason,
        **{name: metrics[name]["value"] if metrics else None for name in COMPARED[task]},
        "seconds": card.seconds if card else None,
        "best_epoch": card.best_epoch if card else None,
        "peak_bytes": max(peaks, default=None),
        "history": history,
    }


def _seconds_to(runs: Sequence[dict[str, Any]], name: str, threshold: float) -> float | None:
    """The median over the runs of the seconds of training until the figure ``name`` of validation
    was first at ``threshold``; one that never was counts as endless."""
    firsts = [
        next((e["seconds"] for e in r["history"] if e[name] >= threshold), math.inf) for r in runs
    ]
    median = statistics.median(firsts) if firsts else math.inf
    return median if math.isfinite(median) else None


def _pairs(
    nets: Sequence[str],
    scored: Sequence[str],
    found: Mapping[str, dict[str, Sample]],
    compared: Sequence[str],
) -> list[dict[str, Any]]:
    """Every two nets with scores, by their places in ``nets``."""
    pairs = list(combinations(scored, 2))
    tested = {
        name: differences([(found[a][name], found[b][name]) for a, b in pairs]) for name in compared
    }
    return [
        {
            "a": nets.index(a),
            "b": nets.index(b),
            **{name: asdict(tested[name][place]) for name in compared},
        }
        for place, (a, b) in enumerate(pairs)
    ]
