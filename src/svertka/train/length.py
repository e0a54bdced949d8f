"""From a time budget to a number of steps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

MEASURE_SECONDS = 1.0
REVISE_SECONDS = 4.0
_LEAST_STEPS = 4


@dataclass(frozen=True)
class Pace:
    """What was measured: seconds for one step, and for one validation."""

    step: float
    validation: float


@dataclass(frozen=True)
class Length:
    """How long a training is; stored, so that a resumed run is the same run.

    ``validate_every`` is in epochs; the last epoch may be cut short by ``steps``.
    """

    steps: int
    steps_per_epoch: int
    validate_every: int = 1

    @property
    def epochs(self) -> int:
        """The number of epochs, a last one that is cut short included."""
        return math.ceil(self.steps / self.steps_per_epoch)

    def validates(self, step: int) -> bool:
        """Whether the validation part is scored after ``step`` steps.

        >>> [step for step in range(1, 11) if Length(10, 3, validate_every=2).validates(step)]
        [6, 10]
        """
        epoch, rest = divmod(step, self.steps_per_epoch)
        return step == self.steps or (rest == 0 and epoch % self.validate_every == 0)


def measure(
    step: Callable[[int], None],
    validate: Callable[[], object],
    any_of: Callable[[bool], bool] = bool,
) -> Pace:
    """Time ``step`` for a second and ``validate`` once; the first calls build kernels.

    The mean is taken, not the least: the budget must hold on the machine as it is. ``any_of``
    asks all processes, which must take the same number of steps.
    """
    step(0)
    start, count = time.monotonic(), 0
    while any_of(count < _LEAST_STEPS or time.monotonic() - start < MEASURE_SECONDS):
        count += 1
        step(count)
    each = (time.monotonic() - start) / count
    validate()
    start = time.monotonic()
    validate()
    return Pace(each, time.monotonic() - start)


def fill(seconds: float, pace: Pace, steps_per_epoch: int) -> Length:
    """The length that fits into ``seconds``; at least one step.

    Validation is given a tenth of the time at most, as far as some ten validations allow: it runs
    in full float32, as prediction does, and may cost as much as the training of a fast network.

    >>> fill(10.0, Pace(step=0.01, validation=0.05), steps_per_epoch=100)
    Length(steps=952, steps_per_epoch=100, validate_every=1)
    >>> fill(100.0, Pace(step=0.01, validation=0.5), steps_per_epoch=100)
    Length(steps=9090, steps_per_epoch=100, validate_every=5)
    """
    epoch = pace.step * steps_per_epoch
    every = max(1, math.ceil(pace.validation / (0.1 * epoch)))
    every = min(every, max(1, int(seconds / epoch) // 10))
    each = pace.step + pace.validation / (every * steps_per_epoch)
    return Length(max(1, int(seconds / each)), steps_per_epoch, every)


class Planner:
    """Holds a training to its deadline, on the clock of ``time.monotonic``.

    A second of measuring can be disturbed by anything else on the machine; the training itself
    tells the pace better and better. In its first third the length follows the pace both ways;
    after it a training that would end late is cut shorter, but none grows: its learning rate has
    begun to fall. Without a deadline, as in a resumed run, the length is what it is.
    """

    def __init__(self, deadline: float | None = None) -> None:
        self._deadline = deadline
        self._start = self._last = time.monotonic()
        self._may_grow = True

    def revise(self, step: int, length: Length) -> Length:
        """The length to go on with, after ``step`` steps: mostly the same one."""
        now, late = time.monotonic(), 3 * step >= length.steps
        due = now - self._last >= REVISE_SECONDS or (late and self._may_grow)
        if self._deadline is None or not due:
            return length
        self._last = now
        each = (now - self._start) / step  # validations and checkpoints included
        steps = max(step, step + int((self._deadline - now) / each))
        if abs(steps - length.steps) <= 0.02 * length.steps or (
            steps > length.steps and not self._may_grow
        ):
            steps = length.steps
        self._may_grow = 3 * step < steps
        if steps == length.steps:
            return length
        most = max(1, steps // length.steps_per_epoch // 10)
        return replace(length, steps=steps, validate_every=min(length.validate_every, most))
