"""Random numbers by counting: a value depends on its coordinates alone, never on what came before.

Order, splits and augmentation all draw from here, so that a picture's fate is the same in any
batch, with any number of workers, after any interruption.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]

# One number per use, so that two uses with the same seed never share a stream.
# 4 is what dropout drops, in svertka.train.step.
ORDER, AUGMENT, SPLIT, BALANCE, MIX, FEW, MIRROR = 1, 2, 3, 5, 6, 7, 8

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MASK = (1 << 64) - 1


def splitmix64(x: U64) -> U64:
    """Mix 64-bit counters into 64 well-mixed bits each (Steele, Lea, Flood 2014).

    >>> hex(splitmix64(np.array([0], np.uint64))[0])
    '0xe220a8397b1dcdaf'
    """
    with np.errstate(over="ignore"):
        z = x + _STEP
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def key(*parts: int) -> np.uint64:
    """One 64-bit key from a few integers; every order and every value matters."""
    state = np.zeros(1, np.uint64)
    for part in parts:
        state = splitmix64(state ^ np.uint64(part & _MASK))
    return np.uint64(state[0])


def uniform(stream: np.uint64, indices: npt.ArrayLike, columns: int) -> npt.NDArray[np.float64]:
    """Numbers in [0, 1), shape (len(indices), columns): row i depends on stream and indices[i].

    >>> row = uniform(key(7), [41], 3)
    >>> bool((uniform(key(7), [5, 41, 9], 3)[1] == row).all())
    True
    """
    rows = splitmix64(np.asarray(indices).astype(np.uint64) ^ stream)
    bits = splitmix64(rows[:, None] ^ splitmix64(np.arange(columns, dtype=np.uint64))[None, :])
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def order(seed: int, epoch: int, n: int) -> npt.NDArray[np.int64]:
    """The order in which an epoch meets its ``n`` pictures: a permutation of 0..n-1.

    A function of (seed, epoch, n) alone, equal on every machine.

    >>> order(0, 1, 5).tolist() == order(0, 1, 5).tolist()
    True
    """
    bits = splitmix64(splitmix64(np.arange(n, dtype=np.uint64)) ^ key(ORDER, seed, epoch))
    return np.argsort(bits, kind="stable").astype(np.int64, copy=False)
