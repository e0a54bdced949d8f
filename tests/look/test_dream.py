from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from looked import CONTRACT, a_run, foreign
from svertka.errors import UsageError
from svertka.look.dream import dream, dreams
from svertka.look.plain import unpacked

SIZE = (3, 16, 18)


def roughness(values):
    return sum(np.abs(np.diff(values, axis=axis)).mean() for axis in (1, 2))


def test_a_colour_filter_dreams_of_its_colour():
    net = nn.Conv2d(3, 2, 1, bias=False)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([[1.0, -1, 0], [0, 0, 1]]).view(2, 3, 1, 1))
    found = dream(net, "", 0, steps=80, shape=SIZE)
    red, green, blue = found.values.mean((1, 2))
    assert red == pytest.approx(2.5, abs=0.05), "the brightest that is allowed"
    assert green == pytest.approx(-2.5, abs=0.05)
    assert abs(blue) < 0.5
    assert found.course[-1] == pytest.approx(red - green, abs=1e-4)
    assert len(found.course) == 81


def test_a_deep_channel_is_raised_far_above_noise():
    net = foreign()
    found = dream(net, "block.conv2", 1, steps=40, shape=(3, 24, 24))
    noise = torch.randn(50, 3, 24, 24, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        stem = nn.functional.max_pool2d(net.stem(noise).relu(), 2)
        block = net.block
        usual = block.conv2(block.relu(block.bn1(block.conv1(stem))))[:, 1].mean((1, 2))
    assert found.course[-1] > usual.max() + 2 * usual.std()


def test_smoothing_smooths_whatever_the_scale_of_the_layer():
    net = foreign()
    rough, smooth = (
        dream(net, "stem", 1, steps=30, smooth=smooth, shape=SIZE) for smooth in (0, 1)
    )
    assert roughness(smooth.values) < 0.7 * roughness(rough.values)
    with torch.no_grad():
        net.stem.weight.mul_(1000)
        net.stem.bias.mul_(1000)
    scaled = dream(net, "stem", 1, steps=30, smooth=1, shape=SIZE)
    np.testing.assert_allclose(scaled.values, smooth.values, atol=0.05)


def test_the_seed_alone_decides_and_nothing_is_left_behind():
    net = foreign().train()
    torch.manual_seed(4)
    state = torch.get_rng_state()
    one, two, other = (dream(net, "stem", 0, steps=4, seed=seed, shape=SIZE) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(one.values, two.values)
    assert not np.array_equal(one.values, other.values)
    assert net.training
    assert all(parameter.grad is None for parameter in net.parameters())


def test_a_runs_dream_is_a_picture_of_its_contract(tmp_path):
    found = dream(a_run(tmp_path / "run"), "conv2", 3, steps=10)
    assert found.pixels.shape == (*CONTRACT.size, 3)
    std, mean = (np.array(values)[:, None, None] for values in (CONTRACT.std, CONTRACT.mean))
    unit = found.values * std + mean
    assert unit.min() >= -1e-6
    assert unit.max() <= 1 + 1e-6
    np.testing.assert_allclose(found.pixels.transpose(2, 0, 1), 255 * unit, atol=0.51)
    value = json.loads(json.dumps(found.to_dict()))
    assert np.array_equal(unpacked(value["pixels"]), found.pixels)
    assert "conv2[3]: a picture of 3x12x14" in str(found)


def test_what_cannot_be_dreamt_is_told():
    with pytest.raises(UsageError, match="has no channel 6: it has 6"):
        dream(foreign(), "stem", 6, steps=1, shape=SIZE)
    with pytest.raises(UsageError, match="shape="):
        dream(foreign(), "stem", 0)


def test_dreams_at_once_are_those_one_by_one():
    net = foreign()
    both = dreams(net, "block.conv1", [4, 1], steps=6, shape=SIZE)
    for found in both:
        alone = dream(net, "block.conv1", found.channel, steps=6, shape=SIZE)
        np.testing.assert_allclose(found.values, alone.values, atol=1e-4)
        np.testing.assert_allclose(found.course, alone.course, rtol=1e-4)


def test_a_filter_that_a_plain_mean_would_leave_in_the_dark_dreams_of_its_edge():
    net = nn.Conv2d(1, 1, (1, 3), bias=False)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([-1.0, -0.5, 1.0]).view(1, 1, 1, 3))  # its sum is below 0
    found = dream(net, "", 0, steps=80, shape=(1, 12, 12))
    given = net(torch.from_numpy(found.values)[None])
    positive = nn.functional.leaky_relu(given, 0.01).mean().item()
    assert found.course[-1] == pytest.approx(positive, abs=1e-5)
    assert positive > 0.3  # everywhere black it would be 2.5 times 0.5 alone, without an edge
    assert np.ptp(found.values) > 2
