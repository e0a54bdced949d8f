"""A 4 or an 8, told apart in four ways: measured, shown, and moved."""

from __future__ import annotations

import time
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
from svertka.lessons.moved import RIGHT, SHIFTS, choice, far, heat
from svertka.lessons.pictures import Picture
from svertka.lessons.straight import EIGHT, FOUR, drawn_maps, strengths
from svertka.lessons.views import Line, Lines, Pictures, Table

NETS = {
    "hog": "hog-fc2",
    "dense": "fc32-relu-fc2",
    "fixed": "filters(vertical, diagonal)-relu-fc2",
    "learned": "conv2-relu-fc2",
}


def fours_and_eights() -> Any:
    """All handwritten 4s and 8s of the training digits; one half is kept to be tested on."""
    digits = svertka.open_data("digits").train
    wanted = np.isin(digits.numbers, (4, 8))
    return svertka.open_data((digits.x[wanted], digits.numbers[wanted]), val_share=0.5)


class Found(NamedTuple):
    """What became of one way: right answers (3, pictures), shares (down, right) when moved."""

    hits: npt.NDArray[np.bool_]
    moved: npt.NDArray[np.float64]
    seconds: float
    parameters: int


@lru_cache
def tried(way: str) -> Found:
    """Train three times from other random weights, test, and move the test pictures."""
    two = fours_and_eights()
    x, y = tensors(two.train)
    start = time.process_time()
    modules = [learn(NETS[way], x, y, seed) for seed in SEEDS]
    seconds = (time.process_time() - start) / len(SEEDS)
    hits = np.stack([right(module, *tensors(two.val)) for module in modules])
    moved = np.mean([shift_map(module, two.val, SHIFTS) for module in modules], axis=0)
    plan = svertka.net(NETS[way], input=(1, 28, 28))
    return Found(hits, moved, seconds, plan.parameters)


def experiment(way: str = "learned") -> Outcome:
    found = {name: tried(name) for name in NETS}
    scores = {name: interval(one.hits) for name, one in found.items()}
    gain = interval(found["learned"].hits.astype(int) - found["fixed"].hits)
    two = fours_and_eights()
    return Outcome(
        numbers={
            "train": len(two.train),
            "test": len(two.val),
            **{name: score[0] for name, score in scores.items()},
            **{f"{name}_far": far(one.moved) for name, one in found.items()},
            **{f"{name}_parameters": one.parameters for name, one in found.items()},
            "gain": 100 * gain[0],
            "gain_low": 100 * gain[1],
            "gain_high": 100 * gain[2],
            **strengths(),
        },
        views={
            "drawn_four": drawn_maps(FOUR),
            "drawn_eight": drawn_maps(EIGHT),
            "written_four": _written(4),
            "written_eight": _written(8),
            "table": _table(found, scores),
            "scores": bars([LABELS[name] for name in scores], list(scores.values())),
            "shift": heat(found[way].moved, LABELS[way]),
            "across": Lines(
                x=SHIFTS,
                lines=[Line(LABELS[n], one.moved[SHIFTS.index(0)]) for n, one in found.items()],
                x_title=RIGHT,
                y_title=Both("right answers", "верных ответов"),
                form=".0%",
            ),
        },
    )


def _table(found: dict[str, Found], scores: dict[str, tuple[float, float, float]]) -> Table:
    rows = [
        [LABELS[name], one.parameters, scores[name][0], far(one.moved), one.seconds]
        for name, one in found.items()
    ]
    return Table(columns=COLUMNS, rows=rows, forms=("", "", ".1%", ".0%", ".2"))


def _written(number: int) -> Pictures:
    """A handwritten digit with its maps of Sobel's filters."""
    digits = svertka.open_data("digits").train
    module = svertka.build("filters(vertical, diagonal)-relu", input=(1, 28, 28))
    part = digits.select(np.flatnonzero(digits.numbers == number)[:1])
    maps = module(tensors(part)[0])[0].numpy()
    return Pictures(
        [
            Picture(part.x[0, ..., 0]),
            Picture(maps[0], Both("upright edges", "вертикальные границы"), low=0, high=4),
            Picture(maps[1], Both("slanting edges", "наклонные границы"), low=0, high=4),
        ]
    )


