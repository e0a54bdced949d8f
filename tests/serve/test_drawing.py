"""Drawings over the socket: each map is torch's, to the step of a signed byte."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import looked
from svertka.data import InputContract
from svertka.look import as_subject
from svertka.serve.app import create_app
from svertka.serve.drawing import SIDE

NET = "conv8-bn-relu-pool-conv80k1-relu-gap-fc3"
CONTRACT = InputContract(
    size=(28, 28), channels=1, mean=(0.1,), std=(0.3,), classes=("0", "1", "2")
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs")
    looked.a_run(place / "digits-1", NET, CONTRACT)
    looked.a_run(place / "colour", looked.NET)
    return place


@pytest.fixture(scope="module")
def client(runs):
    return TestClient(create_app(runs), base_url="http://127.0.0.1")


def read(data: bytes, layers: list) -> tuple[dict, list[np.ndarray]]:
    length = int.from_bytes(data[:4], "little")
    header, at, maps = json.loads(data[4 : 4 + length]), 4 + length, []
    for layer, most in zip(layers, header["most"], strict=True):
        count = int(np.prod(layer["shape"]))
        bytes_ = np.frombuffer(data, np.int8, count, at)
        maps.append(bytes_.reshape(layer["shape"]) * (most / 127))
        at += count
    assert at == len(data)
    return header, maps


def test_the_maps_are_torchs(client, runs):
    canvas = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    with client.websocket_connect("/api/draw?run=digits-1") as socket:
        about = json.loads(socket.receive_text())
        assert (about["event"], about["side"], about["size"]) == ("ready", SIDE, [28, 28])
        socket.send_bytes(canvas.tobytes())
        header, maps = read(socket.receive_bytes(), about["layers"])
    module = as_subject(runs / "digits-1").module.eval()
    x = torch.from_numpy((canvas[None, None] / 255.0 - 0.1) / 0.3).float()
    shares = module(x).softmax(1)[0].tolist()
    assert [one["probability"] for one in header["answer"]] == pytest.approx(shares, abs=1e-6)
    by_name = dict(zip([one["name"] for one in about["layers"]], maps, strict=True))
    conv = module.get_submodule("conv1")(x)[0].detach().numpy()
    np.testing.assert_allclose(by_name["conv1"], conv, atol=0.51 * np.abs(conv).max() / 127)
    assert by_name["conv2"].shape == (64, 14, 14)  # of 80, as many as are shown
    assert [one["count"] for one in about["layers"] if one["name"] == "conv2"] == [80]


def test_a_drawing_of_another_size_and_colour(client):
    with client.websocket_connect("/api/draw?run=colour") as socket:
        about = json.loads(socket.receive_text())
        assert about["size"] == [12, 14]
        socket.send_bytes(bytes(SIDE * SIDE))
        header, _ = read(socket.receive_bytes(), about["layers"])
        assert sum(one["probability"] for one in header["answer"]) == pytest.approx(1)


@pytest.mark.parametrize("query", ["run=../x", "run=nobody", "net=nothing", ""])
def test_what_is_not_there_is_told(client, query):
    with client.websocket_connect(f"/api/draw?{query}") as socket:
        told = json.loads(socket.receive_text())
        assert told["event"] == "failed"
        assert told["error"]
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


@pytest.mark.parametrize("sent", [b"", bytes(783), bytes(1 << 16)])
def test_a_drawing_that_is_none_ends_it_in_words(client, sent):
    with client.websocket_connect("/api/draw?run=digits-1") as socket:
        socket.receive_text()
        socket.send_bytes(sent)
        assert "Expected 28 x 28" in json.loads(socket.receive_text())["error"]


def test_text_instead_of_a_drawing_ends_it(client):
    with client.websocket_connect("/api/draw?run=digits-1") as socket:
        socket.receive_text()
        socket.send_text("hello")
    with client.websocket_connect("/api/draw?run=digits-1") as socket:
        assert json.loads(socket.receive_text())["event"] == "ready"
