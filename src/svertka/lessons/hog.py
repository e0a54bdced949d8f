"""Histograms of oriented gradients, cell by cell, and a linear model that learns on them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

import svertka
from svertka.lessons.learning import bars, interval
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
from svertka.lessons.pictures import Picture
from svertka.lessons.pixels_and_gradients import gradients
from svertka.lessons.views import Pictures, Table

TRAINED = 2000  # pictures; all 7,000 are a little better and take longer


def hog(pictures: Any, cell: int = 7) -> Any:
    """Each picture (N, 28, 28) as numbers (N, K): 9 directions a cell, in blocks of 2x2 cells."""
    import torch

    layer = svertka.build(f"hogc{cell}b2o9", input=(1, 28, 28))
    x = torch.as_tensor(pictures, dtype=torch.float32)[:, None]
    return layer(x).flatten(1).numpy()


def logistic(features: Any, y: Any, new_features: Any) -> Any:
    """Learn logistic regression on features (N, K), then answer for new ones."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    features, new_features = (np.asarray(one, np.float32) for one in (features, new_features))
    scale = StandardScaler().fit(features)
    model = LogisticRegression(C=0.01, max_iter=1000).fit(scale.transform(features), y)
    return model.predict(scale.transform(new_features))


def experiment(cell: int = 7) -> Outcome:
    digits = svertka.open_data("digits")
    four = digits.train.x[digits.train.numbers == 4][0, ..., 0]
    eight = digits.train.x[digits.train.numbers == 8][0, ..., 0]
    found = hog(np.stack([four, eight]), cell)

    ways = ("pixels", "gradients", f"hog{cell}")
    scores = [interval(_hits(way)) for way in ways]
    sizes = [_features(way, four[None]).shape[1] for way in ways]
    value = [score[0] for score in scores]
    return Outcome(
        numbers={
            "features": found.shape[1],
            "pixels": value[0],
            "raw": value[1],
            "hog": value[2],
            "raw_features": sizes[1],
            "verdict": HELPS if value[2] > value[0] + 0.02 else TOO_FAR,
        },
        views={
            "strokes": Pictures(
                [
                    Picture(four, Both("a four", "четвёрка")),
                    Picture(strokes(four, cell), Both("its cells", "её ячейки")),
                    Picture(eight, Both("an eight", "восьмёрка")),
                    Picture(strokes(eight, cell), Both("its cells", "её ячейки")),
                ]
            ),
            "scores": bars(NAMES, scores),
            "sizes": Table(
                columns=COLUMNS,
                rows=list(zip(NAMES, sizes, value, strict=True)),
                forms=("", "", ".1%"),
            ),
        },
    )


HELPS = Both("and that is what helps: {hog:.1%}", "это и помогает: {hog:.1%}")
TOO_FAR = Both(
    "with cells as large as these too much of it: {hog:.1%}, though of {features} numbers only",
    "а с такими большими ячейками — слишком много: {hog:.1%}, зато и чисел всего {features}",
)
NAMES = (
    Both("pixels", "пиксели"),
    Both("gradients", "градиенты"),
    Both("HOG", "HOG"),
)
COLUMNS = (
    Both("what the model sees", "что видит модель"),
    Both("numbers a picture", "чисел на картинку"),
    Both("right answers", "верных ответов"),
)


def _features(way: str, pictures: npt.NDArray[Any]) -> Any:
    if way == "pixels":
        return pictures.reshape(len(pictures), -1)
    if way == "gradients":
        return np.stack([np.concatenate(gradients(x), axis=None) for x in pictures])
    return hog(pictures, int(way.removeprefix("hog")))


@lru_cache
def _hits(way: str) -> npt.NDArray[np.bool_]:
    """Which test digits logistic regression names rightly, (1, N)."""
    digits = svertka.open_data("digits")
    train, test = digits.train.select(np.arange(TRAINED)), digits.test
    assert test is not None
    features = _features(way, train.x[..., 0])
    import sklearn.linear_model  # noqa: F401 -- what is not loaded cannot be held to one thread
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # its steps are so short that a second one only waits
        answers = logistic(features, train.numbers, _features(way, test.x[..., 0]))
    hits: npt.NDArray[np.bool_] = (answers == test.numbers)[None]
    return hits


