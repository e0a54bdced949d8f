"""Fully connected on pictures: rows end to end, weights as templates, and their number."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

import svertka
from svertka.lessons.learning import learn, right, tensors
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
from svertka.lessons.views import Line, Lines, Pictures

NETS = {10: "fc10", 100: "fc100-relu-fc10"}
SIDES = (28, 50, 100, 200, 500, 1000)


def unrolled(picture: Any) -> Any:
    """The second row is put to the right of the first, the third to the right of that..."""
    return np.concatenate([*picture])


def weights(side: int, neurons: int) -> int:
    """Weights between a picture of side x side pixels and the first layer; biases not counted."""
    plan = svertka.net(f"fc{neurons}", input=(1, side, side))
    return plan.parameters - neurons


@lru_cache
def templates(neurons: int) -> tuple[npt.NDArray[np.float32], float]:
    """The first layer's weights, a picture each, and the network's share of right answers."""
    digits = svertka.open_data("digits")
    x, y = tensors(digits.train)
    module = learn(NETS[neurons], x, y, epochs=3)
    first = next(module.parameters()).detach().numpy()
    return first.reshape(neurons, 28, 28), float(right(module, *tensors(digits.test)).mean())


def experiment(neurons: int = 10, side: int = 28) -> Outcome:
    learned, accuracy = templates(neurons)
    digits = svertka.open_data("digits").train
    digit = digits.x[digits.numbers == 3][0, ..., 0]
    row = unrolled(digit)
    most = float(np.quantile(abs(learned), 0.995))
    if neurons == 10:
        shown = [Picture(w, str(k), signed=True, high=most) for k, w in enumerate(learned)]
    else:
        shown = [Picture(_mosaic(learned), signed=True, high=most)]
    return Outcome(
        numbers={
            "neurons": neurons,
            "side": side,
            "length": row.size,
            "first": weights(28, neurons),
            "weights": weights(side, neurons),
            "large": weights(500, neurons),
            "accuracy": accuracy,
        },
        views={
            "digit": Pictures([Picture(digit)]),
            "row": Lines(
                x=np.arange(row.size),
                lines=[Line(Both("pixel", "пиксель"), row)],
                x_title=Both("place in the row", "место в строке"),
                y_title=Both("from black, 0, to white, 255", "от чёрного, 0, до белого, 255"),
            ),
            "templates": Pictures(shown),
            "growth": Lines(
                x=SIDES,
                lines=[
                    Line(Both("10 neurons", "10 нейронов"), [weights(s, 10) for s in SIDES]),
                    Line(Both("100 neurons", "100 нейронов"), [weights(s, 100) for s in SIDES]),
                ],
                x_title=Both("side of the picture, pixels", "сторона картинки, пикселей"),
                y_title=Both("weights of the first layer", "весов первого слоя"),
                log_x=True,
                log_y=True,
            ),
        },
    )


def _mosaic(pictures: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A hundred pictures, ten in a row, one pixel apart."""
    framed = np.pad(pictures, ((0, 0), (0, 1), (0, 1)))
    return framed.reshape(10, 10, 29, 29).transpose(0, 2, 1, 3).reshape(290, 290)


