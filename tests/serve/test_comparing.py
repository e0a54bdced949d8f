"""Comparisons over HTTP: begun, followed, stopped, continued; the result is the command's."""

from __future__ import annotations

import json
import time

import pytest
from starlette.testclient import TestClient

from svertka.serve.app import create_app
from svertka.workbench.comparison import Comparison

NETS = ["fc4-fc{classes}", "fc{classes}"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def client(place):
    with TestClient(create_app(place / "runs"), base_url="http://127.0.0.1") as client:
        yield client


def until(client, name, wanted, seconds=90):
    """Wait until a comparison stands as wanted; what was told then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        told = client.get(f"/api/comparisons/{name}").json()
        if wanted(told):
            return told
        time.sleep(0.2)
    raise AssertionError(f"after {seconds} s: {told}")


def test_a_comparison_is_begun_stopped_and_goes_on_to_its_result(client, place):
    wish = {"data": "digits", "nets": NETS, "epochs": 3, "seeds": 1}
    begun = client.post("/api/comparisons", json=wish)
    assert begun.status_code == 201
    name = begun.json()["name"]
    assert name == "compare-digits-1"
    assert [one["name"] for one in client.get("/api/comparisons").json()] == [name]

    told = until(client, name, lambda told: any(run["history"] for run in told["runs"]))
    assert told["state"] == "training"
    assert [run["net"] for run in told["runs"]] == NETS
    assert client.post(f"/api/comparisons/{name}/continue").status_code == 409
    assert client.get(f"/api/comparisons/{name}/report").status_code == 409
    assert client.get("/api/runs").json() == []  # its runs are its own

    assert client.post(f"/api/comparisons/{name}/stop").status_code == 202
    until(client, name, lambda told: told["state"] == "paused")
    assert client.post(f"/api/comparisons/{name}/continue").status_code == 202
    told = until(client, name, lambda told: told["state"] == "finished")
    assert told["done"] == told["runs_in_all"] == 2
    assert not (place / "runs" / name / "progress.json").exists()

    report = client.get(f"/api/comparisons/{name}/report").json()
    assert report == Comparison.open(place / "runs" / name).to_dict()
    assert report["epochs"] == 3
    folder = report["nets"][0]["runs"][0]["folder"]
    one = client.get(f"/api/comparisons/{name}/runs/{folder}").json()
    assert one["kind"] == "report"
    assert one["history"][-1]["val_accuracy"] == told["runs"][0]["history"][-1]["val_accuracy"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"data": "nothing"}, 404),
        ({"nets": []}, 422),
        ({"nets": ["fc{classes}", "fc{classes}"]}, 422),
        ({"nets": ["covn8-fc{classes}"]}, 422),
        ({"nets": ["/etc/passwd.net"]}, 422),
        ({"seeds": 0}, 422),
        ({"epochs": 1, "budget": "9s"}, 422),
        ({"budget": "soon"}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_cannot_be_compared_is_refused_and_leaves_nothing(client, place, change, status):
    answer = client.post("/api/comparisons", json={"data": "digits", "nets": NETS} | change)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not (place / "runs").exists() or not any((place / "runs").iterdir())


def test_a_comparison_that_fails_before_it_begins_says_why(client):
    wish = {"data": "digits", "nets": ["conv4k40p0-fc{classes}"], "epochs": 1, "seeds": 1}
    name = client.post("/api/comparisons", json=wish).json()["name"]
    told = until(client, name, lambda told: told["state"] == "failed")
    assert "40x40 filter does not fit" in told["reason"]
    assert client.get("/api/comparisons").json()[0]["reason"] == told["reason"]


def test_a_folder_that_cannot_be_read_is_told_in_the_list(client, place):
    folder = place / "runs" / "compare-odd"
    folder.mkdir(parents=True)
    (folder / "compare.json").write_text(json.dumps({"kind": "compare", "format": 1}))
    (line,) = client.get("/api/comparisons").json()
    assert line["state"] == "failed"
    assert "damaged" in line["reason"]


@pytest.mark.parametrize("name", ["nothing", "..", "compare-digits-1%2F..", ".hidden"])
def test_names_lead_nowhere_else(client, name):
    for call in (client.get, client.post):
        for what in ("", "/report", "/runs/x", "/stop", "/continue"):
            assert call(f"/api/comparisons/{name}{what}").status_code in (404, 405)
