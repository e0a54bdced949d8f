"""Routes of the course: its index, and a lesson at any values of its parameters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from svertka.errors import UsageError
from svertka.lessons.course import Course, beside
from svertka.lessons.registry import find
from svertka.serve.studio import Here

router = APIRouter(prefix="/api")

_MOST_SIGNS = 200  # of a parameter's value


@router.get("/lessons")
def lessons() -> dict[str, Any]:
    """The index of the course."""
    return _index()


@router.get("/lessons/{name}")
async def lesson(name: str, request: Request, here: Here) -> dict[str, Any]:
    """A lesson with the state that the query asks for, such as ``?stride=2``; else its first."""
    asked = dict(request.query_params)
    if any(len(value) > _MOST_SIGNS for value in asked.values()):
        raise UsageError(f"A value is longer than {_MOST_SIGNS} signs. Expected one of the lesson.")
    wanted = find(name).with_values(asked)

    def payload() -> dict[str, Any]:
        states = {wanted.key(wanted.values): wanted.state(wanted.values)}
        return wanted.payload(states)

    async with here.lesson.taken():
        made = await run_in_threadpool(payload)
    return {**made, "course": beside(wanted.name, "#/course", "#/lesson/{}")}


@lru_cache(maxsize=1)
def _index() -> dict[str, Any]:
    index = Course().to_dict()
    for one in index["lessons"]:
        one["href"] = f"#/lesson/{one['name']}"
    return index
