"""A picture as numbers, and the differences that show its edges."""

from __future__ import annotations

from typing import Any

import numpy as np

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
from svertka.lessons.photos import grey
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Grid, Pictures

# Five by five pixels where a black dog meets a white wall; inside the dog; of the wall.
PIECES = {
    "edge": [
        [92, 231, 248, 252, 254],
        [23, 118, 240, 250, 253],
        [14, 10, 126, 245, 251],
        [11, 13, 10, 131, 243],
        [9, 12, 11, 16, 124],
    ],
    "inside": [
        [14, 12, 11, 13, 15],
        [12, 13, 12, 14, 13],
        [11, 12, 13, 15, 14],
        [13, 11, 11, 12, 13],
        [12, 14, 13, 11, 12],
    ],
    "wall": [
        [251, 252, 250, 253, 252],
        [250, 251, 253, 252, 251],
        [252, 251, 250, 252, 253],
        [253, 250, 251, 251, 252],
        [251, 252, 253, 250, 251],
    ],
}


def gradients(picture: Any) -> tuple[Any, Any]:
    """Right minus left, and top minus bottom, of every pixel but the outermost."""
    x = np.asarray(picture, dtype=float)  # bytes cannot be below zero
    horizontal = x[1:-1, 2:] - x[1:-1, :-2]
    vertical = x[:-2, 1:-1] - x[2:, 1:-1]
    return horizontal, vertical


def experiment(place: str = "edge") -> Outcome:
    piece = PIECES[place]
    across, down = gradients(piece)

    cat = grey("cat")[::2, ::2]
    horizontal, vertical = gradients(cat)
    return Outcome(
        numbers={
            "horizontal": across[1, 1],  # of the pixel in the middle
            "vertical": down[1, 1],
            "pixels": horizontal.size,
            "features": horizontal.size + vertical.size,
            "flat": np.mean(np.hypot(horizontal, vertical) < 32),
        },
        views={
            "piece": Grid(piece, pixels=True, marked=[(2, 1), (2, 3), (1, 2), (3, 2)]),
            "photo": Pictures(
                [
                    Picture(cat, Both("the photograph", "фотография")),
                    Picture(abs(horizontal), Both("right − left", "справа − слева"), low=0),
                    Picture(abs(vertical), Both("top − bottom", "сверху − снизу"), low=0),
                ]
            ),
        },
    )


LESSON = Lesson(
    name="pixels-and-gradients",
    lectures=("000",),
    minutes=5,
    title=Both("A picture is numbers", "Картинка — это числа"),
    question=Both(
        "A computer sees only numbers. Where in them is the edge of a dog?",
        "Компьютер видит только числа. Где среди них край собаки?",
    ),
    parameters=(
        Choice(
            "place",
            Both("The piece comes from", "Кусочек взят"),
            values=("edge", "inside", "wall"),
            texts=(
                Both("the edge of the dog", "с края собаки"),
                Both("inside the dog", "изнутри собаки"),
                Both("the wall behind it", "со стены позади неё"),
            ),
            default="edge",
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "A pixel of a black-and-white picture is a number from 0, black, to 255, white. "
                "So a picture is a matrix. Below is a piece of one, five by five pixels: a black "
                "dog in front of a white wall.",
                "Пиксель чёрно-белой картинки — число от 0 (чёрный) до 255 (белый). Значит, "
                "картинка — матрица. Ниже её кусочек, пять на пять пикселей: чёрная собака на "
                "фоне белой стены.",
            )
        ),
        View("piece"),
        Text(
            Both(
                "Take the pixel in the middle and compare its neighbours. Right minus left is its "
                "horizontal gradient: {horizontal}. Top minus bottom is the vertical one: "
                "{vertical}.",
                "Возьмём пиксель в середине и сравним его соседей. Справа минус слева — "
                "горизонтальный градиент: {horizontal}. Сверху минус снизу — вертикальный: "
                "{vertical}.",
            )
        ),
        Notice(
            Both(
                "Move the piece from the edge into the dog or onto the wall: both gradients come "
                "close to 0, although one place is black and the other white. A gradient does not "
                "ask how bright a place is, only how fast that changes.",
                "Перенесите кусочек с края внутрь собаки или на стену: оба градиента станут "
                "близки к 0, хотя одно место чёрное, а другое белое. Градиенту неважно, насколько "
                "место светлое; важно, как быстро яркость меняется.",
            )
        ),
        Expected(),
        Code((gradients,)),
        Text(
            Both(
                "Now for every pixel of a photograph. Brighter means a larger gradient, whatever "
                "its sign.",
                "Теперь посчитаем то же для каждого пикселя фотографии. Чем светлее, тем больше "
                "градиент по модулю.",
            )
        ),
        View("photo"),
        Notice(
            Both(
                "The two maps look alike, but not everywhere: the horizontal gradient finds "
                "upright lines, such as the stripes on the forehead; the vertical one finds level "
                "lines, such as the eyelids.",
                "Карты похожи, но не везде: горизонтальный градиент находит вертикальные линии, "
                "например полоски на лбу, вертикальный — горизонтальные, например веки.",
            )
        ),
        Text(
            Both(
                "The outermost pixels have no neighbour on one side and are left out. The other "
                "{pixels} pixels have two gradients each: {features} numbers that describe where "
                "edges are. For {flat:.0%} of the pixels both are small. You would know a cat by "
                "its outline, so a model can learn from these numbers, too: that is the next "
                "lesson.",
                "У крайних пикселей с одной стороны нет соседа, их пропускают. У остальных "
                "пикселей (их {pixels}) по два градиента: всего {features} чисел, которые "
                "говорят, где проходят границы. У {flat:.0%} пикселей оба градиента малы. Кошку "
                "легко узнать по контуру — значит, по этим числам может учиться и модель. Об этом "
                "следующий урок.",
            )
        ),
        Truth(
            Both(
                "The neighbours are two pixels apart, so per pixel the change is half as much: "
                "`numpy.gradient` gives the half. It makes no difference to what can be learned. "
                "Wider and smoother differences were tried for recognising people, and this "
                "simplest one was the best.",
                "Соседи стоят через один пиксель, поэтому на один пиксель приходится половина "
                "разности: `numpy.gradient` так и считает. На обучение это не влияет. Для "
                "распознавания людей пробовали и более широкие, сглаженные разности — простейшая "
                "оказалась лучшей.",
            ),
            source="Dalal, Triggs: Histograms of Oriented Gradients for Human Detection, 2005, 6.2",
        ),
    ),
    expected=(
        Expect(
            "horizontal",
            235,
            Both("right − left at the edge: 245 − 10", "справа − слева на краю: 245 − 10"),
            at={"place": "edge"},
        ),
        Expect(
            "vertical",
            230,
            Both("top − bottom at the edge: 240 − 10", "сверху − снизу на краю: 240 − 10"),
            at={"place": "edge"},
        ),
        Expect(
            "horizontal",
            3,
            Both("right − left inside the dog", "справа − слева внутри собаки"),
            at={"place": "inside"},
        ),
        Expect(
            "features",
            2 * 148 * 148,
            Both(
                "two numbers for each of 148 × 148 pixels",
                "по два числа на каждый из 148 × 148 пикселей",
            ),
        ),
    ),
)
