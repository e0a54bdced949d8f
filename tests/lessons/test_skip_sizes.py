"""What can be added: torch adds where the lesson says so, and refuses where it refuses."""

import pytest
import torch
from torch import nn

import svertka
from svertka.lessons.registry import find
from svertka.lessons.skip_sizes import text, tried
from svertka.lessons.words import sides


def added(padding: int, maps: int, cured: bool) -> torch.Tensor:
    """The same sum, by hand."""
    first = nn.Conv2d(3, 6, 3, padding=padding)(torch.zeros(1, 3, 32, 32))
    third = nn.Conv2d(6, maps, 3, padding=padding)(nn.Conv2d(6, 6, 3, padding=padding)(first))
    return (nn.Conv2d(6, maps, 1)(first) if cured else first) + third


@pytest.mark.parametrize("values", list(find("skip-sizes").every()), ids=str)
def test_torch_agrees(values):
    numbers = svertka.lesson("skip-sizes", **values).numbers
    if numbers["fits"]:
        assert numbers["sum"] == sides(added(**values).shape[1:])
    else:
        with pytest.raises(RuntimeError, match="must match the size"):
            added(**values)


def test_the_lectures_sum_has_six_maps():
    assert tried(text(1, 6, cured=False)) == "6x32x32"


def test_without_padding_the_error_says_both_sizes_and_the_cure():
    said = tried(text(0, 6, cured=False))
    assert "6x30x30 and 6x26x26" in said
    assert "give it p1" in said


def test_with_unlike_maps_the_error_names_the_1x1_convolution():
    assert "conv8k1" in tried(text(1, 8, cured=False))
