"""Convolution: the lecture's four sums, and scipy and torch as other witnesses."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

import svertka
from svertka.lessons.convolve import FILTER, PICTURE, convolve


def test_the_lectures_four_sums():
    assert PICTURE.shape == (4, 4)
    assert FILTER.shape == (3, 3)
    assert correlate2d(PICTURE, FILTER, "valid").tolist() == [[29, -192], [-35, -22]]
    assert svertka.lesson("convolve").numbers["output"] == [[29, -192], [-35, -22]]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_it_is_what_torch_does(stride, padding):
    picture = np.random.default_rng(0).integers(-9, 10, (9, 9))
    tensors = (torch.from_numpy(one)[None, None].double() for one in (picture, FILTER))
    found = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding)[0, 0]
    assert convolve(picture, FILTER, stride, padding).tolist() == found.tolist()


def test_sizes_and_products_are_those_of_torch():
    numbers = svertka.lesson("convolve").numbers
    for side, kernel in ((numbers["side3"], 3), (numbers["side5"], 5)):
        assert torch.nn.Conv2d(1, 1, kernel)(torch.zeros(1, 28, 28)).shape == (1, side, side)
    first, second = torch.nn.Conv2d(3, 6, 5), torch.nn.Conv2d(6, 10, 5)
    assert first(torch.zeros(3, 32, 32)).shape == (6, 28, 28)
    assert numbers["colour"] == "6×28×28"
    assert second(first(torch.zeros(3, 32, 32))).shape == (10, 24, 24)
    assert numbers["deeper"] == "10×24×24"
    assert numbers["dot"] == first.weight[0].numel()


def test_a_filter_larger_than_the_picture_is_an_error():
    with pytest.raises(svertka.SvertkaError, match="5x5 filter does not fit a 4x4 input"):
        svertka.net("conv1k5p0", input=(1, 4, 4))
    assert svertka.lesson("convolve").numbers["refused"] is True
