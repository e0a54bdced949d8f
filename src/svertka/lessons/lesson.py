"""A lesson: a question, text in two languages, an experiment that runs, and what must come out."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from svertka.errors import UnknownName, UsageError
from svertka.lessons import stored as on_disk
from svertka.lessons.parameters import Choice
from svertka.lessons.source import shown_source
from svertka.lessons.views import Outcome, plain
from svertka.lessons.words import LANGS, Both, Words, plain_words
from svertka.page import render
from svertka.records import Record
from svertka.runtime import one_thread
from svertka.store.atomic import utf8, write_atomic
from svertka.version import __version__

__all__ = [
    "Both",
    "Choice",
    "Code",
    "Expect",
    "Expected",
    "Lesson",
    "Notice",
    "Outcome",
    "Text",
    "Truth",
    "View",
]

FORMAT = 1
State = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """Paragraphs of a lesson."""

    words: Both

    def to_dict(self) -> dict[str, Any]:
        """The text in both languages."""
        return {"type": "text", "text": self.words.to_dict()}


@dataclass(frozen=True)
class Notice(Text):
    """What the reader should see in the views around it."""

    def to_dict(self) -> dict[str, Any]:
        """The text in both languages."""
        return {**super().to_dict(), "type": "notice"}


@dataclass(frozen=True)
class Truth(Text):
    """Where the lecture simplifies: what is exactly so, and who says it."""

    source: Words = ""

    def to_dict(self) -> dict[str, Any]:
        """The text in both languages, and its source."""
        return {**super().to_dict(), "type": "truth", "source": plain_words(self.source)}


@dataclass(frozen=True)
class Code:
    """The source of the experiment, or of these functions."""

    functions: Sequence[Callable[..., Any]] = ()

    def to_dict(self) -> dict[str, Any]:
        """The source."""
        return {"type": "code", "code": shown_source(*self.functions)}


@dataclass(frozen=True)
class View:
    """The view of this name in the experiment's outcome, and what to say below it."""

    name: str
    caption: Words | None = None

    def to_dict(self) -> dict[str, Any]:
        """The name; the states hold the numbers."""
        return {"type": "view", "view": self.name, "caption": plain_words(self.caption)}


@dataclass(frozen=True)
class Expected:
    """The place of the expected numbers; without it they stand at the end."""

    def to_dict(self) -> dict[str, Any]:
        """Only a place."""
        return {"type": "expected"}


@dataclass(frozen=True)
class Expect:
    """A number of the outcome that must come out.

    ``value`` is a number, a truth or rows of numbers; ``tolerance`` the largest difference; ``at``
    the values of those parameters that the number follows: it holds whatever the others are.
    """

    name: str
    value: Any
    words: Both
    tolerance: float = 1e-9
    form: str = ""
    at: Mapping[str, Any] = field(default_factory=dict)


Part = Text | Code | View | Expected


