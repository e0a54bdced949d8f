"""How many pictures a second trained nets answer, measured in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

from svertka import runtime
from svertka.data import Pictures
from svertka.predict import Predictor

BATCH = 64
ROUNDS = 7
_SECONDS = 0.05  # of one measurement at least: shorter ones measure the clock


def answering_pace(
    predictors: Mapping[str, Predictor], pictures: Pictures
) -> dict[str, dict[int, float]]:
    """Pictures a second from uint8 to logits, for each net one by one and ``BATCH`` at once.

    The nets take turns, so that whatever else the machine does meets them alike; medians over
    ``ROUNDS``. The smaller of ``BATCH`` and the number of pictures is the second key.
    """
    sizes = sorted({1, min(BATCH, len(pictures))})
    jobs = {
        (name, size): _job(predictor, pictures, size)
        for name, predictor in predictors.items()
        for size in sizes
    }
    found: dict[tuple[str, int], list[float]] = {key: [] for key in jobs}
    # where others keep the processors busy, threads would mostly measure how they wait
    runtime.set_threads(runtime.pick_threads(runtime.pick_device()))
    try:
        for job in jobs.values():
            job()  # the first call builds kernels
        for _ in range(ROUNDS):
            for (name, size), job in jobs.items():
                found[name, size].append(_rate(job, size))
    finally:
        runtime.set_threads()
    return {
        name: {size: statistics.median(found[name, size]) for size in sizes} for name in predictors
    }


def _job(predictor: Predictor, pictures: Pictures, size: int) -> Callable[[], object]:
    x = pictures.take(range(size))
    return lambda: predictor.logits(x)


def _rate(job: Callable[[], object], size: int) -> float:
    start, count = time.perf_counter(), 0
    while count == 0 or time.perf_counter() - start < _SECONDS:
        job()
        count += 1
    return count * size / (time.perf_counter() - start)
