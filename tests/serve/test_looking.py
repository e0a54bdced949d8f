"""The look screen's routes: what ``svertka look`` gives, of runs and uploaded pictures."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

import looked
import svertka
from shapes import NET, save_folder
from svertka.serve.app import create_app
from svertka.workbench.looking import look_at


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    place = tmp_path_factory.mktemp("looking")
    folder = save_folder(place / "shapes", n=60)
    svertka.train(folder, NET, epochs=1, seed=1, out=place / "runs" / "shapes-1")
    looked.a_run(place / "runs" / "given")
    (place / "runs" / "begun").mkdir()
    return place / "runs"


@pytest.fixture(scope="module")
def client(runs):
    return TestClient(create_app(runs), base_url="http://127.0.0.1")


def png(seed: int = 0) -> bytes:
    file = io.BytesIO()
    x = np.random.default_rng(seed).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    Image.fromarray(x).save(file, "PNG")
    return file.getvalue()


def same(told, look):
    wanted = json.loads(json.dumps(look.to_dict()))
    return all(told[key] == wanted[key] for key in ("answer", "layers", "filters", "heat"))


def test_a_picture_that_is_sent(client, runs, tmp_path):
    answer = client.post("/api/look?run=given&name=cat.png", content=png())
    assert answer.status_code == 200
    told = answer.json()
    (tmp_path / "cat.png").write_bytes(png())
    assert same(told, look_at(runs / "given", tmp_path / "cat.png"))
    assert told["picture"]["name"] == "cat.png"


def test_a_picture_that_was_sent_before(client):
    body = client.post("/api/look?run=given&name=cat.png", content=png()).json()
    sent = client.post("/api/pictures?name=cat.png", content=png()).json()
    told = client.post(f"/api/look?run=given&picture={sent['id']}").json()
    assert told | {"created": ""} == body | {"created": ""}
    gone = client.post("/api/look?run=given&picture=0123")
    assert gone.status_code == 404
    assert "send it again" in gone.json()["error"]


def test_a_picture_of_the_run(client, runs):
    offered = client.get("/api/look/pictures?run=shapes-1").json()
    assert (offered["part"], offered["rows"][:3]) == ("test", [0, 1, 2])
    told = client.post("/api/look?run=shapes-1&row=2").json()
    assert told["picture"]["name"] == offered["ids"][2]
    run = svertka.Run.open(runs / "shapes-1")
    dataset, _ = run.unlearned(run.folder.load_start().source)
    assert same(told, look_at(run, dataset.test.take([2])[0]))
    beyond = client.get(f"/api/look/pictures?run=shapes-1&from={10**9}").json()
    assert (beyond["rows"], beyond["n"]) == ([], offered["n"])


def test_a_survey_is_the_command_lines(client):
    told = client.get("/api/look/survey?run=shapes-1").json()
    offered = client.get("/api/look/pictures?run=shapes-1").json()
    assert (told["kind"], told["part"], told["n"]) == ("survey", "test", offered["n"])


@pytest.mark.parametrize(
    ("address", "body", "status", "words"),
    [
        ("/api/look?run=given&name=x.png", b"no picture", 422, "x.png"),
        ("/api/look?run=given", b"", 422, "No picture came"),
        ("/api/look?run=shapes-1&row=999", b"", 422, "count from 0"),
        ("/api/look?run=..%2F..%2Fetc", b"x", 404, "no run"),
        ("/api/look?run=begun", b"x", 409, "before its training has ended"),
        ("/api/look", b"x", 422, "Which network"),
        ("/api/look?net=nothing", b"x", 404, "No weights are known"),
        ("/api/look?net=resnet152", b"x", 409, "the studio fetches nothing"),
    ],
)
def test_what_goes_wrong_is_told(client, address, body, status, words):
    answer = client.post(address, content=body)
    assert (answer.status_code, words in answer.json()["error"]) == (status, True), answer.text
    assert "/tmp" not in answer.text


def test_pictures_and_surveys_of_nothing(client):
    assert client.get("/api/look/pictures?run=nobody").status_code == 404
    assert client.get("/api/look/survey?run=begun").status_code == 409
    assert client.get("/api/look").json()["nets"] is not None
