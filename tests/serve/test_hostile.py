"""Five hundred names that would lead out of the chosen folders, on every route that takes one."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import svertka
from svertka.serve.app import ROUTES, create_app
from svertka.serve.guard import Guard, Rules
from svertka.serve.places import NotHere, Places, within

SECRET = "a-secret-that-nobody-may-read"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Runs and data, and beside them a run and data that were not chosen."""
    root = tmp_path_factory.mktemp("home")
    x = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    np.savez(root / "outside.npz", x=x, y=np.arange(40) % 2)
    secret = root / SECRET
    svertka.train(root / "outside.npz", "fc2", epochs=1, out=secret)
    (root / "runs").mkdir()
    (root / "chosen").mkdir()
    (root / "chosen" / "set").mkdir()
    for name in ("a", "b"):
        (root / "chosen" / "set" / name).mkdir()
        Image.fromarray(x[0]).save(root / "chosen" / "set" / name / "1.png")
    (root / "runs" / "mine").mkdir()
    (root / "runs" / "mine" / "metrics.jsonl").write_text('{"event": "epoch", "epoch": 1}\n')
    (root / "runs" / "linked").symlink_to(secret)
    (root / "chosen" / "linked").symlink_to(root)
    (root / "runs" / "root").symlink_to("/")
    (root / "runs" / "loop").symlink_to("loop")
    return root


@pytest.fixture(scope="module")
def client(home):
    app = Guard(create_app(home / "runs", [home / "chosen"]), Rules())
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def hostile(home) -> list[str]:
    """Names that lead to the secret run, or to /etc/passwd, in every dress that is known."""
    goals = (f"../{SECRET}", "../outside.npz", "etc/passwd", str(home / SECRET), "linked", "root")
    ups = ("", *("../" * n for n in (1, 2, 3, 8)), "mine/../", "./", "//", "~/", "linked/", "root/")
    plain = [up + goal for up, goal in itertools.product(ups, goals)]
    dressed = [
        dress(name)
        for name in plain
        for dress in (
            str,
            lambda n: n.replace("/", "\\"),
            lambda n: n.replace("../", "..;/"),
            lambda n: n.replace("../", "....//"),
            lambda n: n.replace("/", "%2f").replace(".", "%2e"),
            lambda n: n.replace("/", "%252f"),
            lambda n: n.replace("/", "\uff0f"),
            lambda n: n.replace("..", "%c0%ae%c0%ae"),
            lambda n: n + "\x00.png",
            lambda n: "file://" + n,
        )
    ]
    odd = [".", "..", "...", "~", "", " ", "\n", "\x00", "CON", "a:b", "C:\\", "loop", "a" * 5000]
    odd += [
        "\udc80".encode("utf-8", "surrogateescape").decode("latin-1"),
        "mine/",
        "mine\\run.json",
    ]
    return list(dict.fromkeys([*dressed, *odd]))


def test_there_are_five_hundred(home):
    assert len(hostile(home)) >= 500


def test_no_name_leads_out(home):
    places = Places(home / "runs")
    assert places.run("mine").path == home / "runs" / "mine"
    for name in hostile(home):
        with pytest.raises(NotHere):
            places.run(name)
        path = within(home / "chosen", name)
        inside = path is None or (home / "chosen").resolve() in path.resolve().parents
        assert inside, name


def named_routes():
    return [route for room in ROUTES for route in room.router.routes if "{" in route.path]


def test_every_route_is_seen():
    paths = {route.path for route in named_routes()}
    assert {"/api/runs/{name}", "/api/data/{id}/pictures", "/api/runs/{name}/live"} <= paths


def test_no_route_answers_to_a_hostile_name(client, home):
    """Each route gets each name in its path, once as it is and once escaped; none says a word of
    what lies outside, and none falls over."""
    names = hostile(home)
    gets = [r.path for r in named_routes() if "GET" in getattr(r, "methods", ())]
    gets = [path for path in gets if not path.startswith(("/api/lessons", "/api/nets"))]
    assert len(gets) >= 8
    for number, name in enumerate(names):
        path = gets[number % len(gets)]
        field = path[path.index("{") + 1 : path.index("}")]
        for dressed in (quote(name, safe="", errors="replace"), quote(name, errors="replace")):
            answer = client.get(path.replace("{" + field + "}", dressed))
            told = answer.text.replace(name, "")
            assert answer.status_code != 500, (path, name, told)
            # 200 is a list, the page, or "mine" by a name that was made plain on the way
            if answer.status_code == 200:
                assert SECRET not in told, (path, name)
                assert "outside" not in told, (path, name)
                assert "root:" not in told, (path, name)


@pytest.mark.parametrize("route", ["pause", "continue", "stop"])
def test_nothing_outside_is_begun_or_ended(client, home, route):
    for name in hostile(home)[::5]:
        answer = client.post(f"/api/runs/{quote(name, safe='', errors='replace')}/{route}")
        assert answer.status_code in (404, 405, 307), (name, answer.text)


def test_a_training_reads_and_writes_the_chosen_folders_alone(client, home):
    before = sorted(path.name for path in home.iterdir())
    for name in hostile(home)[::8]:
        for body in (
            {"data": name},
            {"data": "digits", "weights": name},
            {"data": "digits", "name": name},
            {"data": "digits", "net": name},
            {"data": "digits", "net": name + ".net"},
            {"data": "digits", "metric": f"accuracy\n--out={home}/x"},
            {"data": "digits", "budget": f"1s --out={home}/x"},
        ):
            try:
                answer = client.post("/api/runs", json=body)
            except UnicodeEncodeError:  # no client can send it
                continue
            assert answer.status_code in (404, 422), (body, answer.text)
    assert sorted(path.name for path in home.iterdir()) == before
    assert sorted(path.name for path in (home / "runs").iterdir()) == [
        "linked",
        "loop",
        "mine",
        "root",
    ]


def test_links_are_not_listed(client):
    assert [run["name"] for run in client.get("/api/runs").json()] == ["mine"]


def test_sockets_do_not_lead_out_either(client):
    told = []
    for name in (f"../{SECRET}", "linked", "..", "root", "loop"):
        url = f"ws://127.0.0.1/api/runs/{quote(name, safe='')}/live"
        try:
            with client.websocket_connect(url) as socket:
                told.append(socket.receive_json()["event"])
        except WebSocketDisconnect:  # there is no such route
            told.append("gone")
    assert told == ["gone"] * 5
