"""Convolution: a filter slides over a picture, and each stop gives one number."""

from __future__ import annotations

from typing import Any

import numpy as np

import svertka
from svertka.lessons.lesson import (
    Both,
    Choice,
    Code,
    Expect,
    Expected,
    Lesson,
    Notice,
    Outcome,
    Text,
    Truth,
    View,
)
from svertka.lessons.views import Convolution, Grid, Table
from svertka.lessons.words import sides

# A bright edge on the right; the filter is Sobel's for vertical lines.
PICTURE = np.array([[15, 21, 38, 87], [64, 16, 15, 87], [34, 85, 80, 69], [47, 48, 39, 31]])
FILTER = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


def convolve(
    picture: np.ndarray, filter: np.ndarray, stride: int = 1, padding: int = 0
) -> np.ndarray:
    """Every stop of the filter: products with the pixels below it, and their sum."""
    padded = np.pad(picture, padding)  # zeros around
    f = len(filter)
    stops = range(0, len(padded) - f + 1, stride)
    return np.array([[(padded[y : y + f, x : x + f] * filter).sum() for x in stops] for y in stops])


def experiment(stride: int = 1, padding: int = 0) -> Outcome:
    output = convolve(PICTURE, FILTER, stride, padding)
    after = [svertka.net(f"conv1k{f}p0", input=(1, 28, 28)).output[1] for f in (3, 5)]
    colour = svertka.net("conv6k5p0-relu-conv10k5p0-relu", input=(3, 32, 32))
    first, second = colour.layers[0], colour.layers[2]
    apart = svertka.net("conv3k5p0g3", input=(3, 32, 32)).layers[0]
    try:
        svertka.net("conv1k5p0", input=(1, 4, 4))
        too_large = ""
    except svertka.SvertkaError as error:
        too_large = str(error)
    rows = [
        ("4×4", "3×3", "2×2"),
        ("28×28", "3×3", f"{after[0]}×{after[0]}"),
        ("28×28", "5×5", f"{after[1]}×{after[1]}"),
        ("4×4", "5×5", Both("an error", "ошибка")),
    ]
    colours = [
        (Both("6 filters 5×5×3", "6 фильтров 5×5×3"), *_shape(first), 5 * 5 * 3),
        (Both("then 10 filters 5×5×6", "затем 10 фильтров 5×5×6"), *_shape(second), 5 * 5 * 6),
        (Both("a 5×5 filter for each colour", "по фильтру 5×5 на цвет"), *_shape(apart), 5 * 5),
    ]
    return Outcome(
        numbers={
            "output": output,
            "first": output[0, 0],
            "side3": after[0],
            "side5": after[1],
            "refused": bool(too_large),
            "dot": first.parameters // 6 - 1,  # one weight of each filter is its bias
            "colour": sides(first.output),
            "deeper": sides(second.output),
            "apart": apart.output[0],
        },
        views={
            "slide": Convolution([PICTURE], [[FILTER]], stride=stride, padding=padding),
            "output": Grid(output),
            "sizes": Table(columns=(_PICTURE, _FILTER, _MAP), rows=rows),
            "colours": Table(columns=(_FILTERS, _INPUT, _MAPS, _PRODUCTS), rows=colours),
        },
    )


def _shape(layer: Any) -> tuple[str, ...]:
    """Input and output in the lecture's order, places first: 32×32×3."""
    return tuple(f"{h}×{w}×{maps}" for maps, h, w in (layer.input, layer.output))


_PICTURE, _FILTER = Both("picture", "картинка"), Both("filter", "фильтр")
_MAP, _MAPS = Both("activation map", "карта активации"), Both("activation maps", "карты активации")
_FILTERS, _INPUT = Both("filters", "фильтры"), Both("input", "вход")
_PRODUCTS = Both("products in one number", "произведений в одном числе")

