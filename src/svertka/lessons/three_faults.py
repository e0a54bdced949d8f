"""The three faults of a fully connected network on pictures: size, shift, neighbourhood."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import svertka
from svertka.lessons.learning import SEEDS, bars, interval, learn, right, shift_map, tensors
from svertka.lessons.lesson import (
    Both,
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
from svertka.lessons.moved import SHIFTS, choice, far, heat
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Bars, Line, Lines, Pictures

NETS = {
    "dense": "fc64-relu-fc10",
    "flat": "conv8-relu-pool-fc10",
    "conv": "conv16-relu-pool-conv32-relu-pool-conv64-relu-gap-fc10",
}
TRAINED, EPOCHS = 3000, 10
SIDES = (28, 100, 500, 1000)


def shuffled(x: Any, seed: int = 0) -> Any:
    """All pixels in a new order, the same for every picture; nothing is lost but neighbours."""
    import torch

    order = torch.randperm(28 * 28, generator=torch.Generator().manual_seed(seed))
    return x.flatten(2)[:, :, order].reshape(x.shape)


class Found(NamedTuple):
    """Right answers (3, pictures), as they are and shuffled; shares (down, right) when moved."""

    hits: npt.NDArray[np.bool_]
    mixed: npt.NDArray[np.bool_]
    moved: npt.NDArray[np.float64]


@lru_cache
def tried(name: str) -> Found:
    """Train three times on digits as they are, and three times with shuffled pixels."""
    digits = svertka.open_data("digits")
    x, y = tensors(digits.train.select(np.arange(TRAINED)))
    new_x, new_y = tensors(digits.test)
    modules = [learn(NETS[name], x, y, seed, EPOCHS) for seed in SEEDS]
    hits = [right(module, new_x, new_y) for module in modules]
    moved = [shift_map(module, digits.test, SHIFTS) for module in modules]
    mixed = [
        right(learn(NETS[name], shuffled(x), y, seed, EPOCHS), shuffled(new_x), new_y)
        for seed in SEEDS
    ]
    return Found(np.stack(hits), np.stack(mixed), np.mean(moved, axis=0))


def experiment(net: str = "dense") -> Outcome:
    found = {name: tried(name) for name in NETS}
    middle = SHIFTS.index(0)
    counts = {n: [_parameters(net, side) for side in SIDES] for n, net in NETS.items()}
    return Outcome(
        numbers={
            **{f"{name}_parameters": count[0] for name, count in counts.items()},
            **{f"{name}_large": count[-1] for name, count in counts.items()},
            **{name: one.moved[middle, middle] for name, one in found.items()},
            **{f"{name}_far": far(one.moved) for name, one in found.items()},
            **{f"{name}_mixed": one.mixed.mean() for name, one in found.items()},
            "train": TRAINED,
            "falls_further": far(found["dense"].moved) < far(found["conv"].moved) - 0.5,
        },
        views={
            "size": Lines(
                x=SIDES,
                lines=[Line(LABELS[name], count) for name, count in counts.items()],
                x_title=SIDE,
                y_title=PARAMETERS,
                log_x=True,
                log_y=True,
            ),
            "digit": _moved(),
            "shift": heat(found[net].moved, LABELS[net]),
            "mixed_digits": _mixed(),
            "mixed": _both_ways(found),
        },
    )


def _parameters(net: str, side: int) -> int:
    return svertka.net(net, input=(1, side, side)).parameters


def _moved() -> Pictures:
    """One digit where it was, and moved by four pixels."""
    digits = svertka.open_data("digits").train
    digit = digits.x[digits.numbers == 3][0, ..., 0]
    moves = {(0, 0): STAYS, (0, 4): TO_RIGHT, (4, 0): DOWNWARD, (-4, -4): BOTH_WAYS}
    room = np.pad(digit, 4)  # what comes in from outside is black
    cut = {by: room[4 - by[0] :, 4 - by[1] :][:28, :28] for by in moves}
    return Pictures([Picture(cut[by], words) for by, words in moves.items()])


def _mixed() -> Pictures:
    """Two digits, and the same with their pixels shuffled."""
    x, _ = tensors(svertka.open_data("digits").train.select([2, 11]))
    pairs = zip(x, shuffled(x), strict=True)
    return Pictures([Picture((255 * one[0].numpy()).astype(np.uint8)) for p in pairs for one in p])


def _both_ways(found: dict[str, Found]) -> Bars:
    """Each network on digits as they are, and shuffled."""
    return bars(
        [words for name in found for words in (LABELS[name], MIXED[name])],
        [interval(hits) for one in found.values() for hits in (one.hits, one.mixed)],
    )


LABELS = {
    "dense": Both("fully connected", "полносвязная"),
    "flat": Both("one convolution, then flatten", "одна свёртка и flatten"),
    "conv": Both("three convolutions, then gap", "три свёртки и gap"),
}
MIXED = {
    "dense": Both("fully connected, shuffled", "полносвязная, вперемешку"),
    "flat": Both("one convolution, shuffled", "одна свёртка, вперемешку"),
    "conv": Both("three convolutions, shuffled", "три свёртки, вперемешку"),
}
SIDE = Both("side of the picture, pixels", "сторона картинки, пикселей")
PARAMETERS = Both("parameters", "параметров")
STAYS = Both("as it is", "как есть")
TO_RIGHT = Both("4 to the right", "на 4 вправо")
DOWNWARD = Both("4 down", "на 4 вниз")
BOTH_WAYS = Both("4 up, 4 to the left", "на 4 вверх и на 4 влево")

LESSON = Lesson(
    name="three-faults",
    lectures=("000",),
    minutes=8,
    stored=True,
    title=Both("Three faults of a fully connected network", "Три недостатка полносвязной сети"),
    question=Both(
        "You know a digit wherever it stands. Does the network?",
        "Вы узнаёте цифру, где бы она ни стояла. А сеть?",
    ),
    parameters=(choice("net", LABELS, "dense"),),
    experiment=experiment,
    body=(
        Text(
            Both(
                "Three networks learn the same {train} digits, each three times from other random "
                "weights, and are tested on 1,000 others. One is fully connected, "
                "`fc64-relu-fc10`. One has a single convolution. One has three convolutions with "
                "pooling between them and ends in the average of each map, `gap`. As the digits "
                "stand, {dense:.1%}, {flat:.1%} and {conv:.1%} are named rightly.",
                "Три сети учатся на одних и тех же цифрах (их {train}), каждая трижды с разными "
                "случайными весами; проверяем на 1\u00a0000 других. Первая полносвязная, "
                "`fc64-relu-fc10`. Во второй одна свёртка. В третьей три свёртки с пулингом между "
                "ними, а в конце — среднее каждой карты, `gap`. На цифрах как они есть верных "
                "ответов {dense:.1%}, {flat:.1%} и {conv:.1%}.",
            )
        ),
        Text(
            Both(
                "1. Parameters. Every neuron has a weight for every pixel. On 28 by 28 that is "
                "still modest: {dense_parameters} parameters against {conv_parameters}. See what "
                "happens when the picture grows.",
                "1. Параметры. У каждого нейрона свой вес на каждый пиксель. При 28 на 28 это "
                "ещё скромно: параметров {dense_parameters} против {conv_parameters}. Посмотрите, "
                "что будет, когда картинка вырастет.",
            )
        ),
        View("size"),
        Notice(
            Both(
                "At 1,000 by 1,000 the fully connected network has {dense_large} parameters. The "
                "convolutional one still has {conv_large}: a filter does not care how large the "
                "picture is.",
                "При 1\u00a0000 на 1\u00a0000 у полносвязной сети параметров уже {dense_large}. У "
                "свёрточной их по-прежнему {conv_large}: фильтру неважно, насколько велика "
                "картинка.",
            )
        ),
        Text(
            Both(
                "2. Shift. The same digit, a few pixels further, falls on other weights. Move the "
                "test digits: the row says how many pixels down, the column how many to the "
                "right. Nothing is trained anew.",
                "2. Сдвиг. Та же цифра, стоящая чуть дальше, попадает на другие веса. Сдвинем "
                "проверочные цифры: строка говорит, на сколько пикселей вниз, столбец — на "
                "сколько вправо. Заново ничего не обучаем.",
            )
        ),
        View("digit"),
        View("shift"),
        Notice(
            Both(
                "Choose each network above. Moved by four pixels, the fully connected one is right "
                "for {dense_far:.0%}, hardly more than chance; the deep convolutional one for "
                "{conv_far:.0%}. One convolution alone does not help: {flat_far:.0%}.",
                "Выберите наверху каждую из сетей. При сдвиге на четыре пикселя полносвязная "
                "отвечает верно в {dense_far:.0%} случаев, почти наугад; глубокая свёрточная — в "
                "{conv_far:.0%}. Одна свёртка сама по себе не спасает: {flat_far:.0%}.",
            )
        ),
        Text(
            Both(
                "3. Neighbourhood. To know a place, one looks at the pixels around it. A fully "
                "connected network does not know which pixels are neighbours. Proof: shuffle the "
                "pixels of all pictures in one and the same way, and train anew.",
                "3. Локальность. Чтобы понять, что в каком-то месте, смотрят на пиксели рядом. "
                "Полносвязная сеть не знает, какие пиксели соседние. Доказательство: перемешаем "
                "пиксели всех картинок одинаково и обучим сети заново.",
            )
        ),
        View("mixed_digits"),
        View("mixed"),
        Notice(
            Both(
                "The fully connected network does not notice ({dense_mixed:.1%}): it has never "
                "used what lies beside what. The convolutional one loses much ({conv_mixed:.1%}): "
                "it had relied on neighbours, and that was its advantage.",
                "Полносвязная сеть ничего не замечает ({dense_mixed:.1%}): она и раньше не "
                "пользовалась тем, что рядом с чем. Свёрточная теряет много ({conv_mixed:.1%}): "
                "она полагалась на соседей, и в этом было её преимущество.",
            )
        ),
        Code((shuffled, learn, tried)),
        Truth(
            Both(
                "Convolution follows a shift exactly (equivariance). The whole network only "
                "roughly ignores it (invariance): pooling by two loses odd shifts, zeros at the "
                "border show where the border is, and `gap` makes up for much. Those who need "
                "steadiness also train on shifted pictures; `svertka train` does so by itself.",
                "Свёртка следует за сдвигом точно (эквивариантность). Вся сеть не замечает его "
                "лишь приблизительно (инвариантность): пулинг на два теряет нечётные сдвиги, нули "
                "по краям выдают, где край, а `gap` многое выравнивает. Кому нужна устойчивость, "
                "тот учит и на сдвинутых картинках; `svertka train` делает это сам.",
            ),
            source="Azulay, Weiss 2019, JMLR 20; Zhang 2019, arXiv 1904.11486",
        ),
        Expected(),
    ),
    expected=(
        Expect("dense_parameters", 50_890, Both("785 · 64 + 65 · 10", "785 · 64 + 65 · 10")),
        Expect(
            "dense_large",
            64_000_714,
            Both("fully connected, 1,000 × 1,000", "полносвязная, 1\u00a0000 × 1\u00a0000"),
        ),
        Expect(
            "conv_parameters",
            23_946,
            Both("three convolutions, any size", "три свёртки, любой размер"),
        ),
        Expect(
            "falls_further",
            True,
            Both(
                "moved, the fully connected network falls much further",
                "при сдвиге полносвязная сеть теряет намного больше",
            ),
        ),
        Expect(
            "dense_far",
            0.11,
            Both("fully connected, moved by 4", "полносвязная, сдвиг на 4"),
            tolerance=0.05,
            form=".0%",
        ),
        Expect(
            "conv_far",
            0.76,
            Both("three convolutions, moved by 4", "три свёртки, сдвиг на 4"),
            tolerance=0.08,
            form=".0%",
        ),
    ),
)
