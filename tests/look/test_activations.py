from __future__ import annotations

import json
import sys

import numpy as np
import pytest
import torch
from torch import nn

from looked import a_run, foreign, pixels
from svertka.errors import UnknownName, UsageError
from svertka.look.activations import LayerMaps, activations
from svertka.look.plain import unpacked
from svertka.predict import Predictor

X = torch.randn(3, 20, 16, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return a_run(tmp_path_factory.mktemp("look") / "run")


def test_a_runs_maps_are_those_of_its_layers_by_hand(folder):
    picture = pixels(1)[0]
    seen = activations(folder, picture, keep=["conv1", "relu1"])
    net = Predictor.open(folder).module.eval()
    with torch.no_grad():
        conv = net.conv1(activations_input(folder, picture))
        relu = net.relu1(net.bn1(conv))[0]
    assert np.array_equal(seen.maps["conv1"], conv[0])
    assert np.array_equal(seen.maps["relu1"], relu)
    assert np.array_equal(seen.pixels, picture)
    assert np.array_equal(seen.answer[None], Predictor.open(folder).logits(picture[None]))
    layer, flat = seen.layer("relu1"), relu.flatten(1)
    assert (layer.kind, layer.shape) == ("relu", (8, 12, 14))
    assert np.array_equal(layer.low, flat.amin(1))
    assert np.array_equal(layer.high, flat.amax(1))
    np.testing.assert_allclose(layer.mean, flat.mean(1), atol=1e-6)
    np.testing.assert_allclose(layer.zeros, (flat == 0).float().mean(1))
    assert 0 < layer.zeros.mean() < 1


def activations_input(folder, picture):
    from svertka.data import to_tensor

    return to_tensor(picture[None], folder.load_card().input)


def test_layers_come_in_the_order_of_the_pass_with_the_shapes_of_the_plan(folder):
    from svertka.look.subject import as_subject

    seen = activations(folder, pixels(1)[0])
    plan = as_subject(folder).plan
    assert seen.maps == {}
    assert {layer.name: layer.shape for layer in seen.layers} == {
        layer.path: layer.output for layer in plan.layers
    }
    assert [layer.name for layer in seen.layers][:4] == ["conv1", "bn1", "relu1", "pool"]


def test_a_foreign_module_is_seen_too():
    seen = activations(foreign(), X, layers=["block.relu", "head"], keep=["block.relu:2"])
    names = ["block.relu", "block.relu:2", "head"]
    assert [layer.name for layer in seen.layers] == names
    assert list(seen.maps) == ["block.relu:2"]
    assert seen.answer.shape == (4,)


def test_a_single_layer_is_a_network():
    seen = activations(nn.Conv2d(3, 2, 3), X, keep=[""])
    assert [layer.name for layer in seen.layers] == [""]
    assert np.array_equal(seen.maps[""], seen.answer)


def test_near_empty_maps_are_told_without_a_scale():
    maps = torch.zeros(5, 4, 4)
    maps[0, 1, 1] = 10  # the strongest
    maps[1, 2, 2] = -0.6  # reaches 6% of it
    maps[2] = 0.4  # nowhere more than 4%
    maps[3, 0, 0] = 0.5 - 1e-4

    def near(scale):
        flat = (scale * maps).flatten(1)
        low, high = (values.numpy() for values in torch.aminmax(flat, dim=1))
        zeros = (flat == 0).float().mean(1).numpy()
        return LayerMaps("x", "relu", (5, 4, 4), low, high, flat.mean(1).numpy(), zeros)

    for scale in (1, 1e-6, 1e6):
        assert near(scale).near_empty().tolist() == [False, False, True, True, True]
    assert near(1).near_empty(0.5).tolist() == [False, True, True, True, True]
    assert near(0).near_empty().all()


def test_the_share_of_near_empty_maps_is_told_by_depth():
    net = nn.Sequential(nn.Conv2d(1, 4, 1, bias=False), nn.ReLU(), nn.Conv2d(4, 2, 1), nn.ReLU())
    with torch.no_grad():
        net[0].weight.copy_(torch.tensor([1, 0.01, -1, 2]).view(4, 1, 1, 1))
    seen = activations(net, torch.ones(1, 3, 3))
    assert [name for name, _ in seen.near_empty_by_depth()] == ["1", "3"]
    assert seen.near_empty_by_depth()[0][1] == 0.5
    assert dict(seen.near_empty_by_depth(("conv",)))["0"] == 0.25


def test_the_record_is_plain_json_and_exact(folder):
    seen = activations(folder, pixels(1)[0], keep=["relu1"])
    value = json.loads(json.dumps(seen.to_dict()))
    assert value["kind"] == "activations"
    assert np.array_equal(unpacked(value["maps"]["relu1"]), seen.maps["relu1"])
    assert np.array_equal(unpacked(value["pixels"]), seen.pixels)
    row = next(row for row in value["layers"] if row["name"] == "relu1")
    assert np.array_equal(unpacked(row["high"]), seen.layer("relu1").high)
    assert row["near_empty"] == seen.layer("relu1").near_empty().mean()
    assert "relu1 " in str(seen)


def test_memory_holds_one_layer_at_a_time(monkeypatch):
    """As many values alive as the widest layer has, a few times, not as all of them have."""
    import weakref

    room = sys.modules["svertka.look.activations"]  # the name itself is the function

    alive: list[weakref.ref] = []
    most = 0

    def counted(call):
        nonlocal most
        alive.append(weakref.ref(call.output))
        most = max(most, sum(tensor() is not None for tensor in alive))
        return measured(call)

    measured = room._measured
    monkeypatch.setattr(room, "_measured", counted)
    net = nn.Sequential(*[nn.Conv2d(3, 3, 1) for _ in range(30)])
    assert len(activations(net, X).layers) == 30
    assert most <= 2


def test_what_is_not_there_is_told():
    with pytest.raises(UnknownName):
        activations(foreign(), X, keep=["block.conv9"])
    with pytest.raises(UsageError, match="did not run"):
        activations(foreign(), X, keep=["block.relu:3"])
