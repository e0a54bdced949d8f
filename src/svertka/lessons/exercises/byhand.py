"""Convolution and pooling by hand."""

from __future__ import annotations

from random import Random

from svertka.lessons.exercises.arithmetic import (
    Rows,
    average,
    convolved,
    each,
    padded,
    pooled,
    size,
    turned,
)
from svertka.lessons.exercises.exercise import Answer, Exercise, Mistake, Stage
from svertka.lessons.exercises.mistakes import (
    BIAS_SIGN,
    FLIPPED,
    FORGOTTEN_BIAS,
    FORGOTTEN_PADDING,
    FORGOTTEN_STRIDE,
    NOT_AVERAGE,
    NOT_SMALLEST,
    NOT_SUM,
    OFF_BY_ONE,
    SHIFTED,
    TOO_EARLY,
)
from svertka.lessons.words import Both

PICTURE, FILTER = Both("picture", "картинка"), Both("filter", "фильтр")
MAP = Both("map", "карта")

# The lecture's own homework; it leaves padding and pool open.
LECTURE = [[1, 2, 3, 4, 5], [2, 2, 1, 1, 1], [3, 2, 1, 1, 1], [4, 1, 1, 1, 1], [5, 1, 1, 1, 1]]
CROSS = [[0, -1, 0], [1, 1, 1], [0, -1, 0]]
_SHAPES = ((5, 2, 0), (5, 2, 0), (4, 1, 0), (3, 2, 1), (6, 3, 0))  # side, stride, padding: all 2x2


def convolution(dice: Random, variant: int) -> Exercise:
    """Convolution, ReLU and max pooling by hand; variant 0 is the lecture's and gives 3."""
    if variant == 0:
        return _convolution(LECTURE, CROSS, stride=2, padding=0, bias=0)
    side, stride, padding = dice.choice(_SHAPES)
    bias = dice.choice((0, 1, -1, 2))
    while True:
        picture = [[dice.randint(0, 5) for _ in range(side)] for _ in range(side)]
        kernel = [[dice.randint(-1, 1) for _ in range(3)] for _ in range(3)]
        out = convolved(picture, kernel, stride, padding, bias)
        flat = [value for row in out for value in row]
        plain = kernel == turned(kernel) or sum(abs(w) for row in kernel for w in row) < 4
        if not plain and min(flat) < 0 < max(flat) and len(set(flat)) == 4:
            return _convolution(picture, kernel, stride=stride, padding=padding, bias=bias)


def _convolution(picture: Rows, kernel: Rows, *, stride: int, padding: int, bias: int) -> Exercise:
    out = convolved(picture, kernel, stride, padding, bias)
    active = each(out, lambda value: max(0, value))
    signed = str(bias).replace("-", "−")
    said = f", смещение {signed}" if bias else ""
    return Exercise(
        "convolution",
        Both(
            f"Compute by hand: convolution with stride {stride} and padding {padding}"
            f"{f', bias {signed}' if bias else ''}; then ReLU; then max pooling 2×2.",
            f"Посчитайте вручную: свёртка с шагом {stride} и паддингом {padding}{said}; затем "
            "ReLU; затем пулинг по максимуму 2×2.",
        ),
        (
            _side(len(picture), 3, stride, padding),
            _map(picture, kernel, stride, padding, bias),
            _relu(out, active),
            _pool(out, active),
        ),
        given=((PICTURE, picture), (FILTER, kernel)),
    )


def _side(side: int, kernel: int, stride: int, padding: int) -> Stage:
    right = size(side, kernel, stride, padding)
    return Stage(
        "size",
        Both("The side of the map after the convolution.", "Сторона карты после свёртки."),
        right,
        Both(
            f"(side + 2·padding − {kernel}) / stride + 1.",
            f"(сторона + 2·паддинг − {kernel}) / шаг + 1.",
        ),
        (
            Mistake("forgotten-stride", size(side, kernel, 1, padding), FORGOTTEN_STRIDE),
            Mistake("forgotten-padding", size(side, kernel, stride, 0), FORGOTTEN_PADDING),
            Mistake("off-by-one", right - 1, OFF_BY_ONE),
            Mistake("off-by-one", right + 1, OFF_BY_ONE),
        ),
    )


