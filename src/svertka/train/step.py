"""One step of training."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TypeAlias

import torch
from torch import nn

from svertka.data.counter import key
from svertka.train.batches import Batch
from svertka.train.job import Job
from svertka.train.loss import mean_loss
from svertka.train.schedule import learning_rate
from svertka.train.state import State, update_average

SIDE_WEIGHT = 0.3  # of side classifiers in the loss (Szegedy et al. 2014)
_DROP = 4  # the use of random numbers that is dropout's; data.counter has the others

Observer: TypeAlias = Callable[[nn.Module, int], AbstractContextManager[None]]
"""Called with the network and the number of a step, from 0: what surrounds that step. It may look
at everything and change nothing."""


def unobserved(*_: object) -> AbstractContextManager[None]:
    """The observer that does not look."""
    return nullcontext()


def train_step(job: Job, state: State, batch: Batch) -> None:
    """Forward, loss, backward, weights, their average."""
    recipe = job.recipe
    rate = learning_rate(state.step, job.length.steps, recipe)
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["share"]
    _seed(job.device, int(key(_DROP, recipe.seed, state.step)))
    with torch.autocast(job.device.type, torch.bfloat16, enabled=job.precision == "bf16"):
        logits = state.model(batch.x)
    weights = job.class_weights if recipe.balance == "weights" else None
    loss_of = partial(mean_loss, task=job.dataset.task, weights=weights)
    loss = loss_of(logits, batch.y, smoothing=recipe.label_smoothing)
    if job.plan.side_parameters:
        for side in state.model.side_logits():
            loss = loss + SIDE_WEIGHT * loss_of(side, batch.y)
    loss = loss * (len(batch.y) / batch.pictures)  # this process's share of the mean
    state.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    loss = job.processes.add_up(state.model.parameters(), loss.detach())
    state.optimizer.step()
    update_average(state, recipe)
    state.loss += loss
    state.loss_steps += 1
    state.step += 1


def _seed(device: torch.device, number: int) -> None:
    """Decide what dropout drops."""
    if device.type == "cpu":
        torch.default_generator.manual_seed(number)
    else:
        torch.manual_seed(number)  # every device's: it takes a fifth of a millisecond
