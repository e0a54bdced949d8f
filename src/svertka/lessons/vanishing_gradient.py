"""Vanishing gradients: three weights by hand, then real networks of up to a hundred layers."""

from __future__ import annotations

from functools import cache
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
from svertka.lessons.views import Line, Lines, Table

# The spread of the first weights, as a share of He's: what torch draws has the variance 1/(3n) of
# n inputs, He's has 2/n.
STARTS = {"torch": (1 / 6) ** 0.5, "he": 1.0, "sigmoid": 1.0}


def chain(factor: float, skip: bool) -> float:
    """The gradient of the first of three weights; every derivative on the way is ``factor``."""
    loss = first = second = third = factor  # dL/dx3, dx1/dw1, dx2/dx1, dx3/dx2
    return loss * (third * second + skip) * first


def texts(depth: int, act: str) -> dict[str, str]:
    """Four networks of so many layers that differ in what goes round and between them."""
    head, pairs = "conv12k5s2", depth // 2 - 1
    return {
        "plain": f"{head}-{act}-[conv12-{act}-conv12-{act}]*{pairs}-gap-fc10",
        "batch norm": f"{head}-bn-{act}-[conv12-bn-{act}-conv12-bn-{act}]*{pairs}-gap-fc10",
        "residual": f"{head}-{act}-(id + conv12-{act}-conv12-{act})*{pairs}-gap-fc10",
        "both": f"{head}-bn-{act}-(id + conv12-bn-{act}-conv12-bn-{act})*{pairs}-gap-fc10",
    }


@cache
def digits(count: int = 8) -> tuple[Any, Any]:
    """The first handwritten digits, (N, 1, 28, 28), mean 0 and deviation 1, and their classes."""
    import torch

    data = svertka.open_data("digits").train
    x = torch.from_numpy(data.x[:count]).permute(0, 3, 1, 2).double()
    return (x - x.mean()) / x.std(), torch.from_numpy(data.y[:count])


def gradients(text: str, start: float) -> list[float]:
    """The length of the loss's gradient for the weights of each layer, before any training."""
    import torch

    x, truth = digits()
    net = svertka.build(text, input=(1, 28, 28)).double()  # fp32 would lose the smallest
    weights = [one for one in net.parameters() if one.dim() > 1]
    with torch.no_grad():
        for one in weights:
            one.mul_(start)
    loss = torch.nn.functional.cross_entropy(net(x), truth)
    return [float(one.norm()) for one in torch.autograd.grad(loss, weights)]


def experiment(depth: int = 50, start: str = "torch") -> Outcome:
    act = "sigmoid" if start == "sigmoid" else "relu"
    nets = texts(depth, act)
    found = {name: gradients(text, STARTS[start]) for name, text in nets.items()}
    first = {name: values[0] for name, values in found.items()}
    without, with_skip = chain(0.1, skip=False), chain(0.1, skip=True)
    return Outcome(
        numbers={
            "without": without,
            "with_skip": with_skip,
            "times": with_skip / without,
            "depth": depth,
            "plain": first["plain"],
            "residual": first["residual"],
            "batch_norm": first["batch norm"],
            "both": first["both"],
        },
        views={
            "flow": Lines(
                list(range(1, depth)),
                [Line(_NAMES[name], values[:-1]) for name, values in found.items()],
                x_title=Both("convolution, from the picture on", "свёртка, считая от картинки"),
                y_title=Both("length of its gradient", "длина его градиента"),
                log_y=True,
            ),
            "first": Table(
                columns=(Both("network", "сеть"), _FIRST, _LAST),
                rows=[(_NAMES[name], values[0], values[-2]) for name, values in found.items()],
            ),
        },
    )


_NAMES = {
    "plain": Both("plain", "простая"),
    "batch norm": Both("with batch norm", "с батч-нормализацией"),
    "residual": Both("with skip connections", "со skip connections"),
    "both": Both("with both", "с тем и другим"),
}
_FIRST = Both("gradient of the first layer", "градиент первого слоя")
_LAST = Both("of the last convolution", "последней свёртки")

