"""``svertka.check``: what is wrong with pictures, before any training."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from svertka.data import Dataset, Pictures, open_data, open_in_form
from svertka.data.builtin import BUILTIN
from svertka.data.finding import GRAVE, MOST, WORDS, Finding
from svertka.data.health import Health, Judge, problem_findings
from svertka.data.health_files import Survey, file_findings, moving, survey
from svertka.data.health_pixels import Whole, class_findings, pixel_findings, whole_of
from svertka.data.idx import is_idx_folder
from svertka.data.items import Labelled
from svertka.data.labels import BETWEEN, Labels, text_of
from svertka.data.opening import Source
from svertka.data.sources import shards_of, source_of, source_of_shards
from svertka.errors import DataError, UsageError
from svertka.evaluate import doubts, label_doubts
from svertka.page import render
from svertka.store.atomic import utf8, write_atomic
from svertka.version import __version__
from svertka.workbench.folds import Folds, opened
from svertka.workbench.pictures import data_uri
from svertka.workbench.run import Run
from svertka.workbench.wanted import checked_path

_PICTURED = 12  # examples of each finding that are shown as pictures
_SIDE = 96  # pixels


def check(data: Source | Dataset, run: str | Path | Run | Folds | None = None) -> Health:
    """Look for what is wrong with pictures before training on them: a ``Health``.

    ``data`` is as for ``train``. It names files that cannot be used, odd channels, depths, shapes
    and sizes, copies within and across the parts, pictures under two classes, uneven classes.
    With a ``run`` its answers are compared with the labels of pictures that it has not learned,
    and those that are probably wrong are named, of several labels to a picture each by itself;
    with folds each picture is answered by the network that has not seen it. Nothing is changed.
    Raises what ``train`` raises where the data cannot be opened.

    >>> [found.kind for found in check("digits").findings]
    ['leaks', 'copies']
    """
    if isinstance(run, str | Path):
        checked_path("run", run)
        run = opened(run)
    dataset, asked = _opened(data, run)
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
        answers = [_answer(network, pictures) for network, pictures in asked]
        if dataset.task == "classes":
            findings += list(_doubted(answers, whole, found))
        else:
            findings += list(_doubted_labels(answers, whole))
        judge = _judge(run, dataset, answers)
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


def _opened(
    data: Source | Dataset, run: Run | Folds | None
) -> tuple[Dataset, list[tuple[Run, Pictures]]]:
    """The data set, and which network is asked about which pictures: none that it has learned."""
    if run is None:
        return (data if isinstance(data, Dataset) else open_data(data)), []
    if isinstance(data, Dataset):
        raise UsageError(
            "An opened data set came with a run. Give its folder, its name or its arrays: the run "
            "opens them as it was trained."
        )
    if isinstance(run, Run):
        dataset, parts = run.unlearned(data)
        return dataset, [(run, dataset.parts[part]) for part in parts]
    first, start = run.runs[0], run.runs[0].folder.load_start()
    dataset = open_in_form(data, first.card.input, seed=start.seed, group=start.group)
    if dataset.key != first.card.data.key:
        raise DataError(
            f"The folds in {run.path} were not trained on the pictures of {dataset.source} as they "
            "are now. Give the data of their training."
        )
    return dataset, [(fold, fold.unlearned(data)[0].parts["test"]) for fold in run.runs]


def _labelled(data: Source | Dataset) -> Labelled | None:
    """The files behind a source; None where pictures come from arrays."""
    if not isinstance(data, str | Path) or any(item.name == data for item in BUILTIN):
        return None
    if shards := shards_of(str(data)):
        return source_of_shards(shards).find()
    path = Path(data)
    source = None if path.is_dir() and is_idx_folder(path) else source_of(path)
    return None if source is None else source.find()


@dataclass(frozen=True, eq=False)
class _Answer:
    """What a network says of pictures that it has not learned, and the labels of these."""

    pictures: Pictures
    probabilities: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]


def _answer(network: Run, pictures: Pictures) -> _Answer:
    known, predictor = pictures.labelled(), network.predictor
    p = predictor.probabilities(known)
    if predictor.thresholds is None:
        return _Answer(known, p, p.argmax(axis=1) == known.y)
    return _Answer(known, p, ((p >= np.array(predictor.thresholds)) == known.y).all(axis=1))


def _doubted(answers: Sequence[_Answer], whole: Whole, found: Survey) -> Iterator[Finding]:
    """Classes that the answers speak against."""
    ids, y, p = _together(answers)
    place = {name: row for row, name in enumerate(whole.ids)}
    examples = []
    for doubt in doubts(p, y):
        name = ids[doubt.index]
        label, better = whole.classes[doubt.label], whole.classes[doubt.better]
        command = moving(found, name, label, better)
        values = doubt.probabilities
        examples.append(whole.example(place[name], better=better, values=values, command=command))
    if examples:
        yield Finding("doubts", len(examples), tuple(examples[:MOST]))


def _doubted_labels(answers: Sequence[_Answer], whole: Whole) -> Iterator[Finding]:
    """Single labels that the answers speak against; where each was doubted, the labels without."""
    ids, y, p = _together(answers)
    place = {name: row for row, name in enumerate(whole.ids)}
    each = label_doubts(p, y)
    every = [(label, doubt) for label, some in enumerate(each) for doubt in some]
    every.sort(key=lambda one: one[1].label_probability)
    examples = []
    for label, doubt in every[:MOST]:
        labels = y[doubt.index].copy()
        labels[label] = doubt.better
        better = text_of(labels, whole.classes) or BETWEEN
        row, values = place[ids[doubt.index]], doubt.probabilities
        examples.append(whole.example(row, better=better, values=values))
    if every:
        counts = {name: len(some) for name, some in zip(whole.classes, each, strict=True) if some}
        yield Finding("label_doubts", len(every), tuple(examples), {"by_label": counts})


def _together(
    answers: Sequence[_Answer],
) -> tuple[list[str], Labels, npt.NDArray[np.float32]]:
    """The names, labels and probabilities of all pictures that were answered."""
    ids = [name for answer in answers for name in answer.pictures.ids]
    y = np.concatenate([answer.pictures.y for answer in answers])
    return ids, y, np.concatenate([answer.probabilities for answer in answers])


def _judge(run: Run | Folds, dataset: Dataset, answers: Sequence[_Answer]) -> Judge:
    place = {name: part for part, some in dataset.parts.items() for name in some.ids}
    judged = Counter(place[name] for answer in answers for name in answer.pictures.ids)
    right = sum(int(answer.right.sum()) for answer in answers)
    learned = 0
    if isinstance(run, Run) and run.card.data.key == dataset.key:
        learned = sum(n for part, n in dataset.counts.items() if part not in judged)
    return Judge(
        run.path.name, str(run.path), dict(judged), right / max(1, judged.total()), learned
    )


def _pictured(finding: Finding, whole: Whole) -> Finding:
    """The finding with the first of its pictures."""
    place = {name: row for row, name in enumerate(whole.ids)}
    examples = []
    for example in finding.examples[:_PICTURED]:
        rows = example.rows or tuple(place[name] for name in example.ids if name in place)
        images = tuple(data_uri(whole.x[row], _SIDE) for row in rows)
        examples.append(replace(example, images=images))
    return replace(finding, examples=(*examples, *finding.examples[_PICTURED:]))


def _command(data: Source | Dataset, run: Run | Folds | None) -> str:
    """The command line that checks the same; empty where the pictures are in memory only."""
    if isinstance(data, tuple | Dataset):
        return ""
    words = ["svertka", "check", str(data)]
    return shlex.join([*words, "--run", str(run.path)] if run else words)
