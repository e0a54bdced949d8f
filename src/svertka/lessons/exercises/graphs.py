"""Backpropagation on a small graph, by hand."""

from __future__ import annotations

from random import Random

from svertka.lessons.exercises.exercise import Exercise, Mistake, Stage
from svertka.lessons.exercises.mistakes import OFF_BY_ONE
from svertka.lessons.words import Both

_NO_UPSTREAM = Both(
    "This is the local gradient alone: it is multiplied by the upstream one.",
    "Это только локальный градиент: его умножают на восходящий.",
)
_ADDED = Both(
    "Local and upstream gradient are multiplied, not added.",
    "Локальный и восходящий градиенты перемножают, а не складывают.",
)
_OWN = Both(
    "By a product's factor the local gradient is the other factor.",
    "Локальный градиент произведения по одному множителю равен другому множителю.",
)
_SIGN = Both("The sign is wrong.", "Не тот знак.")
_CHAIN = Both(
    "Downstream = local × upstream. A sum passes it on as it is, a product by the other factor.",
    "Нисходящий = локальный × восходящий. Сумма передаёт его как есть, произведение умножает на "
    "другой множитель.",
)


def gradient(dice: Random, variant: int) -> Exercise:
    """Values forward, gradients back, for f = (x·y + z)·w."""
    x, y, z, w = 2, -3, 4, 3
    while variant:
        x, y, z, w = (dice.choice((-5, -4, -3, -2, 2, 3, 4, 5)) for _ in range(4))
        if len({abs(x), abs(y), abs(w)}) == 3 and x * y + z not in (0, w):
            break
    values = f"x = {x}, y = {y}, z = {z}, w = {w}".replace("-", "−")
    stages = (_value(x, y, z, w), *_product(x * y + z, z, w), _deepest(x, y, w))
    return Exercise("gradient", Both(*2 * [f"f = (x·y + z)·w, {values}."]), stages)


def _value(x: int, y: int, z: int, w: int) -> Stage:
    right = (x * y + z) * w
    return Stage(
        "value",
        Both("The value of f.", "Значение f."),
        right,
        Both(
            "From the inside: the product, the sum, the product.",
            "Изнутри: произведение, сумма, произведение.",
        ),
        (
            Mistake("order", x * y + z * w, Both("The brackets were forgotten.", "Забыты скобки.")),
            Mistake(
                "sum-only",
                x * y + z,
                Both("This is only the sum in the brackets.", "Это только сумма в скобках."),
            ),
            Mistake("sign", -right, _SIGN),
            Mistake("off-by-one", right - 1, OFF_BY_ONE),
            Mistake("off-by-one", right + 1, OFF_BY_ONE),
        ),
    )


def _product(total: int, z: int, w: int) -> tuple[Stage, Stage]:
    """The gradients by the factor w and, through the sum, by z."""
    by_w = Stage(
        "dw",
        Both("The gradient of f by w.", "Градиент f по w."),
        total,
        _CHAIN,
        (Mistake("own-factor", w, _OWN), Mistake("sign", -total, _SIGN)),
        after=lambda value: value / w,
    )
    by_z = Stage(
        "dz",
        Both("The gradient of f by z.", "Градиент f по z."),
        w,
        _CHAIN,
        (
            Mistake("forgotten-upstream", 1, _NO_UPSTREAM),
            Mistake("added", w + 1, _ADDED),
            Mistake("own-factor", z * w, _OWN),
            Mistake("sign", -w, _SIGN),
        ),
    )
    return by_w, by_z


def _deepest(x: int, y: int, w: int) -> Stage:
    return Stage(
        "dx",
        Both("The gradient of f by x.", "Градиент f по x."),
        y * w,
        _CHAIN,
        (
            Mistake("forgotten-upstream", y, _NO_UPSTREAM),
            Mistake("own-factor", x * w, _OWN),
            Mistake("added", y + w, _ADDED),
            Mistake("sign", -y * w, _SIGN),
        ),
    )