LESSON = Lesson(
    name="convolve",
    lectures=("002", "003", "004"),
    minutes=8,
    title=Both("A filter slides over a picture", "Фильтр скользит по картинке"),
    question=Both(
        "How do nine numbers turn one picture into another?",
        "Как девять чисел превращают одну картинку в другую?",
    ),
    parameters=(
        Choice("stride", Both("Stride", "Шаг"), values=(1, 2, 3), default=1),
        Choice(
            "padding",
            Both("Padding with zeros", "Паддинг (нули вокруг)"),
            values=(0, 1, 2),
            default=0,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "A filter, or kernel, is a small matrix of numbers. Put it on a corner of the "
                "picture: nine of its numbers lie on nine pixels. Multiply each pair and add the "
                "products up. That sum is the first number of the activation map. Then the filter "
                "moves on, and the next sum is written beside it.",
                "Фильтр, или ядро, — маленькая матрица чисел. Приложим его к углу картинки: девять "
                "чисел фильтра лягут на девять пикселей. Перемножим каждую пару и сложим "
                "произведения. Сумма — первое число карты активации. Сдвигаем фильтр, и рядом "
                "появляется следующая сумма.",
            )
        ),
        View(
            "slide",
            Both(
                "Point at a number of the map to see its nine products. The first sum is {first}. "
                "Any number here can be changed.",
                "Наведите указатель на число карты — увидите его девять произведений. Первая сумма "
                "равна {first}. Любое число можно изменить.",
            ),
        ),
        Notice(
            Both(
                "This filter subtracts what is on the right from what is on the left. Where the "
                "picture becomes brighter to the right, the sum is far below zero; where both "
                "sides are alike, it is near zero. Padding puts zeros around, black pixels: so the "
                "filter finds an edge there, too. And a large stride can leave the last pixels "
                "unseen.",
                "Этот фильтр вычитает то, что справа, из того, что слева. Где картинка вправо "
                "светлеет, сумма намного меньше нуля; где стороны похожи, она около нуля. "
                "Паддинг — это нули вокруг, чёрные пиксели: и там фильтр находит границу. А "
                "при большом шаге последние пиксели могут остаться без внимания.",
            )
        ),
        Expected(),
        Code((convolve,)),
        Text(
            Both(
                "Without padding the map is smaller than the picture, because the filter has to "
                "lie on pixels wholly: a side of 28 becomes {side3} with a 3×3 filter and {side5} "
                "with a 5×5 one. A filter that is larger than the picture has nowhere to lie at "
                "all.",
                "Без паддинга карта меньше картинки, потому что фильтр должен лежать на пикселях "
                "целиком: сторона 28 с фильтром 3×3 становится {side3}, а с фильтром 5×5 — "
                "{side5}. Фильтру, который больше картинки, лечь некуда.",
            )
        ),
        View("sizes"),
        Text(
            Both(
                "A colour picture is three matrices. Mostly the filter is then three matrices, "
                "too: 5×5×3 is {dot} products, all in one sum, so one filter still gives one flat "
                "map. Six filters give six maps, and these are the next layer's picture. The other "
                "way, a flat filter for each colour by itself, gives {apart} maps.",
                "Цветная картинка — это три матрицы. Чаще всего и фильтр тогда состоит из трёх: "
                "5×5×3 — это {dot} произведений в одной сумме, поэтому один фильтр по-прежнему "
                "даёт одну плоскую карту. Шесть фильтров дают шесть карт, и они служат картинкой "
                "для следующего слоя. Второй способ — свой плоский фильтр на каждый цвет: тогда "
                "карт {apart}.",
            )
        ),
        View("colours"),
        Truth(
            Both(
                "Mathematics turns the filter by 180° before it slides; networks do not, and what "
                "they compute is called cross-correlation there. As the numbers of the filter are "
                "learned, it makes no difference. And the map follows a shift of the picture "
                "(equivariance); the answer of a whole network only roughly stays the same.",
                "В математике фильтр перед свёрткой поворачивают на 180°; в сетях этого не делают, "
                "и у математиков такая операция зовётся взаимной корреляцией. Числа фильтра всё "
                "равно выучиваются, так что разницы нет. И ещё: карта сдвигается вместе с "
                "картинкой (эквивариантность), а ответ всей сети лишь примерно остаётся прежним.",
            ),
            source="Goodfellow, Bengio, Courville: Deep Learning, 2016, 9.1–9.2",
        ),
    ),
    expected=(
        Expect(
            "output",
            [[29, -192], [-35, -22]],
            Both("the lecture's four sums", "четыре суммы из лекции"),
            at={"stride": 1, "padding": 0},
        ),
        Expect("side3", 26, Both("28 with a 3×3 filter", "28 с фильтром 3×3")),
        Expect("side5", 24, Both("28 with a 5×5 filter", "28 с фильтром 5×5")),
        Expect(
            "refused", True, Both("5×5 on 4×4 is refused", "фильтр 5×5 на картинке 4×4 отвергнут")
        ),
        Expect("dot", 75, Both("products of a 5×5×3 filter", "произведений у фильтра 5×5×3")),
        Expect(
            "colour",
            "6×28×28",
            Both("six filters 5×5×3 on 3×32×32", "шесть фильтров 5×5×3 на 3×32×32"),
        ),
        Expect("deeper", "10×24×24", Both("then ten filters 5×5×6", "затем десять фильтров 5×5×6")),
    ),
)