LESSON = Lesson(
    name="vanishing-gradient",
    lectures=("001",),
    minutes=10,
    title=Both("The vanishing gradient", "Затухание градиентов"),
    question=Both(
        "If more layers are better, why did networks of fifty layers not learn at all?",
        "Если чем больше слоёв, тем лучше, почему сети из пятидесяти слоёв совсем не обучались?",
    ),
    parameters=(
        Choice("depth", Both("Layers", "Слоёв"), values=(10, 20, 50, 100), default=50),
        Choice(
            "start",
            Both("Activation and first weights", "Активация и начальные веса"),
            values=("sigmoid", "torch", "he"),
            texts=(
                Both("sigmoid", "сигмоида"),
                Both("ReLU, small weights", "ReLU, малые веса"),
                Both("ReLU, He's weights", "ReLU, веса по Хе"),
            ),
            default="torch",
        ),
    ),
    experiment=experiment,
    small=True,
    body=(
        Text(
            Both(
                "Take three layers of one neuron each, without activation. How the loss depends on "
                "the first weight is a product of four derivatives. If each of them is 0.1, the "
                "product is {without}: the weight hardly moves.",
                "Возьмём три слоя по одному нейрону, без активации. Зависимость функции потерь от "
                "первого веса — произведение четырёх производных. Если каждая равна 0,1, "
                "произведение равно {without}: вес почти не меняется.",
            )
        ),
        Text(
            Both(
                "Now let the first layer's output be added to the third's. In the product one "
                "factor becomes a sum, 0.1·0.1 + 1, and the whole is {with_skip}: {times} times as "
                "much. The summand 1 is the way past the layers.",
                "Теперь прибавим выход первого слоя к выходу третьего. Один из множителей "
                "превращается в сумму 0,1·0,1 + 1, и всё вместе равно {with_skip}: в {times} раз "
                "больше. Слагаемое 1 — это и есть путь в обход слоёв.",
            )
        ),
        Code((chain,)),
        Expected(),
        Text(
            Both(
                "So much for the model. Here are real networks: {depth} layers, handwritten "
                "digits, one look at 8 pictures before any training. The scale is "
                "logarithmic: every step down divides by the same number.",
                "Это была модель. А вот настоящие сети: слоёв {depth}, рукописные цифры, один "
                "взгляд на 8 картинок до всякого обучения. Шкала логарифмическая: каждый шаг вниз "
                "делит на одно и то же число.",
            )
        ),
        View("flow"),
        View("first"),
        Notice(
            Both(
                "Go from 10 layers to 100. With small first weights the gradients of the plain "
                "network become so small that adding them to the weights changes nothing. All its "
                "layers suffer alike, for the signal fades on its way forward, too. Skip "
                "connections keep the gradients alive, whatever the depth. With sigmoids one sees "
                "what the lecture says: the nearer to the picture, the less arrives.",
                "Пройдите от 10 слоёв до 100. При малых начальных весах градиенты простой сети "
                "так малы, что прибавлять их к весам бессмысленно. Страдают все её слои поровну: "
                "сигнал слабеет и по дороге вперёд. Skip connections сохраняют градиенты при любой "
                "глубине. С сигмоидами видно то, о чём говорит лекция: чем ближе к картинке, тем "
                "меньше доходит.",
            )
        ),
        Code((texts, digits, gradients)),
        Truth(
            Both(
                "A skip connection is one cure of three. First weights as He et al. draw them keep "
                "the plain network alive, too; but then sums without batch norm swell with every "
                "block. Batch norm alone stops the vanishing, yet at great depth its gradients "
                "grow towards the picture. Only both together stay even: that is ResNet.",
                "Skip connection — одно из трёх лекарств. С начальными весами по Хе простая сеть "
                "тоже остаётся живой, но тогда суммы без батч-нормализации растут с каждым "
                "блоком. Одна батч-нормализация не даёт градиентам затухнуть, но при большой "
                "глубине они растут в сторону картинки. Ровными они остаются только с тем и "
                "другим вместе: это и есть ResNet.",
            ),
            source="He et al. 2015, arXiv 1502.01852, 1512.03385; Yang et al. 2019, 1902.08129",
        ),
        Truth(
            Both(
                "ResNet's authors wrote that the plain network they compared with, which had batch "
                "norm, did not suffer from vanishing gradients. It was simply harder to train: 34 "
                "layers were worse than 18 even on the pictures they learned from. On clothing, "
                "after four epochs, svertka's benchmark finds the same: 24.7% right with 34 plain "
                "layers, 84.7% with 34 residual ones.",
                "Авторы ResNet писали, что у простой сети, с которой они сравнивали, градиенты не "
                "затухали: в ней была батч-нормализация. Её просто труднее обучить: 34 слоя "
                "ошибались чаще, чем 18, даже на тех картинках, на которых учились. На одежде, "
                "после четырёх эпох, в измерении svertka то же: 24,7\u00a0% верных ответов у 34 "
                "простых слоёв и 84,7\u00a0% у 34 остаточных.",
            ),
            source="He et al. 2015, arXiv 1512.03385, 4.1; benchmarks/results/depth.md",
        ),
    ),
    expected=(
        Expect("without", 1e-4, Both("three weights, no skip connection", "три веса без обхода")),
        Expect("with_skip", 1.01e-2, Both("three weights with it", "три веса с обходом")),
        Expect("times", 101, Both("times as much", "во сколько раз больше"), tolerance=1e-6),
    ),
)