def histograms(picture: npt.NDArray[Any], cell: int) -> npt.NDArray[np.float64]:
    """How strong each of 9 directions is in each cell, (rows, columns, 9)."""
    x = np.pad(np.asarray(picture, dtype=float), 1, mode="reflect")
    horizontal, vertical = gradients(x)
    angle = np.rad2deg(np.arctan2(-vertical, horizontal)) % 180
    which = (angle // 20).astype(int) % 9
    rows, columns = (side // cell for side in picture.shape)
    found = np.zeros((rows, columns, 9))
    places = np.indices(picture.shape)[:, : rows * cell, : columns * cell] // cell
    area = (slice(rows * cell), slice(columns * cell))
    np.add.at(found, (*places, which[area]), np.hypot(horizontal, vertical)[area])
    return found


def strokes(picture: npt.NDArray[Any], cell: int, side: int = 168) -> npt.NDArray[np.float64]:
    """The histograms as a picture: in each cell a line along the edge, one a direction."""
    found = histograms(picture, cell)
    found /= found.max() or 1
    size = side // len(found)
    y, x = np.indices((size, size)) - (size - 1) / 2
    lines = np.zeros((9, size, size))
    for k in range(9):
        turn = np.deg2rad(20 * k + 10)
        off = abs(x * np.cos(turn) + y * np.sin(turn))  # the edge lies across the gradient
        lines[k] = np.clip(1.3 - off, 0, 1) * (np.hypot(x, y) < 0.46 * size)
    drawn = (found[..., None, None] * lines).max(2)
    return np.asarray(drawn.transpose(0, 2, 1, 3).reshape(len(found) * size, -1))


LESSON = Lesson(
    name="hog",
    lectures=("000",),
    minutes=7,
    title=Both("Before the networks: HOG", "До нейросетей: HOG"),
    question=Both(
        "How did people recognise pictures when networks could not?",
        "Как распознавали картинки, пока нейросети этого не умели?",
    ),
    parameters=(
        Choice(
            "cell",
            Both("Side of a cell, pixels", "Сторона ячейки, пикселей"),
            values=(4, 7, 14),
            default=7,
        ),
    ),
    experiment=experiment,
    small=True,
    body=(
        Text(
            Both(
                "In two steps: first a person decided what to measure in a picture, then a model "
                "learned on these measurements. The best known measurement is HOG, the histogram "
                "of oriented gradients.\n\n"
                "Cut the picture into cells. Each pixel has a gradient: how strong its edge is, "
                "and which way it runs. In every cell, add up the strengths by direction, in nine "
                "sectors of 20°. What is left of a cell is nine numbers: how much edge runs which "
                "way.",
                "В два шага: сначала человек решал, что измерять на картинке, потом на этих "
                "измерениях обучали модель. Самое известное измерение — HOG, гистограмма "
                "ориентированных градиентов.\n\n"
                "Делим картинку на ячейки. У каждого пикселя есть градиент: насколько резкая здесь "
                "граница и куда она идёт. В каждой ячейке складываем силу границ по направлениям, "
                "в девяти секторах по 20°. От ячейки остаётся девять чисел: сколько границ идёт в "
                "каждую сторону.",
            )
        ),
        View("strokes"),
        Notice(
            Both(
                "Each line shows one direction of one cell; the brighter, the more edge runs that "
                "way. With cells of 4 or 7 pixels the digits can still be read. With 14 the "
                "directions are left, but hardly the places.",
                "Каждая чёрточка — одно направление в одной ячейке; чем она ярче, тем больше там "
                "таких границ. С ячейками в 4 или 7 пикселей цифры ещё можно узнать. С 14 "
                "направления остаются, а места почти теряются.",
            )
        ),
        Text(
            Both(
                "Cells are then joined in blocks of two by two, and each block is brought to the "
                "same length: so a pale digit gives the same numbers as a bright one. With this "
                "cell a picture of 784 pixels becomes {features} numbers.",
                "Затем ячейки объединяют в блоки два на два и каждый блок приводят к одной длине: "
                "тогда бледная цифра даёт те же числа, что и яркая. С такой ячейкой картинка из "
                "784 пикселей превращается в числа, всего их {features}.",
            )
        ),
        Code((hog, logistic)),
        Text(
            Both(
                "The same logistic regression learns from 2,000 digits, three times: on the "
                "pixels, on the plain gradients of the last lesson, and on HOG. It is tested on "
                "1,000 others.",
                "Одна и та же логистическая регрессия учится на 2\u00a0000 цифр трижды: на "
                "пикселях, на простых градиентах из прошлого урока и на HOG. Проверяем на "
                "1\u00a0000 других.",
            )
        ),
        View(
            "scores",
            Both("Right answers, with 95% intervals", "Верные ответы и 95-процентные интервалы"),
        ),
        View("sizes"),
        Notice(
            Both(
                "The model is the same; only what it sees has changed. {raw_features} plain "
                "gradients do no better than the pixels ({raw:.1%} and {pixels:.1%}): they must "
                "be learned at every place anew. HOG has thrown away the exact place, {verdict}.",
                "Модель одна и та же, изменилось только то, что она видит. Простые градиенты "
                "(чисел {raw_features}) не лучше пикселей ({raw:.1%} и {pixels:.1%}): каждое "
                "место приходится учить заново. HOG выбросил точное место, {verdict}.",
            )
        ),
        Expected(),
        Truth(
            Both(
                "The contest's winners of 2010 and 2011 did not use HOG and logistic regression "
                "alone: they coded many local features (HOG and LBP, or SIFT) and learned linear "
                "classifiers on very long vectors. And a network of one layer can have HOG inside: "
                "`hog-fc10` is such a text in svertka.",
                "Победители конкурса 2010 и 2011 годов брали не один HOG с логистической "
                "регрессией: они кодировали много локальных признаков (HOG и LBP или SIFT) и учили "
                "линейные классификаторы на очень длинных векторах. А ещё HOG может быть слоем "
                "сети: `hog-fc10` — такая запись в svertka.",
            ),
            source="Lin et al. 2011, CVPR; Sánchez, Perronnin 2011, CVPR; Dalal, Triggs 2005, CVPR",
        ),
    ),
    expected=(
        Expect(
            "features",
            324,
            Both(
                "3 × 3 blocks of 4 cells, 9 numbers each",
                "3 × 3 блока по 4 ячейки, в каждой 9 чисел",
            ),
            at={"cell": 7},
        ),
        Expect(
            "features",
            1296,
            Both("with cells of 4 pixels: 6 × 6 × 4 × 9", "с ячейкой в 4 пикселя: 6 × 6 × 4 × 9"),
            at={"cell": 4},
        ),
        Expect(
            "features",
            36,
            Both(
                "with cells of 14 pixels: 1 × 1 × 4 × 9", "с ячейкой в 14 пикселей: 1 × 1 × 4 × 9"
            ),
            at={"cell": 14},
        ),
        Expect(
            "hog",
            0.95,
            Both("right answers on HOG", "верных ответов на HOG"),
            tolerance=0.01,
            form=".1%",
            at={"cell": 7},
        ),
    ),
)
