"""Several trainings in one folder, each in a process of its own; what has ended is left alone."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from svertka.evaluate.paired import COMPARED
from svertka.evaluate.scores import TITLES, shown
from svertka.store import RunFolder
from svertka.train.events import Event, OnEvent
from svertka.workbench.report import stored_scores

Train = Callable[[Sequence[str], Callable[[str], None]], str | None]


@dataclass(frozen=True)
class OneOf:
    """One of several runs: what it is called, its folder, the words that train it or go on."""

    title: str
    run: RunFolder
    words: list[str]


@dataclass(frozen=True)
class RunStarted(Event):
    """One of the runs begins, or goes on where it was stopped; ``number`` counts from 1."""

    name: ClassVar[str] = "run_started"
    title: str
    number: int
    runs: int

    @property
    def passing(self) -> bool:
        """Its end is the news."""
        return True

    def __str__(self) -> str:
        return f"{self.number}/{self.runs}: {self.title}"


@dataclass(frozen=True)
class RunTold(Event):
    """A line of what a run tells while it trains."""

    name: ClassVar[str] = "run_told"
    title: str
    text: str

    @property
    def passing(self) -> bool:
        """Always."""
        return True

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class RunEnded(Event):
    """One of the runs has an end: the ``value`` of ``metric``, or the ``reason`` why it has none.

    ``seconds`` are those of this sitting; 0 where the run had ended before.
    """

    name: ClassVar[str] = "run_ended"
    title: str
    number: int
    runs: int
    seconds: float
    metric: str = "accuracy"
    value: float | None = None
    reason: str | None = None

    def __str__(self) -> str:
        head = f"{self.number}/{self.runs}: {self.title}"
        if self.value is None:
            return f"{head}: failed. {self.reason}"
        when = f"in {self.seconds:.0f} s" if self.seconds else "was trained before"
        return f"{head}: {TITLES[self.metric]} {shown(self.metric, self.value)}, {when}"


def train_all(folder: Path, runs: Sequence[OneOf], tell: OnEvent, train: Train) -> dict[str, str]:
    """Train what has no end yet; why some failed, by the names of their folders."""
    reasons = {}
    for number, one in enumerate(runs, start=1):
        start, reason = time.monotonic(), None
        new = not ended(one.run)
        if new:
            tell(RunStarted(one.title, number, len(runs)))
            try:
                reason = train(
                    one.words,
                    lambda line, title=one.title: tell(RunTold(title, line)),  # type: ignore[misc]
                )
            except KeyboardInterrupt:
                word = shlex.quote(str(folder))
                raise KeyboardInterrupt(f"Stopped. Go on: svertka resume {word}") from None
            if reason is None and not ended(one.run):
                reason = "The run left no scores."
        if reason is not None:
            reasons[one.run.name] = reason
        seconds = time.monotonic() - start if new else 0.0
        tell(RunEnded(one.title, number, len(runs), seconds, *_reached(one.run), reason))
    return reasons


def ended(run: RunFolder) -> bool:
    """Whether a run has its model and its scores."""
    return run.finished and stored_scores(run) is not None


def _reached(run: RunFolder) -> tuple[str, float | None]:
    """The first figure by which runs are compared, and what a run reached on the pictures kept
    from it; None where it has no scores."""
    scores = stored_scores(run) if run.finished else None
    if scores is None:
        return "accuracy", None
    name = COMPARED["classes" if scores["confusion"] is not None else "labels"][0]
    return name, float(scores["metrics"][name]["value"])
