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
from svertka.data.labels import numbered
from svertka.data.mixing import mix
from svertka.train.job import Job

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """What a step learns from: pictures (n, C, H, W), classes (n,) or labels (n, K), or shares of
    them (n, K) where pictures are mixed; ``pictures`` is the number in the slices of all
    processes."""

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
        balance=numbered(train.y) if recipe.balance == "sampling" else None,
    )


def read(job: Job, rows: Rows, epoch: int) -> Batch:
    """This process's slice of the batch ``rows`` as the epoch sees it: a function of seed, epoch
    and row alone (of the rows of the batch, where pictures are mixed)."""
    data, recipe = job.dataset, job.recipe
    mine, policy = job.processes.part(rows), recipe.augment
    if policy is not None and policy.mixes:  # each with the one before it, whoever has that
        mine = np.concatenate([job.processes.part(np.roll(rows, 1))[:1], mine])
    x, y = load(
        data.train,
        mine,
        data.contract,
        seed=recipe.seed,
        epoch=epoch,
        policy=policy,
        device=job.device,
    )
    if policy is not None and policy.mixes:
        how = {"classes": len(data.classes), "seed": recipe.seed, "epoch": epoch}
        x, y = mix(x, y, rows=mine, policy=policy, **how)
    return Batch(x, y, len(rows))


def batches(job: Job, epoch: int, done: int = 0) -> Generator[Batch, None, None]:
    """The batches of an epoch after the first ``done``; close it where you stop early.

    Some wait in the background, as many as ``runtime.pick_ahead`` says: that changes no number.
    """
    made = (read(job, rows, epoch) for rows in rows_of(job, epoch)[done:])
    depth = runtime.pick_ahead(job.device)
    return ahead(made, depth) if depth else made
