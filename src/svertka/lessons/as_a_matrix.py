"""A convolution as one product of matrices, in two ways; its gradients by the same matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from svertka.lessons.convolve import FILTER, PICTURE
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
from svertka.lessons.views import Grid


def windows(picture: Any, f: int) -> Any:
    """Each place of an f x f filter as a row: the f·f pixels below it."""
    stops = range(len(picture) - f + 1)
    return np.array([picture[y : y + f, x : x + f].ravel() for y in stops for x in stops])


def banded(filter: Any, side: int) -> Any:
    """Each place of the filter as a row over all pixels: the filter there, and 0 elsewhere."""
    f = len(filter)
    rows = []
    for y in range(side - f + 1):
        for x in range(side - f + 1):
            row = np.zeros((side, side))
            row[y : y + f, x : x + f] = filter
            rows.append(row.ravel())
    return np.array(rows)


def experiment(way: str = "windows") -> Outcome:
    picture, filter = PICTURE.astype(float), FILTER.astype(float)
    pixels, weights = picture.ravel(), filter.ravel()
    unrolled, band = windows(picture, 3), banded(filter, 4)
    first, second = unrolled @ weights, band @ pixels

    # Backwards: a gradient of 1 at every number of the map, as if the loss were their sum.
    upstream = np.ones(4)
    for_filter = unrolled.T @ upstream
    for_picture = band.T @ upstream

    matrix, column = (unrolled, weights) if way == "windows" else (band, pixels)
    return Outcome(
        numbers={
            "map": first.reshape(2, 2),
            "same": np.array_equal(first, second),
            "rows": matrix.shape[0],
            "columns": matrix.shape[1],
            "zeros": int((banded(np.ones((3, 3)), 4) == 0).sum()),  # whatever the filter
            "weights": np.count_nonzero(weights),
            "for_filter": for_filter.reshape(3, 3),
            "for_picture": for_picture.reshape(4, 4),
        },
        views={
            "picture": Grid(picture),
            "filter": Grid(filter),
            "matrix": Grid(matrix),
            "column": Grid(column[None]),
            "map": Grid(first.reshape(2, 2)),
            "for_filter": Grid(for_filter.reshape(3, 3)),
            "for_picture": Grid(for_picture.reshape(4, 4)),
        },
    )


LESSON = Lesson(
    name="as-a-matrix",
    lectures=("004",),
    minutes=7,
    title=Both("Convolution is a matrix product", "Свёртка — это умножение матриц"),
    question=Both(
        "Why can filters be learned by the same backpropagation as any other weights?",
        "Почему фильтры учатся тем же обратным распространением, что и любые другие веса?",
    ),
    parameters=(
        Choice(
            "way",
            Both("Put into the matrix", "В матрицу кладём"),
            values=("windows", "filter"),
            texts=(
                Both("the windows of the picture", "окна картинки"),
                Both("the filter at every place", "фильтр на каждом месте"),
            ),
            default="windows",
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "The picture and the filter of the lesson on convolution, 4×4 and 3×3. The filter "
                "has four places to lie.",
                "Картинка и фильтр из урока о свёртке, 4×4 и 3×3. Лечь фильтр может на четыре "
                "места.",
            )
        ),
        View("picture", Both("The picture", "Картинка")),
        View("filter", Both("The filter", "Фильтр")),
        Text(
            Both(
                "There are two ways to write it down. Either each window of the picture becomes a "
                "row of nine pixels, and the filter a column. Or the picture becomes a column of "
                "16 pixels, and each place of the filter a row: its nine numbers where it lies, "
                "zeros elsewhere. Choose above. The matrix then has {rows} rows and {columns} "
                "columns:",
                "Записать это можно двумя способами. Либо каждое окно картинки становится строкой "
                "из девяти пикселей, а фильтр — столбцом. Либо картинка становится столбцом из 16 "
                "пикселей, а каждое место фильтра — строкой: его девять чисел там, где он лежит, и "
                "нули в остальных местах. Выберите выше. Строк у матрицы теперь {rows}, столбцов — "
                "{columns}:",
            )
        ),
        View("matrix", Both("The matrix", "Матрица")),
        View("column", Both("The column, written as a row", "Столбец, записанный строкой")),
        View(
            "map",
            Both(
                "Their product, cut into rows: the map",
                "Их произведение, разложенное по строкам: карта",
            ),
        ),
        Notice(
            Both(
                "Both ways give the same four numbers. In the second matrix the filter steps to "
                "the right from row to row. A fully connected layer from 16 pixels to 4 numbers "
                "would have 64 free weights there; a convolution leaves {zeros} of them at zero "
                "and uses one and the same filter in all rows.",
                "Оба способа дают одни и те же четыре числа. Во второй матрице фильтр от строки к "
                "строке шагает вправо. У полносвязного слоя из 16 пикселей в 4 числа там было бы "
                "64 свободных веса; у свёртки {zeros} из них — нули, а во всех строках стоит один "
                "и тот же фильтр.",
            )
        ),
        Code((windows, banded)),
        Text(
            Both(
                "Now backwards. The gradient of a product of a matrix and a column is the matrix "
                "turned over (transposed) times the gradient that comes from behind. Let that be 1 "
                "at each of the four numbers. From the first matrix we get the gradient of every "
                "weight of the filter, from the second that of every pixel:",
                "Теперь назад. Градиент произведения матрицы на столбец — транспонированная "
                "матрица, умноженная на градиент, пришедший сзади. Пусть он равен 1 у каждого из "
                "четырёх чисел. Первая матрица даёт градиент каждого веса фильтра, вторая — "
                "каждого пикселя:",
            )
        ),
        View("for_filter", Both("Gradient of the filter", "Градиент фильтра")),
        View("for_picture", Both("Gradient of the picture", "Градиент картинки")),
        Notice(
            Both(
                "The gradient of a weight is the sum of all pixels that it has met, for it is used "
                "at every place. That is all that is new about learning filters.",
                "Градиент веса — сумма всех пикселей, которые он встретил: ведь один и тот же вес "
                "работает на каждом месте. Больше ничего нового в обучении фильтров нет.",
            )
        ),
        Expected(),
        Truth(
            Both(
                "The first way is how libraries have long computed convolutions (im2col): copying "
                "windows costs memory, but products of matrices are what processors do best. The "
                "second is seldom stored, being almost all zeros on large pictures; turned over it "
                "is the transposed convolution, which makes maps larger. Today's libraries also "
                "use other ways, such as Winograd's.",
                "Первым способом библиотеки давно вычисляют свёртки (im2col): копии окон занимают "
                "память, зато умножать матрицы процессоры умеют лучше всего. Вторую матрицу хранят "
                "редко: на больших картинках в ней почти одни нули. Транспонированная, она даёт "
                "транспонированную свёртку, которая увеличивает карты. Сейчас библиотеки применяют "
                "и другие способы, например алгоритм Винограда.",
            ),
            source="Chellapilla, Puri, Simard 2006; Dumoulin, Visin 2016, arXiv 1603.07285; "
            "Lavin, Gray 2015, arXiv 1509.09308",
        ),
    ),
    expected=(
        Expect("map", [[29, -192], [-35, -22]], Both("the map", "карта")),
        Expect("same", True, Both("both ways agree", "оба способа сходятся")),
        Expect(
            "columns",
            9,
            Both("columns, windows in rows", "столбцов, если строки — окна"),
            at={"way": "windows"},
        ),
        Expect(
            "columns",
            16,
            Both("columns, the filter in rows", "столбцов, если строки — фильтр"),
            at={"way": "filter"},
        ),
    ),
)
