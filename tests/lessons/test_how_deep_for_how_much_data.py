"""Depth against data: what is kept is what the code computes, and says what the text says."""

from statistics import mean, stdev

import numpy as np
import pytest
from scipy.stats import t

import svertka
from svertka.lessons import how_deep_for_how_much_data as lesson
from svertka.lessons.registry import find

STATES = {n: find("how-deep-for-how-much-data").state({"count": n}) for n in lesson.COUNTS}
CURVES = STATES[50]["views"]["curves"]["lines"]


def test_every_depth_is_as_deep_as_it_says():
    for depth in lesson.DEPTHS:
        assert svertka.net(lesson.text(depth)).depth == depth


def test_few_pictures_want_a_shallow_net_and_many_let_the_deep_one_catch_up():
    numbers = STATES[50]["numbers"]
    assert numbers["best_few"] == 2
    assert numbers["few_shallow"] > numbers["few_deep"] + 0.1
    few, many = (CURVES[0]["y"][at] - CURVES[-1]["y"][at] for at in (0, -1))
    assert numbers["gap_few"] == pytest.approx(100 * few, abs=1e-4)
    assert numbers["gap_many"] == pytest.approx(100 * many, abs=1e-4)
    assert numbers["gap_many"] < numbers["gap_few"] / 5
    by_depth = np.array([line["y"] for line in CURVES])
    assert (np.diff(by_depth[:, 0]) < 0.02).all()  # with 50 pictures, deeper is no better
    assert (np.diff(by_depth, axis=1) > 0).all()  # more pictures are better at every depth
    shallow, *others = [(line["low"][-1], line["high"][-1]) for line in CURVES[:3]]
    assert all(low < shallow[1] and shallow[0] < high for low, high in others)  # not told apart


def test_intervals_are_students():
    assert pytest.approx(t.ppf(0.975, lesson.SEEDS - 1), abs=1e-3) == lesson.T
    for line in CURVES:
        assert all(
            low < middle < high
            for low, middle, high in zip(line["low"], line["y"], line["high"], strict=True)
        )


def test_small_sets_are_learned_by_heart():
    for row in STATES[50]["views"]["gap"]["rows"]:
        assert row[2] > 0.99 > row[3]


def test_what_is_kept_comes_out_again():
    """The quickest of the trainings: two layers, fifty pictures."""
    found = [lesson.train(2, 50, seed)[0] for seed in range(lesson.SEEDS)]
    line = CURVES[0]
    assert mean(found) == pytest.approx(line["y"][0], abs=0.01)
    reach = lesson.T * stdev(found) / lesson.SEEDS**0.5
    assert reach == pytest.approx(line["high"][0] - line["y"][0], abs=0.02)


@pytest.mark.parametrize("count", lesson.COUNTS)
def test_what_is_known_by_heart_is_said_so(count):
    state = STATES[count]
    learned = [row[2] for row in state["views"]["gap"]["rows"]]
    assert (min(learned) > 0.99) == state["numbers"]["known"]["en"].startswith("They are known")
