"""Batches on their way into a step: read, augmented, and waiting if there is time for it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from svertka import runtime
from svertka.data import batch_rows, load
from svertka.data.batches import ahead
from svertka.train.job import Job

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """What a step learns from: pictures (n, C, H, W), classes (n,); ``pictures`` is the number in
    the slices of all processes."""

    x: Tensor
    y: Tensor
    pictures: int


def rows_of(job: Job, epoch: int) -> list[Rows]:
    """The rows of each of an epoch's batches."""
    train, recipe = job.dataset.train, job.recipe
    return batch_rows(
        len(train),
        size=recipe.batch,
        seed=recipe.seed,
        epoch=epoch,
        balance=train.y if recipe.balance == "sampling" else None,
    )


def read(job: Job, rows: Rows, epoch: int) -> Batch:
    """This process's slice of the batch ``rows`` as the epoch sees it: a function of seed, epoch
    and row alone."""
    data, recipe = job.dataset, job.recipe
    x, y = load(
        data.train,
        job.processes.part(rows),
        data.contract,
        seed=recipe.seed,
        epoch=epoch,
        policy=recipe.augment,
        device=job.device,
    )
    return Batch(x, y, len(rows))


def batches(job: Job, epoch: int, done: int = 0) -> Generator[Batch, None, None]:
    """The batches of an epoch after the first ``done``; close it where you stop early.

    Some wait in the background, as many as ``runtime.pick_ahead`` says: that changes no number.
    """
    made = (read(job, rows, epoch) for rows in rows_of(job, epoch)[done:])
    depth = runtime.pick_ahead(job.device)
    return ahead(made, depth) if depth else made
