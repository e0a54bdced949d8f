"""Which picture goes to which part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from svertka.data import open_data
from svertka.data.dataset import Problem
from svertka.data.split import split

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


def test_identical_pictures_are_kept_together_and_conflicts_told():
    x = np.concatenate([X, X[:20], X[:20]])
    y = np.concatenate([Y, Y[:20], Y[:20]])
    y[45] = 1 - y[45]
    dataset = open_data((x, y), seed=2)
    where = {}
    for name, part in dataset.parts.items():
        for picture in part.x:
            where.setdefault(picture.tobytes(), set()).add(name)
    assert all(len(names) == 1 for names in where.values())
    (problem,) = dataset.problems
    assert problem == Problem("45", f"filed under '{y[45]}', but 5 is identical and under '{Y[5]}'")


def test_pictures_shared_by_given_parts_are_told(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[3:5], y_test=Y[3:5])
    dataset = open_data(tmp_path / "a.npz")
    assert [p.path for p in dataset.problems] == ["test/0", "test/1"]
    assert "identical to train/3 of" in dataset.problems[0].reason


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=120),
    st.lists(st.floats(0.01, 0.4), min_size=1, max_size=2),
    st.integers(0, 5),
    st.integers(1, 200),
)
def test_splits_are_whole_stratified_and_keep_families(labels, shares, seed, variety):
    y = np.array(labels)
    random = np.random.default_rng(variety)
    digests = random.integers(0, 256, (variety, 16), np.uint8)[random.integers(0, variety, len(y))]
    parts = split(y, digests, shares, seed)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(y)))
    place = np.empty(len(y), int)
    for number, rows in enumerate(parts):
        place[rows] = number
    for family in np.unique(digests, axis=0):
        assert len(set(place[(digests == family).all(axis=1)])) == 1
    assert set(y[parts[0]]) == set(y)


def test_splits_follow_the_shares_class_by_class():
    y = np.repeat([0, 1, 2], [1000, 200, 7])
    digests = RANDOM.integers(0, 256, (len(y), 16), np.uint8)
    train, val, test = split(y, digests, [0.15, 0.1], seed=0)
    assert np.bincount(val).sum() == len(val)
    assert np.bincount(y[val]).tolist() == [150, 30, 1]
    assert np.bincount(y[test]).tolist() == [100, 20, 1]
    assert len(train) == len(y) - len(val) - len(test)


def test_a_split_depends_on_seed_and_content_not_on_order():
    y = np.arange(300) % 3
    digests = RANDOM.integers(0, 256, (300, 16), np.uint8)
    shuffled = RANDOM.permutation(300)
    (_, val), (_, again) = (
        split(y, digests, [0.2], 1),
        split(y[shuffled], digests[shuffled], [0.2], 1),
    )
    assert set(shuffled[again]) == set(val)
    assert set(split(y, digests, [0.2], 2)[1]) != set(val)
