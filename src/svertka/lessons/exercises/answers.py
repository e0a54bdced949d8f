"""Marks of a file of answers: what is right, and of what is not the mistake where it is known."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svertka.errors import DataError, UnknownName
from svertka.lessons.exercises.exercise import Answer, Exercise, Mistake, Stage
from svertka.lessons.exercises.kinds import KINDS, TITLES, exercise
from svertka.lessons.exercises.mistakes import CARRIED_ON
from svertka.lessons.exercises.sheet import FIXED, MOST_SEED
from svertka.lessons.exercises.table import Row, read_table, whole
from svertka.lessons.text import LETTERS
from svertka.lessons.views import plain
from svertka.lessons.words import Both, number, say
from svertka.records import Record
from svertka.store.atomic import utf8, write_atomic

_MOST_VARIANT = 10_000
Readings = list[Answer]


@dataclass(frozen=True)
class Mark:
    """One answer: what was given, whether it is right, the mistake where it is a known one."""

    task: str
    stage: str
    given: str
    right: bool
    answer: Answer
    place: int  # of the stage in its task, from 0
    mistake: str = ""
    words: Both | None = None


@dataclass(frozen=True)
class Marks(Record):
    """The marks of everybody in the file, in its order."""

    students: tuple[tuple[str, int, tuple[Mark, ...]], ...]
    lang: str

    def to_dict(self) -> dict[str, Any]:
        """Every mark as plain JSON types."""
        return {
            "kind": "marks",
            "students": [
                {
                    "name": name,
                    "variant": variant,
                    "right": sum(mark.right for mark in marks),
                    "of": len(marks),
                    "answers": [
                        {
                            "task": mark.task,
                            "stage": mark.stage,
                            "given": mark.given,
                            "right": mark.right,
                            "answer": plain(mark.answer),
                            "mistake": mark.mistake,
                            "text": mark.words.to_dict() if mark.words else None,
                        }
                        for mark in marks
                    ],
                }
                for name, variant, marks in self.students
            ],
            "mistakes": dict(self.mistakes()),
        }

    def mistakes(self) -> list[tuple[str, int]]:
        """The named mistakes, the most common first."""
        return Counter(mark.mistake for mark in self._named()).most_common()

    def _named(self) -> Iterator[Mark]:
        return (mark for _, _, marks in self.students for mark in marks if mark.mistake)

    def save_csv(self, path: str | Path) -> None:
        """Write one row an answer; raises ``StoreError``."""
        rows = io.StringIO()
        writer = csv.writer(rows, lineterminator="\r\n")
        writer.writerow(["variant", "name", "task", "stage", "given", "right", "answer", "mistake"])
        for name, variant, marks in self.students:
            for mark in marks:
                said = say(mark.words, self.lang)
                cells = [mark.given, int(mark.right), number(plain(mark.answer), "en"), said]
                row = [variant, name, mark.task, mark.stage, *cells]
                writer.writerow([_guarded(cell) for cell in row])
        write_atomic(Path(path), utf8("\ufeff" + rows.getvalue()))

    def __str__(self) -> str:
        no, right, variant = _SAID[self.lang]
        lines = []
        for name, which, marks in self.students:
            good = sum(mark.right for mark in marks)
            lines.append(f"{name or NONE}, {variant} {which}: {good} / {len(marks)} {right}")
            for mark in marks:
                if not mark.right:
                    letter = LETTERS[self.lang][mark.place]
                    title = f"{say(TITLES[mark.task], self.lang)}, {letter})"
                    given = mark.given or no
                    answer = number(plain(mark.answer), self.lang)
                    lines.append(f"  {title}: {given} ≠ {answer}. {say(mark.words, self.lang)}")
        words = {mark.mistake: mark.words for mark in self._named()}
        lines += ["", *(f"{n} × {say(words[kind], self.lang)}" for kind, n in self.mistakes())]
        return "\n".join(lines).rstrip()


NONE = "—"
_SAID = {"en": ("no answer", "right", "variant"), "ru": ("нет ответа", "верно", "вариант")}


def _guarded(cell: Any) -> Any:
    """A spreadsheet must not run a student's name or answer as a formula; numbers stay."""
    formula = isinstance(cell, str) and re.match(r"[=@\t\r]|[+-](?![\d.])", cell)
    return f"'{cell}" if formula else cell


