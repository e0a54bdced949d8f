"""Pooling: a window, one number of it, and nothing to learn."""

from __future__ import annotations

import svertka
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
from svertka.lessons.views import Grid, Table

# The matrix of the lecture.
INPUT: list[list[float]] = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]


def pool(rows: list[list[float]], way: str = "max", kernel: int = 2) -> list[list[float]]:
    """Each window of kernel x kernel numbers becomes one number; windows do not overlap."""
    places = range(0, len(rows) - kernel + 1, kernel)
    out: list[list[float]] = []
    for top in places:
        out.append([])
        for left in places:
            window = [v for row in rows[top : top + kernel] for v in row[left : left + kernel]]
            out[-1].append(max(window) if way == "max" else sum(window) / len(window))
    return out


def experiment(way: str = "max", kernel: int = 2) -> Outcome:
    output = pool(INPUT, way, kernel)
    word = "maxpool" if way == "max" else "avgpool"
    plan = svertka.net(f"{word}{kernel}", input=(64, 224, 224))
    layer = plan.layers[0]
    cost = Table(
        columns=(Both("layer", "слой"), Both("input", "вход"), Both("output", "выход"), WEIGHTS),
        rows=[[f"{word}{kernel}", "64×224×224", "×".join(map(str, layer.output)), plan.parameters]],
    )
    return Outcome(
        numbers={"output": output, "weights": plan.parameters, "side": layer.output[1]},
        views={"input": Grid(INPUT), "output": Grid(output), "cost": cost},
    )


WEIGHTS = Both("weights", "веса")

LESSON = Lesson(
    name="pooling",
    lectures=("002", "003"),
    minutes=5,
    title=Both("Pooling makes maps smaller", "Пулинг уменьшает карты"),
    question=Both(
        "How can a map become half as large without a single weight?",
        "Как уменьшить карту вдвое без единого веса?",
    ),
    parameters=(
        Choice(
            "way",
            Both("Of each window, take", "Из каждого окна взять"),
            values=("max", "average"),
            texts=(Both("the largest", "наибольшее"), Both("the average", "среднее")),
            default="max",
        ),
        Choice(
            "kernel",
            Both("Side of the window", "Сторона окна"),
            values=(2, 4),
            default=2,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "A map is cut into windows, and each window becomes one number: its largest, or "
                "its average. Windows do not overlap: the stride equals the side of the window.",
                "Карта делится на окна, и от каждого окна остаётся одно число: наибольшее или "
                "среднее. Окна не перекрываются: шаг равен стороне окна.",
            )
        ),
        View("input", Both("The map before pooling", "Карта до пулинга")),
        View("output", Both("The map after it: {output}", "Карта после него: {output}")),
        Notice(
            Both(
                "Where the largest is taken, it survives wherever in its window it stood. A small "
                "shift of the picture therefore often changes nothing, and what was exact about "
                "the place is lost.",
                "Если брать наибольшее, оно остаётся, где бы в своём окне ни стояло. Поэтому "
                "небольшой сдвиг картинки часто ничего не меняет, зато точное место теряется.",
            )
        ),
        Code((pool,)),
        Text(
            Both(
                "The same on real maps: 64 of them, 224 by 224 each. Every map is pooled by "
                "itself, so there are as many maps after it; only their side changes, to {side}. "
                "Weights to learn: {weights}.",
                "То же на настоящих картах: их 64, каждая 224 на 224. Пулинг обрабатывает каждую "
                "карту отдельно, поэтому карт остаётся столько же, меняется только сторона: "
                "теперь {side}. Весов для обучения: {weights}.",
            )
        ),
        View("cost"),
        Truth(
            Both(
                "Pooling is not the only way to make maps smaller: many newer networks use a "
                "convolution with stride 2 instead, as ResNet mostly does.",
                "Пулинг — не единственный способ уменьшить карты: многие новые сети берут вместо "
                "него свёртку с шагом 2; так чаще всего делает и ResNet.",
            ),
            source="He et al. 2015, arXiv 1512.03385",
        ),
    ),
    expected=(
        Expect(
            "output",
            [[6, 8], [3, 4]],
            Both("the largest of each 2×2 window", "наибольшие числа окон 2×2"),
            at={"way": "max", "kernel": 2},
        ),
        Expect(
            "output",
            [[3.25, 5.25], [2, 2]],
            Both("the averages of the 2×2 windows", "средние окон 2×2"),
            at={"way": "average", "kernel": 2},
        ),
        Expect(
            "side",
            112,
            Both("side of a map of 224 after it", "сторона карты 224 после него"),
            at={"kernel": 2},
        ),
        Expect("weights", 0, Both("weights of pooling", "весов у пулинга")),
    ),
)
