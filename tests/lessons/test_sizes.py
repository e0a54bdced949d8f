"""Sizes: the formula against torch, and against a filter that is moved step by step."""

import pytest
import torch

import svertka
from svertka.lessons.registry import find
from svertka.lessons.sizes import exact

EVERY = [tuple(values.values()) for values in find("sizes").every()]


@pytest.mark.parametrize(("kernel", "stride", "padding"), EVERY)
def test_the_formula_is_what_torch_makes(kernel, stride, padding):
    numbers = svertka.lesson("sizes", kernel=kernel, stride=stride, padding=padding).numbers
    map = torch.nn.Conv2d(1, 1, kernel, stride, padding)(torch.zeros(1, 7, 7))
    assert map.shape == (1, numbers["rounded"], numbers["rounded"])
    assert int(exact(7, kernel, stride, padding)) == numbers["rounded"]
    # It is whole if the last stop ends at the last pixel.
    last = (numbers["rounded"] - 1) * stride + kernel
    assert numbers["whole"] == (last == 7 + 2 * padding)


def test_the_lectures_answers():
    assert [exact(7, 3, stride, 0) for stride in (1, 2)] == [5, 3]
    assert round(exact(7, 3, 3, 0), 2) == 2.33
    assert exact(7, 3, 1, 1) == 7
    assert exact(32, 5, 1, 2) == 32


def test_the_lectures_weights_are_those_of_torch():
    layer = torch.nn.Conv2d(3, 10, 5, padding=2)
    numbers = svertka.lesson("sizes").numbers
    assert numbers["weights"] == sum(one.numel() for one in layer.parameters()) == 760
    assert layer(torch.zeros(3, 32, 32)).shape == (10, 32, 32)
    assert numbers["output"] == "10×32×32"
    assert numbers["each"] == 76
