"""Cross-validation: every fold trained apart, the answers gathered, the ensemble scored once."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import PositiveInt

from svertka.data import Dataset, Pictures, open_data, open_like
from svertka.data.grouping import ALIKE, NOTHING, Cut
from svertka.data.opening import Source
from svertka.errors import DataError, SvertkaError, UsageError
from svertka.evaluate import mistakes, score
from svertka.evaluate.paired import COMPARED
from svertka.predict import Predictions
from svertka.predict.ensemble import Ensemble
from svertka.store import RunFolder
from svertka.store.atomic import utf8, write_atomic, write_json
from svertka.store.lock import locked
from svertka.train.events import OnEvent, Opened, ignore
from svertka.workbench.apart import run_apart
from svertka.workbench.asked import ARRAYS, Stated, check_alone, read_asked, settle, write_asked
from svertka.workbench.command import command, how_cut, place
from svertka.workbench.duration import seconds
from svertka.workbench.finishing import PREDICTIONS
from svertka.workbench.folds import FOLDS, OUT_OF_FOLD, RESULT, Folds
from svertka.workbench.outoffold import OutOfFold
from svertka.workbench.pictures import MISTAKES, shown_mistakes
from svertka.workbench.report import curve, plan_of, stored_scores
from svertka.workbench.run import Run
from svertka.workbench.several import OneOf, Train, train_all
from svertka.workbench.wanted import wanted

_SHARE_AT_END, _AT_END = 0.05, 2.0  # of the budget, and seconds: answers together, the report
_LEAST = 5.0  # seconds in which a process starts, opens the data and trains a little


class AskedFolds(Stated):
    """``folds.json``; ``group`` is as in ``open_data``, ``ungrouped`` trains all again without."""

    file: ClassVar[str] = FOLDS
    result: ClassVar[str] = RESULT
    what: ClassVar[str] = "training in folds"
    kind: Literal["fold"] = "fold"
    net: str | None
    weights: str | None
    seed: int
    folds: PositiveInt
    group: str
    ungrouped: bool

    def runs(self, folder: Path, name: str, group: str) -> list[OneOf]:
        """The runs of all folds under one grouping: ``fold-1`` and so on."""
        said = [f"--{key}={value}" for key in ("net", "weights") if (value := getattr(self, key))]
        runs = []
        for number in range(1, self.folds + 1):
            run = RunFolder(folder / f"{name}-{number}")
            cut = how_cut(Cut(self.seed, group=group, fold=(number, self.folds)))
            title = f"{name} {number} of {self.folds}"
            runs.append(OneOf(title, run, self.how(folder, run, *said, *cut)))
        return runs


@dataclass(frozen=True)
class Wish:
    """How to train in folds: what ``svertka.train`` takes, in one piece."""

    net: str | None = None
    weights: str | None = None
    epochs: int | None = None
    budget: float | str | None = None
    seed: int = 0
    folds: int = 5
    group: str = ALIKE
    ungrouped: bool = False


def train_folds(
    data: Source | Dataset,
    wish: Wish,
    *,
    started: float,
    out: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    on_event: OnEvent | None = None,
    train: Train = run_apart,
) -> Folds:
    """Train every fold in a process of its own, gather the out-of-fold answers, write the report.

    A budget is for everything, from ``started`` on. Called again for the same, folds that were
    stopped go on.
    """
    if isinstance(data, Dataset):
        raise UsageError("Every fold opens the data itself: give their name, folder or arrays.")
    changed = {key: str(value) for key, value in (settings or {}).items()}
    wanted(wish.net, weights=wish.weights, epochs=wish.epochs, budget=wish.budget, seed=wish.seed,
           settings=changed)  # fmt: skip
    tell = on_event or ignore
    # opened as the first fold will: what is wrong with the folds is said before anything is made
    dataset = open_data(data, seed=wish.seed, group=wish.group, fold=(1, wish.folds))
    tell(Opened.of(dataset))
    asked = AskedFolds(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=_command(data, wish, changed),
        source=ARRAYS if isinstance(data, tuple) else place(data),
        key=dataset.key,
        net=wish.net,
        weights=_anywhere(wish.weights),
        epochs=wish.epochs,
        budget=wish.budget,
        seed=wish.seed,
        folds=wish.folds,
        group=wish.group,
        ungrouped=wish.ungrouped,
        settings=changed,
    )
    folder = settle(asked, dataset.name, out)
    with locked(folder):
        if not (folder / FOLDS).is_file():
            write_asked(folder, asked, data)
        return _work(folder, tell, train, started)


def go_on(path: str | Path, *, on_event: OnEvent | None = None, train: Train = run_apart) -> Folds:
    """Bring folds that were stopped to their end; those that have one are left as they are."""
    check_alone(AskedFolds.what)
    folder = Path(path)
    with locked(folder):
        if (folder / RESULT).is_file():
            return Folds.open(folder)
        return _work(folder, on_event or ignore, train, time.monotonic())


def _work(folder: Path, tell: OnEvent, train: Train, started: float) -> Folds:
    asked = read_asked(folder, AskedFolds)
    groups = {"fold": asked.group} | ({"ungrouped": NOTHING} if asked.ungrouped else {})
    whole = [one for name, group in groups.items() for one in asked.runs(folder, name, group)]
    reasons = train_all(folder, _in_time(whole, asked, started), tell, train)
    if reasons:
        name, reason = next(iter(reasons.items()))
        raise SvertkaError(
            f"{len(reasons)} of {len(whole)} trainings failed, {name} first: {reason} "
            f"When that is mended: svertka resume {folder}"
        )
    write_json(folder / RESULT, _gather(folder, asked))
    folds = Folds(folder)
    folds.write_report()
    return folds


def _in_time(runs: Sequence[OneOf], asked: AskedFolds, started: float) -> list[OneOf]:
    """The runs, each with an equal part of what the budget has left."""
    if asked.budget is None:
        return list(runs)
    budget = seconds(asked.budget)
    new = [one for one in runs if not (one.run.path / "run.json").is_file()]
    left = (budget * (1 - _SHARE_AT_END) - _AT_END) * len(new) / len(runs)
    if len(new) == len(runs):
        left -= time.monotonic() - started
    each = left / max(1, len(new))
    if new and each < _LEAST:
        raise UsageError(
            f"A budget of {asked.budget} leaves {max(each, 0):.1f} s for each of {len(runs)} "
            f"trainings. Give {1.2 * (_LEAST * len(runs) + budget - left):.0f}s or more, or fewer "
            "folds."
        )
    said = f"--budget={each:.1f}s"
    return [
        replace(one, words=[said if word.startswith("--budget=") else word for word in one.words])
        for one in runs
    ]


def _anywhere(weights: str | None) -> str | None:
    """Weights by a path that is right in every folder."""
    path = None if weights is None else Path(weights)
    return weights if path is None or not path.exists() else str(path.resolve())


def _command(data: Source, wish: Wish, settings: Mapping[str, Any]) -> str:
    cut = Cut(wish.seed, group=wish.group)
    said = command(data, wish.net, wish.weights, wish.epochs, wish.budget, cut, settings)
    words = [said, f"--folds {wish.folds}", *(["--ungrouped"] if wish.ungrouped else [])]
    return " ".join(words) if said else ""


# -- the result ------------------------------------------------------------------------------


def _gather(folder: Path, asked: AskedFolds) -> dict[str, Any]:
    """All that the folds have shown, as plain JSON types."""
    runs = [Run(one.run) for one in asked.runs(folder, "fold", asked.group)]
    card = runs[0].card
    like = open_like(asked.place(folder), card.input)
    if like.key != asked.key:
        raise DataError(
            f"The pictures of {like.source} are not those that {folder} was started with, so the "
            "folds cannot be scored together. Bring them back, or train anew."
        )
    # pictures without parts of their own are all learned from: no test part is cut of folds
    learned, test = (like.train, like.test) if len(like.train) else (like.test, None)
    assert learned is not None
    answers = OutOfFold.of(runs, learned, card.classes)
    scores = answers.scores
    write_atomic(folder / OUT_OF_FOLD, utf8(answers.to_csv()))
    ungrouped = None
    if asked.ungrouped:
        careless = [Run(one.run) for one in asked.runs(folder, "ungrouped", NOTHING)]
        ungrouped = OutOfFold.of(careless, learned, card.classes).scores.to_dict()
    worst = mistakes(answers.p, answers.y, card.classes, answers.pictures.ids, limit=MISTAKES,
                     thresholds=answers.limits)  # fmt: skip
    plan = plan_of(card)
    return {
        "kind": "folds",
        "format": 1,
        "svertka": card.svertka,
        "created": asked.created,
        "name": asked.name,
        "command": asked.command,
        "data": {
            "name": like.name,
            "source": like.source,
            "classes": list(card.classes),
            "counts": {"train": len(learned), "test": 0 if test is None else len(test)},
        },
        "net": {"name": card.net_name, "text": card.net, "parameters": plan.parameters},
        "group": asked.group,
        "seed": asked.seed,
        "budget": None if asked.budget is None else seconds(asked.budget),
        "scores": scores.to_dict(),
        "ungrouped": ungrouped,
        "test": _tested(folder, runs, test),
        "runs": [_run(number, run) for number, run in enumerate(runs, start=1)],
        "mistakes": shown_mistakes(answers.pictures, worst),
        "device": card.device,
    }


def _tested(folder: Path, runs: Sequence[Run], test: Pictures | None) -> dict[str, Any] | None:
    """The ensemble's scores on the test part, which nothing has touched before."""
    known = np.zeros(0, np.int64) if test is None else np.flatnonzero(test.known)
    if test is None or not len(known):
        return None
    ensemble, pictures = Ensemble([run.predictor for run in runs]), test.select(known)
    p = ensemble.probabilities(pictures)
    classes, limits = ensemble.classes, ensemble.thresholds
    answers = Predictions.of(p, classes, tuple(pictures.ids), thresholds=limits)
    write_atomic(folder / PREDICTIONS, utf8(answers.to_csv()))
    return score(p, pictures.y, classes, part="test", thresholds=limits).to_dict()


def _run(number: int, run: Run) -> dict[str, Any]:
    scores = stored_scores(run.folder)
    assert scores is not None
    return {
        "fold": number,
        "folder": run.folder.name,
        "n": scores["n"],
        **{name: scores["metrics"][name]["value"] for name in COMPARED[run.card.input.task]},
        "seconds": run.card.seconds,
        "best_epoch": run.card.best_epoch,
        "history": curve(run.history),
    }
