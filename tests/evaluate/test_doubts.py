"""Likely label errors, against the counting rule of the paper written as a loop."""

import numpy as np
import pytest

from svertka.errors import UsageError
from svertka.evaluate import doubts, label_doubts


def noisy(n=600, k=4, share=0.1, seed=0):
    """Answers of a fair network, and labels of which a share is wrong."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % k
    logits = rng.gumbel(0, 0.5, (n, k))
    logits[np.arange(n), truth] += rng.normal(4, 1.2, n)
    p = np.exp(logits)
    y = truth.copy()
    wrong = rng.permutation(n)[: int(share * n)]
    y[wrong] = (y[wrong] + rng.integers(1, k, len(wrong))) % k
    return p / p.sum(axis=1, keepdims=True), y, truth


def test_the_rule_is_that_of_the_paper():
    p, y, _ = noisy()
    wont = [
        np.mean([row[j] for row, label in zip(p, y, strict=True) if label == j]) for j in range(4)
    ]
    wanted = {}
    for i, (row, label) in enumerate(zip(p, y, strict=True)):
        claims = [j for j in range(4) if row[j] >= wont[j]]
        best = max(claims, key=lambda j: row[j], default=label)
        if best != label and row[best] > row[label]:
            wanted[i] = best
    found = doubts(p, y)
    assert {doubt.index: doubt.better for doubt in found} == wanted
    own = [doubt.label_probability for doubt in found]
    assert own == sorted(own) == [p[d.index, y[d.index]] for d in found]


def test_planted_errors_are_found():
    p, y, truth = noisy()
    found = doubts(p, y)
    wrong = set(np.flatnonzero(y != truth).tolist())
    hits = {doubt.index for doubt in found} & wrong
    assert len(hits) / len(wrong) > 0.7  # recall
    assert len(hits) / len(found) > 0.9  # precision
    assert np.mean([doubt.better == truth[doubt.index] for doubt in found]) > 0.9


def test_right_labels_and_odd_input():
    p = np.eye(3)[[0, 1, 2, 0]] * 0.9 + 1 / 30
    assert doubts(p, np.array([0, 1, 2, 0])) == ()
    # A class without a picture claims none, however probable it is.
    assert doubts(p, np.array([0, 1, 1, 0])) == ()
    assert doubts(np.zeros((0, 3)), np.zeros(0, np.int64)) == ()
    with pytest.raises(UsageError):
        doubts(p, np.array([0]))


def test_each_label_by_itself_is_a_case_of_two_classes():
    rng = np.random.default_rng(4)
    y = (rng.random((300, 3)) < (0.5, 0.3, 0.1)).astype(np.int64)
    p = 1 / (1 + np.exp(-(rng.normal(size=y.shape) + 4 * y - 2)))
    turned = y.copy()
    turned[:20, 1] = 1 - turned[:20, 1]
    found = label_doubts(p, turned)
    for k in range(3):
        own, has = p[:, k], turned[:, k] == 1
        given, lacking = own[has].mean(), (1 - own[~has]).mean()
        extra = np.flatnonzero(has & (1 - own >= lacking) & (own < 0.5))
        missing = np.flatnonzero(~has & (own >= given) & (own > 0.5))
        assert {d.index for d in found[k]} == {*extra.tolist(), *missing.tolist()}
        assert all(d.better == 1 - turned[d.index, k] for d in found[k])
    assert len({d.index for d in found[1]} & set(range(20))) >= 12
