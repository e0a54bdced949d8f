"""Which picture goes to which part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, StratifiedGroupKFold

from svertka.data import open_data
from svertka.data.dataset import Problem
from svertka.data.split import ALWAYS, cut_folds, joined, split

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


def connected(*numberings):
    """What belongs together, by a search from every row."""
    n = len(numberings[0])
    found = [-1] * n
    for start in range(n):
        pending = [start]
        while pending:
            row = pending.pop()
            if found[row] < 0:
                found[row] = start
                pending += [
                    other for other in range(n) if any(g[other] == g[row] for g in numberings)
                ]
    return found


grouped = st.integers(1, 80).flatmap(
    lambda n: st.tuples(
        *(
            st.lists(st.integers(0, most), min_size=n, max_size=n).map(np.array)
            for most in (3, max(1, n // 2), n)  # classes, a named column, likeness
        )
    )
)


@given(grouped, st.lists(st.tuples(st.integers(0, 79), st.integers(0, 79)), max_size=9))
def test_joining_is_a_search(case, pairs):
    _, column, alike = case
    pairs = np.array(pairs, np.int64).reshape(-1, 2) % len(column)
    links = np.tile(np.arange(len(column)), (len(pairs), 1))  # each pair as a numbering of its own
    links[np.arange(len(pairs)), pairs[:, 1]] = pairs[:, 0]
    theirs = connected(column, alike, *links)
    order = {first: number for number, first in enumerate(dict.fromkeys(theirs))}
    ours = joined(column, alike, pairs=pairs)
    assert ours.tolist() == [order[first] for first in theirs]
    assert np.array_equal(joined(column, alike), joined(column, alike, pairs=pairs[:0]))


@given(grouped, st.lists(st.floats(0.05, 0.4), min_size=1, max_size=2), st.integers(0, 5))
def test_no_group_crosses_the_parts(case, shares, seed):
    y, column, alike = case
    digests = np.random.default_rng(seed).integers(0, 256, (len(y), 16), np.uint8)
    parts = split(y, digests, shares, seed, column, alike)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(y)))
    place = np.empty(len(y), int)
    for number, rows in enumerate(parts):
        place[rows] = number
    family = connected(column, alike)
    assert len(set(zip(family, place.tolist(), strict=True))) == len(set(family))
    assert set(y[parts[0]]) == set(y)


@given(grouped, st.integers(2, 6), st.integers(0, 5))
def test_no_group_crosses_the_folds_and_every_class_can_be_learned(case, folds, seed):
    y, column, alike = case
    digests = np.random.default_rng(seed).integers(0, 256, (len(y), 16), np.uint8)
    fold = cut_folds(y, digests, folds, seed, column, alike)
    family = np.array(connected(column, alike))
    assert len(set(zip(family, fold, strict=True))) == len(set(family))
    for number in range(folds):
        assert set(y[fold == number]) <= set(y[fold != number])
    for row in np.flatnonzero(fold == ALWAYS):  # only for a class that is in one group alone
        held = y[family == family[row]]
        assert any(set(family[y == label]) == {family[row]} for label in held)


@given(st.lists(st.integers(0, 5), min_size=10, max_size=150), st.integers(2, 7))
def test_folds_of_single_pictures_are_even(labels, folds):
    y = np.array(labels)
    fold = cut_folds(y, np.random.default_rng(0).integers(0, 256, (len(y), 16), np.uint8), folds, 0)
    for label in np.unique(y):
        counts = np.bincount(fold[(y == label) & (fold >= 0)], minlength=folds)
        assert counts.max() - counts.min() <= 1
    counts = np.bincount(fold[fold >= 0], minlength=folds)
    assert counts.max() - counts.min() <= len(set(labels))


def test_folds_of_groups_are_as_even_as_scikit_learns():
    """Patients with several pictures of several classes: the spread of class shares over folds."""
    rng = np.random.default_rng(1)
    for seed in range(5):
        patients = rng.integers(0, 60, 900)
        y = (rng.random(900) < rng.beta(1, 3, 60)[patients]).astype(np.int64)
        digests = rng.integers(0, 256, (900, 16), np.uint8)
        ours = cut_folds(y, digests, 5, seed, patients)
        theirs = np.empty(900, int)
        judge = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        for number, (_, rows) in enumerate(judge.split(y, y, patients)):
            theirs[rows] = number
        spread = [np.ptp([y[fold == k].mean() for k in range(5)]) for fold in (ours, theirs)]
        assert spread[0] <= spread[1] + 0.01
        assert np.ptp(np.bincount(ours)) <= 30


@given(grouped, st.integers(2, 6), st.integers(0, 5))
def test_no_group_crosses_the_folds_of_labels_and_every_label_can_be_learned(case, folds, seed):
    kind, column, alike = case
    rng = np.random.default_rng(seed)
    y = ((kind[:, None] == np.arange(4)) | (rng.random((len(kind), 4)) < 0.2)).astype(np.uint8)
    fold = cut_folds(y, rng.integers(0, 256, (len(y), 16), np.uint8), folds, seed, column, alike)
    family = np.array(connected(column, alike))
    assert len(set(zip(family, fold, strict=True))) == len(set(family))
    for number in range(folds):
        asked, learned = y[fold == number].any(axis=0), y[fold != number].any(axis=0)
        assert not (asked & ~learned).any()


def test_folds_of_labels_are_evener_than_chance():
    """The measures of Sechidis et al. (2011): labels and examples over the folds, against k-fold
    by chance (scikit-learn)."""
    rng = np.random.default_rng(2)
    y = (rng.random((600, 6)) < (0.5, 0.3, 0.1, 0.05, 0.02, 0.01)).astype(np.uint8)
    ours = cut_folds(y, rng.integers(0, 256, (600, 16), np.uint8), 5, 0)
    theirs = np.empty(600, int)
    for number, (_, rows) in enumerate(KFold(5, shuffle=True, random_state=0).split(y)):
        theirs[rows] = number
    counts = [np.array([y[fold == k].sum(axis=0) for k in range(5)]) for fold in (ours, theirs)]
    spread = [np.ptp(count, axis=0) for count in counts]
    assert spread[0].max() <= 2
    assert (spread[0] <= spread[1]).all()
    assert np.ptp(np.bincount(ours)) <= 2


def test_a_split_by_groups_follows_the_shares():
    rng = np.random.default_rng(2)
    patients, y = rng.integers(0, 150, 3000), rng.integers(0, 3, 3000)
    digests = rng.integers(0, 256, (3000, 16), np.uint8)
    parts = split(y, digests, [0.15, 0.15], 0, patients)
    for rows, share in zip(parts, (0.7, 0.15, 0.15), strict=True):
        assert np.abs(np.bincount(y[rows]) / np.bincount(y) - share).max() < 0.02
