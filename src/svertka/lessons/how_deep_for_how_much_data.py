"""How deep a network for how many pictures: trained at every depth on every number of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from statistics import mean, stdev
from typing import Any

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
from svertka.lessons.views import Heat, Line, Lines, Table

DEPTHS = (2, 4, 8, 16)
COUNTS = (50, 200, 1000, 8000)
SEEDS, STEPS, BATCH, RATE = 3, 300, 64, 3e-3
T = 4.303  # Student's, for three trainings and 95%


def text(depth: int) -> str:
    """So many layers, all but the last convolutions; nothing else differs."""
    middle = f"-[conv16-bn-relu]*{depth - 2}" if depth > 2 else ""
    return f"conv16s2-bn-relu{middle}-fc{{classes}}"


@cache
def clothes() -> dict[str, tuple[Any, Any]]:
    """Pictures (N, 1, 28, 28), mean about 0 and deviation about 1, and their classes, by part."""
    import torch

    data = svertka.open_data("fashion")
    assert data.test is not None
    return {
        part: (
            (torch.from_numpy(found.x.copy()).permute(0, 3, 1, 2) / 255 - 0.286) / 0.353,
            torch.from_numpy(found.y),
        )
        for part, found in (("train", data.train), ("test", data.test))
    }


def train(depth: int, count: int, seed: int) -> tuple[float, float]:
    """Accuracy on unseen pictures, and on those it learned from; as many steps for every net."""
    import torch

    (x, y), (unseen, truth) = clothes()["train"], clothes()["test"]
    draw = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(x), generator=draw)[:count]
    net = svertka.build(text(depth), input=(1, 28, 28), classes=10, seed=seed).train()
    optimizer = torch.optim.AdamW(net.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for _ in range(STEPS):
        some = rows[torch.randint(count, (min(BATCH, count),), generator=draw)]
        optimizer.zero_grad()
        loss: Any = torch.nn.functional.cross_entropy(net(x[some]), y[some])
        loss.backward()
        optimizer.step()
        schedule.step()
    net.eval()
    with torch.no_grad():
        right, known = net(unseen).argmax(1) == truth, net(x[rows[:1000]]).argmax(1)
    return float(right.float().mean()), float((known == y[rows[:1000]]).float().mean())


@cache
def trained() -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Every depth on every number of pictures, three times each."""
    return {
        (depth, count): [train(depth, count, seed) for seed in range(SEEDS)]
        for depth in DEPTHS
        for count in COUNTS
    }


def experiment(count: int = 50) -> Outcome:
    found = trained()
    unseen = {key: [test for test, _ in runs] for key, runs in found.items()}
    middle = {key: mean(values) for key, values in unseen.items()}
    few, many = COUNTS[0], COUNTS[-1]
    shallow, deep = DEPTHS[0], DEPTHS[-1]
    return Outcome(
        numbers={
            "count": count,
            "known": BY_HEART if count < many else NOT_BY_HEART,
            "best": max(DEPTHS, key=lambda depth: middle[depth, count]),
            "best_few": max(DEPTHS, key=lambda depth: middle[depth, few]),
            "few_shallow": middle[shallow, few],
            "few_deep": middle[deep, few],
            "many_shallow": middle[shallow, many],
            "many_deep": middle[deep, many],
            "gap_few": 100 * (middle[shallow, few] - middle[deep, few]),
            "gap_many": 100 * (middle[shallow, many] - middle[deep, many]),
            "seeds": SEEDS,
            "steps": STEPS,
        },
        views={
            "curves": curves(unseen),
            "all": Heat(
                [[middle[depth, n] for n in COUNTS] for depth in DEPTHS],
                rows=DEPTHS,
                columns=COUNTS,
                row_title=_LAYERS,
                column_title=Both("pictures", "картинок"),
                form="%",
            ),
            "gap": Table(
                columns=(_LAYERS, _WEIGHTS, _LEARNED, _UNSEEN),
                rows=[
                    (
                        depth,
                        svertka.net(text(depth), input=(1, 28, 28), classes=10).parameters,
                        mean(learned for _, learned in found[depth, count]),
                        middle[depth, count],
                    )
                    for depth in DEPTHS
                ],
                forms=("", "", "%", "%"),
            ),
        },
    )


def curves(unseen: Mapping[tuple[int, int], list[float]]) -> Lines:
    """Accuracy over the number of pictures, a line for each depth, with intervals."""

    def line(depth: int) -> Line:
        runs = [unseen[depth, n] for n in COUNTS]
        reach = [T * stdev(values) / SEEDS**0.5 for values in runs]
        middle = [mean(values) for values in runs]
        return Line(
            Both(f"{depth} layers", f"слоёв: {depth}"),
            middle,
            [max(0.0, at - by) for at, by in zip(middle, reach, strict=True)],
            [min(1.0, at + by) for at, by in zip(middle, reach, strict=True)],
        )

    return Lines(
        list(COUNTS),
        [line(depth) for depth in DEPTHS],
        x_title=Both("pictures to learn from", "картинок для обучения"),
        y_title=_ACCURACY,
        log_x=True,
        form="%",
    )


