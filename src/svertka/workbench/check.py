"""``svertka.check``: what is wrong with pictures, before any training."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from svertka.data import Dataset, open_data
from svertka.data.builtin import BUILTIN
from svertka.data.finding import GRAVE, MOST, WORDS, Finding
from svertka.data.health import Health, Judge, problem_findings
from svertka.data.health_files import Survey, file_findings, moving, survey
from svertka.data.health_pixels import Whole, class_findings, pixel_findings, whole_of
from svertka.data.idx import is_idx_folder
from svertka.data.items import Labelled
from svertka.data.opening import Source
from svertka.data.sources import shards_of, source_of, source_of_shards
from svertka.errors import UsageError
from svertka.evaluate import doubts
from svertka.page import render
from svertka.store.atomic import utf8, write_atomic
from svertka.version import __version__
from svertka.workbench.pictures import data_uri
from svertka.workbench.run import Run
from svertka.workbench.wanted import checked_path

_PICTURED = 12  # examples of each finding that are shown as pictures
_SIDE = 96  # pixels


def check(data: Source | Dataset, run: str | Path | Run | None = None) -> Health:
    """Look for what is wrong with pictures before training on them: a ``Health``.

    ``data`` is as for ``train``. It names files that cannot be used, odd channels, depths, shapes
    and sizes, copies within and across the parts, pictures under two classes, uneven classes.
    With a ``run`` its answers are compared with the labels of pictures that it has not learned,
    and those that are probably wrong are named. Nothing is changed. Raises what ``train`` raises
    where the data cannot be opened.

    >>> [found.kind for found in check("digits").findings]
    ['leaks', 'copies']
    """
    if run is not None and not isinstance(run, Run):
        checked_path("run", run)
        run = Run.open(run)
    dataset, unseen = _opened(data, run)
    found = survey(_labelled(data))
    whole = whole_of(dataset)
    findings = [
        *problem_findings(dataset.problems, found),
        *file_findings(found, dataset.contract),
        *pixel_findings(whole, found, flip=dataset.flip),
        *class_findings(dataset),
    ]
    judge = None
    if run is not None:
        findings += list(_doubted(run, dataset, unseen, whole, found))
        judge = _judge(run, dataset, unseen)
    order = list(WORDS)
    findings.sort(key=lambda one: (one.kind not in GRAVE, order.index(one.kind)))
    return Health(
        dataset=dataset,
        survey=found,
        findings=tuple(_pictured(one, whole) for one in findings),
        judge=judge,
        command=_command(data, run),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        svertka=__version__,
    )


def write_page(health: Health, path: Path) -> None:
    """Write a health as one page that opens from disk; raises ``StoreError``."""
    write_atomic(path, utf8(render(health.to_dict())))


def _opened(data: Source | Dataset, run: Run | None) -> tuple[Dataset, tuple[str, ...]]:
    """The data set, and the parts that the run has not learned: none without a run."""
    if run is None:
        return (data if isinstance(data, Dataset) else open_data(data)), ()
    if isinstance(data, Dataset):
        raise UsageError(
            "An opened data set came with a run. Give its folder, its name or its arrays: the run "
            "opens them as it was trained."
        )
    return run.unlearned(data)


def _labelled(data: Source | Dataset) -> Labelled | None:
    """The files behind a source; None where pictures come from arrays."""
    if not isinstance(data, str | Path) or any(item.name == data for item in BUILTIN):
        return None
    if shards := shards_of(str(data)):
        return source_of_shards(shards).find()
    path = Path(data)
    source = None if path.is_dir() and is_idx_folder(path) else source_of(path)
    return None if source is None else source.find()


def _doubted(
    run: Run, dataset: Dataset, unseen: Sequence[str], whole: Whole, found: Survey
) -> Iterator[Finding]:
    """Labels that the run's answers speak against, part by part: parts may differ in kind."""
    names = run.card.classes
    place = {name: row for row, name in enumerate(whole.ids)}
    examples = []
    for part in unseen:
        pictures = dataset.parts[part]
        pictures = pictures.select(np.flatnonzero(pictures.y >= 0))
        for doubt in doubts(run.predictor.probabilities(pictures), pictures.y):
            name, label, better = pictures.ids[doubt.index], names[doubt.label], names[doubt.better]
            values = {
                "label_probability": doubt.label_probability,
                "better_probability": doubt.better_probability,
            }
            command = moving(found, name, label, better)
            examples.append(
                whole.example(place[name], better=better, values=values, command=command)
            )
    if examples:
        examples.sort(key=lambda one: one.values["label_probability"])
        yield Finding("doubts", len(examples), tuple(examples[:MOST]))


def _judge(run: Run, dataset: Dataset, unseen: Sequence[str]) -> Judge:
    mine = run.card.data.key == dataset.key
    counts = {part: int((dataset.parts[part].y >= 0).sum()) for part in unseen}
    rest = sum(n for part, n in dataset.counts.items() if part not in unseen)
    return Judge(run.card.name, str(run.path), counts, rest if mine else 0)


def _pictured(finding: Finding, whole: Whole) -> Finding:
    """The finding with the first of its pictures."""
    place = {name: row for row, name in enumerate(whole.ids)}
    examples = []
    for example in finding.examples[:_PICTURED]:
        rows = example.rows or tuple(place[name] for name in example.ids if name in place)
        images = tuple(data_uri(whole.x[row], _SIDE) for row in rows)
        examples.append(replace(example, images=images))
    return replace(finding, examples=(*examples, *finding.examples[_PICTURED:]))


def _command(data: Source | Dataset, run: Run | None) -> str:
    """The command line that checks the same; empty where the pictures are in memory only."""
    if isinstance(data, tuple | Dataset):
        return ""
    words = ["svertka", "check", str(data)]
    return shlex.join([*words, "--run", str(run.path)] if run else words)
