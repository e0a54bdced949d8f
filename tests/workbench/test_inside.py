"""What is seen inside a run while it learns."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

import svertka
from svertka.errors import StoreError
from svertka.look.plain import unpacked
from svertka.predict import Predictor
from svertka.store import RunFolder
from svertka.store.tensors import load_tensors
from svertka.workbench.inside import LAYERS, MAPS, inside, newest, watched

NET = "conv12-relu-pool-conv4-relu-fc3"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("inside")
    drawn = np.random.default_rng(0)
    y = np.arange(90) % 3
    x = drawn.integers(0, 60, (90, 40, 36)) + 60 * y[:, None, None]
    np.savez(root / "marks.npz", x=x.astype(np.uint8), y=np.array(["one", "two", "three"])[y])
    return root / "marks.npz"


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return svertka.train(data, NET, epochs=2, out=tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture
def stopped(data, tmp_path):
    """A run that was stopped after its first epoch."""

    def stop(event):
        if event.name == "epoch":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        svertka.train(data, NET, epochs=2, out=tmp_path / "run", on_event=stop)
    return RunFolder.open(tmp_path / "run")


def test_maps_are_those_of_torch(run):
    """The first convolution of the first picture, by torch alone."""
    seen = watched(run.folder)
    found = inside(run.folder, seen)
    assert found.step is None
    weights = load_tensors(run.path / "model.safetensors", None, "")
    weight, bias = weights["conv1.weight"], weights["conv1.bias"]
    contract = run.card.input
    x = (torch.from_numpy(seen.x).float() / 255).permute(0, 3, 1, 2)
    x = (x - torch.tensor(contract.mean).view(-1, 1, 1)) / torch.tensor(contract.std).view(-1, 1, 1)
    maps = torch.nn.functional.conv2d(x, weight, bias, padding="same")
    conv, relu = found.layers[:2]
    assert (conv.kind, conv.shape, conv.every) == ("conv", (12, 40, 36), 2)
    assert conv.values.shape == (3, MAPS, 20, 18)
    np.testing.assert_allclose(conv.values, maps[:, :MAPS, ::2, ::2].numpy(), atol=1e-5)
    np.testing.assert_array_equal(relu.values, np.maximum(conv.values, 0))


def test_pictures_are_one_of_each_class_and_answers_the_predictors(run):
    seen = watched(run.folder)
    assert sorted(seen.truth) == ["one", "three", "two"]
    found = inside(run.folder, seen)
    own = Predictor.open(run.folder).probabilities(seen.x)
    np.testing.assert_array_equal(found.probabilities, own)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["pictures"][0]["answer"][0]["probability"] == float(own[0].max())
    assert unpacked(told["filters"]["weights"]).shape == (12, 1, 3, 3)
    assert told["filters"]["before"] is not None
    assert [layer["name"] for layer in told["layers"]][:2] == ["conv1", "relu1"]
    assert len(told["layers"]) <= LAYERS
    assert "3 pictures" in str(found)


def test_an_unfinished_run_is_seen_by_its_checkpoint(stopped):
    """By the averaged weights, as its validation saw them."""
    tensors, step = newest(stopped)
    kept, numbers = stopped.load_checkpoint()
    assert step == numbers["step"]
    for name, value in tensors.items():
        assert torch.equal(value, kept[f"average.{name}"])
    found = inside(stopped, watched(stopped))
    assert found.step == step
    assert "steps" in str(found)


def test_a_checkpoint_that_is_replaced_while_it_is_read(stopped, monkeypatch):
    load, tries = RunFolder.load_checkpoint, []

    def replaced(self):
        tries.append(1)
        if len(tries) < 3:
            raise StoreError("a newer one took its place")
        return load(self)

    monkeypatch.setattr(RunFolder, "load_checkpoint", replaced)
    assert newest(stopped)[1] is not None
    assert len(tries) == 3


def test_a_run_without_weights_is_told(stopped):
    (stopped.path / "checkpoint" / "state.json").unlink()
    with pytest.raises(StoreError):
        newest(stopped)
