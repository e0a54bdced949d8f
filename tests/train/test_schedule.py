"""The learning rate against torch's own schedulers and against its integral."""

from __future__ import annotations

import itertools

import pytest
import torch

from svertka.train import Recipe
from svertka.train.schedule import learning_rate


def test_without_warm_up_it_is_torchs_cosine_at_the_middle_of_each_step():
    steps, recipe = 50, Recipe(epochs=1, learning_rate=0.3, warmup=0.0)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2 * steps)
    rates = []
    for _ in range(2 * steps):
        rates.append(cosine.get_last_lr()[0])
        optimizer.step()
        cosine.step()
    ours = [learning_rate(step, steps, recipe) for step in range(steps)]
    assert ours == pytest.approx(rates[1::2])


def test_warm_up_is_a_straight_line_to_the_highest_rate():
    recipe = Recipe(epochs=1, learning_rate=1.0, warmup=0.2)
    rates = [learning_rate(step, 100, recipe) for step in range(100)]
    assert rates[:20] == pytest.approx([(step + 0.5) / 20 for step in range(20)])
    assert max(rates) <= 1.0
    assert all(a > b for a, b in itertools.pairwise(rates[20:]))
    assert sum(rates) / 100 == pytest.approx(0.5, abs=1e-3)  # half of the highest, on average


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_no_step_of_a_short_training_is_wasted(steps):
    recipe = Recipe(epochs=1, learning_rate=0.1, warmup=0.1)
    assert all(0 < learning_rate(step, steps, recipe) <= 0.1 for step in range(steps))
