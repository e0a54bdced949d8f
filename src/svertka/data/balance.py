"""Unequal classes: an order in which each comes equally often, and weights that make up for them.

A net that is shown hundreds of one class and few of another learns to answer the first. Source:
Buda, Maki and Mazurowski, A systematic study of the class imbalance problem in convolutional
neural networks, 2018: showing small classes more often helps most, and does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from svertka.data.counter import BALANCE, key, order, splitmix64


def balanced_order(seed: int, epoch: int, y: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """An epoch's ``len(y)`` visits to pictures of the classes ``y``, all classes equally often.

    Visit ``v`` is to picture ``v % n`` for the time ``v // n`` in this epoch, so that augmentation
    can bend it anew. Of a class that is too large an epoch meets a part, another one each time.
    A function of (seed, epoch, y) alone.

    >>> y = np.array([0, 0, 0, 0, 0, 1])
    >>> visits = balanced_order(0, 1, y)
    >>> sorted(y[visits % 6].tolist()), sorted(visits[visits % 6 == 5].tolist())
    ([0, 0, 0, 1, 1, 1], [5, 11, 17])
    """
    n = len(y)
    rows = order(seed, epoch, n)
    rows = rows[np.argsort(y[rows], kind="stable")]
    _, starts = np.unique(y[rows], return_index=True)
    visits = []
    for place, own in enumerate(np.split(rows, starts[1:])):
        count = n // len(starts) + (place < n % len(starts))
        time, which = np.divmod(np.arange(count), len(own))
        visits.append(own[which] + n * time)
    found = np.concatenate(visits)
    bits = splitmix64(splitmix64(found.astype(np.uint64)) ^ key(BALANCE, seed, epoch))
    return found[np.argsort(bits, kind="stable")]


def label_weights(counts: Sequence[int], pictures: int) -> tuple[float, ...]:
    """What a picture with each label counts for, so that those with it and without it count alike.

    A label that all pictures have, or none, gets 1.

    >>> label_weights([2, 8, 0], 8)
    (3.0, 1.0, 1.0)
    """
    return tuple((pictures - n) / n if 0 < n < pictures else 1.0 for n in counts)


def class_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """What a picture of each class counts for, so that all classes count alike; 1 in the mean.

    Source: King and Zeng 2001; scikit-learn calls it balanced. A class without pictures gets 1.

    >>> class_weights([6, 2, 0])
    (0.6666666666666666, 2.0, 1.0)
    """
    present = sum(count > 0 for count in counts)
    return tuple(sum(counts) / (present * count) if count else 1.0 for count in counts)
