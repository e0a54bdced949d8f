"""Lessons as the generic tests meet them: the first state, each parameter moved, expectations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from svertka.lessons.lesson import Lesson
from svertka.lessons.registry import find


def tried(lesson: Lesson) -> Iterator[dict[str, Any]]:
    """The defaults, then each parameter's last value, and where a number is expected."""
    start = {one.name: one.default for one in lesson.parameters}
    yield start
    for one in lesson.parameters:
        if one.values[-1] != one.default:
            yield {**start, one.name: one.values[-1]}
    for expect in lesson.expected:
        yield {**start, **expect.at}


@cache
def payload(name: str) -> dict[str, Any]:
    """A lesson with these states alone; computed once in a process."""
    lesson = find(name)
    return lesson.payload({lesson.key(values): lesson.state(values) for values in tried(lesson)})
