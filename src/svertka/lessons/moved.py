"""What becomes of a network's answers when every picture is moved, as lessons show it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from svertka.lessons.parameters import Choice
from svertka.lessons.views import Heat
from svertka.lessons.words import Both, Words

SHIFTS = (-6, -4, -2, 0, 2, 4, 6)
FAR = 4

RIGHT = Both("moved to the right, pixels", "сдвиг вправо, пикселей")
DOWN = Both("moved down, pixels", "сдвиг вниз, пикселей")


def choice(name: str, labels: Mapping[str, Words], default: str) -> Choice:
    """Which network's map of shifts is shown."""
    label = Both("Map of shifts for", "Карта сдвигов: сеть")
    values, texts = tuple(labels), tuple(labels.values())
    return Choice(name, label, values=values, texts=texts, default=default)


def far(moved: npt.NDArray[np.float64]) -> float:
    """The mean share when pictures are moved by four pixels, to all eight sides.

    >>> far(np.eye(7))
    0.25
    """
    places = [SHIFTS.index(move) for move in (-FAR, 0, FAR)]
    nine = moved[np.ix_(places, places)]
    return float((nine.sum() - nine[1, 1]) / 8)


def heat(moved: npt.NDArray[np.float64], title: Both) -> Heat:
    """The shares of right answers over both shifts; the title names the network."""
    return Heat(
        moved,
        title=title,
        rows=SHIFTS,
        columns=SHIFTS,
        row_title=DOWN,
        column_title=RIGHT,
        form=".0%",
        low=0,
        high=1,
    )
