"""1x1 convolution by hand."""

from __future__ import annotations

from random import Random

from svertka.lessons.exercises.arithmetic import Rows
from svertka.lessons.exercises.exercise import Exercise, Mistake, Stage
from svertka.lessons.exercises.mistakes import BIAS_SIGN, FORGOTTEN_BIAS, FORGOTTEN_CHANNEL
from svertka.lessons.words import Both


def one_by_one(dice: Random, variant: int) -> Exercise:
    """A 1x1 convolution of three small maps."""
    maps = [[[1, 2], [3, 4]], [[0, 1], [2, 0]], [[5, 0], [1, 1]]]
    weights, bias = [2, -1, 1], 1
    if variant:
        maps = [[[dice.randint(0, 5) for _ in range(2)] for _ in range(2)] for _ in range(3)]
        weights = [dice.choice((-2, -1, 1, 2, 3)) for _ in range(3)]
        bias = dice.choice((-2, -1, 1, 2, 3))
    filters = 4 if not variant else dice.randint(2, 9)

    names = [Both(f"map {i + 1}", f"карта {i + 1}") for i in range(3)]
    said = ", ".join(str(weight).replace("-", "−") for weight in weights)
    shown = str(bias).replace("-", "−")
    return Exercise(
        "one-by-one",
        Both(
            f"A 1×1 filter over three maps: weights {said}, bias {shown}.",
            f"Фильтр 1×1 по трём картам: веса {said}; смещение {shown}.",
        ),
        (
            _mixing(maps, weights, bias),
            _own_weights(filters),
        ),
        given=tuple(zip(names, (rows for rows in maps), strict=True)),
    )


def _mixing(maps: list[Rows], weights: list[int], bias: int) -> Stage:
    def mixed(used: int = 3, plus: int = bias) -> Rows:
        places = range(2)
        pairs = [*zip(weights, maps, strict=True)][:used]
        return [[plus + sum(w * m[i][j] for w, m in pairs) for j in places] for i in places]

    return Stage(
        "map",
        Both("The map that it makes.", "Карта, которая получится."),
        mixed(),
        Both(
            "At each place: weight times number, over all maps, plus the bias.",
            "В каждом месте: вес на число, по всем картам, плюс смещение.",
        ),
        (
            Mistake("forgotten-bias", mixed(plus=0), FORGOTTEN_BIAS),
            Mistake("forgotten-channel", mixed(used=1), FORGOTTEN_CHANNEL),
            Mistake("forgotten-channel", mixed(used=2), FORGOTTEN_CHANNEL),
            Mistake("bias-sign", mixed(plus=-bias), BIAS_SIGN),
        ),
    )


def _own_weights(filters: int) -> Stage:
    return Stage(
        "weights",
        Both(
            f"How many weights with biases have {filters} such filters?",
            f"Сколько весов вместе со смещениями у {filters} таких фильтров?",
        ),
        filters * 4,
        Both(
            "One filter has a weight for each map, and a bias.",
            "У одного фильтра — вес на каждую карту и смещение.",
        ),
        (
            Mistake("forgotten-bias", filters * 3, FORGOTTEN_BIAS),
            Mistake("forgotten-channel", filters * 2, FORGOTTEN_CHANNEL),
            Mistake("forgotten-channel", filters, FORGOTTEN_CHANNEL),
            Mistake(
                "one-filter",
                4,
                Both(
                    "This is one filter; there are more of them.",
                    "Это один фильтр, а их несколько.",
                ),
            ),
            Mistake(
                "one-bias",
                filters * 3 + 1,
                Both("Every filter has its own bias.", "У каждого фильтра своё смещение."),
            ),
        ),
    )
