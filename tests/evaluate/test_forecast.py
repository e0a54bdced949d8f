"""What new pictures can be expected to show."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, f1_score

from svertka.errors import UsageError
from svertka.evaluate import score
from svertka.evaluate.forecast import forecast

CLASSES = ("a", "b", "c")
SHARES = np.array([[0.4, 0.05, 0.0], [0.03, 0.3, 0.02], [0.0, 0.05, 0.15]])


def drawn(n, rng):
    """Truth and answers of ``n`` pictures of a network that errs as ``SHARES`` says."""
    cells = rng.choice(9, n, p=SHARES.ravel())
    return cells // 3, cells % 3


def scores(truth, answer):
    return score(np.eye(3)[answer], truth, CLASSES, part="out-of-fold", resamples=1)


def test_the_figures_are_scikit_learns():
    truth, answer = drawn(500, np.random.default_rng(0))
    found = forecast(scores(truth, answer), 200)
    assert found.accuracy.value == pytest.approx(accuracy_score(truth, answer))
    assert found.f1_macro.value == pytest.approx(f1_score(truth, answer, average="macro"))


@pytest.mark.parametrize(("seen", "n"), [(400, 100), (200, 2000)])
def test_the_intervals_hold_what_new_pictures_show(seen, n):
    """Of 300 contests the share whose score falls into the interval, within what luck allows."""
    rng, inside = np.random.default_rng(1), np.zeros(2)
    for _ in range(300):
        found = forecast(scores(*drawn(seen, rng)), n)
        truth, answer = drawn(n, rng)
        shown = accuracy_score(truth, answer), f1_score(truth, answer, average="macro")
        figures = zip((found.accuracy, found.f1_macro), shown, strict=True)
        inside += [figure.low <= value <= figure.high for figure, value in figures]
    assert np.all(np.abs(inside / 300 - 0.95) < 0.04)


def test_more_pictures_make_it_surer_and_none_is_refused():
    found = scores(*drawn(400, np.random.default_rng(2)))
    few, many = (forecast(found, n).accuracy for n in (20, 5000))
    assert few.high - few.low > 2 * (many.high - many.low)
    assert "out-of-fold" in str(forecast(found, 20))
    with pytest.raises(UsageError, match="no pictures"):
        forecast(found, 0)


@pytest.mark.parametrize("seen", [10, 27, 400])
def test_no_mistake_so_far_promises_no_perfect_score(seen):
    """Against scipy's exact interval, and the share of contests with a mistake that it implies."""
    found = score(np.eye(2)[[0, 1] * (seen // 2)], [0, 1] * (seen // 2), ("a", "b"), resamples=5)
    seen = found.n
    least = binomtest(seen, seen).proportion_ci(method="exact").low
    for name in ("accuracy", "f1_macro", "balanced_accuracy"):
        assert (found.metrics[name].value, found.metrics[name].high) == (1, 1)
        assert found.metrics[name].low == pytest.approx(least)
    many = forecast(found, 100_000)
    assert many.accuracy.low == pytest.approx(least, abs=0.02)
    assert many.f1_macro == many.accuracy
    assert ("answers are few" in str(many)) == (seen < 30)


def test_no_right_answer_so_far():
    found = score(np.eye(2)[[1] * 20], [0] * 20, ("a", "b"), resamples=5)
    high = binomtest(0, 20).proportion_ci(method="exact").high
    assert (found.accuracy, found.metrics["accuracy"].low) == (0, 0)
    assert found.metrics["accuracy"].high == pytest.approx(high)