LESSON = Lesson(
    name="fully-connected",
    lectures=("000", "002"),
    minutes=6,
    title=Both("A picture in one row", "Картинка в одну строку"),
    question=Both(
        "What does a neuron see if it is shown every pixel at once?",
        "Что видит нейрон, если показать ему все пиксели сразу?",
    ),
    parameters=(
        Choice(
            "neurons",
            Both("Neurons of the first layer", "Нейронов в первом слое"),
            values=(10, 100),
            default=10,
        ),
        Choice(
            "side",
            Both("Side of the picture, pixels", "Сторона картинки, пикселей"),
            values=(100, 200, 500, 1000),
            default=500,
            free=(1, 2000),
        ),
    ),
    experiment=experiment,
    small=True,
    body=(
        Text(
            Both(
                "A fully connected network takes a row of numbers, not a picture. So the picture "
                "is unrolled: the second row of pixels is put to the right of the first, then the "
                "third, and so on. 28 rows of 28 become {length} numbers.",
                "Полносвязная сеть принимает не картинку, а строку чисел. Поэтому картинку "
                "растягивают: вторую строку пикселей приставляют справа к первой, потом третью и "
                "так далее. Из 28 строк по 28 выходит {length} числа.",
            )
        ),
        View("digit"),
        View("row", Both("The same picture in one row", "Та же картинка в одну строку")),
        Code((unrolled,)),
        Text(
            Both(
                "Every neuron of the first layer has a weight for each of these numbers. Roll the "
                "weights up again, and they are a picture, too: the neuron's template. Where it is "
                "light, ink speaks for the neuron; where it is dark, against it; grey does not "
                "matter. Below, after three rounds through the training digits: {accuracy:.1%} of "
                "1,000 new ones are named rightly.",
                "У каждого нейрона первого слоя есть вес для каждого из этих чисел. Сложим веса "
                "обратно — получится тоже картинка, шаблон нейрона. Светлое место значит: чернила "
                "здесь говорят «за», тёмное — «против», серое безразлично. Ниже шаблоны после "
                "трёх эпох обучения; из 1\u00a0000 новых цифр сеть верно называет {accuracy:.1%}.",
            )
        ),
        View("templates"),
        Notice(
            Both(
                "With ten neurons each class has one template for all ways of writing: find the "
                "light ring of the 0 and the dark hole in it. With a hundred, a digit may have "
                "several, and a template need not look like a digit any more. The speckled margin "
                "is what the weights were before training: no digit has ink there, so nothing has "
                "changed them.",
                "Когда нейронов десять, у класса один шаблон на все почерки: найдите светлое "
                "кольцо цифры 0 и тёмную дыру в нём. Когда их сто, шаблонов у цифры может быть "
                "несколько, и на цифру они уже не похожи. Пёстрые края — это веса до обучения: "
                "чернил там не бывает, и менять их было незачем.",
            )
        ),
        Text(
            Both(
                "Now count. {neurons} neurons on the 784 pixels of a digit have {first} weights. "
                "On a picture of {side} by {side} it is {weights}, and that is the first layer "
                "only.",
                "Теперь посчитаем. Нейронов {neurons}, пикселей в цифре 784 — весов {first}. На "
                "картинке {side} на {side} весов {weights}, и это только первый слой.",
            )
        ),
        View("growth"),
        Expected(),
        Code((weights, learn)),
        Truth(
            Both(
                "The input is not a layer of neurons: its 784 numbers are only read, nothing is "
                "computed there. And each neuron has one number more, its bias, so `fc10` has "
                "7,850 parameters: that is what `svertka net fc10` counts.",
                "Вход — не слой нейронов: его 784 числа только читают, ничего там не вычисляя. И у "
                "каждого нейрона есть ещё одно число, смещение, так что параметров у `fc10` — "
                "7\u00a0850: столько и насчитает `svertka net fc10`.",
            ),
            source="Goodfellow, Bengio, Courville: Deep Learning, 2016, 6",
        ),
    ),
    expected=(
        Expect("length", 784, Both("28 · 28 numbers", "28 · 28 чисел")),
        Expect("first", 7840, Both("784 · 10 weights", "784 · 10 весов"), at={"neurons": 10}),
        Expect(
            "large",
            2_500_000,
            Both("500 · 500 · 10 weights", "500 · 500 · 10 весов"),
            at={"neurons": 10},
        ),
        Expect(
            "large",
            25_000_000,
            Both("500 · 500 · 100 weights", "500 · 500 · 100 весов"),
            at={"neurons": 100},
        ),
        Expect(
            "accuracy",
            0.9,
            Both("right answers with ten templates", "верных ответов с десятью шаблонами"),
            tolerance=0.03,
            form=".1%",
            at={"neurons": 10},
        ),
    ),
)
