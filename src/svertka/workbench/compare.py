"""Nets against each other: the same data, the same time, several seeds, one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from svertka.data import Dataset, open_data
from svertka.data.grouping import Cut
from svertka.data.opening import Source
from svertka.errors import DataError, SvertkaError, UsageError
from svertka.store import RunFolder
from svertka.store.atomic import write_json
from svertka.store.lock import locked
from svertka.train.events import OnEvent, ignore
from svertka.workbench.apart import run_apart
from svertka.workbench.asked import (
    RESULT,
    Asked,
    check_alone,
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
from svertka.workbench.several import OneOf, Train, train_all
from svertka.workbench.telling import marked
from svertka.workbench.training import prepare
from svertka.workbench.wanted import wanted


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
    ``UsageError`` before any training where a net is misspelt or none fits the data.

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
    for net in texts:
        wanted(net, epochs=epochs, budget=budget, settings=changed)
    misfits = [why for net in texts if (why := _misfit(dataset, net, budget, epochs))]
    if len(misfits) == len(texts):
        raise misfits[0]
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
    folder = settle(asked, f"compare-{dataset.name}", out)
    with locked(folder), marked(RunFolder(folder)):
        if not (folder / "compare.json").is_file():
            write_asked(folder, asked, data)
        return _work(folder, dataset, on_event or ignore, train)


def go_on(
    path: str | Path, *, on_event: OnEvent | None = None, train: Train = run_apart
) -> Comparison:
    """Bring a stopped comparison to its end; what failed is tried again."""
    check_alone(Asked.what)
    folder = Path(path)
    asked = read_asked(folder, Asked)
    dataset = open_data(asked.place(folder), seed=0)
    if dataset.key != asked.key and asked.source != "data.npz":
        raise DataError(
            f"The pictures of {dataset.source} are not those that {folder} was started with, so "
            "its nets cannot be compared any more. Bring them back, or compare anew."
        )
    with locked(folder), marked(RunFolder(folder)):
        return _work(folder, dataset, on_event or ignore, train)


def _misfit(
    dataset: Dataset, net: str, budget: float | str | None, epochs: int | None
) -> SvertkaError | None:
    """Why a net cannot be trained on the data, found before the first training."""
    try:
        beginning = begin_with(dataset, dataset, net, "none", cut=Cut())
        prepare(dataset, beginning.net, epochs=epochs, budget=budget, seed=0)
    except SvertkaError as error:
        return error
    return None


def _work(folder: Path, dataset: Dataset, tell: OnEvent, train: Train) -> Comparison:
    """Train what has no end yet, then gather everything into the result and the report."""
    asked = read_asked(folder, Asked)
    runs = [
        OneOf(f"{net}, seed {seed}", run, asked.words(folder, net, seed, run))
        for net, seed, run in asked.runs(folder)
    ]
    reasons = train_all(folder, runs, tell, train)
    write_json(folder / RESULT, gather(folder, asked, dataset, reasons))
    comparison = Comparison(folder)
    comparison.write_report()
    return comparison
