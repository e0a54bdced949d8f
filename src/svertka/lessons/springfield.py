"""Springfield: a contest from a folder of pictures to a file of answers, and its points.

After the homework of the lecture on architectures (lecture 001): tell the people of Springfield
apart; the mark follows from the F1 that the contest shows.
"""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svertka.errors import UsageError
from svertka.lessons.lesson import (
    Both,
    Choice,
    Code,
    Expect,
    Lesson,
    Notice,
    Outcome,
    Text,
    Truth,
    View,
)
from svertka.lessons.views import Line, Lines, Table
from svertka.lessons.words import number
from svertka.records import Record

FOLDER, RUN = "journey-springfield", "runs/springfield"
BEST, WORST = 0.97, 0.83  # of F1: 15 points and 1 point
LANGS = ("en", "ru")

_TEXT = {
    "en": (
        "Springfield: a contest, from a folder to points",
        "Pictures of one folder per class are learned; those of a test folder have no labels, and "
        "a sample submission says in which form the answers are wanted.",
        "1. Check the pictures and train in folds: every picture is answered by a network that has "
        "not seen it, and near-duplicates (neighbouring frames of a film) stay in one fold.",
        "2. Answer for the test pictures in the sample's form; the score to be expected is told.",
        "Points: F1 of {best} is 15, each hundredth less takes one away, {worst} is 1, less is 0.",
        "F1 here is the mean over classes; where a contest counts over all pictures, it is the "
        "accuracy. A contest's pictures may differ from yours: a forecast then promises too much.",
        "F1 {f1}: points {points} of 15",
        "by {n} pictures that the networks had not seen; 95% interval {low} to {high}, points "
        "{least} to {most}",
    ),
    "ru": (
        "Спрингфилд: соревнование, от папки до баллов",
        "Картинки для обучения лежат в папках по классам; у тестовых меток нет, а образец ответа "
        "показывает, в каком виде они нужны.",
        "1. Проверить картинки и обучить сети по частям: на каждую картинку отвечает сеть, которая "
        "её не видела, а почти одинаковые картинки (соседние кадры) лежат в одной части.",
        "2. Ответить на тестовые картинки в виде образца; ожидаемая оценка будет названа.",
        "Баллы: за F1 {best} — 15, каждая сотая меньше отнимает балл, за {worst} — 1, ниже — 0.",
        "F1 здесь — среднее по классам; если соревнование считает по всем картинкам сразу, это "
        "доля верных ответов. Картинки соревнования могут отличаться от ваших: тогда прогноз "
        "обещает слишком много.",
        "F1 {f1}: баллов {points} из 15",
        "по картинкам, которых сети не видели (их {n}); 95-процентный интервал от {low} до {high}, "
        "баллов от {least} до {most}",
    ),
}


def points(f1: float) -> int:
    """The lecture's points for an F1: 15 from 0.97 on, one less for each hundredth, 1 at 0.83.

    >>> points(0.97), points(0.969), points(0.84), points(0.83), points(0.8299)
    (15, 14, 2, 1, 0)
    """
    if not (math.isfinite(f1) and 0 <= f1 <= 1):
        raise UsageError(f"F1 is {f1}. Expected a number from 0 to 1, such as 0.95.")
    hundredths = math.floor(round(100 * f1, 6))  # 0.83 * 100 is a little less than 83
    return max(0, min(15, hundredths - round(100 * WORST) + 1))


