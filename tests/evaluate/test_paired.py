from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import average_precision_score, f1_score

from svertka.errors import UsageError
from svertka.evaluate.bootstrap import bootstrap
from svertka.evaluate.figures import Case
from svertka.evaluate.labels import LabelCase
from svertka.evaluate.paired import UNSEEN, differences, holm, label_samples, samples

RNG = np.random.default_rng


def only_wrong_at(places, n):
    """Answers to n pictures of class 0 that are 1 at ``places``."""
    answers = np.zeros(n, int)
    answers[list(places)] = 1
    return answers


def accuracy(*trainings, n=None):
    rows = np.array(trainings)
    return samples(np.zeros(rows.shape[1], int), rows, 2)["accuracy"]


@pytest.mark.parametrize(("b", "c"), [(15, 4), (6, 0), (30, 30), (3, 1), (0, 0)])
def test_with_one_training_it_is_mcnemars_test(b, c):
    """Edwards's formula by hand: (|b - c| - 1)² / (b + c) is chi-squared with 1 degree."""
    n = 20_000  # so many pictures that Student's t is the normal distribution
    first = accuracy(only_wrong_at(range(c), n))
    second = accuracy(only_wrong_at(range(100, 100 + b), n))
    (found,) = differences([(first, second)])
    assert found.value == pytest.approx((b - c) / n)
    by_hand = 1.0
    if b + c:
        by_hand = stats.chi2.sf(max(0, abs(b - c) - 1) ** 2 / (b + c), 1)
    assert found.p == pytest.approx(by_hand, abs=2e-4)
    if b + c:
        exact = stats.binomtest(b, b + c).pvalue
        assert found.p == pytest.approx(exact, abs=0.03)


def test_p_agrees_with_a_permutation_test_of_the_pictures():
    """Trainings that all end alike: only the pictures are chance, and signs can be exchanged."""
    rng = RNG(3)
    first, second = (rng.random(400) < p for p in (0.04, 0.07))
    a, b = accuracy(*[first.astype(int)] * 3), accuracy(*[second.astype(int)] * 3)
    (found,) = differences([(a, b)])
    exchanged = stats.permutation_test(
        (first.astype(float), second.astype(float)),
        lambda x, y: np.mean(x - y),
        permutation_type="samples",
        n_resamples=20_000,
        rng=1,
    )
    assert found.p == pytest.approx(exchanged.pvalue, abs=0.01)
    assert 0.001 < found.p < 0.05


def test_trainings_count_by_welchs_formula():
    """Every picture as hard as any other: what is left is Welch's t-test of the accuracies."""
    n, rng = 1_000_000, RNG(0)
    wrong = [[30_000, 36_000, 27_000], [47_000, 39_000, 41_000]]
    nets = [
        accuracy(*[only_wrong_at(rng.choice(n, k, replace=False), n) for k in ks]) for ks in wrong
    ]
    (found,) = differences([(nets[0], nets[1])])
    welch = stats.ttest_ind(nets[0].values, nets[1].values, equal_var=False)
    assert found.p == pytest.approx(welch.pvalue, rel=0.1)
    assert found.value == pytest.approx(np.mean(wrong[1]) / n - np.mean(wrong[0]) / n)


def test_the_interval_holds_zero_just_where_the_test_finds_nothing():
    rng, seen = RNG(5), set()
    for share in np.linspace(0.02, 0.1, 12):
        a = accuracy(*(rng.random((3, 500)) < 0.02).astype(int))
        b = accuracy(*(rng.random((3, 500)) < share).astype(int))
        (found,) = differences([(a, b)])
        assert (found.low > 0 or found.high < 0) == (found.p < 0.05)
        seen.add(found.real)
    assert seen == {True, False}


def test_nets_that_do_not_differ_are_seldom_called_different():
    """Pictures of unlike hardness, trainings of unlike luck: 5% at most in 300 tries, but for the
    chance of the tries themselves (99%: up to 8.7%). The trainings' luck left out, it is 30%."""
    rng, tries = RNG(1), 300
    false = 0
    for _ in range(tries):
        hard = rng.normal(2.6, 1, 1000)

        def net(hard=hard):
            luck = rng.normal(0, 0.15, (3, 1))
            return accuracy(*(hard + rng.normal(0, 1, (3, 1000)) + luck < 0).astype(int))

        false += differences([(net(), net())])[0].p < 0.05
    assert false / tries <= 0.087


def test_macro_f1_is_sklearns_and_its_spread_the_bootstraps():
    rng = RNG(2)
    truth = rng.choice(4, 600, p=[0.5, 0.3, 0.15, 0.05])
    answers = np.where(rng.random(600) < 0.85, truth, rng.integers(0, 4, 600))
    found = samples(truth, answers[None], 4)
    assert found["f1_macro"].value == pytest.approx(f1_score(truth, answers, average="macro"))
    case = Case.of(np.eye(4)[answers], truth)
    drawn = bootstrap(lambda times: case.figures(times)[:2], 600, 2000, seed=0)
    for name, column in zip(("accuracy", "f1_macro"), drawn.T, strict=True):
        spread = np.sqrt(np.square(found[name].pull).sum())
        assert spread == pytest.approx(column.std(), rel=0.08)


