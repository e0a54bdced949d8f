"""The studio as a program: trainings begun, watched, paused, killed, and its own end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest
from starlette.testclient import TestClient
from websockets.sync.client import connect

import served
import svertka
from svertka.serve.app import create_app
from svertka.serve.jobs import Job
from svertka.store import RunFolder
from svertka.store.lock import holder

NET = "conv2-relu-pool-fc2"
LONG = {"data": "marks.npz", "net": NET, "epochs": 5000}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder of data with one set of 200 small pictures in it."""
    root = tmp_path_factory.mktemp("home")
    drawn = np.random.default_rng(0)
    y = np.arange(200) % 2
    x = drawn.integers(0, 100, (200, 8, 8)) + 100 * y[:, None, None]
    (root / "sets").mkdir()
    np.savez(root / "sets" / "marks.npz", x=x.astype(np.uint8), y=y)
    return root


@pytest.fixture(scope="module")
def studio(home):
    words = ("studio", "--no-browser", "--runs", home / "runs", "--data", home / "sets")
    with served.command(*words) as (process, client):
        yield process, client


@pytest.fixture(scope="module")
def client(studio):
    return studio[1]


@pytest.fixture(scope="module")
def data(client):
    """The id of the set."""
    (found,) = [one["id"] for one in client.get("/api/data").json() if not one["built_in"]]
    return found


def state(client, name):
    return client.get(f"/api/runs/{name}").json()["state"]


def steps(client, name):
    """The last step that a run in training has told of; 0 before the first."""
    told = client.get(f"/api/runs/{name}").json()
    return (told["event"] or {}).get("step", 0) if told["state"] == "training" else 0


