"""The course: all lessons by lecture, and its pages in one folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svertka.errors import UsageError
from svertka.lessons.lesson import Lesson, begins_in
from svertka.lessons.registry import find, names
from svertka.lessons.words import LANGS, Both
from svertka.page import render
from svertka.records import Record
from svertka.store.atomic import make_folder, utf8, write_atomic
from svertka.version import __version__

LECTURES = {
    "000": Both("Why convolutional networks", "Зачем нужны свёрточные сети"),
    "001": Both("Architectures", "Архитектуры"),
    "002": Both("The basic operations", "Базовые операции"),
    "003": Both("Pictures of science", "Научные изображения"),
    "004": Both("Convolution, layer by layer", "Свёртка, слой за слоем"),
}

# In which order lessons are read inside a lecture; those that are not named follow by name.
ORDER = (
    *("imagenet-history", "pixels-and-gradients", "hog", "fully-connected", "three-faults"),
    *("perceptron", "adaline", "backpropagation-net", "neocognitron", "boltzmann", "lenet-1998"),
    *("backpropagation", "convolve", "sizes", "pooling", "one-by-one", "homework"),
    *("sobel", "learned-filters", "four-or-eight", "deeper", "receptive-field"),
    *("too-many-parameters", "as-a-matrix", "big-or-small-filters", "zoo"),
    *("vanishing-gradient", "skip-sizes", "add-or-concatenate", "fine-tuning"),
    *("how-deep-for-how-much-data", "springfield"),
)


@dataclass(frozen=True)
class Course(Record):
    """All lessons: ``str`` lists them by lecture in the language ``lang``."""

    lang: str = "en"

    def to_dict(self) -> dict[str, Any]:
        """The index as plain JSON types; ``href`` is the page beside it."""
        lessons = [
            {"name": one.name, **one.summary(), "href": f"{one.name}.html"} for one in in_order()
        ]
        return {
            "kind": "course",
            "format": 1,
            "svertka": __version__,
            "lang": begins_in(self.lang),
            "lectures": {key: words.to_dict() for key, words in LECTURES.items()},
            "lessons": lessons,
        }

    def __str__(self) -> str:
        return self.fitted(None)

    def fitted(self, width: int | None) -> str:
        """The list in lines of at most ``width``: where a title has no room, all stand below."""
        index = self.to_dict()
        titles = {one["name"]: one["title"][self.lang] for one in index["lessons"]}
        wide = max(map(len, titles))
        room = width is None or 4 + wide + max(map(len, titles.values())) <= width
        lines: list[str] = []
        for key, words in LECTURES.items():
            told = [
                f"  {name:{wide}}  {titles[name]}" if room else f"  {name}\n      {titles[name]}"
                for name in (one["name"] for one in index["lessons"] if one["lectures"][0] == key)
            ]
            lines += ["", f"{key}  {words.said(self.lang)}", *told] if told else []
        say = {"en": "One of them: svertka lesson NAME", "ru": "Один из них: svertka lesson ИМЯ"}
        return "\n".join([*lines[1:], "", say[self.lang]])


def in_order() -> list[Lesson]:
    """All lessons as the course reads them: by lecture, and inside it by what builds on what."""
    place = {name: i for i, name in enumerate(ORDER)}
    every = [find(name) for name in names()]
    return sorted(every, key=lambda one: (one.lectures[0], place.get(one.name, 99), one.name))


def course(lang: str = "en") -> Course:
    """The list of all lessons.

    >>> "pooling" in str(course())
    True
    """
    if lang not in LANGS:
        raise UsageError(f"lang is {lang!r}. Expected one of: {', '.join(LANGS)}.")
    return Course(lang)


def write_site(folder: str | Path, lang: str = "en") -> Iterator[Path]:
    """Write the course as pages that open from disk: ``index.html`` and one a lesson.

    Each is in both languages and begins in Russian with ``lang`` "ru", else in the reader's. Gives
    each file's path when it is written. Raises ``StoreError``, ``UsageError``.
    """
    index_page = course(lang)
    place = Path(folder)
    make_folder(place)
    index = place / "index.html"
    write_atomic(index, utf8(render(index_page.to_dict())))
    yield index
    for one in in_order():
        file = place / f"{one.name}.html"
        payload = one.at(lang).to_dict()
        write_atomic(file, utf8(render({**payload, "course": beside(one.name)})))
        yield file


def beside(name: str, index: str = "index.html", page: str = "{}.html") -> dict[str, Any]:
    """Where the course is, and what comes before and after a lesson."""
    lessons = in_order()
    at = [one.name for one in lessons].index(name)

    def link(place: int) -> dict[str, Any] | None:
        if not 0 <= place < len(lessons):
            return None
        return {"href": page.format(lessons[place].name), "title": lessons[place].title.to_dict()}

    return {"index": index, "before": link(at - 1), "next": link(at + 1)}
