"""One large filter against small ones: weights by torch, fields by gradients."""

import numpy as np
import pytest
import torch
from scipy.ndimage import sobel

import svertka
from svertka.lessons.big_or_small_filters import compared


def seen(layers: torch.nn.Module) -> tuple[int, ...]:
    """How many pixels move the number in the middle, along each axis."""
    picture = torch.zeros(1, 1, 21, 21, requires_grad=True)
    layers(picture)[0, 0, 10, 10].backward()
    touched = picture.grad[0, 0] != 0
    return tuple(int(touched.any(axis).sum()) for axis in (1, 0))


def torchs(maps: int) -> dict[str, torch.nn.Module]:
    def conv(*kernel: int) -> torch.nn.Module:
        layer = torch.nn.Conv2d(maps, maps, kernel, padding=[k // 2 for k in kernel], bias=False)
        torch.nn.init.ones_(layer.weight)
        return layer

    return {
        "large": torch.nn.Sequential(conv(7, 7)),
        "small": torch.nn.Sequential(conv(3, 3), conv(3, 3), conv(3, 3)),
        "flat": torch.nn.Sequential(conv(7, 1), conv(1, 7)),
    }


@pytest.mark.parametrize("maps", [1, 16])
def test_weights_are_those_of_torch(maps):
    numbers = svertka.lesson("big-or-small-filters", maps=maps).numbers
    for name, layers in torchs(maps).items():
        assert numbers[name] == sum(one.numel() for one in layers.parameters())
    assert numbers["large"] / numbers["small"] == 49 / 27


def test_all_see_the_same_pixels():
    numbers = svertka.lesson("big-or-small-filters").numbers
    fields = [numbers[name] for name in ("large_field", "field", "flat_field")]
    for field, layers in zip(fields, torchs(1).values(), strict=True):
        assert seen(layers) == (7, 7)
        assert field == "7×7"


def test_the_ways_are_the_gradient_of_three_filters_of_ones():
    picture = torch.zeros(1, 1, 21, 21, requires_grad=True)
    torchs(1)["small"](picture)[0, 0, 10, 10].backward()
    state = svertka.lesson("big-or-small-filters").state({"maps": 1})
    assert state["views"]["ways"]["values"] == picture.grad[0, 0, 7:14, 7:14].tolist()


def test_sobels_filter_comes_apart():
    state = svertka.lesson("big-or-small-filters").state({"maps": 1})
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    assert sobel(impulse, axis=1)[1:4, 1:4].tolist() == state["views"]["sobel"]["values"]


def test_the_nets_are_built_as_they_are_compared():
    for name, text in compared(2).items():
        net = svertka.build(text, input=(2, 12, 12))
        assert net(torch.zeros(1, 2, 12, 12)).shape == (1, 2, 12, 12), name
