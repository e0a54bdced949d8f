"""The neocognitron: simple cells that recognise, complex cells that forgive the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from svertka.lessons.cells import Array, c_layer, learn, s_layer, see
from svertka.lessons.drawn import DIGITS, digit
from svertka.lessons.lesson import (
    Both,
    Choice,
    Code,
    Expect,
    Lesson,
    Notice,
    Outcome,
    Text,
    Truth,
    View,
)
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Bars, Heat, Pictures, Shown, Table

SHIFTS = [*range(-3, 4)]
WAYS = {
    "as learned": Both("as learned", "как при обучении"),
    "thick": Both("a wider pen", "перо толще"),
    "noisy": Both("with dirt", "с грязью"),
}


def experiment(r: float = 0.7) -> Outcome:
    rs = (4.0, r, 0.3)
    layers = learn([digit(name)[None] for name in DIGITS], rs)

    def answer(picture: Array) -> int:
        firing = see(picture[None], layers, rs)[-1].max(axis=(1, 2))
        return int(firing.argmax()) if firing.max() > 0 else -1

    shares = share_by_shift(answer)
    shares_of_templates = share_by_shift(nearest)
    corners = [(dx, dy) for dx in (-3, 0, 3) for dy in (-3, 0, 3)]
    changed = [share(answer, way, corners) for way in WAYS]
    numbers = {
        "likeness": r / (1 + r),
        "planes": [len(planes) for planes in layers],
        "learned": share(answer, "as learned", [(0, 0)]),
        "shifted": float(shares.mean()),
        "templates": float(shares_of_templates.mean()),
        "thick": changed[1],
        "noisy": changed[2],
    }
    return Outcome(numbers, views_of(layers, rs, [shares, shares_of_templates], changed))


def share_by_shift(answer: Callable[[Array], int]) -> Array:
    """The share of the five digits that is recognised at every shift (dy, dx)."""
    return np.array([[share(answer, "as learned", [(dx, dy)]) for dx in SHIFTS] for dy in SHIFTS])


def share(answer: Callable[[Array], int], way: str, shifts: Sequence[tuple[int, int]]) -> float:
    """The share of digits that is recognised, drawn in this way at these shifts."""
    right = [
        answer(drawn(name, way, dx, dy)) == index
        for dx, dy in shifts
        for index, name in enumerate(DIGITS)
    ]
    return float(np.mean(right))


def drawn(name: str, way: str, dx: int = 0, dy: int = 0) -> Array:
    """A digit as learned, with a wider pen, or with every 33rd pixel of the paper dirty."""
    picture = digit(name, dx, dy, thick=way == "thick")
    if way == "noisy":
        random = np.random.default_rng((int(name), dx + 9, dy + 9))
        picture = np.maximum(picture, random.random(picture.shape) < 0.03)
    return picture


def nearest(picture: Array) -> int:
    """The digit whose own picture is most like this one, pixel by pixel."""
    known = np.array([digit(name).ravel() for name in DIGITS])
    return int((known @ picture.ravel() / np.linalg.norm(known, axis=1)).argmax())


def views_of(
    layers: Sequence[Sequence[Array]],
    rs: Sequence[float],
    shares: Sequence[Array],
    changed: Sequence[float],
) -> dict[str, Shown]:
    """What was learned, one digit on its way, and how much is recognised."""
    maps = see(digit("4")[None], layers, rs)
    rows = [
        [name, len(one), "×".join(map(str, one.shape[1:]))]
        for name, one in zip(("U₀", *NAMES), maps, strict=True)
    ]
    across, down = (
        Both("pixels to the right", "пикселей вправо"),
        Both("pixels down", "пикселей вниз"),
    )

    def heat(values: Array) -> Heat:
        return Heat(
            values,
            rows=SHIFTS,
            columns=SHIFTS,
            row_title=down,
            column_title=across,
            form=".0%",
            low=0,
            high=1,
        )

    return {
        "digits": Pictures([Picture(digit(name), name, low=0, high=1) for name in DIGITS]),
        "patches": Pictures([Picture(plane[0], low=0, high=1) for plane in layers[0][:12]]),
        "inside": Pictures(
            [Picture(one.max(axis=0), name) for name, one in zip(("U₀", *NAMES), maps, strict=True)]
        ),
        "layers": Table(LAYERS, rows),
        "shifts": heat(shares[0]),
        "templates": heat(shares[1]),
        "changed": Bars(list(WAYS.values()), changed, form=".0%"),
    }


NAMES = ("S₁", "C₁", "S₂", "C₂", "S₃", "C₃")
LAYERS = (
    Both("layer", "слой"),
    Both("planes (maps)", "плоскостей (карт)"),
    Both("cells in each", "клеток в каждой"),
)

LESSON = Lesson(
    name="neocognitron",
    lectures=("002",),
    minutes=7,
    title=Both("The neocognitron: S, C, S, C", "Неокогнитрон: S, C, S, C"),
    question=Both(
        "How can a net know a digit wherever it stands, without having seen it there?",
        "Как узнать цифру в любом месте, если её там никогда не видел?",
    ),
    parameters=(
        Choice(
            "r",
            Both(
                "How like must a part be for an S₂-cell to fire", "Какое сходство нужно клетке S₂"
            ),
            values=(0.7, 1.5, 3.0),
            texts=("41%", "60%", "75%"),
            default=0.7,
        ),
    ),
    experiment=experiment,
    small=True,
    body=(
        Text(
            Both(
                "In the cat's visual cortex Hubel and Wiesel had found cells of two kinds. A "
                "simple cell fires for one thing at one place, say an upright line. A complex "
                "cell fires for the same thing anywhere near. In 1980 Kunihiko Fukushima built a "
                "net of both in turn: S, C, S, C, S, C.",
                "В зрительной коре кошки Хьюбел и Визель нашли клетки двух родов. Простая клетка "
                "отвечает на что-то одно в одном месте, скажем, на вертикальную чёрточку. Сложная "
                "отвечает на то же самое где-то рядом. В 1980 году Кунихико Фукусима построил "
                "сеть, где те и другие чередуются: S, C, S, C, S, C.",
            )
        ),
        View(
            "digits",
            Both(
                "All that it is ever shown: five digits, in the middle",
                "Всё, что ей показывают: пять цифр посередине",
            ),
        ),
        Text(
            Both(
                "S-cells of one plane all look for the same small pattern, each at its own place. "
                "That is a convolution, and the plane is an activation map. C-cells add up a "
                "small window of one plane and stand at every second place only. That is "
                "pooling.\n\n"
                "It learns without a teacher. Wherever something stands on the picture and all "
                "S-cells are silent, a new plane is made that keeps just this pattern.",
                "Все S-клетки одной плоскости ищут один и тот же узор, каждая на своём месте. Это "
                "свёртка, а плоскость — карта активации. C-клетки складывают небольшое окно своей "
                "плоскости и стоят только на каждом втором месте. Это пулинг.\n\n"
                "Учится сеть без учителя. Если на картинке что-то есть, а все S-клетки молчат, "
                "появляется новая плоскость: она запоминает именно этот узор.",
            )
        ),
        View(
            "patches",
            Both(
                "The first patterns that S₁ kept: pieces of lines",
                "Первые узоры, которые запомнил S₁: кусочки линий",
            ),
        ),
        Code((s_layer, c_layer)),
        View(
            "layers",
            Both(
                "Planes learned in the three S-layers: {planes}",
                "Плоскостей выучено в трёх S-слоях: {planes}",
            ),
        ),
        View(
            "inside",
            Both(
                "A four on its way: in each layer, the strongest of all planes",
                "Четвёрка по дороге через сеть: в каждом слое — самая сильная из плоскостей",
            ),
        ),
        Notice(
            Both(
                "S-layers make the picture sharper, C-layers blur it. In the end one cell for each "
                "digit is left that does not mind the place, unless the S₂-cells are too choosy.",
                "S-слои делают картину чётче, C-слои её размывают. В конце для каждой цифры "
                "остаётся одна клетка, которой всё равно, где цифра стоит, — если клетки S₂ не "
                "слишком разборчивы.",
            )
        ),
        View(
            "shifts",
            Both(
                "Neocognitron: share of the digits recognised, by shift; {shifted:.0%} in all",
                "Неокогнитрон: доля узнанных цифр в зависимости от сдвига; всего {shifted:.0%}",
            ),
        ),
        View(
            "templates",
            Both(
                "For comparison: the most similar picture, pixel by pixel; {templates:.0%} in all",
                "Для сравнения: самая похожая картинка, пиксель за пикселем; всего {templates:.0%}",
            ),
        ),
        Notice(
            Both(
                "No digit was ever shown off the middle. The whole tolerance is in the structure: "
                "every cell looks for its pattern everywhere, and each C-layer forgives a pixel or "
                "two.",
                "Сдвинутых цифр сеть не видела ни разу. Вся терпимость — в устройстве: каждая "
                "клетка ищет свой узор повсюду, а каждый C-слой прощает один-два пикселя.",
            )
        ),
        View("changed", Both("Digits changed, at nine places", "Изменённые цифры в девяти местах")),
        Text(
            Both(
                "Make the S₂-cells choosier. They learn more planes, each for one thing exactly, "
                "and the net recognises less: too exact is as bad as too vague.",
                "Сделайте клетки S₂ разборчивее. Плоскостей станет больше, каждая — для чего-то "
                "одного, а узнавать сеть будет хуже: слишком точно — так же плохо, как слишком "
                "расплывчато.",
            )
        ),
        Truth(
            Both(
                "Fukushima's planes began with small random weights, and of neighbouring cells the "
                "strongest learned; a new plane where all are silent is his own later rule, and "
                "simpler. His digits were 16 × 16, with 24 planes a layer. So the first "
                "convolutional net was this one; what LeCun added in 1989 was learning by "
                "backpropagation, and C-cells here are no maximum but a sum that saturates.",
                "У Фукусимы плоскости начинали с малых случайных весов, и из соседних клеток "
                "училась сильнейшая; новая плоскость там, где все молчат, — его же позднее "
                "правило, и оно проще. Цифры были 16 × 16, плоскостей в слое 24. Так что первой "
                "свёрточной сетью была эта; Лекун в 1989 году добавил обучение обратным "
                "распространением. А C-клетка — не максимум, а сумма с насыщением.",
            ),
            source="Fukushima 1980, Biological Cybernetics 36; Fukushima 2013, Neural Networks 40; "
            "Hubel, Wiesel 1962; LeCun et al. 1989",
        ),
    ),
    expected=(
        Expect(
            "learned", 1, Both("the five digits are told apart", "пять цифр различены"), form=".0%"
        ),
        Expect("shifted", 1, Both("also at 49 places", "и в 49 местах"), form=".0%", at={"r": 0.7}),
    ),
)
