"""From data to a finished run: the whole way, in the order in which it happens."""

from __future__ import annotations

import platform
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from pydantic import ValidationError

from svertka.data import Dataset, open_data
from svertka.data.grouping import ALIKE, Cut
from svertka.data.opening import Source
from svertka.errors import DataError, StoreError, SvertkaError, UsageError
from svertka.evaluate import mistakes, score
from svertka.grammar import Plan, resolve
from svertka.nets.catalogue import find
from svertka.predict import Predictions, Predictor
from svertka.store import DataCard, ModelCard, RunFolder, RunStart
from svertka.store.atomic import write_json
from svertka.train import Fitted, Recipe, choose_net, choose_recipe, fit, resume
from svertka.train.events import Opened, ignore
from svertka.train.memory import peak_memory
from svertka.train.settings import with_settings
from svertka.version import __version__
from svertka.workbench.beginning import begin_with, in_form
from svertka.workbench.command import command, place
from svertka.workbench.duration import seconds
from svertka.workbench.pictures import FILE, MISTAKES, report_pictures
from svertka.workbench.report import stored_scores
from svertka.workbench.run import REPORT, Run
from svertka.workbench.wanted import checked_callback, checked_path, wanted

OnEvent = Callable[[Any], None]
Time = float | str
PREDICTIONS = "predictions.csv"


def train(
    data: Source | Dataset,
    net: str | None = None,
    *,
    weights: str | None = None,
    epochs: int | None = None,
    budget: Time | None = None,
    seed: int = 0,
    out: str | Path | None = None,
    on_event: OnEvent | None = None,
) -> Run:
    """Train a network on pictures, score it once on those kept from it, and write the report.

    ``data`` is a built-in name, a folder, an ``.npz`` file, arrays (x, y) or an opened data set;
    ``net`` a name of the catalogue or a text, None the house's choice. ``weights`` to begin with
    are "imagenet", a file, the folder of a run or "none"; None is "imagenet" for small colour
    photographs without a named net, where the weights are at hand, else "none". ``epochs``, or a
    ``budget`` for everything ("90s", "2m" or seconds), says how long; None is the recommended one.
    ``out`` is the run's folder, None the next free ``runs/NAME-N``. Raises ``UsageError``,
    ``DataError``, ``StoreError``; Ctrl-C leaves a run that ``Run.resume`` finishes.

    >>> run = train("digits", budget="60s")  # doctest: +SKIP
    >>> print(run.scores)  # doctest: +SKIP
    """
    return train_since(
        time.monotonic(),
        data,
        net,
        weights=weights,
        epochs=epochs,
        budget=budget,
        seed=seed,
        out=out,
        on_event=on_event,
    )


def train_since(
    started: float,
    data: Source | Dataset,
    net: str | None = None,
    *,
    weights: str | None = None,
    epochs: int | None = None,
    budget: Time | None = None,
    seed: int = 0,
    out: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    group: str = ALIKE,
    fold: tuple[int, int] | None = None,
    on_event: OnEvent | None = None,
) -> Run:
    """``train`` with a budget that began at ``started`` by ``time.monotonic``, and ``settings``
    of the recipe changed by name, such as ``{"precision": "fp32"}``."""
    asked = wanted(net, weights=weights, epochs=epochs, budget=budget, seed=seed, settings=settings)
    epochs, given, seed = asked.epochs, asked.budget, asked.seed
    if out is not None:
        checked_path("out", out)
    checked_callback(on_event)
    tell, cut = on_event or ignore, Cut(seed, group=group, fold=fold)
    dataset = data if isinstance(data, Dataset) else _opened(data, cut)
    tell(Opened(dataset.name, len(dataset.classes), dataset.counts, dataset.problems))
    beginning = begin_with(data, dataset, net, weights, cut=cut, budget=given)
    dataset, chosen = beginning.dataset, beginning.weights
    text, recipe = prepare(
        dataset, beginning.net, epochs=epochs, budget=given, seed=seed, weights=chosen
    )
    recipe = with_settings(recipe, settings or {})
    folder = RunFolder.create(dataset.name, out=out)
    start = RunStart(
        name=folder.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=command(data, net, weights, epochs, budget, cut, settings or {}),
        source=place(data),
        key=dataset.key,
        seed=seed,
        group=group,
        fold=fold,
        net=text,
        net_name=beginning.net_name,
        recipe=recipe.model_dump(mode="json"),
    )
    with folder.lock(), _how_to_go_on(folder):
        folder.save_start(start)
        fitted = fit(
            dataset,
            start.net_name or text,
            recipe=recipe,
            folder=folder,
            on_event=tell,
            started=started,
        )
        _finish(folder, dataset, start, fitted)
    return Run(folder)


def go_on(folder: RunFolder, data: Source | Dataset | None, on_event: OnEvent | None) -> RunFolder:
    """Bring a stopped run to its end; one that has ended is left as it is."""
    start = folder.load_start()
    with folder.lock(), _how_to_go_on(folder):
        if folder.finished and stored_scores(folder) is not None:
            if not (folder.path / REPORT).is_file():  # killed before the last file of all
                Run(folder).write_report()
            return folder
        dataset = _same_data(start, data)
        tell = on_event or ignore
        if folder.has_checkpoint:
            fitted = resume(folder, dataset, on_event=tell)
        else:  # stopped before the first checkpoint: nothing is lost by starting again
            net = start.net_name or start.net
            fitted = fit(dataset, net, recipe=_recipe(start), folder=folder, on_event=tell)
        _finish(folder, dataset, start, fitted)
    return folder


