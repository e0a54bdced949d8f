"""Small filters in a row see what a large one sees, with fewer weights."""

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
from svertka.lessons.views import Grid, Heat, Table
from svertka.lessons.words import sides

BOX = np.ones((3, 3), int)
SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


def compared(maps: int) -> dict[str, str]:
    """Nets that see 7x7 pixels and turn so many maps into as many."""
    return {
        "7×7": f"conv{maps}k7",
        "3×3 – 3×3 – 3×3": f"conv{maps}-relu-conv{maps}-relu-conv{maps}",
        "7×1 – 1×7": f"conv{maps}k7x1-relu-conv{maps}k1x7",
    }


def weights(plan: Any) -> int:
    """Those of the filters, without the biases."""
    biases = sum(one.output[0] for one in plan.layers if one.kind == "conv")
    return int(plan.parameters - biases)


def experiment(maps: int = 1) -> Outcome:
    from scipy.signal import convolve2d

    plans = {name: svertka.net(text, input=(maps, 56, 56)) for name, text in compared(maps).items()}
    large, small, flat = plans.values()
    ways = convolve2d(convolve2d(BOX, BOX), BOX)  # three 3x3 filters of ones as one filter
    rows = [
        (name, sides(plan.receptive_field or ()), plan.depth, weights(plan))
        for name, plan in plans.items()
    ]
    nine = svertka.net(f"conv{maps}k3x1-conv{maps}k1x3", input=(maps, 56, 56))
    return Outcome(
        numbers={
            "large": weights(large),
            "small": weights(small),
            "flat": weights(flat),
            "three_in_two": weights(nine),
            "maps": maps,
            "field": sides(small.receptive_field or ()),
            "large_field": sides(large.receptive_field or ()),
            "flat_field": sides(flat.receptive_field or ()),
            "share": weights(small) / weights(large),
            "middle": ways[3, 3],
            "corner": ways[0, 0],
        },
        views={
            "cost": Table(columns=(_FILTERS, _FIELD, _LAYERS, _WEIGHTS), rows=rows),
            "ways": Heat(ways, form=".0"),
            "sobel": Grid(np.outer([1, 2, 1], [1, 0, -1])),
        },
    )


_FILTERS, _WEIGHTS = Both("filters", "фильтры"), Both("weights", "веса")
_FIELD, _LAYERS = Both("sees", "видит"), Both("layers", "слоёв")

LESSON = Lesson(
    name="big-or-small-filters",
    lectures=("001", "003"),
    minutes=6,
    title=Both("One large filter or three small ones", "Один большой фильтр или три маленьких"),
    question=Both(
        "Why did networks give up 11×11 and 7×7 filters for 3×3?",
        "Почему сети отказались от фильтров 11×11 и 7×7 ради 3×3?",
    ),
    parameters=(
        Choice(
            "maps",
            Both("Maps before and after", "Карт на входе и на выходе"),
            values=(1, 16, 64, 256),
            default=1,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "AlexNet began with filters of 11×11 and stride 4. VGG has 3×3 filters only, but "
                "several in a row. A number of the second layer looks at 3×3 numbers of the first, "
                "and these at 5×5 pixels; a third layer sees 7×7, just as one 7×7 filter does.",
                "AlexNet начиналась с фильтров 11×11 и шага 4. В VGG все фильтры 3×3, зато по "
                "несколько слоёв подряд. Число второго слоя смотрит на 3×3 числа первого, а те — "
                "на 5×5 пикселей; третий слой видит уже 7×7, как и один фильтр 7×7.",
            )
        ),
        View("cost"),
        Notice(
            Both(
                "The same 7×7 pixels cost {large} weights at once and {small} in three steps. The "
                "ratio is 49 to 27 for any number of maps. And between the steps there is room for "
                "two more ReLUs: three bends in place of one.",
                "Чтобы увидеть 7×7 пикселей, весов нужно {large} сразу или {small} в три шага. "
                "Отношение 49 к 27 не зависит от числа карт. А между шагами помещаются ещё две "
                "функции ReLU: три изгиба вместо одного.",
            )
        ),
        Expected(),
        View(
            "ways",
            Both(
                "By how many ways each pixel reaches the number through three layers: the middle "
                "one by {middle}, a corner by {corner}. In one 7×7 filter each has one way.",
                "Сколькими путями каждый пиксель доходит до числа через три слоя: средний — "
                "{middle}, угловой — {corner}. В одном фильтре 7×7 путь у каждого один.",
            ),
        ),
        Text(
            Both(
                "Inception goes on: an n×n filter becomes n×1 and 1×n. In place of nine weights "
                "for each pair of maps a 3×3 layer then needs six; with {maps} in and out, "
                "{three_in_two} in all. Some filters come apart like this exactly: Sobel's is a "
                "column 1, 2, 1 times a row 1, 0, −1.",
                "Inception идёт дальше: фильтр n×n заменяют на n×1 и 1×n. Вместо девяти весов на "
                "каждую пару карт слою 3×3 тогда нужно шесть; когда карт {maps}, всего "
                "{three_in_two}. Некоторые фильтры раскладываются так в точности: фильтр Собеля — "
                "это столбец 1, 2, 1, умноженный на строку 1, 0, −1.",
            )
        ),
        View("sobel"),
        Code((compared, weights)),
        Truth(
            Both(
                "Not every 7×7 filter can be put together of three 3×3 ones: 27 numbers cannot be "
                "49 free ones. VGG's authors took the limit for a gain, a regularisation that "
                "leaves the net no room for the superfluous.",
                "Не всякий фильтр 7×7 можно составить из трёх 3×3: 27 чисел не заменят 49 "
                "свободных. Авторы VGG считали это ограничение достоинством — регуляризацией, "
                "которая не оставляет места лишнему.",
            ),
            source="Simonyan, Zisserman 2014, arXiv 1409.1556; Szegedy et al. 2015, 1512.00567",
        ),
    ),
    expected=(
        Expect("large", 49, Both("weights of a 7×7 filter", "весов у фильтра 7×7"), at={"maps": 1}),
        Expect(
            "small",
            27,
            Both("weights of three 3×3 filters", "весов у трёх фильтров 3×3"),
            at={"maps": 1},
        ),
        Expect("field", "7×7", Both("what three 3×3 filters see", "что видят три фильтра 3×3")),
        Expect("flat", 14, Both("weights of 7×1 and 1×7", "весов у 7×1 и 1×7"), at={"maps": 1}),
        Expect(
            "small",
            27 * 64 * 64,
            Both("three layers of 64 maps", "три слоя по 64 карты"),
            at={"maps": 64},
        ),
    ),
)
