"""A task in stages: what is asked, what is right, and what each known mistake leads to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from svertka.lessons.views import Shown, plain
from svertka.lessons.words import Both, Words, plain_words

Answer = float | Sequence[Any]


@dataclass(frozen=True)
class Mistake:
    """An answer that a known mistake leads to; ``kind`` is its name in files."""

    kind: str
    value: Answer
    words: Both


@dataclass(frozen=True)
class Stage:
    """One answer of a task: a number, a row of numbers, or rows.

    Of two mistakes that lead to the same answer the first is named; one that leads to the right
    answer is none. ``after`` goes on from the answer to the stage before, right or not.
    """

    name: str
    prompt: Both
    answer: Answer
    hint: Both
    possible: Sequence[Mistake] = ()
    after: Callable[[Any], Answer] | None = field(default=None, compare=False, repr=False)

    @property
    def mistakes(self) -> list[Mistake]:
        """The mistakes that can be told apart."""
        told: dict[str, Mistake] = {}
        for one in self.possible:
            if plain(one.value) != plain(self.answer):
                told.setdefault(repr(plain(one.value)), one)
        return list(told.values())

    def mistake(self, answer: Answer) -> Mistake | None:
        """The mistake that this answer comes of, if it is a known one."""
        found = (one for one in self.mistakes if plain(one.value) == plain(answer))
        return next(found, None)

    def carried(self, before: Answer) -> Answer | None:
        """What the right way makes of an answer to the stage before; ``None`` of one that has
        another shape than it should."""
        if self.after is None:
            return None
        try:
            return self.after(before)
        except (TypeError, IndexError, ValueError, ArithmeticError):
            return None

    def to_dict(self) -> dict[str, Any]:
        """The stage as plain JSON types."""
        return {
            "name": self.name,
            "prompt": self.prompt.to_dict(),
            "answer": plain(self.answer),
            "form": "",
            "tolerance": 1e-6,
            "hint": self.hint.to_dict(),
            "mistakes": [
                {"kind": one.kind, "value": plain(one.value), "text": one.words.to_dict()}
                for one in self.mistakes
            ],
        }


@dataclass(frozen=True)
class Exercise(Shown):
    """A task: its text, the matrices given, perhaps the text of a network, and its stages."""

    kind: str
    task: Both
    stages: Sequence[Stage]
    given: Sequence[tuple[Words, Sequence[Sequence[float]]]] = ()
    code: str = ""

    def own(self) -> dict[str, Any]:
        """The task as plain JSON types."""
        return {
            "kind": self.kind,
            "task": self.task.to_dict(),
            "given": [
                {"name": plain_words(name), "values": plain(rows)} for name, rows in self.given
            ],
            "code": self.code,
            "stages": [stage.to_dict() for stage in self.stages],
        }