def read_answer(text: str) -> Answer | None:
    """What a student wrote: a number, numbers in a row, or rows apart by a slash or a line.

    >>> read_answer("1 −2 / 3 1"), read_answer("2,5"), read_answer("32x32"), read_answer("two")
    ([[1.0, -2.0], [3.0, 1.0]], 2.5, [32.0, 32.0], None)
    """
    text = text.replace("−", "-").replace("–", "-").replace(",", ".")
    rows = [re.split(r"[\s;×xхXХ]+", row.strip()) for row in re.split(r"[\n/]+", text.strip())]
    try:
        found = [[float(one) for one in row if one] for row in rows if any(row)]
    except ValueError:
        return None
    if not found or any(abs(value) > 1e15 or value != value for row in found for value in row):
        return None
    if len(found) > 1:
        return found
    return found[0] if len(found[0]) > 1 else found[0][0]


def _readings(text: str) -> list[Answer | None]:
    """What an answer may mean: 1 000 and 1,000 are a thousand, too."""
    grouped = re.fullmatch(r"[-−]?\d{1,3}([ \u00a0\u202f,]\d{3})+", text)
    joined = [read_answer(re.sub(r"[ \u00a0\u202f,]", "", text))] if grouped else []
    return [*joined, read_answer(text)]


def check_answers(path: str | Path, lang: str = "en") -> Marks:
    """Mark a file of answers by its seeds and variants; raises ``DataError`` naming the line."""
    path = Path(path)
    header, rows = read_table(path)
    asked = _asked(path, header)
    students = []
    for line, row in rows:
        seed = whole(path, line, "seed", row.get("seed", "0"), MOST_SEED)
        variant = whole(path, line, "variant", row["variant"], _MOST_VARIANT)
        tasks = {kind: exercise(kind, variant, seed) for kind in asked}
        marks = tuple(_marks(tasks, asked, row))
        if any(mark.given for mark in marks):
            students.append((row.get("name", ""), variant, marks))
    if not students:
        raise DataError(f"{path} has no answers: every row is empty. Type them in below the names.")
    return Marks(tuple(students), lang)


def _marks(tasks: dict[str, Exercise], asked: dict[str, list[str]], row: Row) -> Iterator[Mark]:
    for kind, names in asked.items():
        before: Readings | None = None  # of the stage before, where it was wrong
        for place, stage in enumerate(tasks[kind].stages):
            if stage.name not in names:
                before = None
                continue
            given = row.get(f"{kind}.{stage.name}", "").strip()
            readings = [answer for answer in _readings(given) if answer is not None]
            right = any(plain(answer) == plain(stage.answer) for answer in readings)
            mistake = None if right else _named(stage, readings, before or [])
            named = (mistake.kind, mistake.words) if mistake else ("", None)
            yield Mark(kind, stage.name, given, right, stage.answer, place, *named)
            before = None if right else readings


def _named(stage: Stage, readings: Readings, before: Readings) -> Mistake | None:
    """The mistake of an answer: that of the stage before, carried on, or one of its own."""
    found = [plain(one) for one in readings]
    for earlier in before:
        carried = stage.carried(earlier)
        if carried is not None and plain(carried) in found:
            return Mistake("carried-on", carried, CARRIED_ON)
    return next(filter(None, map(stage.mistake, readings)), None)


def _asked(path: Path, header: list[str]) -> dict[str, list[str]]:
    """The stages of each task that the file has columns for."""
    if "variant" not in header:
        raise DataError(
            f"{path} has no column 'variant'. Its columns are {', '.join(header[:9])}. Expected "
            "the file that `svertka homework --csv` writes."
        )
    asked: dict[str, list[str]] = {}
    for column in header:
        if column in FIXED or not column:
            continue
        kind, _, stage = column.partition(".")
        known = {f"{k}.{s.name}": s for k in KINDS for v in (0, 1) for s in exercise(k, v).stages}
        if column not in known:
            raise UnknownName("column of answers", column, known)
        asked.setdefault(kind, []).append(stage)
    if not asked:
        raise DataError(f"{path} has no column of answers, such as convolution.map.")
    return asked