@dataclass(frozen=True, kw_only=True)
class Lesson(Record):
    """One experiment of the lectures; `svertka.lesson` gives it with values of its parameters.

    ``experiment`` takes the parameters by name and returns an `Outcome`; its source is shown.
    ``stored``: it takes minutes, and its outcome lies in the package. ``small``: its nets are so
    small that one thread is quicker.
    """

    name: str
    lectures: Sequence[str]
    minutes: int
    title: Both
    question: Both
    experiment: Callable[..., Outcome]
    parameters: Sequence[Choice] = ()
    body: Sequence[Part] = ()
    expected: Sequence[Expect] = ()
    stored: bool = False
    small: bool = False
    again: bool = False
    lang: str = "en"
    chosen: Mapping[str, Any] = field(default_factory=dict)

    def at(self, lang: str = "en", *, again: bool = False, **parameters: Any) -> Lesson:
        """The lesson in a language, at these values; ``again`` computes what is stored anew."""
        if lang not in LANGS:
            raise UsageError(f"lang is {lang!r}. Expected one of: {', '.join(LANGS)}.")
        return replace(self, lang=lang, again=again).with_values(parameters)

    def with_values(self, parameters: Mapping[str, Any]) -> Lesson:
        """The lesson at these values; raises ``UsageError`` with the names or values there are."""
        known = {one.name: one for one in self.parameters}
        for name in parameters:
            if name not in known:
                raise UnknownName(f"parameter of {self.name}", name, known)
        chosen = {name: known[name].taken(value) for name, value in parameters.items()}
        return replace(self, chosen={**self.chosen, **chosen})

    @property
    def values(self) -> dict[str, Any]:
        """Every parameter's value."""
        return {one.name: self.chosen.get(one.name, one.default) for one in self.parameters}

    def state(self, values: Mapping[str, Any]) -> State:
        """The outcome at these values as plain JSON: ``numbers`` and ``views``."""
        if self.stored and not self.again:
            return on_disk.state(self.name, self.key(values))
        with one_thread() if self.small else nullcontext():
            return _computed(self.experiment, tuple(values.items()))

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers at the chosen values.

        >>> import svertka
        >>> svertka.lesson("pooling").numbers["output"]
        [[6, 8], [3, 4]]
        """
        return dict(self.state(self.values)["numbers"])

    def key(self, values: Mapping[str, Any]) -> str:
        """The name of a state in the JSON: the values' keys, in order."""
        return ",".join(one.key(values[one.name]) for one in self.parameters)

    def every(self) -> Iterator[dict[str, Any]]:
        """The values of every state of the page: all together, but those that stand apart alone."""
        start = {one.name: one.default for one in self.parameters}
        groups = [[one] for one in self.parameters if one.apart]
        groups.insert(0, [one for one in self.parameters if not one.apart])
        seen = set()
        for group in groups:
            for values in itertools.product(*(one.values for one in group)):
                state = {**start, **dict(zip((one.name for one in group), values, strict=True))}
                if self.key(state) not in seen:
                    seen.add(self.key(state))
                    yield state

    def to_dict(self) -> dict[str, Any]:
        """The lesson with all its states, as plain JSON types."""
        states = {self.key(values): self.state(values) for values in self.every()}
        states[self.key(self.values)] = self.state(self.values)
        return self.payload(states)

    def payload(self, states: Mapping[str, State]) -> dict[str, Any]:
        """The lesson with these of its states: all of them in a file, one in the studio."""
        head = {"kind": "lesson", "format": FORMAT, "svertka": __version__, "name": self.name}
        return {
            **head,
            "lang": begins_in(self.lang),
            **self.summary(),
            "parameters": [one.to_dict() for one in self.parameters],
            "body": [self._part(one) for one in self.body],
            "expected": [self._expected(one) for one in self.expected],
            "start": {one.name: one.key(self.values[one.name]) for one in self.parameters},
            "states": dict(states),
            "stored": on_disk.origin(self.name) if self.stored and not self.again else None,
        }

    def summary(self) -> dict[str, Any]:
        """What a list of lessons says of it."""
        return {
            "lectures": list(self.lectures),
            "minutes": self.minutes,
            "title": self.title.to_dict(),
            "question": self.question.to_dict(),
        }

    def found(self, expect: Expect) -> Any:
        """The number that this expectation is about, as the experiment found it where it holds."""
        start = {one.name: one.default for one in self.parameters}
        return self.state({**start, **expect.at})["numbers"][expect.name]

    def holds(self, expect: Expect) -> bool:
        """Whether what was expected has come out."""
        return agree(expect.value, self.found(expect), expect.tolerance)

    def _part(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Code) and not part.functions:
            part = Code((self.experiment,))
        return part.to_dict()

    def _moving(self, expect: Expect) -> list[Choice]:
        return [one for one in self.parameters if one.name in expect.at]

    def _expected(self, expect: Expect) -> dict[str, Any]:
        return {
            "name": expect.name,
            "value": plain(expect.value),
            "tolerance": expect.tolerance,
            "form": expect.form,
            "at": {one.name: one.key(expect.at[one.name]) for one in self._moving(expect)},
            "text": expect.words.to_dict(),
        }

    def save_html(self, path: str | Path) -> None:
        """Write the lesson as one page that opens from disk; raises ``StoreError``."""
        write_atomic(Path(path), utf8(render(self.to_dict())))

    def __str__(self) -> str:
        return self.fitted(None)

    def fitted(self, width: int | None) -> str:
        """The lesson as text, its paragraphs in lines of at most ``width``, and never very long."""
        from svertka.lessons.text import WIDTH, lesson_text

        return lesson_text(self, min(width or WIDTH, WIDTH))


def begins_in(lang: str) -> str | None:
    """The language in which a page begins; English, which nobody asked for, is the reader's own."""
    return None if lang == "en" else lang


def agree(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two numbers, or rows of numbers of one shape, differ by at most ``tolerance``.

    >>> agree([[6, 8], [3, 4]], [[6.0, 8.0], [3.0, 4.0]], 0), agree([1, 2], [1], 9)
    (True, False)
    """
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(agree(a, b, tolerance) for a, b in pairs)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= tolerance
    return bool(one == other)


@lru_cache(maxsize=256)
def _computed(experiment: Callable[..., Outcome], values: tuple[tuple[str, Any], ...]) -> State:
    return experiment(**dict(values)).to_dict()
