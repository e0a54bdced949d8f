"""Pictures that are sent: read as files are, held for a while, and only in memory."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from svertka.data import InputContract, read_pictures
from svertka.serve import uploads
from svertka.serve.app import create_app
from svertka.serve.places import NotHere
from svertka.serve.uploads import Upload, Uploads


@pytest.fixture
def client(tmp_path):
    return TestClient(create_app(tmp_path / "runs"), base_url="http://127.0.0.1")


def png(seed=0, shape=(30, 20, 3)):
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_sent_once_and_named_by_its_id(client):
    first = client.post("/api/pictures?name=скан.png", content=png())
    assert first.status_code == 201
    told = first.json()
    assert (told["name"], told["size"]) == ("скан.png", [30, 20])
    assert told["preview"].startswith("data:image/png;base64,")
    assert client.get(f"/api/pictures/{told['id']}").json() == told
    assert client.post("/api/pictures", content=png()).json()["id"] == told["id"]
    assert client.post("/api/pictures", content=png(1)).json()["id"] != told["id"]


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg/>", png()[:60], b"GIF89a" + b"\0" * 20])
def test_what_is_no_picture_is_told(client, content):
    answer = client.post("/api/pictures?name=odd.png", content=content)
    assert answer.status_code == 422
    assert "odd.png" in answer.json()["error"]


def test_an_unknown_id_is_told(client):
    assert client.get("/api/pictures/0123").status_code == 404


@pytest.mark.parametrize(("shape", "channels"), [((30, 20, 3), 3), ((30, 20, 3), 1), ((9, 11), 3)])
def test_a_network_sees_it_as_if_it_were_a_file(tmp_path, shape, channels):
    data = png(3, shape)
    (tmp_path / "a.png").write_bytes(data)
    form = {"mean": (0.5,) * channels, "std": (0.2,) * channels, "classes": ("a", "b")}
    contract = InputContract(size=(14, 10), channels=channels, **form)
    file, _ = read_pictures(tmp_path / "a.png", contract)
    np.testing.assert_array_equal(Upload.of(data, "a.png").pixels(contract), file.x[0])


def test_older_ones_make_room(monkeypatch):
    monkeypatch.setattr(uploads, "_KEPT", 3)
    held, sent = Uploads(), [Upload.of(png(seed), "a") for seed in range(4)]
    for upload in sent:
        held.add(upload)
    with pytest.raises(NotHere):
        held.get(sent[0].id)
    assert held.get(sent[3].id) is sent[3]
    monkeypatch.setattr(uploads, "_BYTES", 2 * len(sent[0].data))
    held.add(sent[0])
    assert held.get(sent[0].id) is sent[0]
    with pytest.raises(NotHere):
        held.get(sent[1].id)
