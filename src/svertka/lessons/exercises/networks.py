"""Find the mistake in the text of a network."""

from __future__ import annotations

from random import Random

from svertka.lessons.exercises.arithmetic import size
from svertka.lessons.exercises.exercise import Exercise, Mistake, Stage
from svertka.lessons.exercises.mistakes import FORGOTTEN_PADDING, FORGOTTEN_STRIDE, OFF_BY_ONE
from svertka.lessons.words import Both

# A line of convolutions without padding and of pools, until a filter no longer fits.
_LINES = ("cpcpc", "ccpcpc", "cpccpc", "cpcpcc", "ccpccc")


def broken(dice: Random, variant: int) -> Exercise:
    """A text whose filter is at last larger than the map that reaches it."""
    while True:
        side = dice.choice((20, 24, 28, 32)) if variant else 28
        line = dice.choice(_LINES) if variant else "cpcpc"
        layers, sides = [], [side]
        for kind in line:
            kernel = (dice.choice((3, 5, 7)) if variant else 5) if kind == "c" else 2
            layers.append((kind, kernel))
            if kind == "c" and kernel > sides[-1]:
                return _broken(layers, sides)
            sides.append(size(sides[-1], kernel, 1 if kind == "c" else 2, 0))
            if sides[-1] < 2:
                break


def _broken(layers: list[tuple[str, int]], sides: list[int]) -> Exercise:
    filters, words = 4, []
    for kind, kernel in layers:
        filters *= 2 if kind == "c" else 1
        words.append(f"conv{filters}k{kernel}p0" if kind == "c" else "pool")
    wrong, left = len(layers), sides[-1]
    return Exercise(
        "mistake",
        Both(
            f"A network for pictures of {sides[0]}×{sides[0]} cannot be built. `conv8k5p0` is a "
            "convolution of 8 filters 5×5 without padding, `pool` halves the side.",
            f"Сеть для картинок {sides[0]}×{sides[0]} нельзя построить. `conv8k5p0` — свёртка с 8 "
            "фильтрами 5×5 без паддинга, `pool` уменьшает сторону вдвое.",
        ),
        (
            _which(wrong),
            _arriving(layers, sides),
            _least(layers[-1][1], left),
        ),
        code=f"input 1x{sides[0]}x{sides[0]}\n{' - '.join(words)}",
    )


def _which(wrong: int) -> Stage:
    return Stage(
        "layer",
        Both(
            "Which layer is the first that cannot work? Count from 1.",
            "Какой слой первым не сможет работать? Слои считают с 1.",
        ),
        wrong,
        Both(
            "Write down the side of the map after each layer.",
            "Выпишите сторону карты после каждого слоя.",
        ),
        (
            Mistake(
                "off-by-one",
                wrong - 1,
                Both(
                    "Off by one: layers are counted from 1, and this one still works.",
                    "Ошибка на единицу: слои считают с 1, а этот ещё работает.",
                ),
            ),
            Mistake(
                "off-by-one",
                wrong + 1,
                Both(
                    "Off by one: it fails one layer earlier.",
                    "Ошибка на единицу: всё ломается слоем раньше.",
                ),
            ),
        ),
    )


def _arriving(layers: list[tuple[str, int]], sides: list[int]) -> Stage:
    left = sides[-1]
    unpadded = [side for side, (kind, _) in zip(sides, layers, strict=True) if kind == "c"]
    return Stage(
        "side",
        Both(
            "The side of the map that reaches this layer.",
            "Сторона карты, которая приходит в этот слой.",
        ),
        left,
        Both(
            "A convolution takes its side less one, a pool halves.",
            "Свёртка отнимает сторону фильтра без единицы, пулинг делит пополам.",
        ),
        (
            Mistake(
                "forgotten-padding",
                _kept(layers, sides[0]),
                Both(
                    "There is no padding here (p0): each convolution makes the map smaller.",
                    "Паддинга здесь нет (p0): каждая свёртка уменьшает карту.",
                ),
            ),
            Mistake(
                "forgotten-stride",
                sides[0] - sum(k - 1 for k in _kernels(layers)),
                FORGOTTEN_STRIDE,
            ),
            Mistake(
                "one-layer-early",
                unpadded[-2] if len(unpadded) > 1 else left,
                Both(
                    "This was its side one convolution earlier.",
                    "Такой она была одной свёрткой раньше.",
                ),
            ),
            Mistake("off-by-one", left - 1, OFF_BY_ONE),
            Mistake("off-by-one", left + 1, OFF_BY_ONE),
        ),
    )


def _least(kernel: int, left: int) -> Stage:
    return Stage(
        "padding",
        Both(
            "The least padding with which this layer works.",
            "Наименьший паддинг, с которым этот слой заработает.",
        ),
        _room(kernel, left),
        Both(
            "The map and its padding on both sides must be as wide as the filter.",
            "Карта вместе с паддингом с двух сторон должна быть не уже фильтра.",
        ),
        (
            Mistake(
                "padding-once",
                kernel - left,
                Both(
                    "Padding stands on both sides: half of it is enough.",
                    "Паддинг стоит с двух сторон: хватит половины.",
                ),
            ),
            Mistake("forgotten-padding", 0, FORGOTTEN_PADDING),
            Mistake(
                "same-size",
                (kernel - 1) // 2,
                Both(
                    "With this padding the map keeps its size; less is enough.",
                    "С таким паддингом карта сохранит размер; хватит и меньшего.",
                ),
            ),
        ),
        after=lambda side: _room(kernel, side),
    )


def _room(kernel: int, side: float) -> float:
    """The least padding with which a filter lies on a map."""
    return max(0, -(-(kernel - side) // 2))


def _kernels(layers: list[tuple[str, int]]) -> list[int]:
    return [kernel for kind, kernel in layers[:-1] if kind == "c"]


def _kept(layers: list[tuple[str, int]], side: int) -> int:
    """The side if convolutions kept it."""
    for kind, _ in layers[:-1]:
        side = side if kind == "c" else side // 2
    return side
