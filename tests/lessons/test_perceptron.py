"""The perceptron against linear programming, the margin of an SVM, scipy's labels and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import label
from scipy.optimize import linprog
from sklearn.linear_model import Perceptron
from sklearn.svm import SVC

from svertka.lessons.drawn import figures
from svertka.lessons.perceptron import WANTED, alphabet, experiment, learn, square


def separable(x, wanted):
    """Whether weights and a bias exist with every sum on its right side, by linear programming."""
    sign = np.where(wanted, 1.0, -1.0)[:, None]
    rows = -sign * np.hstack([x, np.ones((len(x), 1))])
    found = linprog(np.zeros(rows.shape[1]), rows, -np.ones(len(x)), bounds=(None, None))
    assert found.status in (0, 2)  # solved, or proved impossible
    return found.status == 0


def test_rule_by_hand():
    # Wanted: 1, 0, 1. Pass 1: the first is missed (w = 1 0, b = 1), the second is taken for it
    # (sum 1, w = 1 -1, b = 0), the third is missed (sum 0, w = 2 0, b = 1). Pass 2: the second
    # again (sum 1, w = 2 -1, b = 0). Pass 3: 2, -1 and 1: no mistake.
    x = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    weights, bias, mistakes = learn(x, np.array([[1.0], [0.0], [1.0]]))
    assert (weights.tolist(), bias.tolist(), mistakes) == ([[2.0, -1.0]], [0.0], [3, 1, 0])


@pytest.mark.parametrize("shift", [0, 1])
def test_letters_are_separable_and_learned(shift):
    x, names = alphabet(square(shift))
    assert all(separable(x, names == one) for one in range(26))
    numbers = experiment(shift).numbers
    assert numbers["shown"] == 26 * (2 * shift + 1) ** 2
    assert (numbers["left"], numbers["known"]) == (0, 1.0)
    assert numbers["beyond"] < 0.5 < numbers["noisy"]


def test_corrections_stay_below_novikoffs_bound():
    """At most (R / margin)², with the margin of a hard-margin SVM; summed over the 26 letters."""
    x, names = alphabet([(0, 0)])
    reach = (x**2).sum(axis=1).max() + 1  # the bias is one more pixel, always on
    bound = 0.0
    for one in range(26):
        machine = SVC(kernel="linear", C=1e6).fit(np.hstack([x, np.ones((26, 1))]), names == one)
        normal = machine.coef_[0]
        sums = np.hstack([x, np.ones((26, 1))]) @ normal * np.where(names == one, 1, -1)
        bound += reach / (max(sums.min(), 1e-9) / np.linalg.norm(normal)) ** 2
    assert 26 <= experiment(0).numbers["corrections"] <= bound


@pytest.mark.parametrize("question", WANTED)
def test_four_pictures(question):
    x, wanted = figures(bars=question == "connected").reshape(4, 400), np.array(WANTED[question])
    possible = separable(x, wanted)
    assert possible == (question in ("and", "or"))
    numbers = experiment(0, question).numbers
    assert numbers["solved"] == possible
    peer = Perceptron(max_iter=50, tol=None, shuffle=False).fit(x, wanted)
    assert (peer.score(x, wanted) == 1) == possible
    assert numbers["difference"] == 0


def test_connected_pictures_are_of_one_piece():
    pieces = [label(picture)[1] for picture in figures(bars=True)]
    assert pieces == [2, 1, 1, 3]
    assert [int(one == 1) for one in pieces] == list(WANTED["connected"])


def test_units_that_see_a_narrow_spot_do_not_help():
    """512 random units, each wired within 12 of the 20 columns: still impossible."""
    generator = np.random.default_rng(0)
    four = figures(bars=True)
    units = []
    for _ in range(512):
        left = generator.integers(0, 9)
        wires = generator.choice([-1, 0, 1], (20, 12))
        sums = (four[:, :, left : left + 12] * wires).sum(axis=(1, 2))
        units.append(sums > generator.integers(-3, 4))
    assert not separable(np.array(units, float).T, np.array(WANTED["connected"]))
    both_ends = generator.choice([-1, 0, 1], (400, 512))
    assert separable(four.reshape(4, 400) @ both_ends > 3, np.array(WANTED["connected"]))