BY_HEART = Both(
    "They are known by heart at every depth, or all but a few: nothing was too hard to learn.",
    "При любой глубине они выучены наизусть, все или почти все: трудности учиться не было.",
)
NOT_BY_HEART = Both(
    "So many are no longer known by heart: the network has to find what they have in common. Small "
    "sets are known by heart at every depth; choose one above.",
    "Столько наизусть уже не выучить: сети приходится искать общее. Маленькие наборы при любой "
    "глубине выучены наизусть — выберите такой наверху.",
)
_ACCURACY = Both("accuracy on unseen pictures", "точность на новых картинках")
_LAYERS, _WEIGHTS = Both("layers", "слоёв"), Both("weights", "весов")
_UNSEEN = Both("unseen pictures", "новые картинки")
_LEARNED = Both("learned pictures", "выученные картинки")

LESSON = Lesson(
    name="how-deep-for-how-much-data",
    lectures=("001",),
    minutes=6,
    title=Both("How deep for how much data", "Глубина сети и количество данных"),
    question=Both(
        "You have fifty labelled pictures. Should the network be deep?",
        "У вас пятьдесят размеченных картинок. Нужна ли глубокая сеть?",
    ),
    parameters=(
        Choice(
            "count",
            Both("Pictures to learn from", "Картинок для обучения"),
            values=COUNTS,
            default=50,
        ),
    ),
    experiment=experiment,
    stored=True,
    body=(
        Text(
            Both(
                "The lecture's advice: the fewer data you have and the simpler the task, the "
                "lighter a network you should take. Let us measure it. Pictures of clothing, "
                "networks of 2 to 16 layers that differ in nothing else, {steps} steps of training "
                "for each, {seeds} trainings.",
                "Совет лекции: чем меньше данных и чем проще задача, тем легче должна быть сеть. "
                "Измерим это. Картинки одежды, сети от 2 до 16 слоёв, которые больше ничем не "
                "отличаются, {steps} шагов обучения каждой, по {seeds} обучения.",
            )
        ),
        View(
            "curves",
            Both(
                "Bands are 95% intervals over the trainings", "Полосы — 95%-интервалы по обучениям"
            ),
        ),
        Notice(
            Both(
                "With 50 pictures two layers reach {few_shallow:%} and sixteen only {few_deep:%}. "
                "With 8,000 it is {many_shallow:%} and {many_deep:%}, and two, four and eight "
                "layers cannot be told apart. More pictures do not make the deep network win "
                "here; they let it catch up.",
                "На 50 картинках два слоя дают {few_shallow:%}, а шестнадцать — только "
                "{few_deep:%}. На 8\u00a0000 это уже {many_shallow:%} и {many_deep:%}, а два, "
                "четыре и восемь слоёв неразличимы. Много картинок не приносит глубокой сети "
                "победы, но позволяет ей догнать остальных.",
            )
        ),
        View("all"),
        Text(
            Both(
                "Why? Look at the pictures that the network has learned from, here {count} of "
                "them. {known}\n\n"
                "But many rules fit fifty pictures, and a deep network finds one that does not "
                "hold elsewhere. That is overfitting.",
                "Почему? Посмотрим на картинки, по которым сеть училась, здесь их {count}. {known}"
                "\n\n"
                "Но к пятидесяти картинкам подходит много правил, и глубокая сеть находит такое, "
                "которое больше нигде не верно. Это и есть переобучение.",
            )
        ),
        View("gap"),
        Expected(),
        Code((text, train)),
        Truth(
            Both(
                "Depth is not all that counts: these deep networks have no skip connections, no "
                "augmentation and no weights from elsewhere. A pretrained network can be very deep "
                "and still win on fifty pictures: see the lesson on fine-tuning.",
                "Дело не в одной глубине: у этих сетей нет ни skip connections, ни аугментации, "
                "ни готовых весов. Предобученная сеть может быть очень глубокой и всё же победить "
                "на пятидесяти картинках: об этом урок о дообучении.",
            ),
            source="Yosinski et al. 2014, arXiv 1411.1792",
        ),
    ),
    expected=(
        Expect("best_few", 2, Both("best depth for 50 pictures", "лучшая глубина для 50 картинок")),
        Expect(
            "gap_few",
            30,
            Both(
                "points by which two layers lead sixteen, 50 pictures",
                "на столько пунктов два слоя лучше шестнадцати, 50 картинок",
            ),
            tolerance=10,
            form=".1",
        ),
        Expect(
            "gap_many",
            3,
            Both("the same with 8,000", "то же для 8\u00a0000"),
            tolerance=2,
            form=".1",
        ),
    ),
)
