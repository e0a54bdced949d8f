"""Receptive fields by a brute-force nudge of every pixel; every catalogue net can be pointed at."""

import pytest
import torch

import svertka
from svertka.lessons.receptive_field import NETS, computed, measured
from svertka.lessons.registry import find
from svertka.lessons.views import Field
from svertka.nets.catalogue import entry, names

WITHOUT_WINDOWS = {"four_eight_dense", "four_eight_hog", "linear", "mlp", "two_layers"}


def nudged(net: torch.nn.Module, side: int) -> tuple[int, int]:
    """Move each pixel of the picture: rows and columns that change the middle of the map."""
    with torch.no_grad():
        for weight in net.parameters():
            torch.nn.init.ones_(weight)
        middle = [n // 2 for n in net(torch.zeros(1, 1, side, side)).shape[2:]]
        pictures = torch.eye(side * side).view(-1, 1, side, side)
        seen = net(pictures)[:, 0, middle[0], middle[1]] > net(torch.zeros(1, 1, side, side)).max()
    places = seen.view(side, side)
    return int(places.any(1).sum()), int(places.any(0).sum())


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_layers_of_3x3_see_what_moves_them(layers):
    net = torch.nn.Sequential(*(torch.nn.Conv2d(1, 1, 3) for _ in range(layers)))
    numbers = svertka.lesson("receptive-field", layers=layers).numbers
    side = 2 * layers + 1
    assert nudged(net, 15) == (side, side)
    assert numbers["computed"] == numbers["measured"] == f"{side}×{side}"


def test_lenets_windows_are_those_that_move_it():
    parts = torch.nn.Conv2d(1, 1, 5), torch.nn.MaxPool2d(2), torch.nn.Conv2d(1, 1, 5)
    net = torch.nn.Sequential(*parts, torch.nn.MaxPool2d(2))
    assert nudged(net, 28) == (16, 16)
    assert svertka.lesson("receptive-field").numbers["lenet"] == "16×16"


def test_branches_see_the_widest_of_their_ways():
    plan = svertka.net("conv2-(id + conv2-conv2)-pool-(conv2k1 | conv2k5)", input=(1, 32, 32))
    for layer in ("add", "pool", "concat"):
        assert computed(plan, layer) == measured(plan, layer)


def test_every_net_with_windows_can_be_pointed_at():
    assert set(NETS) == set(names()) - WITHOUT_WINDOWS
    assert set(find("receptive-field").parameters[1].values) == set(NETS)


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "unet", "googlenet"])
def test_the_page_gets_the_windows_of_the_plan(name):
    plan = svertka.net(entry(name).text)
    drawn = Field(plan).own()["net"]["layers"]
    assert drawn
    for layer in drawn:
        axes = plan.layer(layer["path"]).field
        assert layer["output"] == list(plan.layer(layer["path"]).output)
        for axis, sent in zip(axes, layer["field"], strict=True):
            assert sent["highs"][0] - sent["lows"][0] + 1 == axis.at(0)[1] - axis.at(0)[0] + 1
            assert sent["period"] == len(sent["lows"])
