"""The training loop, and the way back into it.

Everything that a step depends on is a function of the step's number: the order of the pictures
and what augmentation does to them, what dropout drops, the learning rate. So a checkpoint is the
weights, the optimizer's memory and that number, and a run that was stopped, even by a power cut,
ends bit for bit like one that was not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import nn

from svertka import runtime
from svertka.data import Dataset
from svertka.errors import SvertkaError, UsageError
from svertka.evaluate.labels import case_of
from svertka.predict import Predictor
from svertka.store import RunFolder
from svertka.train.batches import batches, read, rows_of
from svertka.train.clock import Clock
from svertka.train.events import EpochDone, Finished, OnEvent, Planned, Started, StepDone, ignore
from svertka.train.finetune import begin
from svertka.train.job import Job
from svertka.train.length import Planner, fill, measure
from svertka.train.processes import here, share_layers
from svertka.train.recipe import Recipe
from svertka.train.schedule import learning_rate
from svertka.train.state import State
from svertka.train.step import Observer, train_step, unobserved
from svertka.train.stop import stop_between_steps

RESERVE = 1.0  # seconds of a budget that are left for the bootstrap, report and files


_NOTHING_TO_TELL = {
    "classes": "The validation pictures are all of one class, and AUC compares classes. Choose the "
    "epoch by another figure (--metric accuracy), or keep pictures of other classes, too.",
    "labels": "No label stands out among the validation pictures: none of them has it, or all of "
    "them have. Choose the epoch by another figure (--metric log_loss), or keep more pictures.",
}


@dataclass(frozen=True)
class Fitted:
    """What training gives: the network with the weights of its best epoch, and its story.

    ``figures`` are the validation's, ``seconds`` those of all sittings.
    """

    module: nn.Module
    best_epoch: int
    figures: Mapping[str, float]
    seconds: float
    device: Mapping[str, Any]


def fit(
    dataset: Dataset,
    net: str,
    *,
    recipe: Recipe,
    folder: RunFolder,
    on_event: OnEvent = ignore,
    observe: Observer = unobserved,
    started: float | None = None,
) -> Fitted:
    """Train ``net``, a text or a name of the catalogue, on the data; checkpoints go to ``folder``.

    ``observe`` looks at steps, in the first of several processes. ``started`` is when the recipe's
    budget began, on the clock of ``time.monotonic`` (now, if None). Ctrl-C saves and raises
    ``KeyboardInterrupt``; then ``resume`` goes on. Raises ``SvertkaError`` where the loss is no
    longer a number. The caller holds ``folder.lock()``.
    """
    started = time.monotonic() if started is None else started
    job = Job.fresh(dataset, net, recipe, folder)
    on_event = on_event if job.processes.first else ignore
    with job.surroundings():
        on_event(_started(job, net, 0))
        state = _first_state(job, on_event)
        deadline = None if recipe.budget is None else started + recipe.budget
        job, deadline = _plan_length(job, state, deadline, on_event)
        return _train(job, state, Planner(deadline), on_event, observe)


def resume(
    folder: RunFolder,
    dataset: Dataset,
    *,
    on_event: OnEvent = ignore,
    observe: Observer = unobserved,
) -> Fitted:
    """Go on with a stopped training to the end that it would have had.

    ``dataset`` must be the one that it began with. Raises ``StoreError`` where it is not, or
    where there is no whole checkpoint. The caller holds ``folder.lock()``.
    """
    tensors, numbers = here().of_first(folder.load_checkpoint)
    usual = runtime.set_threads()
    job = Job.stored(folder, dataset, numbers)
    on_event = on_event if job.processes.first else ignore
    with job.surroundings():
        state = State.fresh(job.module(), job.recipe)
        state.restore(tensors, numbers)
        on_event(_started(job, job.net, state.step))
        if moved := job.moved(numbers, usual):
            on_event(moved)
        return _train(job, state, Planner(), on_event, observe)


def _first_state(job: Job, on_event: OnEvent) -> State:
    """The state before the first step: drawn weights, or others' with a last layer that fits.

    That layer's score is the line of epoch 0; it stays the best if the steps spoil it.
    """
    start, model = time.monotonic(), job.module()
    if job.recipe.weights is None or not job.processes.first:
        return _of_first(job, State.fresh(model, job.recipe))
    solved = begin(job, model, on_event)
    state = State.fresh(model, job.recipe)
    if solved is not None:
        speed, now = solved.images_per_second, time.monotonic()
        line = _score(job, state, 0, solved.loss, rate=0.0, speed=speed, seconds=now - start)
        on_event(line)
    state.seconds = time.monotonic() - start
    return _of_first(job, state)


def _of_first(job: Job, state: State) -> State:
    """The state of the first process, in all of them."""
    tensors, numbers = job.processes.of_first(lambda: (state.tensors(), state.numbers()))
    if not job.processes.first:
        state.restore(tensors, numbers)
    return state


def _train(
    job: Job, state: State, planner: Planner, on_event: OnEvent, observe: Observer
) -> Fitted:
    """The loop: batches, steps, validation, checkpoints, until ``job.length.steps`` are done."""
    clock, processes = Clock(state.seconds), job.processes
    observe = observe if processes.first else unobserved
    share_layers(state.model, job.batch)
    clock.saved(_save(job, state, clock.seconds))
    with stop_between_steps() as stopped:
        while state.step < job.length.steps:
            epoch, done = divmod(state.step, job.length.steps_per_epoch)
            with closing(batches(job, epoch + 1, done)) as ready:
                for batch in ready:
                    with observe(state.model, state.step):
                        train_step(job, state, batch)
                    clock.count(batch.pictures)
                    length = processes.length(planner.revise(state.step, job.length))
                    revised, ended = length != job.length, length.validates(state.step)
                    job = replace(job, length=length)
                    if revised:
                        on_event(_planned(job, state, clock))
                    if ended:
                        _end_epoch(job, state, clock, epoch + 1, on_event)
                    elif clock.time_to_tell():
                        on_event(_told(job, state, clock, epoch + 1))
                    stop = processes.any(stopped())
                    # After validation, never between step and validation: that would be lost.
                    if revised or stop or clock.time_to_save():
                        clock.saved(_save(job, state, clock.seconds))
                    if stop:
                        raise KeyboardInterrupt
                    if ended:
                        break
                    clock.pause()
    _save(job, state, clock.seconds)
    _of_first(job, state)
    state.average.load_state_dict(state.best)
    figures, seconds = state.best_figures, clock.seconds
    kept, accuracy, metric = state.best_epoch, figures["accuracy"], job.recipe.metric
    task = job.dataset.task
    on_event(Finished(kept, accuracy, state.step, seconds, metric, figures[metric], task))
    return Fitted(state.average, state.best_epoch, figures, seconds, job.machine())


def _end_epoch(job: Job, state: State, clock: Clock, epoch: int, on_event: OnEvent) -> None:
    """Score the averaged weights; one process is enough for that."""
    if job.processes.first:
        on_event(_validate(job, state, clock, epoch))
    state.loss.zero_()
    state.loss_steps = 0
    clock.restart()


def _validate(job: Job, state: State, clock: Clock, epoch: int) -> EpochDone:
    rate = learning_rate(state.step - 1, job.length.steps, job.recipe)
    speed, loss = clock.images_per_second, _train_loss(state)
    return _score(job, state, epoch, loss, rate=rate, speed=speed, seconds=clock.seconds)


def _score(
    job: Job, state: State, epoch: int, loss: float, *, rate: float, speed: float, seconds: float
) -> EpochDone:
    """Validate, keep the averaged weights if they belong to the best, write the line of metrics."""
    figures, error = _judged(job, state)
    best = state.keep_if_best(epoch, figures, job.recipe.metric, error=error)
    line = EpochDone(
        epoch=epoch,
        step=state.step,
        train_loss=loss,
        val_loss=figures["log_loss"],
        val_accuracy=figures["accuracy"],
        val_f1_macro=figures["f1_macro"],
        learning_rate=rate,
        images_per_second=speed,
        seconds=seconds,
        best=best,
        val_balanced_accuracy=figures.get("balanced_accuracy"),
        val_auc=figures.get("auc"),
        val_map=figures.get("map"),
        val_f1_micro=figures.get("f1_micro"),
        metric=job.recipe.metric,
    )
    job.folder.append_metrics(line.to_line())
    return line


def _judged(job: Job, state: State) -> tuple[dict[str, float], float]:
    """The validation part's figures, by the functions that score a finished run, and the standard
    error of the one that chooses the epoch. Labels are given from their best thresholds on."""
    metric, data = job.recipe.metric, job.dataset
    predictor = Predictor(state.average, data.contract, views=job.recipe.views)
    probabilities = predictor.probabilities(data.val)
    runtime.set_threads(job.threads)  # prediction has its own number: the same in every process
    case = case_of(probabilities, data.val.y)
    values = map(float, case.figures(np.ones(len(data.val))))
    figures = {name: v for name, v in zip(case.NAMES, values, strict=True) if math.isfinite(v)}
    if metric not in figures:
        raise UsageError(_NOTHING_TO_TELL[data.task])
    return figures, case.error(metric)


def _train_loss(state: State) -> float:
    """The mean loss since the last validation; raises ``SvertkaError`` if it is no number."""
    loss = float(state.loss) / state.loss_steps
    if not math.isfinite(loss):
        raise SvertkaError(
            f"The loss is no longer a number at step {state.step:,}: the steps are too large for "
            "this net. Lower the recipe's learning_rate (a tenth is a good try), add bn after the "
            "convolutions, or set precision to fp32."
        )
    return loss


def _plan_length(
    job: Job, state: State, deadline: float | None, on_event: OnEvent
) -> tuple[Job, float | None]:
    """The job with its length, and when training must end: measured on a copy of the state."""
    if deadline is None:
        on_event(Planned(job.length.steps, float(job.length.epochs)))
        return job, None
    job = replace(job, threads=runtime.pick_threads(job.device)).agreed()
    runtime.set_threads(job.threads)
    trial = state.copy(job.recipe)
    share_layers(trial.model, job.batch)
    rows = rows_of(job, 1)
    pace = measure(
        lambda number: train_step(job, trial, read(job, rows[number % len(rows)], 1)),
        lambda: _judged(job, trial) if job.processes.first else None,
        job.processes.any,
    )
    after = len(job.dataset.test or ())  # pictures that are answered after the last step
    after += len(job.dataset.val) if job.dataset.task == "labels" else 0
    scoring = after * pace.validation / len(job.dataset.val)
    deadline -= RESERVE + scoring
    left = max(0.0, deadline - time.monotonic())
    length = fill(left, pace, job.length.steps_per_epoch)
    epochs = length.steps / length.steps_per_epoch
    speed, budget = job.recipe.batch / pace.step, job.recipe.budget or 0.0
    ten = 10 * (pace.step * length.steps_per_epoch + pace.validation)
    enough = budget - (deadline - time.monotonic()) + ten if epochs < 1 else None
    on_event(Planned(length.steps, epochs, speed, left, enough))
    return replace(job, length=length).agreed(), deadline


def _planned(job: Job, state: State, clock: Clock) -> Planned:
    steps, speed = job.length.steps, clock.images_per_second
    epochs, rest = steps / job.length.steps_per_epoch, job.recipe.batch * (steps - state.step)
    return Planned(steps, epochs, speed, rest / speed, done=state.step)


def _save(job: Job, state: State, seconds: float) -> float:
    """Write a checkpoint; the seconds that it took."""
    start = time.monotonic()
    if not job.processes.first:
        return 0.0
    numbers = state.numbers() | {"seconds": seconds, "job": job.numbers()}
    job.folder.save_checkpoint(state.tensors(), numbers)
    return time.monotonic() - start


def _started(job: Job, net: str, step: int) -> Started:
    parameters, pictures = job.plan.parameters, len(job.dataset.train)
    return Started(net, parameters, pictures, job.machine(), step, job.recipe.weights)


def _told(job: Job, state: State, clock: Clock, epoch: int) -> StepDone:
    speed = clock.images_per_second
    left = (job.length.steps - state.step) * job.recipe.batch / speed
    return StepDone(
        step=state.step,
        steps=job.length.steps,
        epoch=epoch,
        epochs=job.length.epochs,
        train_loss=_train_loss(state),
        images_per_second=speed,
        seconds_left=left,
    )
