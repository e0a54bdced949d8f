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


def exact(figure: Figure, n: int) -> Figure:
    """A share of ``n`` pictures with its exact interval where all were right, or none.

    Resamples of them are all alike and say nothing (Clopper and Pearson 1934: with no failure in n
    the share may be as low as the n-th root of 0.025).

    >>> exact(Figure(1.0, 1.0, 1.0), 27)
    Figure(value=1.0, low=0.8722..., high=1.0)
    """
    least = ((1 - LEVEL) / 2) ** (1 / n)
    if figure.low == figure.high == 1.0:
        return Figure(1.0, least, 1.0)
    if figure.low == figure.high == 0.0:
        return Figure(0.0, 0.0, 1.0 - least)
    return figure
