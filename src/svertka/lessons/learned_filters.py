"""Filters that people chose, filters left to chance, and filters that were learned."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import svertka
from svertka.lessons.learning import SEEDS, bars, interval, learn, right, tensors
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
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Pictures

FIXED = "filters(vertical, horizontal, diagonal, antidiagonal)"
WAYS = (("fixed", 4), ("chance", 4), ("learned", 4), ("learned", 8), ("learned", 16))
EPOCHS = 10


def network(way: str, filters: int, seed: int) -> Any:
    """The same network with filters of ours, or random ones that stay so, or ones that learn."""
    first = FIXED if way == "fixed" else f"conv{filters}"
    module = svertka.build(f"{first}-relu-pool-fc10", input=(1, 28, 28), seed=seed)
    if way == "chance":
        for weights in module.get_submodule("conv").parameters():
            weights.requires_grad_(False)
    return module


class Found(NamedTuple):
    """Right answers (3, pictures), and the first training's filters before and after."""

    hits: npt.NDArray[np.bool_]
    before: npt.NDArray[np.float32]
    after: npt.NDArray[np.float32]


@lru_cache
def tried(way: str, filters: int) -> Found:
    """Train three times and test; keep the filters of the first time."""
    digits = svertka.open_data("digits")
    x, y = tensors(digits.train)
    modules = [network(way, filters, seed) for seed in SEEDS]
    before = kernels(modules[0]).copy()
    for seed, module in zip(SEEDS, modules, strict=True):
        learn(module, x, y, seed, EPOCHS)
    hits = [right(module, *tensors(digits.test)) for module in modules]
    return Found(np.stack(hits), before, kernels(modules[0]))


def kernels(module: Any) -> npt.NDArray[np.float32]:
    """The filters of the first layer, (N, 3, 3), fixed or not."""
    first = next(module.children())
    weights = first.kernels if hasattr(first, "kernels") else first.weight.detach()
    return np.asarray(weights[:, 0].numpy())


def experiment() -> Outcome:
    found = [tried(way, filters) for way, filters in WAYS]
    scores = [interval(one.hits) for one in found]
    fixed, _, learned, _, sixteen = found
    alike, more = (interval(one.hits.astype(int) - fixed.hits) for one in (learned, sixteen))
    single = learned.hits.mean(1)
    value = [score[0] for score in scores]
    return Outcome(
        numbers={
            "train": len(svertka.open_data("digits").train),
            "fixed": value[0],
            "chance": value[1],
            "learned": value[2],
            "eight": value[3],
            "sixteen": value[4],
            "worst": single.min(),
            "best": single.max(),
            "alike": 100 * alike[0],
            "alike_low": 100 * alike[1],
            "alike_high": 100 * alike[2],
            "more": 100 * more[0],
            "more_low": 100 * more[1],
            "more_high": 100 * more[2],
            "not_worse": alike[2] >= 0,
            "better": more[0] > 0,
            "moved": np.abs(learned.after - learned.before).mean(),
        },
        views={
            "fixed": _pictures(fixed.after),
            "before": _pictures(learned.before),
            "after": _pictures(learned.after),
            "scores": bars(LABELS, scores),
        },
    )


def _pictures(filters: npt.NDArray[np.float32]) -> Pictures:
    return Pictures([Picture(one, signed=True, high=float(abs(filters).max())) for one in filters])


LABELS = (
    Both("4 chosen by us", "4, выбраны нами"),
    Both("4 left to chance", "4, оставлены случайными"),
    Both("4 learned", "4, обучены"),
    Both("8 learned", "8, обучены"),
    Both("16 learned", "16, обучены"),
)

