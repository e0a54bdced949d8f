"""What each of the training's switches is worth: the same steps with one of them off.

    python benchmarks/speed.py [--rounds 7] [--only house_s]

Every variant is a process of its own, since an allocator cannot be set twice; they wait for each
other and take turns, so that whatever else the machine does meets them alike. Medians over the
rounds; a ratio of 1.5 says that the step takes 1.5 times as long without the switch. Results go
to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from tables import publish, table

VARIANTS: dict[str, dict[str, object]] = {
    "all on": {},
    "not channels-last": {"channels_last": False},
    "float32": {"precision": "fp32"},
    "bf16": {"precision": "bf16"},
    "not fused": {"fused": False},
    "allocator as it is": {"keep_memory": False},
    "no average of weights": {"averaging": 0.0},
    "no augmentation": {"augment": None},
}


@dataclass(frozen=True)
class Case:
    """A net, the side of its pictures, their channels, the batch."""

    net: str
    side: int
    channels: int
    batch: int


CASES = (
    Case("house_s", 28, 1, 128),
    Case("house_m", 28, 1, 128),
    Case("house_l", 64, 3, 64),
    Case("house_xl", 128, 3, 64),
    Case("lenet5", 28, 1, 128),
    Case("resnet18", 64, 3, 64),
)


def work(case: Case, change: dict[str, object], pipe: Connection) -> None:
    """Wait for a time, make steps for so long, send back the seconds of one step."""
    import torch

    from svertka.data import open_data
    from svertka.store import RunFolder
    from svertka.train import choose_recipe
    from svertka.train.batches import read
    from svertka.train.job import Job
    from svertka.train.state import State
    from svertka.train.step import train_step

    x = np.random.default_rng(0).integers(0, 256, (320, case.side, case.side, case.channels))
    data = open_data((x.astype(np.uint8), np.arange(320) % 10))
    update = {"batch": case.batch, "precision": "auto", "warmup": 0.0} | change
    recipe = choose_recipe(data, epochs=10**6).model_copy(update=update)
    with tempfile.TemporaryDirectory() as place:
        job = Job.fresh(data, case.net, recipe, RunFolder(Path(place)))
        with job.surroundings():
            state = State.fresh(job.module(), recipe)
            rows = np.arange(case.batch)
            for _ in range(3):
                train_step(job, state, read(job, rows, 1))
            pipe.send((job.precision, torch.get_num_threads()))
            while (seconds := pipe.recv()) is not None:
                start, steps = time.perf_counter(), 0
                while steps == 0 or time.perf_counter() - start < seconds:
                    train_step(job, state, read(job, rows, 1))
                    steps += 1
                pipe.send((time.perf_counter() - start) / steps)


def measure(case: Case, rounds: int, seconds: float) -> tuple[dict[str, float], str]:
    """The median seconds of a step for every variant, and how the machine chose."""
    context = multiprocessing.get_context("spawn")
    ends, processes, chosen = {}, [], ""
    for name, change in VARIANTS.items():
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(case, change, theirs))
        process.start()
        processes.append(process)
        precision, threads = ours.recv()
        chosen = chosen or f"{precision}, {threads} threads"
        ends[name] = ours
    times: dict[str, list[float]] = {name: [] for name in VARIANTS}
    for _ in range(rounds):
        for name, end in ends.items():
            end.send(seconds)
            times[name].append(end.recv())
    for end, process in zip(ends.values(), processes, strict=True):
        end.send(None)
        process.join()
    return {name: statistics.median(values) for name, values in times.items()}, chosen


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=float, default=1.0, help="of a variant in a round")
    options.add_argument("--only", help="a net")
    given = options.parse_args()
    rows, chosen = [], ""
    for case in CASES:
        if given.only in (None, case.net):
            medians, chosen = measure(case, given.rounds, given.seconds)
            full = medians["all on"]
            ratios = [f"{medians[name] / full:.2f}" for name in list(VARIANTS)[1:]]
            size = f"{case.channels}x{case.side}x{case.side}, {case.batch}"
            rows.append([case.net, size, f"{case.batch / full:,.0f}", *ratios])
    head = ["net", "pictures, batch", "images/s", *list(VARIANTS)[1:]]
    title = f"Training steps ({chosen} chosen); how many times longer with one switch turned"
    again = f"python benchmarks/speed.py --rounds {given.rounds} --seconds {given.seconds:g}"
    publish(
        "speed" if given.only is None else f"speed-{given.only}", title, table(head, rows), again
    )


if __name__ == "__main__":
    main()
