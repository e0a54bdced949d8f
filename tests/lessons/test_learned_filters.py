"""Learned filters: what learns and what stays, and what was measured."""

import numpy as np
import pytest
import torch

import svertka
from svertka.lessons.learned_filters import kernels, network
from svertka.lessons.learning import learn, right, tensors

SOBEL = [
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
]


def some(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    return tensors(svertka.open_data("digits").train.select(np.arange(count)))


@pytest.mark.parametrize(("way", "stays"), [("fixed", True), ("chance", True), ("learned", False)])
def test_only_learned_filters_change(way, stays):
    module = network(way, 4, seed=0)
    before = kernels(module).copy()
    last = next(p for name, p in module.named_parameters() if name.startswith("fc")).clone()
    learn(module, *some(64), epochs=1)
    assert np.array_equal(before, kernels(module)) == stays
    assert not torch.equal(last, module.get_submodule("fc").weight)


def test_ours_are_sobels_and_chance_is_the_start_of_the_learned():
    np.testing.assert_array_equal(kernels(network("fixed", 4, seed=0)), SOBEL)
    chance, learned = (kernels(network(way, 4, seed=2)) for way in ("chance", "learned"))
    np.testing.assert_array_equal(chance, learned)
    assert kernels(network("learned", 16, seed=0)).shape == (16, 3, 3)


def test_what_was_measured_says_what_the_text_does():
    numbers = svertka.lesson("learned-filters").numbers
    assert numbers["alike_high"] >= 0  # at least as good, as far as the interval tells
    assert numbers["sixteen"] > numbers["eight"] > numbers["fixed"]
    assert numbers["worst"] <= numbers["learned"] <= numbers["best"]
    assert numbers["chance"] < numbers["learned"]
    assert numbers["more"] == pytest.approx(100 * (numbers["sixteen"] - numbers["fixed"]), abs=1e-3)


def test_a_short_training_of_today_comes_near():
    x, y = some(1500)
    module = learn(network("fixed", 4, seed=0), x, y, epochs=3)
    hits = right(module, *tensors(svertka.open_data("digits").test))
    assert 0.85 < hits.mean() < svertka.lesson("learned-filters").numbers["fixed"] + 0.01
