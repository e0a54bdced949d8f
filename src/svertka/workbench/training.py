"""From data to a finished run: the whole way, in the order in which it happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from svertka.data import Dataset
from svertka.data.grouping import ALIKE, Cut
from svertka.data.opening import Source
from svertka.errors import UsageError
from svertka.grammar import resolve
from svertka.look.flow import Recorder
from svertka.nets.catalogue import find
from svertka.store import RunFolder, RunStart
from svertka.train import Fitted, Recipe, choose_net, choose_recipe, fit
from svertka.train.events import Balanced, Opened, ignore
from svertka.train.processes import joined
from svertka.train.recipe import check_task
from svertka.train.settings import with_settings
from svertka.workbench.beginning import begin_with
from svertka.workbench.command import command, place
from svertka.workbench.duration import seconds
from svertka.workbench.finishing import finish
from svertka.workbench.limits import MOST_FOLDS
from svertka.workbench.resuming import claim, go_on, opened, writing
from svertka.workbench.run import Run
from svertka.workbench.telling import Telling
from svertka.workbench.wanted import checked_callback, checked_path, wanted, whole

if TYPE_CHECKING:
    from svertka.workbench.folds import Folds

OnEvent = Callable[[Any], None]
Time = float | str


def train(
    data: Source | Dataset,
    net: str | None = None,
    *,
    weights: str | None = None,
    epochs: int | None = None,
    budget: Time | None = None,
    seed: int = 0,
    folds: int | None = None,
    group: str = ALIKE,
    out: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    on_event: OnEvent | None = None,
) -> Run | Folds:
    """Train a network on pictures, score it once on those kept from it, and write the report.

    ``data`` is a built-in name, a folder, an ``.npz`` file, arrays (x, y) or an opened data set;
    ``net`` a name of the catalogue or a text, None the house's choice. ``weights`` to begin with
    are "imagenet", a file, the folder of a run or "none"; None is "imagenet" for small colour
    photographs without a named net, where the weights are at hand, else "none". ``epochs``, or a
    ``budget`` for everything ("90s", "2m" or seconds), says how long; None is the recommended one.
    With ``folds``, so many networks are trained, each on all parts of the pictures but one, and
    answer together: see ``Folds``. ``group`` says what is never divided among parts or folds:
    near-duplicates ("alike"), also a column or a pattern, or "none". ``out`` is the run's folder,
    None the next free ``runs/NAME-N``. ``settings`` change the recipe by name, such as
    ``{"metric": "f1_macro", "augment.flip": False}``; `svertka recipe` lists them.
    Raises ``UsageError``, ``DataError``, ``StoreError``; Ctrl-C leaves a run that ``Run.resume``
    finishes, and folds that the same call goes on with.

    >>> run = train("digits", budget="60s")  # doctest: +SKIP
    >>> print(run.scores)  # doctest: +SKIP
    """
    started = time.monotonic()
    if folds is not None:
        from svertka.workbench.folding import Wish, train_folds

        wish = Wish(net, weights, epochs, budget, seed, whole("folds", folds, 2, MOST_FOLDS), group)
        return train_folds(
            data, wish, started=started, out=out, settings=settings, on_event=on_event
        )
    return train_since(
        started,
        data,
        net,
        weights=weights,
        epochs=epochs,
        budget=budget,
        seed=seed,
        out=out,
        settings=settings,
        group=group,
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
    cut = Cut(seed, group=group, fold=fold)
    with joined() as processes:
        tell = on_event if on_event and processes.first else ignore
        with processes.in_turn():
            dataset = data if isinstance(data, Dataset) else opened(data, cut)
        tell(Opened.of(dataset))
        beginning = begin_with(data, dataset, net, weights, cut=cut, budget=given)
        dataset, chosen = beginning.dataset, beginning.weights
        text, recipe = prepare(
            dataset, beginning.net, epochs=epochs, budget=given, seed=seed, weights=chosen
        )
        recipe = with_settings(recipe, settings or {})
        check_task(recipe, dataset.task)
        if recipe.balance is not None:
            counts = dict(zip(dataset.classes, dataset.class_counts["train"], strict=True))
            tell(Balanced(recipe.balance, recipe.metric, counts))
        start = RunStart(
            name=dataset.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            command=command(data, net, weights, epochs, budget, cut, settings or {}),
            source=place(data),
            key=dataset.key,
            seed=seed,
            group=group,
            fold=fold,
            margin=True,
            net=text,
            net_name=beginning.net_name,
            recipe=recipe.model_dump(mode="json"),
        )
        folder, begun = claim(start, out)
        if begun:
            return Run(go_on(folder, dataset, on_event))
        start = start.model_copy(update={"name": folder.name})
        with writing(folder, new=True):
            if processes.first:
                folder.save_start(start)
            net = start.net_name or text
            seen = partial(fit, on_event=Telling(folder, tell), observe=Recorder(folder))
            fitted = seen(dataset, net, recipe=recipe, folder=folder, started=started)
            if processes.first:
                finish(folder, dataset, start, fitted)
    return Run(folder)


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
    whole = None if budget is None else seconds(budget)
    text = find(net or choose_net(dataset, whole))
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
        plan,
        epochs=epochs,
        budget=whole,
        seed=seed,
        weights=weights,
    )
    return text, recipe
