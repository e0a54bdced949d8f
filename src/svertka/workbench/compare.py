"""Nets against each other: the same data, the same time, several seeds, one table."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from svertka.data import Dataset, open_data
from svertka.data.grouping import Cut
from svertka.data.opening import Source
from svertka.errors import DataError, UsageError
from svertka.store import RunFolder
from svertka.store.atomic import write_json
from svertka.store.lock import locked
from svertka.train.events import Event, OnEvent, ignore
from svertka.train.settings import with_settings
from svertka.workbench.apart import run_apart
from svertka.workbench.asked import (
    RESULT,
    Asked,
    checked,
    command,
    folder_names,
    read_asked,
    settle,
    write_asked,
)
from svertka.workbench.beginning import begin_with
from svertka.workbench.command import place
from svertka.workbench.comparison import Comparison, gather
from svertka.workbench.report import stored_scores
from svertka.workbench.training import prepare

Train = Callable[[Sequence[str], Callable[[str], None]], str | None]


@dataclass(frozen=True)
class RunStarted(Event):
    """One of the runs begins, or goes on where it was stopped; ``number`` counts from 1."""

    name: ClassVar[str] = "run_started"
    net: str
    seed: int
    number: int
    runs: int

    @property
    def passing(self) -> bool:
        """Its end is the news."""
        return True

    def __str__(self) -> str:
        return f"{self.number}/{self.runs}: {self.net}, seed {self.seed}"


@dataclass(frozen=True)
class RunTold(Event):
    """A line of what a run tells while it trains."""

    name: ClassVar[str] = "run_told"
    net: str
    seed: int
    text: str

    @property
    def passing(self) -> bool:
        """Always."""
        return True

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class RunEnded(Event):
    """One of the runs has an end: its ``accuracy``, or the ``reason`` why it has none.

    ``seconds`` are those of this sitting; 0 where the run had ended before.
    """

    name: ClassVar[str] = "run_ended"
    net: str
    seed: int
    number: int
    runs: int
    seconds: float
    accuracy: float | None = None
    reason: str | None = None

    def __str__(self) -> str:
        head = f"{self.number}/{self.runs}: {self.net}, seed {self.seed}"
        if self.accuracy is None:
            return f"{head}: failed. {self.reason}"
        when = f"in {self.seconds:.0f} s" if self.seconds else "was trained before"
        return f"{head}: accuracy {100 * self.accuracy:.2f}%, {when}"


def compare(
    data: Source,
    nets: Sequence[str],
    *,
    budget: float | str | None = None,
    epochs: int | None = None,
    seeds: int = 3,
    out: str | Path | None = None,
    on_event: OnEvent | None = None,
) -> Comparison:
    """Train each of ``nets`` with seeds 0, 1, ... on the same data, and say what differs.

    ``nets`` are names of the catalogue or texts; ``budget`` or ``epochs`` is for each run, as for
    ``train``. Every run is one of ``svertka train`` in a process of its own and leaves its folder
    in ``out``, by default the next free ``runs/compare-DATA-N``. Called again for the same, a
    stopped comparison goes on. A net that fails becomes a line with its reason. Raises
    ``UsageError`` before any training where a net is misspelt or does not fit the data.

    >>> print(compare("digits", ["lenet5", "hog-fc{classes}"], budget="30s"))  # doctest: +SKIP
    """
    return compare_with(
        data, nets, budget=budget, epochs=epochs, seeds=seeds, out=out, on_event=on_event
    )


def compare_with(
    data: Source,
    nets: Sequence[str],
    *,
    budget: float | str | None = None,
    epochs: int | None = None,
    seeds: int = 3,
    out: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    on_event: OnEvent | None = None,
    train: Train = run_apart,
) -> Comparison:
    """``compare`` with ``settings`` of the recipe changed by name, and another way to ``train``."""
    if isinstance(data, Dataset):
        raise UsageError("Every run opens the data itself: give their name, folder or arrays.")
    texts, changed = checked(nets, seeds), {k: str(v) for k, v in (settings or {}).items()}
    dataset = open_data(data, seed=0)
    for text in texts:
        _check(dataset, text, budget, epochs, changed)
    asked = Asked(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=command(data, texts, budget=budget, epochs=epochs, seeds=seeds, settings=changed),
        source="data.npz" if isinstance(data, tuple) else place(data),
        key=dataset.key,
        nets=texts,
        folders=folder_names(texts),
        epochs=epochs,
        budget=budget,
        seeds=seeds,
        settings=changed,
    )
    folder = settle(asked, dataset.name, out)
    with locked(folder):
        if not (folder / "compare.json").is_file():
            write_asked(folder, asked, data)
        return _work(folder, dataset, on_event or ignore, train)


def go_on(
    path: str | Path, *, on_event: OnEvent | None = None, train: Train = run_apart
) -> Comparison:
    """Bring a stopped comparison to its end; what failed is tried again."""
    folder = Path(path)
    asked = read_asked(folder)
    dataset = open_data(asked.place(folder), seed=0)
    if dataset.key != asked.key and asked.source != "data.npz":
        raise DataError(
            f"The pictures of {dataset.source} are not those that {folder} was started with, so "
            "its nets cannot be compared any more. Bring them back, or compare anew."
        )
    with locked(folder):
        return _work(folder, dataset, on_event or ignore, train)


def _check(
    dataset: Dataset,
    net: str,
    budget: float | str | None,
    epochs: int | None,
    settings: Mapping[str, str],
) -> None:
    """Find before the first training what can be found: names, texts, sizes, settings."""
    beginning = begin_with(dataset, dataset, net, "none", cut=Cut())
    _, recipe = prepare(dataset, beginning.net, epochs=epochs, budget=budget, seed=0)
    with_settings(recipe, settings)


def _work(folder: Path, dataset: Dataset, tell: OnEvent, train: Train) -> Comparison:
    """Train what has no end yet, then gather everything into the result and the report."""
    asked = read_asked(folder)
    runs, reasons = asked.runs(folder), {}
    for number, (net, seed, run) in enumerate(runs, start=1):
        start, reason = time.monotonic(), None
        new = not ended(run)
        if new:
            tell(RunStarted(net, seed, number, len(runs)))
            try:
                reason = train(
                    asked.words(folder, net, seed, run),
                    lambda line, net=net, seed=seed: tell(RunTold(net, seed, line)),  # type: ignore[misc]
                )
            except KeyboardInterrupt:
                word = shlex.quote(str(folder))
                raise KeyboardInterrupt(f"Stopped. Go on: svertka resume {word}") from None
            if reason is None and not ended(run):
                reason = "The run left no scores."
        if reason is not None:
            reasons[run.name] = reason
        seconds = time.monotonic() - start if new else 0.0
        tell(RunEnded(net, seed, number, len(runs), seconds, accuracy_of(run), reason))
    write_json(folder / RESULT, gather(folder, asked, dataset, reasons))
    comparison = Comparison(folder)
    comparison.write_report()
    return comparison


def ended(run: RunFolder) -> bool:
    """Whether a run has its model and its scores."""
    return run.finished and stored_scores(run) is not None


def accuracy_of(run: RunFolder) -> float | None:
    """What a run reached on the pictures kept from it; None where it has no scores."""
    scores = stored_scores(run) if run.finished else None
    return None if scores is None else float(scores["metrics"]["accuracy"]["value"])
