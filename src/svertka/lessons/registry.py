"""The lessons by name: every file of this folder that holds a ``LESSON`` is one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from svertka.errors import UnknownName

if TYPE_CHECKING:
    from svertka.lessons.lesson import Lesson


@cache
def names() -> tuple[str, ...]:
    """The names of all lessons, sorted; no lesson is loaded.

    >>> "pooling" in names()
    True
    """
    found = [
        entry.name.removesuffix(".py").replace("_", "-")
        for entry in files("svertka.lessons").iterdir()
        if entry.name.endswith(".py") and "\nLESSON = " in entry.read_text(encoding="utf-8")
    ]
    return tuple(sorted(found))


def find(name: str) -> Lesson:
    """The lesson of this name, at its defaults; raises ``UnknownName`` with the nearest."""
    wanted = str(name).strip().lower().replace("_", "-")
    if wanted not in names():
        raise UnknownName("lesson", str(name)[:40], names(), "See: svertka lesson")
    found: Lesson = import_module(f"svertka.lessons.{wanted.replace('-', '_')}").LESSON
    return found


def lesson(name: str, *, lang: str = "en", again: bool = False, **parameters: Any) -> Lesson:
    """An experiment of the lectures, at these values of its parameters.

    ``lang`` (en, ru) is the language of its text in a terminal; ``again`` computes anew what is
    stored because it takes minutes. Raises ``UsageError`` with the names or values that exist.

    >>> lesson("pooling", way="average").numbers["output"]
    [[3.25, 5.25], [2.0, 2.0]]
    """
    return find(name).at(lang, again=again, **parameters)
