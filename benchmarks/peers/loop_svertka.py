"""svertka's own training step, without augmentation: nobody else's step has any either."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import torch
from cases import Case, pictures
from worker import Clock

import svertka
from svertka.data import open_data
from svertka.store import RunFolder
from svertka.train import choose_recipe
from svertka.train.batches import batches
from svertka.train.fit import train_step
from svertka.train.job import Job
from svertka.train.state import State


def loop(case: Case, how: str, clock: Clock) -> None:
    data = open_data(pictures(case))
    update = {"batch": case.batch, "augment": None, "optimizer": "sgd", "learning_rate": 0.01}
    recipe = choose_recipe(data, epochs=10**6).model_copy(update=update)
    with tempfile.TemporaryDirectory() as place:
        job = Job.fresh(data, case.text, recipe, RunFolder(Path(place)))
        with job.surroundings():
            state = State.fresh(job.module(), recipe)
            count = sum(p.numel() for p in state.model.parameters())
            clock.ready(
                count,
                svertka=f"{svertka.__version__} ({job.precision})",
                torch=torch.__version__,
                multiply_adds=str(job.plan.multiply_adds),
                first_layer=str(job.plan.layers[0].multiply_adds),
            )
            for epoch in itertools.count(1):
                for batch in batches(job, epoch):
                    train_step(job, state, batch)
                    clock.step()
