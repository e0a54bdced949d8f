"""Noisy pictures with a bar: lying, standing or none. A data set that a tiny net learns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from svertka.data import Dataset, open_data

NET = "conv8-bn-relu-pool-conv16-bn-relu-drop0.1-gap-fc3"


def arrays(n: int, seed: int = 0) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """``n`` pictures (n, 10, 10, 1) and their classes."""
    generator = np.random.default_rng(seed)
    y = np.arange(n, dtype=np.int64) % 3
    x = generator.integers(0, 100, size=(n, 10, 10, 1), dtype=np.uint8)
    for picture, label in zip(x, y, strict=True):
        at = generator.integers(1, 9)
        if label == 1:
            picture[at, 1:9] += 120
        if label == 2:
            picture[1:9, at] += 120
    return x, y


def dataset(n: int = 420) -> Dataset:
    """The pictures, cut into parts."""
    return open_data(arrays(n))
