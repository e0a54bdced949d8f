"""Homework for a class: as many variants as there are students, each the same for its seed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svertka.errors import UnknownName, UsageError
from svertka.lessons.exercises.exercise import Exercise
from svertka.lessons.exercises.kinds import KINDS, TITLES, exercise
from svertka.lessons.text import task_lines
from svertka.lessons.words import LANGS, say
from svertka.records import Record
from svertka.store.atomic import utf8, write_atomic

TASKS = ("convolution", "sizes", "parameters", "gradient")  # they fill a page
MOST_VARIANTS, MOST_SEED = 500, 10**9
FIXED = ("seed", "variant", "name")  # the first columns of the file of answers


@dataclass(frozen=True)
class Homework(Record):
    """Variants 1 to ``variants`` of the ``tasks``; ``str`` shows the first of them."""

    variants: int
    seed: int
    tasks: Sequence[str]
    lang: str

    def variant(self, which: int) -> list[Exercise]:
        """The tasks of one variant."""
        return [exercise(kind, which, self.seed) for kind in self.tasks]

    @property
    def columns(self) -> list[str]:
        """The columns of answers: task and stage."""
        return [f"{one.kind}.{stage.name}" for one in self.variant(1) for stage in one.stages]

    def to_dict(self) -> dict[str, Any]:
        """Every variant with its right answers, as plain JSON types."""
        return {
            "kind": "homework",
            "seed": self.seed,
            "tasks": list(self.tasks),
            "variants": [
                {"variant": which, "tasks": [one.to_dict() for one in self.variant(which)]}
                for which in range(1, self.variants + 1)
            ],
        }

    def save_template(self, path: str | Path) -> None:
        """Write the CSV into which answers are typed, a row a variant; raises ``UsageError``,
        ``StoreError``."""
        if Path(path).suffix.lower() != ".csv":
            raise UsageError(f"{path} is no name of a table. Expected one such as answers.csv.")
        rows = io.StringIO()
        writer = csv.writer(rows, lineterminator="\r\n")
        writer.writerow([*FIXED, *self.columns])
        for which in range(1, self.variants + 1):
            writer.writerow([self.seed, which, *[""] * (len(self.columns) + 1)])
        write_atomic(Path(path), utf8("\ufeff" + rows.getvalue()))  # spreadsheets see UTF-8

    def __str__(self) -> str:
        said = {
            "en": (
                f"Variants: {self.variants}, tasks in each: {len(self.tasks)}, seed {self.seed}. "
                "The first:",
                "As sheets with a separate key: --pdf sheet.pdf; for answers: --csv answers.csv",
            ),
            "ru": (
                f"Вариантов: {self.variants}, задач в каждом: {len(self.tasks)}, зерно "
                f"{self.seed}. Первый:",
                "Листы и отдельный ключ: --pdf sheet.pdf; таблица для ответов: --csv answers.csv",
            ),
        }[self.lang]
        lines = [said[0]]
        for place, one in enumerate(self.variant(1), 1):
            lines += ["", f"{place}. {say(TITLES[one.kind], self.lang)}"]
            lines += task_lines(one.to_dict(), self.lang)
        return "\n".join([*lines, "", said[1]])


def homework(
    variants: int = 1, *, seed: int = 0, tasks: Sequence[str] = TASKS, lang: str = "en"
) -> Homework:
    """Variants of homework; raises ``UsageError``.

    >>> homework(30, seed=7).variant(1) == homework(2, seed=7).variant(1)
    True
    """
    if not 1 <= variants <= MOST_VARIANTS:
        raise UsageError(f"variants is {variants}. Expected a number from 1 to {MOST_VARIANTS}.")
    if not 0 <= seed <= MOST_SEED:
        raise UsageError(f"seed is {seed}. Expected a number from 0 to {MOST_SEED:,}.")
    if lang not in LANGS:
        raise UsageError(f"lang is {lang!r}. Expected one of: {', '.join(LANGS)}.")
    if not tasks:
        raise UsageError(f"There are no tasks. Expected some of: {', '.join(KINDS)}.")
    for kind in tasks:
        if kind not in KINDS:
            raise UnknownName("task", kind, KINDS)
    return Homework(variants, seed, tuple(dict.fromkeys(tasks)), lang)
