from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from looked import CONTRACT, NET, a_run, foreign
from svertka.errors import UsageError
from svertka.grammar import resolve
from svertka.look.filters import FilterSet, filters
from svertka.look.plain import unpacked
from svertka.look.subject import as_subject
from svertka.nets.build import build


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return a_run(tmp_path_factory.mktemp("look") / "run")


def test_a_runs_filters_before_and_after(folder):
    found = filters(folder)
    assert found.layer == "conv1"
    tensors = {name: value.numpy() for name, value in folder.load_model()[0].items()}
    assert np.array_equal(found.weights, tensors["conv1.weight"])
    drawn = build(resolve(NET, input=(3, *CONTRACT.size), classes=3), seed=0)
    assert np.array_equal(found.before, drawn.conv1.weight.detach())
    expected = [
        np.linalg.norm(after - before) / np.linalg.norm(before)
        for after, before in zip(tensors["conv1.weight"], found.before, strict=True)
    ]
    np.testing.assert_allclose(found.distance, expected, rtol=1e-5)
    assert found.distance.min() > 0
    still = filters(drawn, before=drawn).distance
    assert not still.any()


def test_before_may_be_given_and_must_be_the_same_network(folder):
    other = filters(folder, "conv2", before=3)
    plan = as_subject(folder).plan
    assert np.array_equal(other.before, build(plan, seed=3).conv2.weight.detach())
    with pytest.raises(UsageError, match="not the same network"):
        filters(nn.Conv2d(3, 4, 3), before=nn.Conv2d(3, 5, 3))
    with pytest.raises(UsageError, match="Give the module itself"):
        filters(nn.Conv2d(3, 4, 3), before=1)
    assert filters(foreign()).before is None
    assert filters(foreign()).distance is None


def test_filters_are_alike_by_their_cosine():
    one = torch.randn(3, 3, 3, generator=torch.Generator().manual_seed(0))
    rows = torch.stack([one, 2 * one, -one, torch.zeros_like(one), one.flip(0)])
    found = FilterSet("conv", rows.numpy())
    assert found.alike() == [(0, 1, pytest.approx(1))]
    assert found.cosines[0, 2] == pytest.approx(-1)
    assert not found.cosines[3].any()
    assert found.partners[:2].tolist() == [1, 0]
    np.testing.assert_allclose(found.lengths, [float(row.norm()) for row in rows], rtol=1e-6)
    expected = nn.functional.cosine_similarity(one.flatten(), one.flip(0).flatten(), 0)
    assert found.cosines[0, 4] == pytest.approx(float(expected), abs=1e-6)


def test_filters_of_three_channels_are_colour_pictures():
    weights = np.zeros((2, 3, 2, 2), np.float32)
    weights[0, 0, 0, 1], weights[0, 2, 1, 0] = 0.5, -0.25
    pictures = FilterSet("conv", weights).pictures()
    assert pictures.shape == (2, 2, 2, 3)
    assert pictures[0, 0, 1].tolist() == [255, 128, 128]
    assert pictures[0, 1, 0].tolist() == [128, 128, 64]
    assert (pictures[1] == 128).all()
    with pytest.raises(UsageError, match="6x3x3: it is no picture"):
        filters(foreign(), "block.conv1").pictures()
    with pytest.raises(UsageError, match="before training"):
        filters(foreign()).pictures(before=True)


def test_dense_layers_that_read_the_picture_have_filters_of_its_shape(tmp_path):
    folder = a_run(tmp_path / "run", "fc4-relu-fc3")
    found = filters(folder)
    assert found.weights.shape == (4, 3, *CONTRACT.size)
    assert found.pictures().shape == (4, *CONTRACT.size, 3)
    assert filters(folder, "fc2").weights.shape == (3, 4)


def test_fixed_and_transposed_filters_count_as_filters():
    fixed = build(resolve("filters(vertical,horizontal)-gap-fc2", input=(1, 8, 8)))
    assert filters(fixed).weights[0, 0].tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    turned = nn.ConvTranspose2d(4, 3, 2)
    assert np.array_equal(filters(turned).weights[1, 2], turned.weight[2, 1].detach())


def test_a_layer_without_filters_is_told():
    with pytest.raises(UsageError, match=r"Layers with some: stem, block\.conv1"):
        filters(foreign(), "block.bn1")
    with pytest.raises(UsageError, match="no layer with filters"):
        filters(nn.ReLU())


def test_the_record_is_plain_json(folder):
    found = filters(folder)
    value = json.loads(json.dumps(found.to_dict()))
    assert np.array_equal(unpacked(value["weights"]), found.weights)
    assert np.array_equal(unpacked(value["distance"]), found.distance)
    assert "conv1: 8 filters of 3x3x3" in str(found)
