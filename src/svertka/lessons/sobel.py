"""Fixed filters on a photograph: each finds edges that run its way."""

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
from svertka.lessons.photos import grey
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Grid, Pictures, Table

FILTERS = ("vertical", "horizontal", "diagonal", "antidiagonal")


def filtered(picture: Any, name: str) -> Any:
    """The activation map of a picture (height, width) by one fixed filter; no padding is seen."""
    import torch

    layer = svertka.build(f"filters({name})", input=(1, *picture.shape))
    found = layer(torch.as_tensor(picture, dtype=torch.float32)[None, None])
    return found[0, 0, 1:-1, 1:-1].numpy()


def experiment(filter: str = "vertical") -> Outcome:
    photo = grey("photographer")
    point = np.zeros((5, 5))
    point[2, 2] = 1
    kernel = filtered(point, filter)[::-1, ::-1]  # what a filter makes of a point is itself, turned

    row, column = np.indices((5, 5)) - 2
    edges = {"vertical": column > 0, "horizontal": row > 0}
    edges |= {"diagonal": row + column > 0, "antidiagonal": column > row}
    answers = {name: [abs(filtered(e, one)[1, 1]) for one in FILTERS] for name, e in edges.items()}

    found = filtered(photo, filter)
    return Outcome(
        numbers={
            "kernel": kernel,
            "own": answers[filter][FILTERS.index(filter)],
            "vertical_on_horizontal": answers["horizontal"][0],
            "diagonal_on_vertical": answers["vertical"][2],
            "bright": np.mean(abs(found) > 255),
        },
        views={
            "kernel": Grid(kernel),
            "photo": Pictures(
                [
                    Picture(photo, Both("the photograph", "фотография")),
                    Picture(
                        abs(found),
                        Both("its activation map", "её карта активации"),
                        high=700,
                        low=0,
                    ),
                ]
            ),
            "edges": Table(
                columns=(Both("edge, filter", "граница, фильтр"), *SIGNS),
                rows=[[EDGES[name], *values] for name, values in answers.items()],
            ),
        },
    )


SIGNS = ("|", "—", "/", "\\")  # the filters, by what they look for
LABELS = {
    "vertical": Both("vertical", "вертикальный"),
    "horizontal": Both("horizontal", "горизонтальный"),
    "diagonal": Both("diagonal /", "диагональный /"),
    "antidiagonal": Both("diagonal \\", "диагональный \\"),
}
EDGES = {
    "vertical": Both("upright |", "вертикальная |"),
    "horizontal": Both("level —", "горизонтальная —"),
    "diagonal": Both("slanting /", "наклонная /"),
    "antidiagonal": Both("slanting \\", "наклонная \\"),
}

LESSON = Lesson(
    name="sobel",
    lectures=("004",),
    minutes=5,
    title=Both("What a filter looks for", "Что ищет фильтр"),
    question=Both(
        "How does a filter know which lines to light up?",
        "Откуда фильтр знает, какие линии подсветить?",
    ),
    parameters=(
        Choice(
            "filter",
            Both("Filter", "Фильтр"),
            values=FILTERS,
            texts=tuple(LABELS[name] for name in FILTERS),
            default="vertical",
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "Here is a filter of three by three numbers; the vertical and the horizontal one "
                "are named after Irwin Sobel. One side of it is negative, the other positive: it "
                "subtracts what lies on one side from what lies on the other. On an even surface "
                "the two cancel out.",
                "Вот фильтр, три на три числа; вертикальный и горизонтальный названы в честь "
                "Ирвина Собеля. С одной стороны числа отрицательные, с другой положительные: "
                "фильтр вычитает одну сторону из другой. На ровном месте они взаимно уничтожаются.",
            )
        ),
        View("kernel"),
        View(
            "photo",
            Both(
                "The brighter a place of the map, the larger its number, whatever the sign.",
                "Чем светлее место на карте, тем больше там число по модулю.",
            ),
        ),
        Notice(
            Both(
                "Try all four on the tripod: its legs stand at different angles, and each filter "
                "picks others. Only {bright:.0%} of this map is brighter than 255. Places where "
                "the filter has found its pattern are called activated: hence the name, "
                "activation map.",
                "Попробуйте все четыре на штативе: его ножки стоят под разными углами, и каждый "
                "фильтр выбирает свои. Лишь {bright:.0%} этой карты ярче 255. Где фильтр нашёл "
                "свой паттерн, он активируется — отсюда и название «карта активации».",
            )
        ),
        Code((filtered,)),
        Text(
            Both(
                "How choosy is a filter? Take four clean edges between 0 and 1, and read what each "
                "filter says right on the edge (without the sign).",
                "Насколько фильтр разборчив? Возьмём четыре чистые границы между 0 и 1 и "
                "посмотрим, что каждый фильтр отвечает прямо на границе (без знака).",
            )
        ),
        View("edges"),
        Notice(
            Both(
                "Each filter gives {own} to its own edge and 0 to the one across. But to an edge "
                "turned by 45° it still gives 3. A single filter does not tell lines apart; the "
                "numbers of several together do.",
                "На свою границу каждый фильтр даёт {own}, на поперечную — 0. Но на границу, "
                "повёрнутую на 45°, он всё ещё даёт 3. Один фильтр линии не различает; различают "
                "числа нескольких фильтров вместе.",
            )
        ),
        Expected(),
        Truth(
            Both(
                "Strictly, Sobel's filters find edges, where dark meets light: a thin line has two "
                "of them and shows up twice. Sobel and Feldman made the two filters in 1968 to "
                "measure the gradient; the slanting ones are the same numbers turned by 45°, as in "
                "the compass filters of Kirsch and Robinson.",
                "Строго говоря, фильтры Собеля находят границы тёмного и светлого: у тонкой линии "
                "их две, и она видна дважды. Собель и Фельдман придумали эту пару в 1968 году, "
                "чтобы измерять градиент; наклонные — те же числа, повёрнутые на 45°, как в "
                "«компасных» фильтрах Кирша и Робинсона.",
            ),
            source="Sobel: History and Definition of the Sobel Operator, 2014; Robinson 1977",
        ),
    ),
    expected=(
        Expect(
            "kernel",
            [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
            Both("the vertical Sobel filter", "вертикальный фильтр Собеля"),
            at={"filter": "vertical"},
        ),
        Expect(
            "kernel",
            [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
            Both("the horizontal one", "горизонтальный"),
            at={"filter": "horizontal"},
        ),
        Expect("own", 4, Both("on its own edge: 1 + 2 + 1", "на своей границе: 1 + 2 + 1")),
        Expect("vertical_on_horizontal", 0, Both("on the edge across", "на поперечной границе")),
        Expect("diagonal_on_vertical", 3, Both("on an edge at 45°", "на границе под углом 45°")),
    ),
)
