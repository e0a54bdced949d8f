"""Which epoch is kept."""

import torch
from torch import nn

from svertka.train.state import State


def kept(name: str, values: list[float], error: float) -> list[bool]:
    model = nn.Linear(1, 1)
    state = State(model, model, torch.optim.SGD(model.parameters(), lr=0.1), torch.zeros(()))
    return [
        state.keep_if_best(epoch, {name: value}, name, error=error)
        for epoch, value in enumerate(values, start=1)
    ]


def test_the_latest_epoch_within_one_standard_error_of_the_highest_is_kept():
    for name in ("accuracy", "balanced_accuracy", "f1_macro", "auc"):
        values = [0.5, 0.8, 0.77, 0.75, 0.765]
        assert kept(name, values, error=0.04) == [True, True, True, False, True]


def test_steps_down_do_not_add_up():
    """Each epoch is held against the highest of all, not against the one that was kept last."""
    assert kept("f1_macro", [0.8, 0.77, 0.74, 0.71], error=0.04) == [True, True, False, False]


def test_the_error_is_that_of_the_highest():
    """A later epoch's own error does not widen what counts as chance."""
    model = nn.Linear(1, 1)
    state = State(model, model, torch.optim.SGD(model.parameters(), lr=0.1), torch.zeros(()))
    epochs = [(0.8, 0.01), (0.75, 0.3), (0.795, 0.0), (0.9, 0.2), (0.75, 0.0)]
    found = [
        state.keep_if_best(epoch, {"auc": value}, "auc", error=error)
        for epoch, (value, error) in enumerate(epochs)
    ]
    assert found == [True, False, True, True, True]


def test_of_log_losses_the_least_is_kept():
    assert kept("log_loss", [2.0, 0.5, 0.51, 0.5], error=0.3) == [True, True, False, True]
