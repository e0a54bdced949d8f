"""Too many parameters: the lecture's count, by hand and by torch's own layers."""

import pytest
import torch
from torch import nn

import svertka
from svertka.lessons.too_many_parameters import NETS, cost


def by_torch(way: str) -> tuple[nn.Module, nn.Linear]:
    layers, channels = [], 1
    for k in range(5):
        layers += [nn.Conv2d(channels, 5, 3), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if way == "pool" and k < 4 else []
        channels = 5
    layers += [nn.AdaptiveAvgPool2d(1)] if way == "gap" else []
    maps = nn.Sequential(*layers, nn.Flatten())
    return maps, nn.Linear(maps(torch.zeros(1, 1, 100, 100)).numel(), 10)


def test_the_lectures_count():
    numbers = svertka.lesson("too-many-parameters").numbers
    assert numbers["side"] == 100 - 5 * 2
    assert numbers["inputs"] == 90 * 90 * 5 == 40_500
    assert numbers["dense"] == 40_500 * 10 + 10


@pytest.mark.parametrize("way", NETS)
def test_counts_are_torchs(way):
    maps, last = by_torch(way)
    filters, dense = cost(NETS[way])
    assert filters == sum(p.numel() for p in maps.parameters()) == 9 * 5 + 5 + 4 * (9 * 25 + 5)
    assert dense == sum(p.numel() for p in last.parameters())
    assert svertka.lesson("too-many-parameters", way=way).numbers["inputs"] == last.in_features


def test_what_is_said_of_vgg_16():
    dense = [layer.parameters for layer in svertka.net("vgg16").layers if layer.kind == "fc"]
    assert dense[0] == 512 * 7 * 7 * 4096 + 4096
    assert round(dense[0] / 1e6) == 103
    assert round(svertka.net("vgg16").parameters / 1e6) == 138


@pytest.mark.parametrize("way", NETS)
@pytest.mark.parametrize("classes", [2, 1000])
def test_what_is_heavy_is_said_rightly(way, classes):
    numbers = svertka.lesson("too-many-parameters", way=way, classes=classes).numbers
    assert ("filters are the heavier" in numbers["heavy"]["en"]) == (numbers["share"] < 0.5)
