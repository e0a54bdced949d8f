"""``svertka.build`` and ``svertka.open_data``: a net as a module, pictures as they are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import svertka


def test_a_module_computes_what_its_text_says():
    picture = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    module = svertka.build("filters(vertical)", input=(1, 8, 8))
    sobel = torch.tensor([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
    expected = torch.nn.functional.conv2d(picture, sobel, padding=1)
    assert torch.allclose(module(picture), expected)


def test_weights_follow_the_seed_alone():
    modules = (svertka.build("lenet5", seed=seed) for seed in (3, 3, 4))
    first, again, other = (torch.nn.utils.parameters_to_vector(m.parameters()) for m in modules)
    assert len(first) == 61_706  # LeCun et al. 1998, with full links
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_plan_is_taken_as_it_is():
    plan = svertka.net("conv4k3p0-gap-fc{classes}", input=(3, 9, 9), classes=5)
    assert svertka.build(plan)(torch.zeros(1, 3, 9, 9)).shape == (1, 5)


def test_a_mistake_is_told_as_net_tells_it():
    with pytest.raises(svertka.SvertkaError, match="conv8k9p0"):
        svertka.build("conv8k9p0", input=(1, 7, 7))


def test_pictures_are_opened_by_their_public_name():
    digits = svertka.open_data("digits")
    assert digits.test is not None
    assert digits.test.x.shape == (1000, 28, 28, 1)
    assert np.bincount(digits.test.numbers).sum() == 1000
