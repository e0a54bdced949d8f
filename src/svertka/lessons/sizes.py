"""Sizes: how large a map is, and how many weights make it."""

from __future__ import annotations

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
from svertka.lessons.views import Grid, Sizes, Table
from svertka.lessons.words import sides

_SIDE = 7


def exact(size: int, kernel: int, stride: int, padding: int) -> float:
    """The side of the map, (N − F + 2P)/S + 1; a fraction means that the filter does not fit."""
    return (size - kernel + 2 * padding) / stride + 1


def experiment(kernel: int = 3, stride: int = 1, padding: int = 0) -> Outcome:
    side = exact(_SIDE, kernel, stride, padding)
    rounded = svertka.net(f"conv1k{kernel}s{stride}p{padding}", input=(1, _SIDE, _SIDE)).output[1]
    lecture = svertka.net("conv10k5p2", input=(3, 32, 32))
    stops = range(0, _SIDE + 2 * padding - kernel + 1, stride)
    ruler = [
        [int(at <= place < at + kernel) for place in range(_SIDE + 2 * padding)] for at in stops
    ]
    kept = [(f, (f - 1) // 2) for f in (1, 3, 5, 7)]
    same = [
        (f"{f}×{f}", str(p), svertka.net(f"conv1k{f}p{p}", input=(1, 7, 7)).output[1])
        for f, p in kept
    ]
    return Outcome(
        numbers={
            "side": side,
            "whole": side.is_integer(),
            "rounded": rounded,
            "floored": svertka.net("conv1k3s3p0", input=(1, _SIDE, _SIDE)).output[1],
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "output": sides(lecture.output),
            "weights": lecture.parameters,
            "each": lecture.parameters // 10,
        },
        views={
            "calculator": Sizes(_SIDE, kernel, stride=stride, padding=padding),
            "ruler": Grid(ruler),
            "same": Table(
                columns=(Both("filter", "фильтр"), Both("padding", "паддинг"), _SIDE_OF_MAP),
                rows=same,
            ),
        },
    )


_SIDE_OF_MAP = Both("side of the map for 7×7", "сторона карты для 7×7")

LESSON = Lesson(
    name="sizes",
    lectures=("002", "004"),
    minutes=6,
    title=Both("How large is the map?", "Какого размера карта?"),
    question=Both(
        "A 3×3 filter with stride 3 does not fit a 7×7 picture. Can you see why before you try?",
        "Фильтр 3×3 с шагом 3 не подходит к картинке 7×7. Как увидеть это заранее?",
    ),
    parameters=(
        Choice(
            "kernel", Both("Side of the filter", "Сторона фильтра"), values=(1, 3, 5, 7), default=3
        ),
        Choice("stride", Both("Stride", "Шаг"), values=(1, 2, 3), default=1),
        Choice("padding", Both("Padding", "Паддинг"), values=(0, 1, 2, 3), default=0),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "The size of a map need not be tried out: it can be counted. A picture with side "
                "N and padding P is N + 2P pixels wide. The filter stands on the first F of them, "
                "and N + 2P − F are left to step over with stride S. Each step gives one more "
                "number, so the side is `(N − F + 2P)/S + 1`.",
                "Размер карты не нужно проверять опытом: его можно посчитать. Картинка со стороной "
                "N и паддингом P занимает N + 2P пикселей. Фильтр встаёт на первые F из них, и "
                "остаётся пройти N + 2P − F с шагом S. Каждый шаг даёт ещё одно число, поэтому "
                "сторона карты равна `(N − F + 2P)/S + 1`.",
            )
        ),
        View("calculator"),
        View(
            "ruler",
            Both(
                "One row for each stop of the filter along the picture and its padding, with ones "
                "where the filter stands. By the formula there are {side} stops.",
                "Каждая строка — одна остановка фильтра вдоль картинки вместе с паддингом: единицы "
                "там, где стоит фильтр. По формуле остановок {side}.",
            ),
        ),
        Notice(
            Both(
                "With F = 3 and S = 3 the formula gives 2.33: after two stops one pixel is left "
                "over, and no third stop fits. With padding 1 and stride 1 the map keeps its side "
                "of 7.",
                "При F = 3 и S = 3 формула даёт 2,33: после двух остановок остаётся лишний "
                "пиксель, и третья не помещается. При паддинге 1 и шаге 1 сторона карты "
                "по-прежнему 7.",
            )
        ),
        Expected(),
        Truth(
            Both(
                "The lecture calls 2.33 an error. Frameworks round down and silently leave the "
                "last pixels unseen: in that example the map has a side of {floored}. svertka "
                "rounds, too, but marks the layer; `svertka net TEXT --strict` makes it the "
                "lecture's error.",
                "В лекции 2,33 — ошибка. Библиотеки же округляют вниз и молча не смотрят на "
                "последние пиксели: в том примере сторона карты {floored}. svertka тоже "
                "округляет, но помечает такой слой; с `svertka net TEXT --strict` это ошибка, как "
                "в лекции.",
            ),
            source="PyTorch, torch.nn.Conv2d",
        ),
        Text(
            Both(
                "Without padding 32 shrinks to 28, to 24 and soon to nothing. So with stride 1 one "
                "usually takes P = (F − 1)/2: the side stays as it was.",
                "Без паддинга сторона 32 превращается в 28, потом в 24 и скоро кончается. Поэтому "
                "при шаге 1 обычно берут P = (F − 1)/2: сторона не меняется.",
            )
        ),
        View("same"),
        Text(
            Both(
                "The number of weights does not depend on the picture's size at all. For a colour "
                "picture a 5×5 filter has 5·5·3 = 75 weights and one bias, {each} together; ten "
                "filters have {weights}.",
                "Число весов от размера картинки не зависит вовсе. Для цветной картинки у фильтра "
                "5×5 всего 5·5·3 = 75 весов и одно смещение, вместе {each}; у десяти фильтров — "
                "{weights}.",
            )
        ),
        Code((exact,)),
    ),
    expected=(
        Expect(
            "side",
            5,
            Both("7×7 by 3×3, stride 1", "7×7, фильтр 3×3, шаг 1"),
            at={"kernel": 3, "stride": 1, "padding": 0},
        ),
        Expect(
            "side",
            3,
            Both("7×7 by 3×3, stride 2", "7×7, фильтр 3×3, шаг 2"),
            at={"kernel": 3, "stride": 2, "padding": 0},
        ),
        Expect(
            "side",
            7 / 3,
            Both("stride 3: no whole number", "шаг 3: не целое число"),
            tolerance=1e-6,
            form=".2",
            at={"kernel": 3, "stride": 3, "padding": 0},
        ),
        Expect(
            "side",
            7,
            Both("padding 1 keeps 7", "паддинг 1 сохраняет 7"),
            at={"kernel": 3, "stride": 1, "padding": 1},
        ),
        Expect(
            "output",
            "10×32×32",
            Both(
                "ten 5×5 filters, padding 2, on 3×32×32",
                "десять фильтров 5×5, паддинг 2, вход 3×32×32",
            ),
        ),
        Expect("weights", 760, Both("and their weights with biases", "и их веса со смещениями")),
    ),
)
