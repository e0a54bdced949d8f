"""Homework: tasks by hand, each stage checked, each common mistake named."""

from __future__ import annotations

from svertka.lessons.exercises.kinds import KINDS, TITLES, exercise
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

# The lecture's own task.
PICTURE = [[1, 2, 3, 4, 5], [2, 2, 1, 1, 1], [3, 2, 1, 1, 1], [4, 1, 1, 1, 1], [5, 1, 1, 1, 1]]
FILTER = [[0, -1, 0], [1, 1, 1], [0, -1, 0]]


def by_hand(picture: list[list[int]], kernel: list[list[int]], stride: int) -> list[list[int]]:
    """A map without padding: at each stop of the filter the sum of its products."""
    side = len(kernel)
    stops = range(0, len(picture) - side + 1, stride)
    places = [(i, j) for i in range(side) for j in range(side)]
    return [
        [sum(picture[y + i][x + j] * kernel[i][j] for i, j in places) for x in stops] for y in stops
    ]


def experiment(task: str = "convolution", variant: int = 0) -> Outcome:
    chosen = exercise(task, variant)
    convolved = by_hand(PICTURE, FILTER, stride=2)
    active = [[max(0, value) for value in row] for row in convolved]
    return Outcome(
        numbers={
            "map": convolved,
            "relu": active,
            "pool": max(map(max, active)),
            "stages": len(chosen.stages),
        },
        views={"task": chosen},
    )


LESSON = Lesson(
    name="homework",
    lectures=("002",),
    minutes=10,
    title=Both("Homework without end", "Домашнее задание без конца"),
    question=Both(
        "Can you do by hand what a network does?",
        "Сможете ли вы посчитать вручную то, что делает сеть?",
    ),
    parameters=(
        Choice(
            "task",
            Both("Task", "Задача"),
            values=tuple(KINDS),
            texts=tuple(TITLES[kind] for kind in KINDS),
            default="convolution",
        ),
        Choice(
            "variant",
            Both("Variant", "Вариант"),
            values=tuple(range(31)),
            default=0,
            free=(0, 9999),
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "Every task goes in steps. After each step your answer is checked; where a common "
                "mistake leads to your number, it is named. A hint comes first, the answer only "
                "after it. Variant 0 is the lecture's own or its example. A page holds 30 more of "
                "every task; the studio has a field for any number up to 9,999, and `svertka "
                "homework --seed 7` prints other sheets for every seed.",
                "Каждая задача идёт по шагам, и каждый ответ сразу проверяется. Если к вашему "
                "числу приводит известная ошибка, она будет названа. Сначала подсказка, и лишь "
                "потом ответ. Вариант 0 — задача или пример из лекции. На странице есть ещё по 30 "
                "вариантов каждой задачи; в студии можно ввести любой номер до 9\u00a0999, а "
                "`svertka homework --seed 7` для каждого зерна печатает новые листы.",
            )
        ),
        View("task"),
        Notice(
            Both(
                "Separate rows by a slash: 1 0 / 3 1. Enter checks the answer.",
                "Строки разделяйте косой чертой: 1 0 / 3 1. Клавиша ввода проверяет ответ.",
            )
        ),
        Text(
            Both(
                "The lecture's task in code: {map}, after ReLU {relu}, after pooling {pool}.",
                "Задача лекции в коде: {map}, после ReLU {relu}, после пулинга {pool}.",
            )
        ),
        Code((by_hand,)),
        Truth(
            Both(
                "The lecture gives neither the padding nor the window of the pooling. Here the "
                "padding is 0 and the window 2×2, which covers the whole map. With padding 1 the "
                "map would be 3×3, and other numbers would come out.",
                "В лекции не сказано ни про паддинг, ни про окно пулинга. Здесь паддинг 0, а окно "
                "2×2 накрывает всю карту. С паддингом 1 карта была бы 3×3, и числа получились бы "
                "другие.",
            ),
            source=Both("lecture 002, last slide", "лекция 002, последний слайд"),
        ),
    ),
    expected=(
        Expect("map", [[1, -2], [3, 1]], Both("after the convolution", "после свёртки")),
        Expect("relu", [[1, 0], [3, 1]], Both("after ReLU", "после ReLU")),
        Expect("pool", 3, Both("after max pooling", "после пулинга по максимуму")),
    ),
)
