"""Folds, opened: networks that each saw all but a part, and answer together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svertka.data import open_like
from svertka.errors import StoreError
from svertka.evaluate import Scores, score
from svertka.evaluate.paired import COMPARED
from svertka.evaluate.scores import TITLES
from svertka.page import render
from svertka.records import Record
from svertka.store.atomic import read_json, utf8, write_atomic
from svertka.workbench.run import Run
from svertka.workbench.wanted import checked_path, checked_source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from svertka.data.opening import Source
    from svertka.predict import Predictions
    from svertka.predict.ensemble import Ensemble

FOLDS, RESULT, REPORT = "folds.json", "result.json", "report.html"
OUT_OF_FOLD = "out-of-fold.csv"


def are_folds(path: str | Path) -> bool:
    """Whether ``path`` is a folder of folds, finished or not."""
    return (Path(path) / FOLDS).is_file()


@dataclass(frozen=True)
class Folds(Record):
    """Networks trained on all parts of the pictures but one each, and what they reach.

    ``scores`` are over every training picture, each answered by the network that has not seen it;
    ``predict`` and ``evaluate`` take the mean of all networks' probabilities.

    >>> folds = svertka.train("photos/", folds=5)  # doctest: +SKIP
    >>> folds.predict("test/").save_csv("out.csv")  # doctest: +SKIP
    """

    path: Path

    @classmethod
    def open(cls, path: str | Path) -> Folds:
        """The folds in the folder ``path``; raises ``StoreError`` where they have no result."""
        checked_path("The folder of the folds", path)
        opened = cls(Path(path))
        _ = opened.value
        return opened

    @cached_property
    def value(self) -> dict[str, Any]:
        """The whole result as plain JSON types."""
        return read_json(self.path / RESULT, "folds", 1, f"Finish: svertka resume {self.path}")

    @property
    def scores(self) -> Scores:
        """The scores of the out-of-fold answers."""
        return Scores.from_dict(self.value["scores"])

    @property
    def ungrouped(self) -> Scores | None:
        """What a split that keeps nothing together has shown; None where that was not asked."""
        value = self.value["ungrouped"]
        return None if value is None else Scores.from_dict(value)

    @property
    def test(self) -> Scores | None:
        """The ensemble's scores on the test part; None where the data came without one."""
        value = self.value["test"]
        return None if value is None else Scores.from_dict(value)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The run of each fold."""
        return tuple(Run.open(self.path / run["folder"]) for run in self.value["runs"])

    @cached_property
    def predictor(self) -> Ensemble:
        """All networks, ready to answer as one."""
        from svertka.predict.ensemble import Ensemble

        return Ensemble([run.predictor for run in self.runs])

    def predict(
        self, source: npt.NDArray[np.uint8] | str | Path | Sequence[str | Path]
    ) -> Predictions:
        """Answers for new pictures: an array (N, H, W, C), a file, a folder or several."""
        checked_source(source)
        return self.predictor.predict(source)

    def evaluate(self, data: Source) -> Scores:
        """The ensemble's scores on labelled pictures, as ``Run.evaluate`` takes them.

        For the very data of the training: on their test part, or, where they have none, the
        scores of the out-of-fold answers.
        """
        first = self.runs[0]
        if open_like(data, first.card.input).key == first.card.data.key:
            return self.test or self.scores
        dataset, (part, *_) = first.unlearned(data)
        pictures = dataset.parts[part].labelled()
        p = self.predictor.probabilities(pictures)
        limits = self.predictor.thresholds
        return score(p, pictures.y, self.predictor.classes, part=part, thresholds=limits)

    def report_html(self) -> str:
        """The report as one self-contained HTML page."""
        return render(self.to_dict())

    def write_report(self) -> Path:
        """Write ``report.html`` into the folder; its path."""
        write_atomic(self.path / REPORT, utf8(self.report_html()))
        return self.path / REPORT

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON types."""
        return self.value

    def __str__(self) -> str:
        value = self.value
        net = value["net"]
        what = f"{net['name'] or 'net'}: {net['parameters']:,} parameters"
        seconds = sum(run["seconds"] for run in value["runs"])
        lines = [
            f"{len(value['runs'])} folds of {value['data']['name']}, {what}, {seconds:.0f} s",
            "",
        ]
        names = _compared(self.scores)
        head = "".join(f"  {TITLES[name]:>8}" for name in names)
        lines += [str(self.scores), "", f"fold  pictures{head}"]
        for run in value["runs"]:
            shares = zip(names, (_share(run[name]) for name in names), strict=True)
            columns = "".join(f"  {share:>{max(8, len(TITLES[name]))}}" for name, share in shares)
            lines.append(f"{run['fold']:>4}  {run['n']:>8,}{columns}")
        if (ungrouped := self.ungrouped) is not None:
            lines += [
                "",
                f"A split that keeps nothing together would have shown {_told(ungrouped)}",
            ]
        if (test := self.test) is not None:
            lines += ["", f"The ensemble on the test part, {test.n:,} pictures: {_told(test)}"]
        return "\n".join([*lines, "", f"run     {self.path}", f"report  {self.path / REPORT}"])


def opened(path: str | Path) -> Run | Folds:
    """The run, or the folds, in the folder ``path``; raises ``StoreError`` where there is none."""
    if are_folds(path):
        return Folds.open(path)
    return Run.open(path)


def known_scores(run: Run | Folds) -> Scores:
    """What a run, or folds, reached on pictures that they had not seen."""
    if (scores := run.scores) is None:
        raise StoreError(f"{run.path} has no scores yet. Finish it: svertka resume {run.path}")
    return scores


def _compared(scores: Scores) -> tuple[str, ...]:
    return COMPARED["labels" if scores.confusion is None else "classes"]


def _told(scores: Scores) -> str:
    figures = ((name, scores.metrics[name]) for name in _compared(scores))
    return ", ".join(
        f"{TITLES[name]} {_share(one.value)} ({_share(one.low)} to {_share(one.high)})"
        for name, one in figures
    )


def _share(value: float) -> str:
    return f"{100 * value:.2f}%"
