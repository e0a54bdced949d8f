"""The end of a run: its model, its scores on the pictures kept from it, its report."""

from __future__ import annotations

import platform

import numpy as np
import torch
from pydantic import ValidationError

from svertka.data import Dataset
from svertka.errors import StoreError
from svertka.evaluate import best_thresholds, mistakes, score
from svertka.predict import Predictions, Predictor
from svertka.predict.trial import Trial
from svertka.store import DataCard, ModelCard, RunFolder, RunStart
from svertka.store.atomic import write_json
from svertka.train import Fitted, Recipe
from svertka.train.memory import peak_memory
from svertka.version import __version__
from svertka.workbench.pictures import FILE, MISTAKES, report_pictures
from svertka.workbench.run import Run

PREDICTIONS = "predictions.csv"


def finish(folder: RunFolder, dataset: Dataset, start: RunStart, fitted: Fitted) -> None:
    """Save the model, then score what was saved on the pictures kept from it, and report."""
    folder.save_model(fitted.module.state_dict(), _card(dataset, start, fitted))
    part = "val" if dataset.test is None else "test"
    pictures = dataset.parts[part].labelled()
    exact = Predictor.open(folder)
    Trial.of(exact, dataset.val).save(folder.path)
    p = exact.probabilities(pictures)
    ids, classes = tuple(pictures.ids), dataset.classes
    # of folds the probabilities are kept, too: together they are scored as one
    limits = exact.thresholds
    answers = Predictions.of(p, classes, ids, thresholds=limits)
    folder.write(PREDICTIONS, answers.to_csv(probabilities=start.fold is not None))
    worst = mistakes(p, pictures.y, classes, ids, limit=MISTAKES, thresholds=limits)
    write_json(folder.path / FILE, report_pictures(dataset, pictures, worst))
    scores = score(p, pictures.y, classes, part=part, thresholds=limits)
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
        views=recipe_of(start).views,
        thresholds=_thresholds(dataset, recipe_of(start), fitted),
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


def _thresholds(dataset: Dataset, recipe: Recipe, fitted: Fitted) -> tuple[float, ...] | None:
    """From which probability on each label is given, by the pictures that chose the epoch."""
    if dataset.task == "classes":
        return None
    seen = Predictor(fitted.module, dataset.contract, views=recipe.views)
    return best_thresholds(seen.probabilities(dataset.val), dataset.val.y)


def recipe_of(start: RunStart) -> Recipe:
    """The recipe that a run was started with; raises ``StoreError``."""
    try:
        return Recipe.model_validate(start.recipe)
    except ValidationError as error:
        raise StoreError(
            f"The recipe of the run {start.name} is not one of this version: train again."
        ) from error
