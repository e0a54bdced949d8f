"""Boltzmann machines: how deep nets were first trained, and whether it is still needed."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import svertka
from svertka.lessons.autoencoder import (
    autoencoder,
    boltzmann,
    digits,
    errors,
    finetune,
    stack,
    unrolled,
)
from svertka.lessons.learning import SEEDS, bars, interval
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
from svertka.lessons.views import Line, Lines, Pictures, Scatter

WAYS = {
    "random": Both("deep, random weights", "глубокая, случайные веса"),
    "stacked": Both("deep, Boltzmann machines first", "глубокая, сначала машины Больцмана"),
    "today": Both("deep, ReLU, as today", "глубокая, ReLU, как сегодня"),
}


def nets(sizes: tuple[int, ...], seed: int) -> dict[str, Any]:
    """The same net three times; only the beginning differs."""
    return {
        "random": autoencoder(sizes, seed),
        "stacked": unrolled(stack(digits("train"), sizes, seed=seed), sizes),
        "today": autoencoder(sizes, seed, relu=True),
    }


def components(count: int) -> tuple[Any, Any]:
    """The mean picture and the first principal components (count, 784) of the training digits."""
    import torch

    data = digits("train")
    mean = data.mean(0)
    return mean, torch.linalg.svd(data - mean, full_matrices=False)[2][:count]


@cache
def trained(code: int) -> dict[str, Any]:
    """For each way its nets, its errors by epoch, and those of each unseen picture at the end."""
    data, unseen = digits("train"), digits("test")
    found: dict[str, Any] = {way: {"nets": [], "curves": [], "errors": []} for way in WAYS}
    for seed in SEEDS:
        for way, net in nets((784, 400, 200, 100, code), seed).items():
            found[way]["curves"].append(finetune(net, data, unseen, seed=seed))
            found[way]["errors"].append(errors(net, unseen))
            found[way]["nets"].append(net)
    return found


def experiment(code: int = 30) -> Outcome:
    unseen, found = digits("test"), trained(code)
    mean, axes = components(code)
    linear = mean + (unseen - mean) @ axes.T @ axes
    by_picture = {
        "mean": ((unseen - mean) ** 2).sum(1).numpy()[None],
        "pca": ((unseen - linear) ** 2).sum(1).numpy()[None],
        **{way: np.array(one["errors"]) for way, one in found.items()},
    }
    spans = {name: interval(one) for name, one in by_picture.items()}
    numbers: dict[str, Any] = {"code": code} | {name: span[0] for name, span in spans.items()}
    begun = float(np.mean([curve[0] for curve in found["stacked"]["curves"]]))
    again = found["stacked"]["nets"][0](unseen[:10]).sigmoid().detach()
    views = {
        "errors": bars([NOTHING, PCA, *WAYS.values()], list(spans.values()), ".1"),
        "curves": Lines(
            x=range(len(found["today"]["curves"][0])),
            lines=[
                *(Line(WAYS[way], np.mean(one["curves"], axis=0)) for way, one in found.items()),
                Line(PCA, [numbers["pca"]] * len(found["today"]["curves"][0])),
            ],
            x_title=Both("epochs of backpropagation", "эпох обратного распространения"),
            y_title=Both("squared error of a picture", "квадрат ошибки на картинку"),
            log_y=True,
        ),
        "unseen": Pictures([Picture(one, low=0, high=1) for one in faces(unseen[:10])]),
        "by_pca": Pictures([Picture(one, low=0, high=1) for one in faces(linear[:10])]),
        "by_net": Pictures([Picture(one, low=0, high=1) for one in faces(again)]),
    }
    flat, features = plane(), dreams()
    return Outcome(
        {**numbers, **compared(numbers), "begun": begun, **flat.numbers},
        {**views, **flat.views, "features": features},
    )


def compared(errors: dict[str, Any]) -> dict[str, Any]:
    """The errors beside that of PCA, and what it means."""
    times = errors["random"] / errors["pca"]
    return {
        "below": errors["stacked"] / errors["pca"],
        "times": times,
        "straight": STRAIGHT_WINS if times > 1 else STRAIGHT_LOSES,
    }


def faces(rows: Any) -> Any:
    """Rows of 784 pixels as pictures."""
    return rows.reshape(-1, 28, 28).numpy()


@cache
def dreams() -> Pictures:
    """What twelve hidden units of the first machine look for."""
    weights = boltzmann(digits("train"), 400, seed=0)[0]
    return Pictures([Picture(weights[:, one].reshape(28, 28), signed=True) for one in range(12)])


@cache
def plane() -> Outcome:
    """Unseen digits by two numbers each: of the net with the narrowest code, and of PCA."""
    from sklearn.neighbors import KNeighborsClassifier

    data, unseen = digits("train"), digits("test")
    mean, axes = components(2)
    half = trained(2)["stacked"]["nets"][0][:7]
    parts = {
        "pca": [((one - mean) @ axes.T).numpy() for one in (data, unseen)],
        "net": [half(one).detach().numpy() for one in (data, unseen)],
    }
    opened = svertka.open_data("digits").parts
    known, true = opened["train"].numbers, opened["test"].numbers
    numbers, views = {}, {}
    for name, (before, codes) in parts.items():
        peer = KNeighborsClassifier(5).fit(before, known)
        numbers[f"told_{name}"] = float(peer.score(codes, true))
        some = np.argsort(true[:400], kind="stable")
        views[f"plane_{name}"] = Scatter(
            codes[some, 0].round(3),
            codes[some, 1].round(3),
            labels=[str(one) for one in true[some]],
            groups=[str(one) for one in true[some]],
            x_title=Both("first number", "первое число"),
            y_title=Both("second number", "второе число"),
        )
    return Outcome(numbers, views)


STRAIGHT_WINS = Both(", {times:.1} times less", ", в {times:.1} раза меньше")
STRAIGHT_LOSES = Both(
    ", and that is worse: two straight lines tell little of a digit",
    ", и это хуже: двух прямых для цифры слишком мало",
)
NOTHING = Both("always the mean picture", "всегда средняя картинка")
PCA = Both("principal components (PCA)", "главные компоненты (PCA)")

LESSON = Lesson(
    name="boltzmann",
    lectures=("002",),
    minutes=8,
    title=Both("Boltzmann machines wake deep nets", "Машины Больцмана будят глубокую сеть"),
    question=Both(
        "Why did deep nets not learn before 2006, and what woke them?",
        "Почему до 2006 года глубокие сети не учились и что их разбудило?",
    ),
    parameters=(
        Choice(
            "code",
            Both("Numbers that remain of a digit", "Сколько чисел остаётся от цифры"),
            values=(2, 30),
            default=30,
        ),
    ),
    experiment=experiment,
    stored=True,
    body=(
        Text(
            Both(
                "A net is to squeeze a digit of 784 pixels into {code} numbers and to draw it "
                "again from these alone: 784-400-200-100-{code} and the same way up. It needs no "
                "labels, and nothing is easier to check: compare what came out with what went "
                "in.\n\n"
                "With random weights and sigmoids such a net did not learn. The gradient comes "
                "from the far end through eight layers, each makes it smaller, and the first "
                "layers get next to nothing of it.",
                "Сеть должна сжать цифру из 784 пикселей в несколько чисел (здесь их {code}) и по "
                "ним одним нарисовать её снова: 784-400-200-100-{code} и тем же путём обратно. "
                "Метки не нужны, а проверить проще простого: сравнить, что вошло и что вышло.\n\n"
                "Со случайными весами и сигмоидами такая сеть не училась. Градиент идёт с "
                "дальнего конца через восемь слоёв, каждый его уменьшает, и первым слоям почти "
                "ничего не достаётся.",
            )
        ),
        Text(
            Both(
                "In 2006 Hinton and Salakhutdinov found a way: let every layer learn by itself "
                "first. A restricted Boltzmann machine has visible units, the pixels, and hidden "
                "ones; weights run only between the two kinds. The picture calls up hidden units, "
                "these dream a picture. What the data called up is strengthened, what the dream "
                "calls up is weakened, until dreams look like digits. Then the hidden units become "
                "the pixels of the next machine.",
                "В 2006 году Хинтон и Салахутдинов нашли выход: пусть сначала каждый слой учится "
                "сам. В ограниченной машине Больцмана есть видимые элементы — пиксели — и "
                "скрытые; веса соединяют только видимые со скрытыми. Картинка пробуждает скрытые "
                "элементы, а им снится картинка. То, что вызвали данные, усиливают, то, что "
                "вызвал сон, — ослабляют, пока сны не станут похожи на цифры. Потом скрытые "
                "элементы становятся пикселями для следующей машины.",
            )
        ),
        Code((boltzmann,)),
        View(
            "features",
            Both(
                "What twelve hidden units of the first machine look for: strokes and spots",
                "Что ищут двенадцать скрытых элементов первой машины: штрихи и пятна",
            ),
        ),
        Text(
            Both(
                "Four machines, one upon the other, are the way down; mirrored, they are the way "
                "up. Backpropagation then only polishes the whole.",
                "Четыре машины друг на друге — это путь вниз; их отражение — путь вверх. Обратному "
                "распространению остаётся лишь отшлифовать целое.",
            )
        ),
        View(
            "curves",
            Both(
                "Error on unseen digits while all layers learn together; mean of three trainings",
                "Ошибка на новых цифрах, пока все слои учатся вместе; среднее по трём обучениям",
            ),
        ),
        View(
            "errors",
            Both(
                "At the end: sum of the squared errors of 784 pixels, with 95% intervals over "
                "1,000 pictures and three trainings",
                "В конце: сумма квадратов ошибок по 784 пикселям; 95-процентные интервалы по "
                "1\u00a0000 картинок и трём обучениям",
            ),
        ),
        Notice(
            Both(
                "Always drawing the mean picture costs {mean:.1}. The net with random weights has "
                "come to {random:.1}, and that with Adam, which nobody had in 2006. Principal "
                "components, the best that one can do with straight lines alone, leave "
                "{pca:.1}{straight}. The pretrained net: {stacked:.1}, and it began at {begun:.1}.",
                "Всегда рисовать среднюю картинку — это {mean:.1}. Сеть со случайными весами дошла "
                "до {random:.1}, и то с Adam, которого в 2006 году не было. Главные компоненты — "
                "лучшее, что можно сделать одними прямыми, — оставляют {pca:.1}{straight}. "
                "Предобученная сеть: {stacked:.1}, а начинала она с {begun:.1}.",
            )
        ),
        View("unseen", Both("Digits that no net has seen", "Цифры, которых сети не видели")),
        View("by_pca", Both("Drawn again by PCA", "Их нарисовали заново главные компоненты")),
        View(
            "by_net",
            Both("Drawn again by the pretrained net", "Их нарисовала заново предобученная сеть"),
        ),
        Text(
            Both(
                "With only two numbers a digit is a point on a plane. Ask the five nearest "
                "training digits which digit it is: on PCA's plane {told_pca:.0%} are told "
                "rightly, on the net's {told_net:.0%}. And the net has never heard of classes.",
                "Если чисел всего два, цифра — это точка на плоскости. Спросим у пяти ближайших "
                "обучающих цифр, что это: на плоскости главных компонент верно {told_pca:.0%}, на "
                "плоскости сети — {told_net:.0%}. А о классах сеть и не слышала.",
            )
        ),
        View("plane_net", Both("The net's plane", "Плоскость сети")),
        View("plane_pca", Both("PCA's plane", "Плоскость главных компонент")),
        Truth(
            Both(
                "On all of MNIST, with a larger net and 30 numbers, the paper reports 3.00 for "
                "the autoencoder and 13.87 for PCA. And pretraining is no longer needed: the same "
                "net with ReLU, weights drawn to fit it and Adam, no Boltzmann machine in sight, "
                "comes to {today:.1}. Pretraining opened the door, first of all for the "
                "recognition of speech; better first weights keep it open.",
                "На всём MNIST, с сетью побольше и 30 числами, в статье 3,00 у автокодировщика и "
                "13,87 у главных компонент. А предобучение больше не нужно: та же сеть с ReLU, "
                "подходящими начальными весами и Adam, без всяких машин Больцмана, доходит до "
                "{today:.1}. Предобучение открыло дверь, раньше всего — в распознавании речи; "
                "держат её открытой хорошие начальные веса.",
            ),
            source="Hinton, Salakhutdinov 2006, Science 313; Mohamed, Dahl, Hinton 2010; Glorot, "
            "Bengio 2010; He et al. 2015, arXiv 1502.01852",
        ),
    ),
    expected=(
        Expect(
            "pca",
            13.87,
            Both("error of 30 components (paper)", "ошибка 30 компонент (статья)"),
            0.3,
            ".2",
            at={"code": 30},
        ),
        Expect(
            "below",
            0.75,
            Both("error of the pretrained net to PCA's", "ошибка предобученной сети к ошибке PCA"),
            tolerance=0.15,
            form=".2",
        ),
    ),
)
