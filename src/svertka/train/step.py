"""One step of training."""

from __future__ import annotations

from functools import partial

import torch

from svertka.data.counter import key
from svertka.train.batches import Batch
from svertka.train.job import Job
from svertka.train.loss import mean_loss
from svertka.train.schedule import learning_rate
from svertka.train.state import State, update_average

SIDE_WEIGHT = 0.3  # of side classifiers in the loss (Szegedy et al. 2014)
_DROP = 4  # the use of random numbers that is dropout's; data.counter has the others


def train_step(job: Job, state: State, batch: Batch) -> None:
    """Forward, loss, backward, weights, their average."""
    recipe = job.recipe
    rate = learning_rate(state.step, job.length.steps, recipe)
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["share"]
    torch.manual_seed(int(key(_DROP, recipe.seed, state.step)))  # what dropout drops
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
