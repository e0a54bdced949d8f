"""Histograms of oriented gradients: our layer against scikit-image's function.

    python benchmarks/hog.py [--rounds 7] [--threads 1]

10,000 pictures of 28x28 in one call of the layer; scikit-image goes picture by picture, so that it
is timed on some of them and scaled up. Both take turns; medians over the rounds. What they give is
compared first. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from skimage.feature import hog

from svertka import runtime
from svertka.data import open_data
from svertka.nets.fixed import Hog
from tables import publish, table

PICTURES, TIMED = 10_000, 500
CELLS = (8, 4)


def pictures() -> np.ndarray:
    """Real digits, (10,000, 28, 28) from 0 to 1; there are fewer, so some come twice."""
    x = open_data("digits").train.x[..., 0]
    return np.resize(x, (PICTURES, 28, 28)).astype(np.float32) / 255


def ours(layer: Hog, x: torch.Tensor) -> np.ndarray:
    """The layer's vectors in scikit-image's order."""
    with torch.inference_mode():
        return layer(x).permute(0, 2, 3, 1).flatten(1).numpy()


def theirs(cell: int, x: np.ndarray) -> np.ndarray:
    """scikit-image's vectors, one picture after the other: it takes no more at once."""
    return np.array([hog(p, 9, (cell, cell), (2, 2), block_norm="L2-Hys") for p in x])


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def measure(cell: int, x: np.ndarray, rounds: int) -> tuple[str, ...]:
    """One line of the table."""
    layer, batch = Hog(cell), torch.from_numpy(x)[:, None]
    apart = float(np.abs(ours(layer, batch[:TIMED]) - theirs(cell, x[:TIMED])).max())
    times = [
        (
            seconds(lambda: ours(layer, batch)),
            seconds(lambda: theirs(cell, x[:TIMED])) * len(x) / TIMED,
        )
        for _ in range(rounds)
    ]
    our, their = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(b / a for a, b in times)
    return f"{cell}", f"{our:.2f} s", f"{their:.1f} s", f"{ratio:.0f}", f"{apart:.1e}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--threads", type=int, help="of torch; all cores without it")
    given = options.parse_args()
    threads = runtime.set_threads(given.threads)
    x = pictures()
    rows = [measure(cell, x, given.rounds) for cell in CELLS]
    head = ("pixels a cell", "svertka", "scikit-image", "times faster", "largest difference")
    version = importlib.metadata.version("scikit-image")
    title = f"HOG of {PICTURES:,} digits, {threads} threads, scikit-image {version}"
    publish("hog", title, table(head, rows), f"python benchmarks/hog.py --rounds {given.rounds}")


if __name__ == "__main__":
    main()