@dataclass(frozen=True)
class Springfield(Record):
    """The lesson in the language ``lang``: its commands for ``data``, and the points of an F1.

    ``f1`` is (value, low, high), ``n`` the pictures that it was measured on; both may be unknown.
    """

    lang: str
    data: str = FOLDER
    run: str = RUN
    f1: tuple[float, float, float] | None = None
    n: int = 0

    @property
    def commands(self) -> list[str]:
        """The way, one command a line."""
        from svertka.data.assemble import TEST
        from svertka.data.names import part_within

        folder = Path(self.data)
        inner = [one.name for one in sorted(folder.glob("*")) if one.is_dir()]
        test = next((name for name in inner if part_within(name) == TEST), "testset")
        samples = sorted(folder.glob("*[sS]ample*.csv")) or [folder / "sample_submission.csv"]
        said = [shlex.quote(str(path)) for path in (folder, folder / test, samples[0], self.run)]
        return [
            f"svertka check {said[0]}",
            f"svertka train {said[0]} --folds 5 --metric f1_macro --out {said[3]}",
            f"svertka predict {said[3]} {said[1]} --sample {said[2]} --csv submission.csv",
            f"svertka lesson springfield {said[3]}" + (" --lang ru" if self.lang == "ru" else ""),
        ]

    def to_dict(self) -> dict[str, Any]:
        """The lesson as plain JSON types."""
        value = None if self.f1 is None else self.f1[0]
        return {
            "kind": "lesson",
            "name": "springfield",
            "lang": self.lang,
            "text": [
                line.format(best=self._said(BEST, ".2"), worst=self._said(WORST, ".2"))
                for line in _TEXT[self.lang][:6]
            ],
            "commands": self.commands,
            "f1": None if self.f1 is None else dict(zip(_KEYS, self.f1, strict=True)),
            "points": None if value is None else points(value),
            "n": self.n,
        }

    def __str__(self) -> str:
        said = self.to_dict()
        title, what, first, second, table, caution = said["text"]
        one, two, three, four = (f"     {command}" for command in said["commands"])
        lines = [title, "", what, "", first, one, two, second, three, four, "", table, caution]
        if self.f1 is not None:
            value, low, high = self.f1
            head, tail = _TEXT[self.lang][6:]
            lines += ["", head.format(f1=self._said(value), points=points(value))]
            if self.n:
                ends = {"least": points(low), "most": points(high)}
                span = {"low": self._said(low), "high": self._said(high)}
                lines.append(tail.format(n=self._said(self.n, ""), **span, **ends))
        return "\n".join(lines)

    def _said(self, value: float, form: str = ".4") -> str:
        return number(value, self.lang, form)


_KEYS = ("value", "low", "high")


def springfield(
    place: str | Path | None = None, *, f1: float | None = None, lang: str = "en"
) -> Springfield:
    """The lesson for a folder of data, for a run or folds, or for an ``f1`` that is known.

    >>> print(springfield(f1=0.95).to_dict()["points"])
    13
    """
    if lang not in LANGS:
        raise UsageError(f"lang is {lang!r}. Expected one of: {', '.join(LANGS)}.")
    path = Path(place or FOLDER)
    if place is not None and not path.is_dir():
        raise UsageError(
            f"{path} is no folder. Expected the contest's (train/ with a folder for each class, "
            "testset/, sample_submission.csv), or the run that was trained on it."
        )
    if f1 is not None:
        points(f1)
        return Springfield(lang, str(path), f1=(f1, f1, f1))
    if not ((path / "folds.json").is_file() or (path / "run.json").is_file()):
        return Springfield(lang, str(path))
    from svertka import Folds, Run

    trained = Folds.open(path) if (path / "folds.json").is_file() else Run.open(path)
    scores = trained.scores
    if scores is None:
        raise UsageError(f"{path} has no scores yet. Finish it: svertka resume {path}")
    figure = scores.metrics["f1_macro"]
    first = trained.runs[0] if isinstance(trained, Folds) else trained
    data = Path(first.card.data.source)
    root = data.parent if data.name == "train" else data
    if root.is_relative_to(Path.cwd()):
        root = root.relative_to(Path.cwd())
    value = (figure.value, figure.low, figure.high)
    return Springfield(lang, str(root), str(path), f1=value, n=scores.n)


def experiment(f1: float = 0.95) -> Outcome:
    steps = [round(0.80 + 0.01 * i, 2) for i in range(21)]
    worth = [points(step) for step in steps]
    lines = ((line, points(line)) for line in (BEST, 0.96, 0.95, 0.9, 0.85, WORST, 0.82))
    return Outcome(
        numbers={
            "f1": f1,
            "points": points(f1),
            "best": points(BEST),
            "worst": points(WORST),
            "below": points(WORST - 0.001),
        },
        views={
            "points": Lines(
                steps,
                [Line(_POINTS, worth)],
                x_title=Both("F1, mean over classes", "F1-мера, среднее по классам"),
                y_title=_POINTS,
            ),
            "table": Table(columns=("F1", _POINTS), rows=[*lines], forms=(".2", "")),
        },
    )


