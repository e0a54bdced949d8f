"""Repeats: runs of items that are alike but for numbers that grow evenly."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeAlias

from svertka.export.code import Step, written

LONGEST_PERIOD = 12
FEWEST = 3

Form: TypeAlias = tuple[Hashable, tuple[int, ...]]
"""What must be alike, and the numbers that may grow."""


class Run(NamedTuple):
    """``times`` repeats of ``period`` items from ``start`` on; a single item is a run of 1."""

    start: int
    period: int
    times: int


def runs(forms: Sequence[Form], fewest: int = FEWEST) -> list[Run]:
    """The items in order, repeated ones taken together where that is at least ``fewest`` times.

    >>> runs([("a", (1,)), ("b", ()), ("b", ()), ("b", ())])
    [Run(start=0, period=1, times=1), Run(start=1, period=1, times=3)]
    """
    found: list[Run] = []
    at = 0
    while at < len(forms):
        best = Run(at, 1, 1)
        for period in range(1, min(LONGEST_PERIOD, (len(forms) - at) // 2) + 1):
            times = _times(forms, at, period)
            if times >= fewest and times * period > best.times * best.period:
                best = Run(at, period, times)
        found.append(best)
        at += best.period * best.times
    return found


def _times(forms: Sequence[Form], at: int, period: int) -> int:
    """How often the ``period`` items at ``at`` stand there one after another."""
    times = 1
    growth = None
    while at + (times + 1) * period <= len(forms):
        last = forms[at + (times - 1) * period : at + times * period]
        following = forms[at + times * period : at + (times + 1) * period]
        if [kind for kind, _ in last] != [kind for kind, _ in following]:
            break
        grown = [
            b - a
            for (_, before), (_, after) in zip(last, following, strict=True)
            for a, b in zip(before, after, strict=True)
        ]
        if growth not in (None, grown):
            break
        growth = grown
        times += 1
    return times


def numbered(name: str) -> tuple[str, int | None]:
    """A name's stem and its number.

    >>> numbered("conv12"), numbered("fc")
    (('conv', 12), ('fc', None))
    """
    match = re.fullmatch(r"(.*?)([1-9][0-9]*)", name)
    return (match[1], int(match[2])) if match and match[1] else (name, None)


def form(step: Step) -> Form:
    """A step for `runs`: its whole numbers may grow, the one in its name too."""
    stem, number = numbered(step.name)
    fixed = tuple(None if type(slot.value) is int else slot.value for slot in step.slots)
    keys = tuple(slot.key for slot in step.slots)
    kinds = tuple(type(value).__name__ for value in fixed)  # True is not 1
    grown = [slot.value for slot in step.slots if type(slot.value) is int]
    name = (stem, number is None)
    return (name, step.maker, keys, fixed, kinds), (number or 0, *grown)


def name_form(step: Step) -> Form:
    """A step for `runs` where only its name counts."""
    stem, number = numbered(step.name)
    return (stem, number is None), (number or 0,)


def growing(start: int, growth: int) -> str:
    """``start`` and ``growth`` for each ``i``, as source.

    >>> growing(64, 32), growing(1, 1), growing(7, 0)
    ('64 + 32 * i', 'i + 1', '7')
    """
    if growth == 0:
        return str(start)
    if growth == 1:
        return f"i + {start}" if start else "i"
    product = f"{abs(growth)} * i"
    if start == 0 and growth > 0:
        return product
    return f"{start} {'+' if growth > 0 else '-'} {product}"


class Loop(NamedTuple):
    """A run as source: the line that begins it, then for each step its name's stem, what the
    number in its name is, and its arguments."""

    head: str
    calls: list[tuple[Step, str, str, list[str]]]


def loop(run: Run, steps: Sequence[Step], numbers: Sequence[tuple[int, ...]]) -> Loop:
    """The loop of a run; ``i`` is the number in the names where that can be."""
    here = range(run.start, run.start + run.period)
    growth = [
        [b - a for a, b in zip(numbers[at], numbers[at + run.period], strict=True)] for at in here
    ]
    even = all(grown[0] == 1 and not any(grown[1:]) for grown in growth)
    first = {numbers[at][0] for at in here}
    start = first.pop() if even and len(first) == 1 else 0
    calls = []
    for at, grown in zip(here, growth, strict=True):
        step, rest = steps[at], iter(grown[1:])
        index = growing(numbers[at][0] - start * grown[0], grown[0])
        given = []
        for slot in step.slots:
            value = written(slot.value)
            if type(slot.value) is int:
                value = growing(slot.value, next(rest))
            given.append(f"{slot.key}={value}" if slot.key else value)
        calls.append((step, numbered(step.name)[0], index, given))
    return Loop(f"for i in range({f'{start}, ' if start else ''}{start + run.times}):", calls)
