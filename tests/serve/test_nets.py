"""The network screen's routes: figures that are published, errors that point."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from svertka.serve.app import create_app


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(tmp_path_factory.mktemp("runs"))) as client:
        yield client


def asked(studio: TestClient, **body: Any) -> Any:
    return studio.post("/api/net", json=body)


def test_a_name_or_a_text_gives_its_plan(studio: TestClient) -> None:
    plan = asked(studio, text="resnet18").json()
    assert (plan["kind"], plan["parameters"]) == ("net", 11_689_512)
    lecture = asked(studio, text="conv10k5p2", input=[3, 32, 32]).json()
    assert (lecture["parameters"], lecture["output"]) == (760, [10, 32, 32])
    assert lecture["layers"][0]["receptive_field"] == [5, 5]


def test_free_names_classes_and_strides(studio: TestClient) -> None:
    text = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"
    plan = asked(studio, text=text, values={"N": 2, "M": 3, "K": 1}, classes=7).json()
    assert plan["classes"] == 7
    assert sum(layer["kind"] == "conv" for layer in plan["layers"]) == 6
    assert asked(studio, text="conv4k3s3p0", input=[1, 7, 7]).status_code == 200
    told = asked(studio, text="conv4k3s3p0", input=[1, 7, 7], strict=True)
    assert told.status_code == 422
    assert "2.33" in told.json()["error"]


@pytest.mark.parametrize(
    ("text", "line", "column", "start", "end"),
    [
        ("conv32-relux-fc10", 1, 8, 7, 12),
        ("input 1x7x7\nconv8k9p0-fc10", 2, 1, 12, 21),
        ("conv8-", 1, 6, 5, 6),
    ],
)
def test_an_error_points(
    studio: TestClient, text: str, line: int, column: int, start: int, end: int
) -> None:
    answer = asked(studio, text=text)
    told = answer.json()
    assert (answer.status_code, told["code"], told["text"]) == (422, "net-text", text)
    assert (told["line"], told["column"], told["start"], told["end"]) == (line, column, start, end)
    assert told["said"]
    assert told["error"].startswith(told["said"])
    source = studio.post("/api/net/source", json={"text": text})
    assert (source.status_code, source.json()) == (422, told)


def test_a_remedy_stands_alone(studio: TestClient) -> None:
    told = asked(studio, text="conv8k9p0", input=[1, 7, 7]).json()
    assert told["said"].startswith("a 9x9 filter does not fit a 7x7 input")
    assert told["remedy"] == "Use k7 or smaller, or p1 or more."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "resnet17"}, 404),
        ({"text": ""}, 422),
        ({"text": "x" * 20_001}, 422),
        ({"text": "conv8", "input": []}, 422),
        ({"text": "conv8", "input": [1, 0, 3]}, 422),
        ({"text": "conv8", "classes": 0}, 422),
        ({"text": "conv8", "clases": 3}, 422),
        ({"text": "conv8*9999999"}, 422),
        ({}, 422),
    ],
)
def test_what_is_no_network_is_refused(
    studio: TestClient, body: dict[str, Any], status: int
) -> None:
    answer = asked(studio, **body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_source_runs_without_svertka(studio: TestClient) -> None:
    found = studio.post("/api/net/source", json={"text": "lenet5", "as": "pytorch"}).json()
    names: dict[str, Any] = {}
    exec(compile(found["source"], "net", "exec"), names)  # noqa: S102
    made = [value for value in names.values() if isinstance(value, type) and "nn" in names]
    (net,) = [one for one in made if issubclass(one, names["nn"].Module)]
    assert sum(p.numel() for p in net().parameters()) == 61_706
    for form in ("keras", "mermaid", "svg", "dot"):
        assert studio.post("/api/net/source", json={"text": "lenet5", "as": form}).json()["source"]
    unknown = studio.post("/api/net/source", json={"text": "lenet5", "as": "caffe"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-name")


def test_the_catalogue(studio: TestClient) -> None:
    rows = {row["name"]: row for row in studio.get("/api/nets").json()["nets"]}
    assert rows["vgg16"]["parameters"] == 138_357_544
    assert rows["resnet34"]["year"] == 2015
    for name in ("lenet5", "densenet121"):
        text = studio.get(f"/api/nets/{name}").json()["text"]
        assert asked(studio, text=text).json()["parameters"] == rows[name]["parameters"]
    assert studio.get("/api/nets/resnet17").status_code == 404


def test_typing_is_answered_at_once(studio: TestClient, tmp_path: Path) -> None:
    """Each text is new, so that nothing is remembered: the median is within 50 ms."""
    text = studio.get("/api/nets/resnet18").json()["text"]
    taken = []
    for number in range(15):
        begun = time.perf_counter()
        assert asked(studio, text=f"{text}\n# {number}").status_code == 200
        taken.append(time.perf_counter() - begun)
    assert sorted(taken)[7] < 0.05
