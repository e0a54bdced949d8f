from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from looked import CONTRACT, a_run, foreign, pixels
from svertka.errors import UsageError
from svertka.look.effective import effective


def uniform(depth, axes=2):
    """Convolutions of equal weights and nothing between them."""
    kind = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[axes - 1]
    net = nn.Sequential(*(kind(1, 1, 3, padding=1, bias=False) for _ in range(depth)))
    for parameter in net.parameters():
        nn.init.constant_(parameter, 1 / 3**axes)
    return net


def test_equal_weights_give_the_gaussian_of_the_paper():
    """Luo et al. 2016: n layers of k equal weights have a variance of n (k² - 1) / 12."""
    found = effective(uniform(18), "17", shape=(1, 65, 65), samples=1)
    expected = np.sqrt(18 * (3**2 - 1) / 12)
    assert found.sigma == pytest.approx((expected, expected), rel=0.02)
    assert found.centre == pytest.approx((32, 32), abs=1e-3)
    # a Gaussian is above 4.55% of its top within a circle of 2.486 deviations
    assert found.size == pytest.approx(np.sqrt(np.pi) * 2.486 * expected, rel=0.05)
    assert found.window.spans == ((14, 50), (14, 50))
    assert found.share == pytest.approx(found.size / 37)
    assert found.weights.sum() == pytest.approx(1)


def test_it_grows_as_the_root_of_the_depth():
    widths = [effective(uniform(n), str(n - 1), shape=(1, 89, 89), samples=1) for n in (9, 36)]
    assert widths[1].sigma[0] / widths[0].sigma[0] == pytest.approx(2, rel=0.03)


def test_a_single_convolution_weighs_by_its_filter():
    net = nn.Conv2d(2, 1, 3)
    found = effective(net, "", (2, 3), shape=(2, 8, 8), samples=3)
    weights = net.weight[0].detach().abs().sum(0).double()
    np.testing.assert_allclose(found.weights[2:5, 3:6], weights / weights.sum(), rtol=1e-5)
    assert found.samples == 3


def test_fields_of_lines_and_volumes():
    line = effective(uniform(9, 1), "8", shape=(1, 50), samples=1)
    assert line.sigma == pytest.approx((np.sqrt(6),), rel=0.03)
    volume = effective(uniform(4, 3), "3", shape=(1, 15, 15, 15), samples=1)
    assert len(volume.sigma) == 3


def test_a_run_is_measured_on_its_own_pictures(tmp_path):
    folder = a_run(tmp_path / "run")
    found = effective(folder, "conv2", pictures=pixels(6), samples=5)
    assert (found.samples, found.weights.shape) == (5, CONTRACT.size)
    (top, bottom), (left, right) = found.window.inside
    inside = np.zeros(CONTRACT.size, bool)
    inside[top : bottom + 1, left : right + 1] = True
    assert not found.weights[~inside].any()
    again = effective(folder, "conv2", pictures=pixels(6), samples=5)
    assert np.array_equal(found.weights, again.weights)
    value = json.loads(json.dumps(found.to_dict()))
    assert value["sigma"] == list(found.sigma)
    assert value["window"]["measured"] is False
    assert "conv2: can see" in str(found)


def test_noise_comes_from_the_seed_alone():
    torch.manual_seed(5)
    state = torch.get_rng_state()
    one, two, other = (
        effective(foreign(), "block.relu:2", shape=(3, 40, 40), samples=4, seed=seed).weights
        for seed in (1, 1, 2)
    )
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_cells_that_nothing_moves_are_told():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    nn.init.constant_(net[0].bias, -100)
    with pytest.raises(UsageError, match="dead"):
        effective(net, "1", shape=(1, 9, 9))
