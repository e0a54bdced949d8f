"""The course over HTTP: its index, lessons at any allowed value, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from svertka.lessons.registry import names
from svertka.serve.app import create_app


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(tmp_path_factory.mktemp("runs"))) as client:
        yield client


def test_the_index_leads_to_the_lessons(studio: TestClient) -> None:
    course = studio.get("/api/lessons").json()
    assert {one["href"] for one in course["lessons"]} == {f"#/lesson/{name}" for name in names()}


def test_a_lesson_comes_with_the_state_that_is_asked_for(studio: TestClient) -> None:
    lesson = studio.get("/api/lessons/pooling").json()
    assert list(lesson["states"]) == ["max,2"]
    lesson = studio.get("/api/lessons/pooling?way=average").json()
    assert lesson["start"] == {"way": "average", "kernel": "2"}
    assert lesson["states"]["average,2"]["numbers"]["output"] == [[3.25, 5.25], [2, 2]]
    assert lesson["course"]["index"] == "#/course"


def test_values_between_are_computed_within_their_range(studio: TestClient) -> None:
    lesson = studio.get("/api/lessons/homework?task=sizes&variant=123").json()
    assert lesson["states"]["sizes,123"]["views"]["task"]["stages"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("poolin", 404, "pooling"),
        ("..%2Fpooling", 404, ""),
        ("pooling?way=least", 422, "max, average"),
        ("pooling?again=1", 404, "no parameter"),
        ("pooling?lang=ru", 404, "no parameter"),
        ("homework?variant=10000", 422, "from 0 to 9999"),
        ("homework?variant=1e3", 422, "from 0 to 9999"),
        (f"pooling?way={'x' * 300}", 422, "longer than"),
    ],
)
def test_what_is_not_there_is_told(studio: TestClient, path: str, status: int, words: str) -> None:
    answer = studio.get(f"/api/lessons/{path}")
    assert answer.status_code == status
    assert words in answer.json()["error"]