LABELS = {
    "hog": Both("HOG", "HOG"),
    "dense": Both("fully connected", "полносвязная"),
    "fixed": Both("two fixed filters", "два готовых фильтра"),
    "learned": Both("two learned filters", "два обученных фильтра"),
}
COLUMNS = (
    Both("way", "способ"),
    Both("parameters", "параметров"),
    Both("right", "верно"),
    Both("moved by 4 pixels", "при сдвиге на 4 пикселя"),
    Both("training, s", "обучение, с"),
)

LESSON = Lesson(
    name="four-or-eight",
    lectures=("000", "004"),
    minutes=9,
    stored=True,
    title=Both("A 4 or an 8, in four ways", "4 или 8: четыре способа"),
    question=Both(
        "What tells a 4 from an 8, and who should find it out: you or the network?",
        "Чем 4 отличается от 8 и кто должен это понять: вы или сеть?",
    ),
    parameters=(choice("way", LABELS, "learned"),),
    experiment=experiment,
    body=(
        Text(
            Both(
                "A 4 is made of upright and level lines, an 8 of slanting and bent ones. So two "
                "filters should do: one for upright lines, one for slanting lines. On digits drawn "
                "with a ruler it works just so.",
                "Цифра 4 состоит из вертикальных и горизонтальных линий, цифра 8 — из наклонных и "
                "изогнутых. Значит, хватит двух фильтров: на вертикальные линии и на наклонные. "
                "На цифрах, начерченных по линейке, так и выходит.",
            )
        ),
        View("drawn_four"),
        View("drawn_eight"),
        Notice(
            Both(
                "Add up the numbers of each map. The 4: {four_upright} for upright lines, "
                "{four_slanting} for slanting ones. The 8: {eight_upright} and {eight_slanting}, "
                "the other way round.",
                "Сложим числа каждой карты. Цифра 4: вертикальные линии дают {four_upright}, "
                "наклонные — {four_slanting}. Цифра 8: {eight_upright} и {eight_slanting}, "
                "наоборот.",
            )
        ),
        View(
            "written_four",
            Both(
                "The same by Sobel's filters, on handwriting",
                "То же с фильтрами Собеля, на почерке",
            ),
        ),
        View("written_eight"),
        Text(
            Both(
                "Hands do not use rulers: a written 4 leans, and both maps light up for both "
                "digits. But they light up in other places, and that is what the fully connected "
                "layer behind them learns.\n\n"
                "Now four ways, each trained three times on {train} digits and tested on {test} "
                "others:\n\n"
                "- HOG, then a linear layer, as before the networks: `hog-fc2`\n"
                "- a fully connected network: `fc32-relu-fc2`\n"
                "- two filters chosen by us: `filters(vertical, diagonal)-relu-fc2`\n"
                "- two filters that learn: `conv2-relu-fc2`",
                "Рука не линейка: написанная цифра 4 наклонена, и обе карты загораются у обеих "
                "цифр. Но загораются в разных местах — это и выучивает полносвязный слой за "
                "ними.\n\n"
                "Теперь четыре способа. Каждый обучен трижды, цифр для обучения {train}, для "
                "проверки — {test} других:\n\n"
                "- HOG и линейный слой, как до нейросетей: `hog-fc2`\n"
                "- полносвязная сеть: `fc32-relu-fc2`\n"
                "- два фильтра, выбранных нами: `filters(vertical, diagonal)-relu-fc2`\n"
                "- два фильтра, которые учатся: `conv2-relu-fc2`",
            )
        ),
        View(
            "table",
            Both(
                "Training in seconds of the processor: a scale, no more, for other work ran beside",
                "Обучение — в секундах процессора: лишь порядок величины, рядом шла другая работа",
            ),
        ),
        View(
            "scores",
            Both(
                "Right answers, with 95% intervals: other digits, other trainings",
                "Верные ответы и 95-процентные интервалы: другие цифры, другие обучения",
            ),
        ),
        Notice(
            Both(
                "All four are good: the task is easy. The convolutional network needs an eighth "
                "of the parameters of the fully connected one. Learned filters are at least as "
                "good as ours, by {gain:.1} points ({gain_low:.1} to {gain_high:.1}), and nobody "
                "had to think of them.",
                "Хороши все четыре: задача лёгкая. Свёрточной сети нужно в восемь раз меньше "
                "параметров, чем полносвязной. Обученные фильтры не хуже наших: разница {gain:.1} "
                "пункта (от {gain_low:.1} до {gain_high:.1}), а придумывать их никому не пришлось.",
            )
        ),
        Text(
            Both(
                "Now move the test digits, down by as many pixels as the row says and to the right "
                "by as many as the column says. Nothing is trained anew.",
                "Теперь сдвинем проверочные цифры: вниз на столько пикселей, сколько указано у "
                "строки, и вправо — сколько у столбца. Заново ничего не обучаем.",
            )
        ),
        View("shift"),
        View("across", Both("Moved to the right only", "Сдвиг только вправо")),
        Notice(
            Both(
                "At a shift of four pixels HOG still has {hog_far:.0%}, the fully connected "
                "network {dense_far:.0%}. And the convolutional ones? {fixed_far:.0%} and "
                "{learned_far:.0%}: no better than guessing.",
                "При сдвиге на четыре пикселя у HOG остаётся {hog_far:.0%} верных ответов, у "
                "полносвязной сети — {dense_far:.0%}. А у свёрточных? {fixed_far:.0%} и "
                "{learned_far:.0%}: не лучше угадывания.",
            )
        ),
        Truth(
            Both(
                "Convolution follows a shift: the map moves with the picture (equivariance). But "
                "here the maps are flattened at once, and the layer behind has a weight of its own "
                "for every place. What makes a network steadier are pooling, more layers and "
                "`gap`: see `three-faults`. HOG is steadier for the same reason: it adds up over "
                "cells of eight pixels.",
                "Свёртка следует за сдвигом: карта движется вместе с картинкой (эквивариантность). "
                "Но здесь карты сразу растягивают, а у слоя за ними на каждое место свой вес. "
                "Устойчивее сеть делают пулинг, новые слои и `gap`: см. урок `three-faults`. HOG "
                "устойчивее по той же причине: он складывает числа по ячейкам в восемь пикселей.",
            ),
            source="Goodfellow et al. 2016, 9.2–9.3; Zhang 2019, arXiv 1904.11486",
        ),
        Code((fours_and_eights, learn, tried)),
        Expected(),
    ),
    expected=(
        Expect("hog_parameters", 290, Both("HOG: 144 · 2 + 2", "HOG: 144 · 2 + 2")),
        Expect(
            "dense_parameters",
            25_186,
            Both("fully connected: 785 · 32 + 33 · 2", "полносвязная: 785 · 32 + 33 · 2"),
        ),
        Expect(
            "fixed_parameters",
            3_138,
            Both("fixed filters: 1,568 · 2 + 2", "готовые фильтры: 1\u00a0568 · 2 + 2"),
        ),
        Expect(
            "learned_parameters",
            3_158,
            Both("learned filters: 2 · 10 more", "обученные фильтры: на 2 · 10 больше"),
        ),
        Expect(
            "learned",
            0.978,
            Both("right answers, learned filters", "верных ответов, обученные фильтры"),
            tolerance=0.01,
            form=".1%",
        ),
        Expect(
            "fixed",
            0.97,
            Both("right answers, fixed filters", "верных ответов, готовые фильтры"),
            tolerance=0.01,
            form=".1%",
        ),
        Expect(
            "four_slanting",
            20,
            Both("slanting lines of the drawn 4", "наклонные линии начерченной цифры 4"),
        ),
        Expect(
            "eight_slanting",
            70,
            Both("slanting lines of the drawn 8", "наклонные линии начерченной цифры 8"),
        ),
    ),
)
