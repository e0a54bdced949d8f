"""The frame of the studio: its page, its state, the form of its errors."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

import svertka
from svertka.serve.app import create_app


@pytest.fixture
def client(tmp_path):
    return TestClient(create_app(tmp_path / "runs"), base_url="http://127.0.0.1")


def test_the_page_is_served_and_asks_for_no_icon(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "svertka" in page.text
    assert client.get("/favicon.ico").status_code == 204


def test_state(client):
    told = client.get("/api/state").json()
    assert told["svertka"] == svertka.__version__
    assert told["runs"] == "runs"
    assert "digits" in told["built_in"]


def test_an_unknown_address_is_told_as_all_errors(client):
    answer = client.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_a_page_that_asks_quietly_is_told_the_same_without_an_error(client):
    asked = client.get("/api/runs/nobody")
    quiet = client.get("/api/runs/nobody", headers={"x-quiet": "1"})
    assert (asked.status_code, quiet.status_code, quiet.headers["x-status"]) == (404, 200, "404")
    assert quiet.json() == asked.json()
    fine = client.get("/api/state", headers={"x-quiet": "1"})
    assert fine.json() == client.get("/api/state").json()
    assert "x-status" not in fine.headers
