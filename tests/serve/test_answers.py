"""The prediction API: the answers of ``svertka predict``, together, within limits."""

from __future__ import annotations

import asyncio
import io
import threading

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

import svertka
from svertka.serve.answers import MOST, create_answers
from svertka.serve.batching import Batcher
from svertka.serve.faults import Busy
from svertka.serve.guard import Guard, Rules


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root = tmp_path_factory.mktemp("answers")
    drawn = np.random.default_rng(0)
    y = np.arange(60) % 3
    x = drawn.integers(0, 60, (60, 8, 8)) + 60 * y[:, None, None]
    np.savez(root / "marks.npz", x=x.astype(np.uint8), y=np.array(["one", "two", "три"])[y])
    return svertka.train(root / "marks.npz", "conv4-relu-fc3", epochs=2, out=root / "run")


@pytest.fixture
def client(run):
    app = Guard(create_answers(run.answering_by("auto"), "marks"), Rules())
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def files(tmp_path):
    """Five pictures on disk, of other sizes than the network's, one of them in colour."""
    drawn = np.random.default_rng(1)
    made = []
    for number, shape in enumerate([(8, 8), (8, 8), (20, 13), (9, 9, 3), (8, 8)]):
        path = tmp_path / f"{number}.png"
        Image.fromarray(drawn.integers(0, 256, shape, np.uint8)).save(path)
        made.append(path)
    return made


def sent(paths):
    return [("picture", (path.name, path.read_bytes(), "image/png")) for path in paths]


def test_answers_are_those_of_predict(client, run, files):
    """Bit for bit where the company is the same."""
    answer = client.post("/predict", files=sent(files))
    assert answer.status_code == 200
    mine = run.predict(files).to_dict()
    for theirs, own, path in zip(
        answer.json()["predictions"], mine["predictions"], files, strict=True
    ):
        assert theirs["probabilities"] == own["probabilities"]
        assert (theirs["label"], theirs["id"]) == (own["label"], path.name)
    assert answer.json()["classes"] == mine["classes"]
    assert answer.json()["engine"] == mine["engine"]
    noted = {(p["path"], p["reason"]) for p in answer.json()["problems"]}
    assert noted == {(p["path"].rpartition("/")[2], p["reason"]) for p in mine["problems"]}


def test_one_picture_as_the_body(client, run, files):
    answer = client.post("/predict", content=files[2].read_bytes()).json()
    own = run.predict(files[2]).to_dict()["predictions"][0]
    assert answer["predictions"][0]["probabilities"] == own["probabilities"]


def test_what_is_no_picture_is_told_and_the_others_are_answered(client, files):
    odd = [("a", ("notes.txt", b"hello", "image/png")), ("b", ("empty.png", b"", "image/png"))]
    answer = client.post("/predict", files=[*odd, *sent(files[:1])])
    assert [p["id"] for p in answer.json()["predictions"]] == ["0.png"]
    assert {p["path"] for p in answer.json()["problems"]} == {"notes.txt", "empty.png"}
    nothing = client.post("/predict", files=odd)
    assert nothing.status_code == 422
    assert "notes.txt" in nothing.json()["error"]
    assert client.post("/predict", content=b"").status_code == 422
    assert client.post("/predict", data={"a": "b"}).status_code == 422
    empty = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/predict", content=b"--x--\r\n", headers=empty).status_code == 422
    broken = {"content-type": "multipart/form-data"}
    assert client.post("/predict", content=b"x", headers=broken).status_code == 400


def test_a_request_has_a_limit(client, files):
    many = sent(files[:1]) * (MOST + 1)
    answer = client.post("/predict", files=many)
    assert answer.status_code == 400
    assert str(MOST) in answer.json()["error"]


def test_a_bomb_is_no_picture(client):
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    answer = client.post("/predict", content=file.getvalue())
    assert answer.status_code == 422
    assert "pixels" in answer.json()["error"]


def test_it_says_what_it_is(client):
    told = client.get("/").json()
    assert told["classes"] == ["one", "two", "три"]
    assert told["input"] == {"channels": 1, "size": [8, 8]}
    assert client.get("/favicon.ico").status_code == 204
    assert client.get("/docs").status_code == 404


class Network:
    """A slow function that counts what it is asked."""

    def __init__(self):
        self.sizes, self.go = [], threading.Event()

    def __call__(self, x):
        self.go.wait(5)
        self.sizes.append(len(x))
        if (x == 255).any():
            raise ValueError("no")
        return x.reshape(len(x), -1)[:, :1].astype(np.float32)


def pictures(*values):
    return np.array(values, np.uint8).reshape(-1, 1, 1, 1)


def test_those_who_wait_are_answered_together():
    """While the first is computed the others gather; each gets its own rows."""
    network = Network()

    async def ask():
        batcher = Batcher(network, batch=8)
        await batcher.start()
        first = asyncio.create_task(batcher.answers(pictures(7)))
        await asyncio.sleep(0.1)
        others = [asyncio.create_task(batcher.answers(pictures(n, n + 1))) for n in range(0, 12, 2)]
        await asyncio.sleep(0)
        network.go.set()
        rows = [part[:, 0].tolist() for part in await asyncio.gather(first, *others)]
        await batcher.end()
        return rows

    assert asyncio.run(ask()) == [[7], *([n, n + 1] for n in range(0, 12, 2))]
    assert network.sizes == [1, 8, 4]


def test_one_failure_is_told_to_those_it_concerns_and_one_who_left_is_forgotten():
    network = Network()
    network.go.set()

    async def ask():
        batcher = Batcher(network, batch=1)
        await batcher.start()
        with pytest.raises(ValueError, match="no"):
            await batcher.answers(pictures(255))
        left = asyncio.create_task(batcher.answers(pictures(1)))
        await asyncio.sleep(0)
        left.cancel()
        rows = await batcher.answers(pictures(3))
        await batcher.end()
        return rows.tolist()

    assert asyncio.run(ask()) == [[3.0]]


def test_beyond_the_limit_others_are_told_to_come_back():
    network = Network()

    async def ask():
        batcher = Batcher(network, batch=4, most=4)
        await batcher.start()
        first = asyncio.create_task(batcher.answers(pictures(1)))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(batcher.answers(pictures(1, 2, 3, 4)))
        await asyncio.sleep(0)
        with pytest.raises(Busy) as told:
            await batcher.answers(pictures(5))
        network.go.set()
        await asyncio.gather(first, waiting)
        await batcher.end()
        return told.value.after

    assert asyncio.run(ask()) >= 1