def _map(picture: Rows, kernel: Rows, stride: int, padding: int, bias: int) -> Stage:
    def out(**change: int) -> Rows:
        return convolved(picture, kernel, **{**given, **change})

    given = {"stride": stride, "padding": padding, "bias": bias}
    shifted = [[*row[1:], 0] for row in padded(picture, padding)]
    return Stage(
        "map",
        Both("The map after the convolution, row by row.", "Карта после свёртки, по строкам."),
        out(),
        Both(
            "Lay the filter on the upper left corner, multiply each pair, add the products and the "
            f"bias. Then move it by {stride}.",
            "Приложите фильтр к левому верхнему углу, перемножьте пары, сложите произведения и "
            f"смещение. Затем сдвиньте фильтр на {stride}.",
        ),
        (
            Mistake("flipped-kernel", convolved(picture, turned(kernel), **given), FLIPPED),
            Mistake("forgotten-stride", out(stride=1), FORGOTTEN_STRIDE),
            Mistake(
                "forgotten-padding", out(padding=0) if len(picture) > 2 else [], FORGOTTEN_PADDING
            ),
            Mistake("forgotten-bias", out(bias=0), FORGOTTEN_BIAS),
            Mistake("bias-sign", out(bias=-bias), BIAS_SIGN),
            Mistake("off-by-one", convolved(shifted, kernel, stride, 0, bias), SHIFTED),
            Mistake("relu-too-early", each(out(), lambda value: max(0, value)), TOO_EARLY),
        ),
    )


def _relu(out: Rows, active: Rows) -> Stage:
    return Stage(
        "relu",
        Both("The map after ReLU.", "Карта после ReLU."),
        active,
        Both("ReLU keeps what is above zero.", "ReLU оставляет то, что больше нуля."),
        (
            Mistake(
                "no-relu",
                out,
                Both(
                    "ReLU has changed nothing: what is below zero becomes 0.",
                    "ReLU ничего не изменила: всё, что ниже нуля, становится 0.",
                ),
            ),
            Mistake(
                "absolute",
                each(out, abs),
                Both(
                    "This is the absolute value. ReLU makes 0 of what is below zero.",
                    "Это модуль числа. ReLU делает из отрицательного 0.",
                ),
            ),
            Mistake(
                "wrong-side",
                each(out, lambda value: min(0, value)),
                Both(
                    "The wrong side is kept: ReLU keeps what is above zero.",
                    "Оставлена не та сторона: ReLU оставляет то, что больше нуля.",
                ),
            ),
        ),
        after=lambda rows: each(rows, lambda value: max(0, value)),
    )


def _pool(out: Rows, active: Rows) -> Stage:
    flat = [value for row in active for value in row]
    return Stage(
        "pool",
        Both("The number after max pooling.", "Число после пулинга по максимуму."),
        max(flat),
        Both("One window covers the whole map.", "Одно окно накрывает всю карту."),
        (
            Mistake("average", average(flat), NOT_AVERAGE),
            Mistake("sum", sum(flat), NOT_SUM),
            Mistake("smallest", min(flat), NOT_SMALLEST),
            Mistake("no-relu", min(value for row in out for value in row), NOT_SMALLEST),
        ),
        after=_one_of_each_window,
    )


def _one_of_each_window(rows: Rows) -> Answer:
    """Max pooling 2x2 of a map of any size; one number stands alone."""
    found = pooled(rows, 2, max)
    return found[0][0] if len(found) == len(found[0]) == 1 else found


def pooling(dice: Random, variant: int) -> Exercise:
    """Max and average pooling of a 4x4 map; variant 0 is the lecture's."""
    rows = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
    if variant:
        rows = [[dice.randint(0, 9) for _ in range(4)] for _ in range(4)]
    largest, mean = pooled(rows, 2, max), pooled(rows, 2, average)
    overlap = [
        [max(v for row in rows[i : i + 2] for v in row[j : j + 2]) for j in range(3)]
        for i in range(3)
    ]
    sums = pooled(rows, 2, sum)
    return Exercise(
        "pooling",
        Both("Pooling with windows of 2×2 and stride 2.", "Пулинг окнами 2×2 с шагом 2."),
        (
            Stage(
                "max",
                Both("Max pooling.", "Пулинг по максимуму."),
                largest,
                Both("Cut the map into four windows.", "Разделите карту на четыре окна."),
                (
                    Mistake("average", mean, NOT_AVERAGE),
                    Mistake("smallest", pooled(rows, 2, min), NOT_SMALLEST),
                    Mistake("forgotten-stride", overlap, FORGOTTEN_STRIDE),
                    Mistake("sum", sums, NOT_SUM),
                ),
            ),
            Stage(
                "average",
                Both("Average pooling.", "Пулинг по среднему."),
                mean,
                Both(
                    "Add the four numbers, divide by 4.", "Сложите четыре числа и разделите на 4."
                ),
                (
                    Mistake(
                        "largest",
                        largest,
                        Both(
                            "These are the largest, not the averages.",
                            "Это наибольшие, а не средние.",
                        ),
                    ),
                    Mistake("sum", sums, NOT_SUM),
                ),
            ),
        ),
        given=((MAP, rows),),
    )
