"""What is computed of every picture once: against sums in whole numbers, one by one."""

import hashlib

import numpy as np
import pytest

from svertka.data import packed
from svertka.data.packed import describe


@pytest.mark.parametrize(
    "shape", [(9, 28, 28, 1), (5, 33, 17, 3), (4, 1, 5, 7), (2, 1 << 16, 1, 2), (2, 70_000, 1, 2)]
)
def test_sums_and_squares_are_exact(monkeypatch, shape):
    x = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    x[-1] = 255  # the largest sums that there are
    values = x.reshape(len(x), -1, shape[-1]).astype(np.int64)
    for room in (1, 1 << 21):
        monkeypatch.setattr(packed, "_VALUES_AT_ONCE", room)
        found = describe(x)
        assert np.array_equal(found["sums"], values.sum(axis=1))
        assert np.array_equal(found["squares"], (values**2).sum(axis=1))
        for row, picture in zip(found["digests"], x, strict=True):
            assert row.tobytes() == hashlib.blake2b(picture.tobytes(), digest_size=16).digest()
