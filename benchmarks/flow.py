"""What recording gradient flow costs: a step that is recorded beside one that is not.

    python benchmarks/flow.py [--steps 60] [--only house_s]

Recorded and plain steps take turns in one training, so that whatever else the machine does meets
them alike; medians. The cost is what the recorded ones add to a training in which they are as
frequent as at its beginning, where they are the most frequent. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from speed import CASES, Case
from svertka.data import open_data
from svertka.look.flow import EVERY, Recorder
from svertka.store import RunFolder
from svertka.train.batches import read
from svertka.train.job import Job
from svertka.train.recipe import choose_recipe
from svertka.train.state import State
from svertka.train.step import train_step, unobserved
from tables import publish, table


def measure(case: Case, steps: int) -> tuple[float, float]:
    """The median seconds of a plain step and of a recorded one."""
    x = np.random.default_rng(0).integers(0, 256, (320, case.side, case.side, case.channels))
    data = open_data((x.astype(np.uint8), np.arange(320) % 10))
    recipe = choose_recipe(data, epochs=10**6).model_copy(update={"batch": case.batch})
    with tempfile.TemporaryDirectory() as place:
        folder = RunFolder(Path(place))
        job = Job.fresh(data, case.net, recipe, folder)
        observers = {"plain": unobserved, "recorded": Recorder(folder, every=1)}
        times: dict[str, list[float]] = {name: [] for name in observers}
        with job.surroundings():
            state, rows = State.fresh(job.module(), recipe), np.arange(case.batch)
            for _ in range(steps + 2):
                for name, observe in observers.items():
                    batch = read(job, rows, 1)
                    start = time.perf_counter()
                    with observe(state.model, state.step):
                        train_step(job, state, batch)
                    times[name].append(time.perf_counter() - start)
    plain, recorded = (statistics.median(found[2:]) for found in times.values())
    return plain, recorded


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--steps", type=int, default=60, help="of each kind")
    options.add_argument("--only", help="a net")
    given = options.parse_args()
    rows = []
    for case in CASES:
        if given.only in (None, case.net):
            plain, recorded = measure(case, given.steps)
            cost = (recorded - plain) / plain / EVERY
            times = f"{1e3 * plain:.1f}", f"{1e3 * recorded:.1f}"
            rows.append((case.net, f"{case.side}", f"{case.batch}", *times, f"{100 * cost:.2f}%"))
    head = ("net", "side", "batch", "step, ms", "recorded, ms", f"cost, each {EVERY}th recorded")
    title = "What recording gradient flow adds to a training"
    publish("flow", title, table(head, rows), f"python benchmarks/flow.py --steps {given.steps}")


if __name__ == "__main__":
    main()
