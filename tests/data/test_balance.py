"""Class-balanced order and weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from svertka.data import AugmentPolicy, Pictures, batch_rows, load
from svertka.data.balance import balanced_order, class_weights
from svertka.data.contract import InputContract

labels = st.lists(st.integers(0, 6), min_size=1, max_size=200).map(np.array)


@given(labels, st.integers(0, 2**63), st.integers(0, 10**6))
def test_every_class_comes_equally_often_and_no_visit_twice(y, seed, epoch):
    visits = balanced_order(seed, epoch, y)
    n, present = len(y), np.unique(y)
    assert len(visits) == len(set(visits.tolist())) == n
    counts = np.bincount(y[visits % n], minlength=7)[present]
    assert counts.max() - counts.min() <= 1
    # Within a class no picture is seen again before all have been.
    for k in present:
        seen = np.bincount((visits % n)[y[visits % n] == k], minlength=n)[y == k]
        assert seen.max() - seen.min() <= 1
    # The times of a picture are 0, 1, 2, ...
    assert all(v < n or v - n in set(visits.tolist()) for v in visits.tolist())


def test_it_is_a_function_of_seed_and_epoch():
    y = np.arange(100) % 7 % 3
    orders = {balanced_order(s, e, y).tobytes() for s in (0, 1) for e in (1, 2)}
    assert len(orders) == 4
    assert balanced_order(1, 2, y).tobytes() in orders


def test_classes_are_mixed_and_a_large_one_changes_its_part():
    y = np.array([0] * 900 + [1] * 100)
    first, second = (balanced_order(0, epoch, y) for epoch in (1, 2))
    halves = [y[half % 1000].mean() for half in np.array_split(first, 2)]
    assert halves == pytest.approx([0.5, 0.5], abs=0.08)  # two and a half standard errors
    common = set((first % 1000)[y[first % 1000] == 0]) & set((second % 1000)[y[second % 1000] == 0])
    assert len(common) == pytest.approx(500 * 500 / 900, abs=40)


@given(labels)
def test_weights_are_scikit_learns(y):
    ours = class_weights(np.bincount(y, minlength=7).tolist())
    present = np.unique(y)
    theirs = compute_class_weight("balanced", classes=present, y=y)
    assert np.array(ours)[present] == pytest.approx(theirs)


def test_a_picture_is_bent_anew_at_each_visit():
    """And at its first visit as it is without balance."""
    x = np.random.default_rng(0).integers(0, 256, (10, 6, 6, 1), np.uint8)
    y = np.array([0] * 9 + [1])
    pictures = Pictures(x, y, tuple(map(str, range(10))))
    contract = InputContract(size=(6, 6), channels=1, mean=(0.5,), std=(0.2,), classes=("a", "b"))
    policy = AugmentPolicy(rotate=40)
    (rows,) = batch_rows(10, size=10, seed=0, epoch=1, balance=y)
    assert sorted(rows[rows % 10 == 9].tolist()) == [9, 19, 29, 39, 49]
    bent, classes = load(pictures, rows, contract, epoch=1, policy=policy)
    assert classes.tolist() == y[rows % 10].tolist()
    times = bent[rows % 10 == 9]
    assert len({picture.numpy().tobytes() for picture in times}) == 5
    alone, _ = load(pictures, np.array([9]), contract, epoch=1, policy=policy)
    assert (bent[rows == 9] == alone).all()