def begin(client, data, **more):
    answer = client.post("/api/runs", json={"data": data, "net": NET, "epochs": 5000, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["name"]


def test_a_training_begun_here_is_the_command_lines(client, home, data):
    """Bit for bit; and it is told live from its first word to its last."""
    name = begin(client, data, epochs=3, seed=4)
    port = client.base_url.port
    events = []
    with connect(f"ws://127.0.0.1:{port}/api/runs/{name}/live", proxy=None) as socket:
        while not (events and events[-1].get("state") in ("finished", "failed")):
            events.append(json.loads(socket.recv(timeout=60)))
    assert events[0]["event"] == "state"
    assert [e["epoch"] for e in events if e["event"] == "epoch"] == [1, 2, 3]
    assert events[-1]["state"] == "finished", events[-1]
    own = svertka.train(home / "sets" / "marks.npz", NET, epochs=3, seed=4, out=home / "own")
    run = home / "runs" / name
    assert {p.name for p in run.iterdir()} == {p.name for p in own.path.iterdir()}
    for file in ("model.safetensors", "predictions.csv", "trial.safetensors"):
        assert (run / file).read_bytes() == (own.path / file).read_bytes(), file
    assert RunFolder(run).load_start().recipe == own.folder.load_start().recipe
    told = client.get(f"/api/runs/{name}").json()
    assert told["scores"]["metrics"]["accuracy"]["value"] == own.scores.accuracy
    assert len(told["history"]) == 3
    assert client.get(f"/api/runs/{name}/report").json()["kind"] == "report"
    assert client.post(f"/api/runs/{name}/continue").status_code == 409
    assert client.post(f"/api/runs/{name}/pause").status_code == 409


def test_a_run_with_its_scores_has_ended_though_its_process_lives_a_moment_longer(home):
    own = svertka.train(home / "sets" / "marks.npz", NET, epochs=1, out=home / "late" / "mine")
    app = create_app(home / "late")
    client = TestClient(app, base_url="http://127.0.0.1")
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process,
        tempfile.TemporaryFile() as said,
    ):
        app.state.studio.jobs._jobs[own.path] = Job(own.path, process, said)
        assert state(client, "mine") == "finished"
        for verb in ("pause", "stop", "continue"):
            answer = client.post(f"/api/runs/mine/{verb}")
            assert answer.status_code == 409, verb
            assert answer.json()["error"] == "mine has ended: there is nothing left to train."
        assert process.poll() is None, "and it is left alone"
        process.communicate(b"\n")


def test_a_run_is_paused_and_goes_on_here_and_from_a_second_studio(client, home, data):
    name = begin(client, data)
    served.until(lambda: steps(client, name))
    other = TestClient(create_app(home / "runs", [home / "sets"]), base_url="http://127.0.0.1")
    assert state(other, name) == "training", "the folder is the only truth"
    assert other.post(f"/api/runs/{name}/continue").status_code == 409, "it is being trained"
    assert client.post(f"/api/runs/{name}/continue").status_code == 409
    assert client.get(f"/api/runs/{name}/report").status_code == 409
    inside = client.get(f"/api/runs/{name}/inside").json()
    assert inside["layers"][0]["maps"]["shape"][0] == len(inside["pictures"]) == 2
    assert other.post(f"/api/runs/{name}/pause").status_code == 202
    served.until(lambda: state(client, name) == "paused")
    done = client.get(f"/api/runs/{name}").json()["event"]["step"]
    assert client.post(f"/api/runs/{name}/continue").status_code == 202
    told = served.until(lambda: steps(other, name))
    assert told >= done, "it went on from where it was"
    assert client.post(f"/api/runs/{name}/stop").status_code == 202
    served.until(lambda: state(client, name) in ("paused", "unfinished"), 30)
    assert RunFolder(home / "runs" / name).load_checkpoint()[1]["step"] >= 1


def test_a_training_that_crashes_is_told_and_can_go_on(client, home, data):
    name = begin(client, data)
    served.until(lambda: steps(client, name))
    os.kill(holder(home / "runs" / name), signal.SIGKILL)
    served.until(lambda: state(client, name) == "failed")
    told = client.get(f"/api/runs/{name}").json()
    assert "signal 9" in told["error"]
    fresh = TestClient(create_app(home / "runs"), base_url="http://127.0.0.1")
    assert state(fresh, name) == "failed", "another studio, and this one later, know it too"
    assert client.get("/api/state").status_code == 200, "the page lives"
    assert client.post(f"/api/runs/{name}/continue").status_code == 202
    served.until(lambda: steps(client, name))
    client.post(f"/api/runs/{name}/pause")
    served.until(lambda: state(client, name) == "paused")


def test_a_training_that_cannot_begin_is_told_and_leaves_nothing(client, home, data):
    name = begin(client, data, net="conv2-fc3", name="wrong")
    assert name == "wrong"
    assert client.post("/api/runs", json=LONG | {"data": data, "name": name}).status_code == 409
    served.until(lambda: state(client, name) == "failed")
    line = next(run for run in client.get("/api/runs").json() if run["name"] == name)
    assert "2 classes" in line["error"]
    assert not (home / "runs" / name).exists()
    with connect(
        f"ws://127.0.0.1:{client.base_url.port}/api/runs/{name}/live", proxy=None
    ) as socket:
        assert json.loads(socket.recv(timeout=20))["error"] == line["error"]


def test_too_many_trainings_are_told_to_wait(client, home, data, monkeypatch):
    app = create_app(home / "few", [home / "sets"])
    app.state.studio.jobs.most = 0
    with TestClient(app, base_url="http://127.0.0.1") as few:
        answer = few.post("/api/runs", json=LONG | {"data": data})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert list((home / "few").iterdir()) == [], "the folder that was claimed is given back"


def test_a_training_outlives_a_studio_that_is_killed(home, data):
    """And the next one finds it."""
    words = ("studio", "--no-browser", "--runs", home / "later", "--data", home / "sets")
    with served.command(*words) as (process, client):
        name = begin(client, data)
        served.until(lambda: steps(client, name))
        process.kill()
        process.wait()
    after = TestClient(create_app(home / "later"), base_url="http://127.0.0.1")
    done = steps(after, name)
    served.until(lambda: steps(after, name) > done)
    assert after.post(f"/api/runs/{name}/pause").status_code == 202
    served.until(lambda: state(after, name) == "paused")


def test_sigterm_ends_it_soon_and_every_run_can_go_on(studio, home, data):
    """Last: the studio of this file ends here."""
    process, client = studio
    names = [begin(client, data), begin(client, data)]
    for name in names:
        served.until(lambda name=name: steps(client, name))
    live = f"ws://127.0.0.1:{client.base_url.port}/api/runs/{names[0]}/live"
    with connect(live, proxy=None, close_timeout=1):  # it reads nothing, and nobody waits for it
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        assert time.monotonic() - start < 10
    for name in names:
        folder = home / "runs" / name
        assert holder(folder) is None
        assert RunFolder(folder).has_checkpoint
        done = RunFolder(folder).load_checkpoint()[1]["step"]
        assert done > 0
