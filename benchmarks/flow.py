"""What recording gradient flow costs: steps that are recorded beside steps that are not.

    python benchmarks/flow.py [--seconds 20] [--only house_s]

In one training plain and recorded steps take turns, so that whatever else the machine does meets
them alike. Each pair gives a ratio; shown is the median with the middle half. A step that the
recorder passes over pays for being asked about, which is measured alone. The cost is what a
training pays at its beginning, where records are the most frequent. Each net takes so many seconds;
results go to benchmarks/results/.
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
from svertka.train import choose_recipe
from svertka.train.batches import read
from svertka.train.job import Job
from svertka.train.state import State
from svertka.train.step import train_step, unobserved
from tables import publish, table


def measure(case: Case, seconds: float) -> tuple[list[float], list[float], float]:
    """The seconds of plain and of recorded steps, pair by pair, and of asking the recorder."""
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
            end = time.perf_counter() + seconds
            while time.perf_counter() < end or len(times["plain"]) < 8:
                turn = 1 if len(times["plain"]) % 2 else -1  # neither is always the first
                for name in list(observers)[::turn]:
                    batch = read(job, rows, 1)
                    start = time.perf_counter()
                    with observers[name](state.model, state.step):
                        train_step(job, state, batch)
                    times[name].append(time.perf_counter() - start)
            never = Recorder(folder, every=10**9)
            start = time.perf_counter()
            for step in range(1, 1001):
                with never(state.model, step):
                    pass
            asked = (time.perf_counter() - start) / 1000
    return times["plain"][2:], times["recorded"][2:], asked


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seconds", type=float, default=20, help="for each net")
    options.add_argument("--only", help="a net")
    given = options.parse_args()
    rows = []
    for case in CASES:
        if given.only in (None, case.net):
            plain, recorded, asked = measure(case, given.seconds)
            pairs = zip(recorded, plain, strict=True)
            low, middle, high = statistics.quantiles((r / p for r, p in pairs), n=4)
            step = statistics.median(plain)
            cost = (middle - 1) / EVERY + asked / step
            size = f"{case.side}", f"{case.batch}", f"{len(plain)}", f"{1e3 * step:.1f}"
            told = f"{middle:.3f} ({low:.3f} to {high:.3f})", f"{1e6 * asked:.1f}"
            rows.append((case.net, *size, *told, f"{100 * cost:.2f}%"))
    head = ("net", "side", "batch", "pairs", "step, ms", "recorded / plain", "asked, us")
    head += (f"cost, each {EVERY}th recorded",)
    title = "What recording gradient flow adds to a training; wanted: 3% at most"
    publish(
        "flow", title, table(head, rows), f"python benchmarks/flow.py --seconds {given.seconds:g}"
    )


if __name__ == "__main__":
    main()
