"""The bootstrap (Efron 1979): what other samples of the same size could have shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from svertka.evaluate.scores import Figure

LEVEL = 0.95


def bootstrap(
    figures: Callable[[npt.NDArray[np.float64]], tuple[float, ...]],
    n: int,
    resamples: int,
    seed: int,
) -> npt.NDArray[np.float64]:
    """``figures`` of ``resamples`` draws of n out of n pictures with replacement, as (R, F).

    A draw is given as how many times each picture came, so nothing is copied or sorted.

    >>> bootstrap(lambda times: (times.sum(), times @ [0.0, 1.0]), 2, 3, seed=0).tolist()
    [[2.0, 2.0], [2.0, 1.0], [2.0, 0.0]]
    """
    generator = np.random.default_rng(seed)
    drawn = [
        figures(np.bincount(generator.integers(n, size=n), minlength=n).astype(np.float64))
        for _ in range(resamples)
    ]
    return np.array(drawn)


def interval(value: float, drawn: npt.NDArray[np.float64]) -> Figure:
    """The figure with the percentile interval of its resamples."""
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(float(value), float(low), float(high))
