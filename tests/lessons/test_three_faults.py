"""The three faults: counts by torch, shuffling that loses nothing, and what was measured."""

import numpy as np
import pytest
import torch
from torch import nn

import svertka
from svertka.lessons.learning import learn, right, tensors
from svertka.lessons.moved import SHIFTS, far, heat
from svertka.lessons.three_faults import NETS, shuffled
from svertka.lessons.words import Both


def convolutional() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)),
    )


def test_counts_are_torchs():
    numbers = svertka.lesson("three-faults").numbers
    dense = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    assert numbers["dense_parameters"] == sum(p.numel() for p in dense.parameters())
    assert numbers["dense_large"] == (1_000_000 + 1) * 64 + 65 * 10
    count = sum(p.numel() for p in convolutional().parameters())
    assert numbers["conv_parameters"] == numbers["conv_large"] == count


def test_shuffling_loses_nothing_but_neighbours():
    x = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    found = shuffled(x)
    assert torch.equal(found.flatten(1).sort(1).values, x.flatten(1).sort(1).values)
    places = [(found[0].flatten() == value).nonzero().item() for value in x[0].flatten()]
    assert places != sorted(places)
    for picture, mixed in zip(x, found, strict=True):  # the same order for every picture
        assert torch.equal(mixed.flatten()[places], picture.flatten())


def test_what_was_measured_says_what_the_text_does():
    numbers = svertka.lesson("three-faults").numbers
    assert numbers["dense_far"] < 0.2 < 0.6 < numbers["conv_far"]
    assert numbers["flat_far"] < 0.3  # one convolution before a flatten does not help
    assert abs(numbers["dense_mixed"] - numbers["dense"]) < 0.02
    assert numbers["conv_mixed"] < numbers["conv"] - 0.08
    assert numbers["conv"] > numbers["dense"] + 0.02


@pytest.mark.parametrize("net", NETS)
def test_the_map_of_each_network_is_kept(net):
    lesson = svertka.lesson("three-faults", net=net)
    view = lesson.state(lesson.values)["views"]["shift"]
    assert view["rows"] == view["columns"] == list(SHIFTS)
    moved = np.array(view["values"])
    assert far(moved) == pytest.approx(lesson.numbers[f"{net}_far"], abs=1e-5)
    assert moved[3, 3] == moved.max() or moved.max() - moved[3, 3] < 0.01


def test_a_training_of_today_agrees_with_the_kept_one():
    """The fully connected net on a third of the pictures: shuffled or not, about as many right."""
    digits = svertka.open_data("digits")
    x, y = tensors(digits.train.select(np.arange(1000)))
    new_x, new_y = tensors(digits.test)
    plain = right(learn(NETS["dense"], x, y), new_x, new_y).mean()
    mixed = right(learn(NETS["dense"], shuffled(x), y), shuffled(new_x), new_y).mean()
    assert plain == pytest.approx(mixed, abs=0.03)
    assert 0.83 < plain < svertka.lesson("three-faults").numbers["dense"] + 0.01


def test_far_is_the_mean_of_the_eight_sides():
    moved = np.zeros((7, 7))
    for down in (-4, 0, 4):
        for right_ in (-4, 0, 4):
            if down or right_:
                moved[SHIFTS.index(down), SHIFTS.index(right_)] = 1
    assert far(moved) == 1
    assert heat(moved, Both("a net", "сеть")).to_dict()["rows"] == list(SHIFTS)