LESSON = Lesson(
    name="learned-filters",
    lectures=("004",),
    minutes=6,
    stored=True,
    title=Both("Let the network choose the filters", "Пусть фильтры выберет сеть"),
    question=Both(
        "For a 4 and an 8 you could think of filters. And for ten digits, or a thousand things?",
        "Для 4 и 8 фильтры можно придумать. А для десяти цифр или тысячи предметов?",
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "The numbers of a filter can be weights like any others: then backpropagation "
                "changes them until the answers are right. Nothing new has to be invented, for a "
                "convolution is a product of matrices (see `as-a-matrix`). Is it worth it?\n\n"
                "All ten digits, {train} of them to learn from. The same network each time; only "
                "its filters differ. Four chosen by us: edges of four directions. Four drawn by "
                "lot and left so. Four drawn by lot and learned. And, since learning costs us no "
                "thought, eight and sixteen.",
                "Числа фильтра могут быть такими же весами, как все остальные: тогда обратное "
                "распространение меняет их, пока ответы не станут верными. Ничего нового "
                "изобретать не нужно: свёртка — это умножение матриц (см. `as-a-matrix`). Стоит "
                "ли оно того?\n\n"
                "Все десять цифр, для обучения — {train}. Сеть каждый раз одна и та же, "
                "различаются только фильтры. Четыре выбраны нами: границы четырёх направлений. "
                "Четыре взяты наугад и так оставлены. Четыре взяты наугад и обучены. А раз "
                "обучение не требует от нас выдумки — ещё восемь и шестнадцать.",
            )
        ),
        View(
            "fixed",
            Both("Ours; light is above 0, dark below", "Наши; светлое больше 0, тёмное меньше"),
        ),
        View("before", Both("Before training: chance", "До обучения: случай")),
        View("after", Both("After training", "После обучения")),
        View(
            "scores",
            Both(
                "Right answers, with 95% intervals: other digits, other trainings",
                "Верные ответы и 95-процентные интервалы: другие цифры, другие обучения",
            ),
        ),
        Notice(
            Both(
                "Four against four it is a draw: {learned:.1%} learned, {fixed:.1%} ours, a "
                "difference of {alike:.1} points ({alike_low:.1} to {alike_high:.1}). Ours were a "
                "good choice, and four is so few that luck decides: from other random starts the "
                "learned ones came to {worst:.1%} at worst and {best:.1%} at best. But learning "
                "costs no thought: eight give {eight:.1%}, sixteen {sixteen:.1%}, by {more:.1} "
                "points more than ours ({more_low:.1} to {more_high:.1}). Which sixteen would you "
                "have chosen?",
                "Четыре против четырёх — ничья: обученные {learned:.1%}, наши {fixed:.1%}, "
                "разница {alike:.1} пункта (от {alike_low:.1} до {alike_high:.1}). Мы выбрали "
                "удачно, а когда фильтров всего четыре, многое решает случай: с разных случайных "
                "начал обученные дошли до {worst:.1%} в худшем случае и до {best:.1%} в лучшем. "
                "Зато обучение не требует выдумки: восемь фильтров дают {eight:.1%}, шестнадцать "
                "— {sixteen:.1%}, на {more:.1} пункта больше наших (от {more_low:.1} до "
                "{more_high:.1}). А какие шестнадцать выбрали бы вы?",
            )
        ),
        Code((network, learn, tried)),
        Truth(
            Both(
                "Do not underrate chance: with four random filters {chance:.1%} are right, since "
                "the layer behind them learns to read whatever they say. On small tasks learning "
                "filters gains a point or two; in a deep network on photographs, where the second "
                "layer looks at maps that nobody can picture, it decides everything.",
                "Случай тоже не стоит недооценивать: с четырьмя случайными фильтрами верных "
                "ответов {chance:.1%}, ведь слой за ними учится читать всё, что они скажут. В "
                "маленьких задачах обучение фильтров даёт пункт-другой; в глубокой сети на "
                "фотографиях, где второй слой смотрит на карты, которых никто не может себе "
                "представить, оно решает всё.",
            ),
            source="Jarrett, Kavukcuoglu, Ranzato, LeCun 2009, ICCV",
        ),
        Expected(),
    ),
    expected=(
        Expect(
            "not_worse",
            True,
            Both(
                "four learned are not worse, within the interval",
                "четыре обученных не хуже, в пределах интервала",
            ),
        ),
        Expect(
            "better",
            True,
            Both(
                "sixteen learned are better than our four",
                "шестнадцать обученных лучше наших четырёх",
            ),
        ),
        Expect(
            "fixed",
            0.951,
            Both("right answers with ours", "верных ответов с нашими"),
            tolerance=0.015,
            form=".1%",
        ),
        Expect(
            "eight",
            0.96,
            Both("right answers with eight learned", "верных ответов с восемью обученными"),
            tolerance=0.015,
            form=".1%",
        ),
    ),
)
