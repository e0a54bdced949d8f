"""From seconds to steps, with a clock that the test turns."""

from __future__ import annotations

import pytest

from svertka.train import length
from svertka.train.length import Length, Pace, Planner, fill, measure


class Watch:
    """A clock for ``time.monotonic``."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(length, "time", watch)
    return watch


def test_measuring_gives_the_mean_step_and_one_validation_without_the_first_calls(watch: Watch):
    calls = []

    def step(number: int) -> None:
        calls.append(number)
        watch.now += 5.0 if number == 0 else 0.1

    def validate() -> None:
        watch.now += 9.0 if "seen" not in calls else 0.5
        calls.append("seen")

    pace = measure(step, validate)
    assert pace.step == pytest.approx(0.1)
    assert pace.validation == pytest.approx(0.5)
    assert calls[:3] == [0, 1, 2]


@pytest.mark.parametrize("seconds", [3.0, 50.0, 1000.0])
@pytest.mark.parametrize("validation", [0.001, 0.3, 40.0])
def test_a_filled_budget_is_kept_by_hand_calculation(seconds, validation):
    pace = Pace(step=0.02, validation=validation)
    filled = fill(seconds, pace, steps_per_epoch=46)
    validations = sum(filled.validates(step) for step in range(1, filled.steps + 1))
    # The last validation comes whether or not it is due: it is the one thing that may not fit.
    assert 0.02 * filled.steps + validation * (validations - 1) <= seconds + 1e-9
    if filled.epochs >= 20:
        assert validations >= 8


def test_too_small_a_budget_still_makes_a_step():
    assert fill(-5.0, Pace(0.1, 0.1), 10).steps == 1


def test_every_training_ends_with_a_validation():
    assert Length(7, 3).epochs == 3
    assert [step for step in range(1, 8) if Length(7, 3).validates(step)] == [3, 6, 7]


def run(watch: Watch, planner: Planner, length: Length, seconds: float) -> tuple[Length, int]:
    """Steps of so many seconds each, until the length is reached; it and the revisions."""
    step = revisions = 0
    while step < length.steps:
        watch.now += seconds
        step += 1
        revised = planner.revise(step, length)
        revisions += revised != length
        length = revised
    return length, revisions


@pytest.mark.parametrize("steps", [1, 30, 1000, 40_000])
def test_a_wrong_measurement_is_put_right_and_the_deadline_holds(watch: Watch, steps):
    planner = Planner(watch.now + 50.0)
    run(watch, planner, Length(steps, 10), seconds=0.05)
    assert watch.now == pytest.approx(1050.0, abs=1.5)


def test_a_right_measurement_is_left_alone(watch: Watch):
    length, revisions = run(watch, Planner(watch.now + 50.0), Length(1000, 10), seconds=0.05)
    assert (length.steps, revisions) == (1000, 0)


def test_after_a_third_a_training_becomes_shorter_but_never_longer(watch: Watch):
    planner, length = Planner(watch.now + 50.0), Length(1000, 10)
    for step in range(1, 400):
        watch.now += 0.05
        length = planner.revise(step, length)
    assert length.steps == 1000
    for step in range(400, 500):  # five times as fast
        watch.now += 0.01
        assert planner.revise(step, length) == length
    for step in range(500, 1000):  # and then slower than ever
        watch.now += 0.15
        length = planner.revise(step, length)
        if step == length.steps:
            break
    assert step < 900
    assert watch.now == pytest.approx(1050.0, abs=2.0)


def test_a_resumed_run_keeps_its_length(watch: Watch):
    length, revisions = run(watch, Planner(), Length(100, 10), seconds=9.0)
    assert (length.steps, revisions) == (100, 0)