def train_in_memory(dataset: Dataset, net: str, recipe: Recipe) -> Fitted:
    """Train and leave nothing on disk."""
    with TemporaryDirectory(prefix="svertka-") as place:
        return fit(dataset, net, recipe=recipe, folder=RunFolder(Path(place)))


def prepare(
    dataset: Dataset,
    net: str | None,
    *,
    epochs: int | None,
    budget: Time | None,
    seed: int,
    weights: str | None = None,
) -> tuple[str, Recipe]:
    """The net's text and the recipe, checked before anything is written."""
    text = find(net or choose_net(dataset))
    contract = dataset.contract
    shape = (contract.channels, *contract.size)
    plan = resolve(text, input=shape, classes=len(contract.classes))
    if plan.output != (plan.classes,):
        ends = "x".join(map(str, plan.output))
        raise UsageError(
            f"The net ends in {ends} numbers, but the data has {plan.classes} classes. "
            "End the text in fc{classes}."
        )
    recipe = choose_recipe(
        dataset,
        epochs=epochs,
        budget=None if budget is None else seconds(budget),
        seed=seed,
        has_norm=any(layer.kind == "bn" for layer in plan.layers),
        on_hog=_learns_on_hog_alone(plan),
        weights=weights,
    )
    return text, recipe


def _learns_on_hog_alone(plan: Plan) -> bool:
    learned = [layer.kind for layer in plan.layers if layer.parameters]
    return learned == ["fc"] and any(layer.kind == "hog" for layer in plan.layers)


def _finish(folder: RunFolder, dataset: Dataset, start: RunStart, fitted: Fitted) -> None:
    """Save the model, then score what was saved on the pictures kept from it, and report."""
    folder.save_model(fitted.module.state_dict(), _card(dataset, start, fitted))
    part = "val" if dataset.test is None else "test"
    pictures = dataset.parts[part]
    pictures = pictures.select(np.flatnonzero(pictures.y >= 0))
    p = Predictor.open(folder).probabilities(pictures)
    ids, classes = tuple(pictures.ids), dataset.classes
    folder.write(PREDICTIONS, Predictions.of(p, classes, ids).to_csv())
    worst = mistakes(p, pictures.y, classes, ids, limit=MISTAKES)
    write_json(folder.path / FILE, report_pictures(dataset, pictures, worst))
    scores = score(p, pictures.y, classes, part=part)
    peak = peak_memory(torch.device(fitted.device["device"]))
    if peak is not None:
        folder.append_metrics({"event": "memory", "peak_bytes": peak})
    folder.append_metrics({"event": "scores"} | scores.to_dict())
    Run(folder).write_report()


def _card(dataset: Dataset, start: RunStart, fitted: Fitted) -> ModelCard:
    data = DataCard(
        name=dataset.name,
        source=dataset.source,
        key=dataset.key,
        licence=dataset.licence,
        counts=dataset.counts,
        class_counts={part: tuple(counts) for part, counts in dataset.class_counts.items()},
        problems=len(dataset.problems),
    )
    return ModelCard(
        name=start.name,
        created=start.created,
        command=start.command,
        net=start.net,
        net_name=start.net_name,
        input=dataset.contract,
        views=_recipe(start).views,
        data=data,
        recipe=start.recipe,
        versions={
            "svertka": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "torch": torch.__version__,
        },
        device=dict(fitted.device),
        best_epoch=fitted.best_epoch,
        seconds=fitted.seconds,
    )


@contextmanager
def _how_to_go_on(folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        word = shlex.quote(str(folder.path))
        raise KeyboardInterrupt(f"Stopped. Go on: svertka resume {word}") from None
    except (MemoryError, RuntimeError) as error:
        if not _is_for_want_of_memory(error):
            raise
        raise SvertkaError(
            "The memory is not enough for this net and these pictures. A smaller net or smaller "
            "batches (--set batch=32) need less."
        ) from error


def _is_for_want_of_memory(error: Exception) -> bool:
    """torch has a class for that on a GPU alone; on a processor only the words tell."""
    kinds = (MemoryError, torch.OutOfMemoryError)
    return isinstance(error, kinds) or "can't allocate memory" in str(error)


def _recipe(start: RunStart) -> Recipe:
    try:
        return Recipe.model_validate(start.recipe)
    except ValidationError as error:
        raise StoreError(
            f"The recipe of the run {start.name} is not one of this version: train again."
        ) from error


def _opened(source: Source, cut: Cut) -> Dataset:
    return open_data(source, seed=cut.seed, group=cut.group, fold=cut.fold)


def _same_data(start: RunStart, data: Source | Dataset | None) -> Dataset:
    """The data that the run was started with; raises ``DataError`` when it is another by now."""
    if data is None and not start.source:
        raise UsageError(
            f"The run {start.name} was trained on arrays in memory: give them again, "
            "Run.resume(path, data=(x, y))."
        )
    source = start.source if data is None else data
    cut = Cut(start.seed, group=start.group, fold=start.fold)
    dataset = source if isinstance(source, Dataset) else _opened(source, cut)
    weights = _recipe(start).weights
    if weights is not None:
        net = start.net_name or start.net
        dataset = in_form(source, dataset, net, weights, cut)
    if dataset.key != start.key:
        raise DataError(
            f"The pictures of {dataset.source} are not those that the run {start.name} was started "
            "with, so it cannot end as it would have. Bring them back, or train anew."
        )
    return dataset
