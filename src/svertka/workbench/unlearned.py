"""The pictures by which a network is looked into, and those that it has learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from svertka.data import Pictures, open_like
from svertka.data.opening import Source
from svertka.errors import UsageError
from svertka.look.subject import Subject
from svertka.store import RunFolder
from svertka.workbench.filtering import Learned

if TYPE_CHECKING:
    from svertka.workbench.run import Run


class Shown(NamedTuple):
    """What is looked at: ``pictures``, and of which ``part`` of which ``data`` they are."""

    pictures: Pictures
    data: str
    part: str


class Opened(NamedTuple):
    """What is looked at, and what excites the filters: the pictures that the network has learned,
    where they are at hand."""

    shown: Shown
    learned: Learned


def opened(network: Any, subject: Subject, data: Source | Pictures | None) -> Opened | None:
    """The pictures; None where there are none to be had, and none need be."""
    if isinstance(data, Pictures):
        return Opened(Shown(data, "", ""), Learned(data, ""))
    run = run_of(network)
    if run is not None:
        return _of_run(run, data)
    if data is None:
        return None
    if subject.contract is None:
        raise UsageError(
            "Nobody knows how this network wants its pictures. Give a part of data and "
            "Subject(module, prepare=TRANSFORM) with the transform that it came with."
        )
    dataset = open_like(data, subject.contract)
    part = "test" if dataset.test is not None and len(dataset.test) else "train"
    return Opened(
        Shown(dataset.parts[part], dataset.name, part), Learned(dataset.parts[part], part)
    )


def unlearned(run: Run, data: Source | None = None) -> Shown:
    """Labelled pictures that a run has not learned; ``data`` is None for those of its training.

    Raises DataError where these have changed since, UsageError where they were in memory only.
    """
    return _of_run(run, data).shown


def _of_run(run: Run, data: Source | None) -> Opened:
    dataset, parts = run.unlearned(_trained_on(run) if data is None else data)
    shown = Shown(dataset.parts[parts[0]], dataset.name, parts[0])
    first = "train" if len(dataset.train) else parts[0]
    return Opened(shown, Learned(dataset.parts[first], first))


def run_of(network: Any) -> Run | None:
    """The run behind ``network``; None where it is none."""
    from svertka.workbench.run import Run  # which offers this survey as a method

    if isinstance(network, Run):
        return network
    if isinstance(network, RunFolder):
        return Run(network)
    return Run.open(network) if isinstance(network, str | Path) and Path(network).exists() else None


def _trained_on(run: Run) -> str:
    source = run.folder.load_start().source
    if not source:
        raise UsageError(
            f"The run {run.card.name} was trained on arrays in memory. Give them again: "
            "run.survey((x, y)), or labelled pictures with --data."
        )
    return source
