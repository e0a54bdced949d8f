"""Adaline against least squares (numpy, scikit-learn) and by hand; Madaline against all corners."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from svertka.lessons.adaline import delta_rule, experiment, madaline
from svertka.lessons.board import board


def test_rule_by_hand():
    # Step 0.1, wanted 1 and 3. Error 1: w = 0.1 0.1. Then the sum is 0, error 3: w = 0.4 -0.2.
    # Left: 1 - 0.2 and 3 - 0.6, so the root of (0.8² + 2.4²) / 2 = 3.2 is shown.
    weights, errors = delta_rule(
        np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([1.0, 3.0]), 0.1, passes=1
    )
    assert np.allclose(weights, [0.4, -0.2])
    assert errors == pytest.approx([3.2**0.5])


def test_ends_at_least_squares():
    numbers = experiment(0.1).numbers
    assert numbers["pictures"] == 12
    assert numbers["distance"] < 1e-6
    assert numbers["error"] == pytest.approx(numbers["least"], abs=1e-4)


def test_small_steps_come_near_where_an_error_must_remain():
    x, wanted = board(spoiled=True)
    assert len(x) == 12 * 17
    model = LinearRegression().fit(x[:, :16], wanted)
    least = np.sqrt(np.mean((model.predict(x[:, :16]) - wanted) ** 2))
    found = [experiment(step, spoiled=True).numbers for step in (0.001, 0.01, 0.1)]
    assert found[0]["least"] == pytest.approx(least)
    errors = [one["error"] for one in found]
    assert errors == sorted(errors)
    assert least <= errors[0] < 1.001 * least


def test_too_large_a_step_runs_away():
    numbers = experiment(0.15).numbers
    assert numbers["error"] > 1e6
    assert numbers["limit"] == pytest.approx(2 / 17)
    # One picture alone: its error is multiplied by |1 - 17 step| each time.
    x, wanted = board(spoiled=False)
    row = slice(int(np.flatnonzero(wanted)[0]), None)
    for step, shrinks in ((0.117, True), (0.119, False)):
        _, errors = delta_rule(x[row][:1], wanted[row][:1], step, passes=2)
        assert errors[1] / errors[0] == pytest.approx(abs(1 - 17 * step))
        assert (errors[1] < errors[0]) == shrinks


@pytest.mark.parametrize(("count", "solved"), [(1, False), (3, True), (5, True)])
def test_vote(count, solved):
    numbers = experiment(adalines=count).numbers
    assert numbers["solved"] == solved
    assert numbers["alone"] == [0, 0, 0]
    corners = np.array([[-1.0, -1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, 1]])
    weights, _ = madaline(corners, np.array([-1.0, 1, 1, -1]), count)
    right = [
        np.sign(np.sign(weights @ c).sum()) == w
        for c, w in zip(corners, (-1, 1, 1, -1), strict=True)
    ]
    assert all(right) == solved


@pytest.mark.parametrize("spoiled", [False, True])
@pytest.mark.parametrize("step", [0.001, 0.01, 0.1, 0.15])
def test_the_text_says_where_the_rule_has_come_to(step, spoiled):
    numbers = experiment(step, spoiled).numbers
    words = numbers["end"].en
    assert ("run away" in words) == (step > 2 / 17)
    assert ("has come to the same weights" in words) == (numbers["distance"] < 1e-3)
    assert ("does not come" in words) == (spoiled and 2 / 17 > step > 0.05)
    assert ("close to the same" in words) == (1e-3 < numbers["distance"] < 0.2)
    assert ("on its way" in words) == (step == 0.001 and not spoiled)
