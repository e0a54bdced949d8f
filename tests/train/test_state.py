"""Which epoch is kept."""

import math

import torch
from torch import nn

from svertka.train.state import State


def kept(name: str, values: list[float], pictures: int) -> list[bool]:
    model = nn.Linear(1, 1)
    state = State(model, model, torch.optim.SGD(model.parameters(), lr=0.1), torch.zeros(()))
    return [
        state.keep_if_best(epoch, {name: value}, name, pictures=pictures)
        for epoch, value in enumerate(values, start=1)
    ]


def test_the_latest_epoch_within_one_standard_error_of_the_highest_is_kept():
    error = math.sqrt(0.8 * 0.2 / 100)
    assert error == 0.04
    assert kept("accuracy", [0.5, 0.8, 0.77, 0.75, 0.765], 100) == [True, True, True, False, True]


def test_steps_down_do_not_add_up():
    """Each epoch is held against the highest of all, not against the one that was kept last."""
    assert kept("f1_macro", [0.8, 0.77, 0.74, 0.71], 100) == [True, True, False, False]


def test_a_perfect_score_has_no_noise():
    assert kept("accuracy", [1.0, 0.999, 1.0], 1000) == [True, False, True]


def test_of_log_losses_the_least_is_kept():
    assert kept("log_loss", [2.0, 0.5, 0.51, 0.5], 100) == [True, True, False, True]