_POINTS = Both("points", "баллы")
_STEPS = Both(
    "- `svertka check journey-springfield`: what is wrong with the pictures, before any training.\n"
    "- `svertka train journey-springfield --folds 5 --metric f1_macro --out runs/springfield`: "
    "every picture is answered by a network that has not seen it; neighbouring frames of a film "
    "stay in one fold.\n"
    "- `svertka predict runs/springfield journey-springfield/testset --sample "
    "journey-springfield/sample_submission.csv --csv submission.csv`: the answers in the form that "
    "the contest wants.\n"
    "- `svertka lesson springfield runs/springfield`: the F1 to be expected, and its points.",
    "- `svertka check journey-springfield`: что не так с картинками, ещё до обучения.\n"
    "- `svertka train journey-springfield --folds 5 --metric f1_macro --out runs/springfield`: на "
    "каждую картинку отвечает сеть, которая её не видела; соседние кадры лежат в одной части.\n"
    "- `svertka predict runs/springfield journey-springfield/testset --sample "
    "journey-springfield/sample_submission.csv --csv submission.csv`: ответы в том виде, в каком "
    "их ждёт соревнование.\n"
    "- `svertka lesson springfield runs/springfield --lang ru`: ожидаемая F1-мера и баллы за неё.",
)

LESSON = Lesson(
    name="springfield",
    lectures=("001",),
    minutes=6,
    title=Both("Springfield: from a folder to points", "Спрингфилд: от папки до баллов"),
    question=Both(
        "How many points is your network worth?",
        "Сколько баллов заработает ваша сеть?",
    ),
    parameters=(
        Choice(
            "f1",
            Both("F1 of the contest", "F1-мера в соревновании"),
            values=(0.8, 0.83, 0.86, 0.9, 0.93, 0.95, 0.97),
            default=0.95,
            free=(0, 1),
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "The homework of the lecture is a contest: tell the people of Springfield apart. "
                "Pictures of one folder a person are learned; those of a test folder have no "
                "labels, and a sample file shows in which form the answers are wanted. Any folder "
                "of this layout will do.",
                "Домашнее задание лекции — соревнование: научить сеть различать жителей "
                "Спрингфилда. Картинки для обучения лежат в папках, по папке на жителя; у тестовых "
                "меток нет, а образец показывает, в каком виде нужны ответы. Подойдёт любая папка "
                "с таким устройством.",
            )
        ),
        Text(_STEPS),
        View("points", Both("An F1 of {f1} is worth: {points}", "Баллы за F1-меру {f1}: {points}")),
        View("table"),
        Code((points,)),
        Notice(
            Both(
                "An F1 measured on pictures that the network has learned promises too much. "
                "Believe only the folds: there every picture was answered by a network that had "
                "not seen it.",
                "F1-мера на картинках, которые сеть учила, обещает слишком много. Верьте только "
                "обучению по частям: там на каждую картинку отвечала сеть, которая её не видела.",
            )
        ),
        Truth(
            Both(
                "F1 here is the mean over classes. A contest that counts over all pictures at once "
                "shows the accuracy instead, and people with few pictures weigh less in it.",
                "F1-мера здесь — среднее по классам. Если соревнование считает по всем картинкам "
                "сразу, оно показывает долю верных ответов, и жители, у которых мало картинок, "
                "весят в ней меньше.",
            ),
            source="scikit-learn, f1_score",
        ),
    ),
    expected=(
        Expect("best", 15, Both("points of an F1 of 0.97", "баллов за F1-меру 0,97")),
        Expect("worst", 1, Both("points of an F1 of 0.83", "баллов за F1-меру 0,83")),
        Expect("below", 0, Both("points below it", "баллов, если она ниже")),
    ),
)
