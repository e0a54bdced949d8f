"""``Run.survey`` and ``svertka look RUN``: many pictures in a network's eyes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from svertka import runtime
from svertka.data import Pictures
from svertka.data.opening import Source
from svertka.errors import UsageError
from svertka.look.borders import Borders, borders
from svertka.look.effective import Effective, effective
from svertka.look.embedding import Embedding, Nearest, embed, nearest, suspects
from svertka.look.kinds import kind_of
from svertka.look.recorded import Flow, read_flow
from svertka.look.response import USUAL, Changes, Responses, respond_each
from svertka.look.subject import Subject, as_subject
from svertka.look.thresholds import confused, thresholds
from svertka.workbench.filtering import Learned, layer_filters
from svertka.workbench.filterset import LayerFilters, Thumbnails
from svertka.workbench.pictures import sprite
from svertka.workbench.survey import Survey
from svertka.workbench.unlearned import Opened, Shown, opened, run_of

_PICTURES = 1000
_FEWEST = 100
_MOVED = 500, 20  # pictures that are moved and turned: most, and fewest
_WORK = 2e11  # multiply-adds that each view may cost: some 20 s on two cores
_COSTLY = 1e8  # of one picture: fewer changes are tried then
_NEIGHBOURS = 8
_FIELDS = 6
_SAMPLES = 8  # pictures whose gradients make a field
_THUMBNAIL = 48  # pixels


def survey(
    network: Any,
    data: Source | Pictures | None = None,
    *,
    beside: Sequence[Any] = (),
    filters: Sequence[str] = (),
    most: int = _PICTURES,
) -> Survey:
    """What a network makes of pictures that it has not learned, and how it came to.

    ``network`` is what `svertka.look_at` takes. ``data`` is a source of labelled pictures, or a
    part of one; None is what the run was trained on, of which the test part counts, else the
    validation part. The answers of the runs ``beside`` to moved, turned, resized and noisy
    pictures are drawn with its own: a convolutional net beside a dense one. ``filters`` are the
    layers whose filters are shown, by default three from the first to the last. At most ``most``
    pictures count, fewer of costly nets. A network that is no run may do without data: its filters
    and fields are known all the same. Raises UsageError, DataError, StoreError, UnknownName.

    >>> survey("runs/digits-1", beside=["runs/dense"]).save("survey.html")  # doctest: +SKIP
    """
    subject = as_subject(network)
    # where others keep the processors busy, threads would mostly wait for each other
    runtime.set_threads(runtime.pick_threads(subject.device))
    try:
        seen = opened(network, subject, data)
        filtered = _filters(subject, seen, filters)
        found = (
            _bare(subject, network)
            if seen is None
            else _surveyed(subject, network, seen.shown, beside, most)
        )
        return replace(found, filters=filtered, command=_command(network, data, beside, filters))
    finally:
        runtime.set_threads()


def _bare(subject: Subject, network: Any, part: Pictures | None = None) -> Survey:
    """What is known of a network without looking at what its answers are."""
    fields, edges = _fields(subject, part)
    return Survey(
        name=subject.name or "network",
        data="",
        part="",
        task=subject.task,
        embedding=None,
        neighbours=(),
        suspects=None,
        thresholds=None,
        confused=None,
        responses=None,
        fields=fields,
        borders=edges,
        filters=(),
        flow=_flow(network),
        flows=(),
        thumbnails=None,
        command="",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _surveyed(
    subject: Subject, network: Any, shown: Shown, beside: Sequence[Any], most: int
) -> Survey:
    """What it makes of the pictures."""
    count = _affordable(subject, 1, min(_FEWEST, most), most)
    seen = embed(subject, shown.pictures, most=count)
    part = shown.pictures.select(seen.rows)
    known = bool(part.known.any()) and bool(seen.classes)
    classed = known and subject.task == "classes"
    return replace(
        _bare(subject, network, part),
        data=shown.data,
        part=shown.part,
        embedding=seen,
        neighbours=_neighbours(seen),
        suspects=suspects(seen, shown.pictures),
        thresholds=thresholds(seen.probabilities, part.y, seen.classes) if known else None,
        confused=confused(seen.probabilities, seen.y, seen.classes) if classed else None,
        responses=_responses(subject, part, beside),
        flows=_flows([network, *beside]),
        thumbnails=Thumbnails(*sprite(part.take(np.arange(len(part))), _THUMBNAIL)),
    )


def _filters(
    subject: Subject, opened: Opened | None, layers: Sequence[str]
) -> tuple[LayerFilters, ...]:
    """The filters of some layers, excited by as many pictures as time allows."""
    if subject.shape is not None and len(subject.shape) != 3:
        return ()
    if opened is None:
        return layer_filters(subject, None, layers)
    pictures = opened.learned.pictures
    count = min(len(pictures), _affordable(subject, 1, _FEWEST, _PICTURES))
    rows = np.linspace(0, len(pictures) - 1, count).round().astype(np.int64)
    return layer_filters(subject, Learned(pictures.select(rows), opened.learned.part), layers)


def _affordable(subject: Subject, passes: int, fewest: int, most: int) -> int:
    """How many pictures the network can be asked about, each ``passes`` times."""
    if subject.plan is None:
        return max(fewest, most // 10 if passes > 1 else most)
    return int(np.clip(_WORK / max(1, subject.plan.multiply_adds * passes), fewest, most))


def _neighbours(seen: Embedding) -> tuple[Nearest, ...]:
    return tuple(nearest(seen, place, count=_NEIGHBOURS) for place in range(len(seen)))


def _responses(subject: Subject, part: Pictures, beside: Sequence[Any]) -> Responses | None:
    """How the networks take changed pictures; None where these cannot be moved and turned."""
    shape = subject.shape
    if shape is not None and len(shape) != 3:
        return None
    costly = subject.plan is not None and subject.plan.multiply_adds > _COSTLY
    step = max(1, round(max(part.take([0]).shape[1:3]) / 14))
    shifts = (-4 * step, -2 * step, 0, 2 * step, 4 * step) if costly else None
    changes = Changes(shifts=shifts) if costly else USUAL
    sources = {subject.name or "network": subject}
    for one in beside:
        other = as_subject(one)
        if other.shape != shape or other.classes != subject.classes:
            raise UsageError(
                f"{other.name} and {subject.name} take different pictures or give different "
                "classes. To stand beside each other, train both on the same data."
            )
        sources[_free(other.name or "network", sources)] = other
    passes = 25 if costly else 81
    passes += len(changes.angles) + len(changes.scales) + len(changes.noise) + 1
    count = _affordable(subject, passes, *_MOVED[::-1])
    return respond_each(sources, part, changes=changes, most=count)


def _free(name: str, taken: Mapping[str, Any]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found


def _fields(
    subject: Subject, part: Pictures | None
) -> tuple[tuple[Effective, ...], tuple[Borders, ...]]:
    """What cells in the middle of some convolutions really see, from the first to the last, and
    what padding does to them at the border."""
    named = [n for n in subject.layers if kind_of(subject.module.get_submodule(n)) == "conv"]
    count = min(_FIELDS, len(named))
    chosen = [named[i] for i in np.linspace(0, len(named) - 1, count).round().astype(int)]
    shape = subject.shape
    if part is not None:
        shape = tuple(next(subject.batches(part, 1))[1].shape[1:])
    if shape is None:  # nobody says, and there is no picture to ask
        return (), ()
    found, edges = [], []
    for layer in chosen:
        with suppress(UsageError):  # its cells are dead there, or it has no part in the answer
            found.append(effective(subject, layer, pictures=part, shape=shape, samples=_SAMPLES))
            edges.append(borders(subject, layer, shape=shape, pictures=part, samples=_SAMPLES))
    return tuple(found), tuple(edges)


def _flow(network: Any) -> Flow | None:
    run = run_of(network)
    return None if run is None else read_flow(run.folder)


def _flows(networks: Sequence[Any]) -> tuple[tuple[str, Flow], ...]:
    """What flowed in each of several runs, where it was recorded in all that are compared."""
    found: dict[str, Flow] = {}
    for one in networks:
        run, flow = run_of(one), _flow(one)
        if run is not None and flow is not None:
            found[_free(run.card.name, found)] = flow
    return tuple(found.items()) if len(found) > 1 else ()


def _command(network: Any, data: Any, beside: Sequence[Any], filters: Sequence[str]) -> str:
    """The command line that shows the same; empty where something is in memory only."""
    places = [getattr(one, "path", one) for one in (network, *beside)]
    if not all(isinstance(one, str | Path) for one in places):
        return ""
    if not isinstance(data, str | Path | None):
        return ""
    words = ["svertka", "look", str(places[0])]
    words += [] if data is None else ["--data", str(data)]
    for one in places[1:]:
        words += ["--beside", str(one)]
    for layer in filters:
        words += ["--filters", layer]
    return shlex.join([*words, "--out", "survey.html"])