def test_an_interval_stays_within_0_and_1_and_knows_what_few_pictures_tell():
    """Of 20 right answers in 20, Wilson's lower end is 1 / (1 + t² / 20)."""
    figure = accuracy(only_wrong_at([], 20)).figure
    t = stats.t.ppf(0.975, 19)
    assert (figure.value, figure.high) == (1.0, 1.0)
    assert figure.low == pytest.approx(1 / (1 + t**2 / 20))
    few = accuracy(only_wrong_at([0], 1000), only_wrong_at([1, 2], 1000)).figure
    assert 0 < few.low < few.value < few.high < 1


def test_pictures_that_a_training_has_not_seen_do_not_count():
    truth = np.zeros(6, int)
    answers = np.array([[0, 0, 1, UNSEEN, UNSEEN, UNSEEN], [UNSEEN, UNSEEN, UNSEEN, 0, 1, 1]])
    found = samples(truth, answers, 2)["accuracy"]
    np.testing.assert_allclose(found.values, [2 / 3, 1 / 3])
    assert found.pull.sum() == pytest.approx(0)


def test_holm_by_hand():
    assert holm([]) == []
    assert holm([0.2]) == [0.2]
    np.testing.assert_allclose(holm([0.9, 0.001, 0.02, 0.6]), [1.0, 0.004, 0.06, 1.0])


def test_pairs_are_corrected_together():
    a, b = accuracy(only_wrong_at(range(9), 500)), accuracy(only_wrong_at(range(20, 21), 500))
    (alone,) = differences([(a, b)])
    together = differences([(a, b), (a, a), (b, b), (a, a)])
    assert alone.real
    assert together[0].p_holm == pytest.approx(4 * alone.p)
    assert not together[0].real


@pytest.mark.parametrize("answers", [[0, 1], [[0, 1, 1]], [[UNSEEN, UNSEEN]], np.empty((0, 2))])
def test_arrays_that_do_not_fit_are_refused(answers):
    with pytest.raises(UsageError, match=r"expected|single answer"):
        samples([0, 1], answers, 2)


def drawn_labels(n, seed, strength):
    """Probabilities (n, 3) of labels, and the labels; ``strength`` is how much they agree."""
    rng = RNG(seed)
    y = (rng.random((n, 3)) < (0.5, 0.3, 0.2)).astype(int)
    return 1 / (1 + np.exp(-(rng.normal(size=y.shape) + strength * (y - 0.5)))), y


def test_of_labels_the_spread_is_the_bootstraps():
    p, y = drawn_labels(500, 0, 3.0)
    found = label_samples(y, p[None], [[0.4, 0.5, 0.6]])
    case = LabelCase.of(p, y, [0.4, 0.5, 0.6])
    assert found["map"].value == pytest.approx(average_precision_score(y, p))
    given = p >= np.array([0.4, 0.5, 0.6])
    assert found["f1_macro"].value == pytest.approx(f1_score(y, given, average="macro"))
    spread = bootstrap(case.figures, 500, 400, seed=0).std(axis=0)
    for name in ("map", "f1_macro"):
        error = np.sqrt(found[name].pull @ found[name].pull)
        assert error == pytest.approx(spread[case.NAMES.index(name)], rel=0.12)


def test_of_labels_a_better_net_is_told_and_an_equal_one_is_not():
    """False alarms among nets that are alike stay near one in twenty."""
    false, told = 0, 0
    for seed in range(60):
        p, y = drawn_labels(300, seed, 3.0)
        again = 1 / (1 + np.exp(-(RNG(seed + 999).normal(size=y.shape) + 3 * (y - 0.5))))
        worse = 1 / (1 + np.exp(-(RNG(seed + 999).normal(size=y.shape) + 2 * (y - 0.5))))
        a, b, c = (label_samples(y, one[None], [[0.5] * 3])["map"] for one in (p, again, worse))
        same, other = differences([(a, b)])[0], differences([(a, c)])[0]
        false, told = false + same.real, told + other.real
    assert false <= 8
    assert told >= 50


def test_of_labels_what_was_not_asked_does_not_count():
    p, y = drawn_labels(90, 3, 3.0)
    half = p.copy()
    half[60:] = np.nan
    found = label_samples(y, [half, p], [[0.5] * 3] * 2)
    assert found["map"].values[0] == pytest.approx(average_precision_score(y[:60], p[:60]))
    for wrong in (p, p[None, :, :2], np.full((1, 90, 3), np.nan)):
        with pytest.raises(UsageError):
            label_samples(y, wrong, [[0.5] * 3])
    with pytest.raises(UsageError):
        label_samples(0 * y, p[None], [[0.5] * 3])
