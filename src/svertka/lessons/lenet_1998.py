"""LeNet-5: what stood in the paper of 1998, and what is called so today."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import svertka
from svertka.lessons.learning import SEEDS, bars, interval, right, tensors
from svertka.lessons.lenet import CODES, counted, lenet_1998, loss_1998
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
from svertka.lessons.views import Bars, Pictures, Table

# The paper's twenty passes and how its step falls, as shares of the first.
STEPS = (*[1.0] * 2, *[0.4] * 3, *[0.2] * 3, *[0.1] * 4, *[0.02] * 8)


def train(module: Any, loss: Any, x: Any, y: Any, seed: int) -> Any:
    """Twenty passes over the digits; the same for both nets, but for the loss."""
    import torch

    optimizer = torch.optim.Adam(module.parameters(), lr=0.003)
    order = torch.Generator().manual_seed(seed)
    for share in STEPS:
        optimizer.param_groups[0]["lr"] = 0.003 * share
        for rows in torch.split(torch.randperm(len(x), generator=order), 32):
            optimizer.zero_grad()
            loss(module(x[rows]), y[rows]).backward()
            optimizer.step()
    return module.eval()


@cache
def trained() -> tuple[Any, Any, Any]:
    """The first net of 1998, and which unseen digits the three of each kind name rightly."""
    from torch.nn.functional import cross_entropy

    data = svertka.open_data("digits")
    x, y = tensors(data.train)
    new = tensors(data.test)
    old, today, first = [], [], None
    for seed in SEEDS:
        net = train(lenet_1998(seed), loss_1998, x, y, seed)
        first = first or net
        old.append(right(Nearest(net), *new))
        net = svertka.build("lenet5", input=(1, 28, 28), classes=10, seed=seed)
        today.append(right(train(net, cross_entropy, x, y, seed), *new))
    return first, np.array(old), np.array(today)


class Nearest:
    """The digit whose code is nearest, where the largest number is asked for."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __call__(self, x: Any) -> Any:
        return -self.module(x)


def experiment(digit: int = 3) -> Outcome:
    import torch

    net, old, today = trained()
    plan = svertka.net("lenet5")
    layers = counted(net)
    before, now = interval(~old), interval(~today)
    data = svertka.open_data("digits").parts["test"]
    picture = tensors(data.select(np.flatnonzero(data.numbers == digit)[:1]))[0]
    with torch.no_grad():
        maps = {name: values[0].numpy() for name, values in net.maps(picture).items()}
    distances = maps["RBF"]
    numbers = {
        "digit": digit,
        "learned": sum(layer[1] for layer in layers),
        "connections": sum(layer[2] for layer in layers),
        "today": plan.parameters,
        "error": before[0],
        "error_today": now[0],
        "nearest": int(distances.argmin()),
    }
    weighed = [layer for layer in plan.layers if layer.parameters or layer.kind.endswith("pool")]
    rows = [
        [name, learned, links, TODAY[name], layer.parameters]
        for (name, learned, links), layer in zip(layers, weighed, strict=True)
    ]
    views = {
        "layers": Table(
            HEAD, [*rows, [SUM, numbers["learned"], numbers["connections"], "", plan.parameters]]
        ),
        "maps": Pictures(
            [Picture(maps["input"][0], Both("input", "вход"))]
            + [Picture(one, f"C1, {k}", low=-1.7, high=1.7) for k, one in enumerate(maps["C1"])]
            + [Picture(one, f"S2, {k}", low=-1.7, high=1.7) for k, one in enumerate(maps["S2"])]
        ),
        "codes": Pictures(
            [Picture(maps["F6"].reshape(12, 7), Both("F6 says", "говорит F6"), low=-1, high=1)]
            + [Picture(CODES[k].reshape(12, 7), str(k), low=-1, high=1) for k in range(10)]
        ),
        "distances": Bars([str(k) for k in range(10)], distances.tolist(), form=".1"),
        "errors": bars(
            [Both("as in 1998", "как в 1998-м"), Both("as today", "как сегодня")], [before, now]
        ),
    }
    return Outcome(numbers, views)


HEAD = (
    Both("layer of 1998", "слой 1998 года"),
    Both("learned", "обучается"),
    Both("connections", "связей"),
    Both("today", "сегодня"),
    Both("weights", "весов"),
)
SUM = Both("in all", "всего")
TODAY = {
    "C1": "conv6k5-relu",
    "S2": "pool",
    "C3": "conv16k5p0-relu",
    "S4": "pool",
    "C5": "fc120-relu",
    "F6": "fc84-relu",
    "RBF": "fc10",
}

LESSON = Lesson(
    name="lenet-1998",
    lectures=("002", "000"),
    minutes=7,
    title=Both("LeNet-5 as it was in 1998", "LeNet-5, какой она была в 1998 году"),
    question=Both(
        "Is what everybody calls LeNet-5 the net that read the cheques?",
        "То, что все зовут LeNet-5, — та ли это сеть, которая читала чеки?",
    ),
    parameters=(Choice("digit", Both("Digit", "Цифра"), values=tuple(range(10)), default=3),),
    experiment=experiment,
    stored=True,
    body=(
        Text(
            Both(
                "In 1998 LeCun, Bottou, Bengio and Haffner described a net that read several "
                "million cheques a day. Its shape is the one that everybody knows: convolution, "
                "pooling, convolution, pooling, three full layers. In our language:\n\n"
                "`conv6k5-relu-pool-conv16k5p0-relu-pool-fc120-relu-fc84-relu-fc10`\n\n"
                "But each of these words meant something else then.",
                "В 1998 году Лекун, Ботту, Бенжио и Хаффнер описали сеть, которая читала по "
                "несколько миллионов чеков в день. Её устройство знают все: свёртка, пулинг, "
                "свёртка, пулинг, три полносвязных слоя. На нашем языке:\n\n"
                "`conv6k5-relu-pool-conv16k5p0-relu-pool-fc120-relu-fc84-relu-fc10`\n\n"
                "Но каждое из этих слов тогда значило что-то другое.",
            )
        ),
        View(
            "layers",
            Both(
                "1998: {learned} numbers to learn, {connections} connections. Today's text: "
                "{today}.",
                "1998: обучаемых чисел {learned}, связей {connections}. Сегодняшний текст: "
                "{today}.",
            ),
        ),
        Text(
            Both(
                "- Instead of ReLU, a tangent: `1.7159 * tanh(2/3 * x)`, which sends 1 to 1.\n"
                "- Instead of max-pooling, four neighbours are added, multiplied by a learned "
                "number, shifted by a learned bias, and squashed.\n"
                "- C3 does not see all six maps: a table says which, so that filters have to "
                "become different; it also saves connections.\n"
                "- Instead of a last full layer and softmax, F6 draws a picture of 7 × 12 with its "
                "84 numbers. The digit whose drawing is nearest wins.",
                "- Вместо ReLU — гиперболический тангенс: `1.7159 * tanh(2/3 * x)`, он переводит "
                "1 в 1.\n"
                "- Вместо пулинга с максимумом четыре соседа складываются, умножаются на "
                "выученное число, сдвигаются на выученное смещение и сжимаются.\n"
                "- C3 видит не все шесть карт: по таблице, чтобы фильтрам пришлось стать разными; "
                "заодно меньше связей.\n"
                "- Вместо последнего полносвязного слоя и softmax F6 своими 84 числами рисует "
                "картинку 7 × 12. Побеждает цифра, чей рисунок ближе.",
            )
        ),
        View(
            "codes",
            Both(
                "What F6 says to this digit, and the ten drawings it is compared with",
                "Что F6 говорит об этой цифре и десять рисунков, с которыми её сравнивают",
            ),
        ),
        View(
            "distances",
            Both(
                "Squared distance to each drawing; the nearest is {nearest}",
                "Квадрат расстояния до каждого рисунка; ближе всех {nearest}",
            ),
        ),
        Notice(
            Both(
                "The drawing of a three is near that of an eight or a nine on purpose: where the "
                "net is in doubt, the runner-up makes sense. A softmax knows no such neighbours.",
                "Рисунок тройки нарочно похож на восьмёрку и девятку: когда сеть сомневается, "
                "второй ответ тоже осмыслен. Softmax таких соседей не знает.",
            )
        ),
        View(
            "maps",
            Both(
                "The input and the maps of the first two layers, S2 half as large as C1",
                "Вход и карты двух первых слоёв; карты S2 вдвое меньше карт C1",
            ),
        ),
        Code((lenet_1998, loss_1998)),
        View(
            "errors",
            Both(
                "Errors on 1,000 unseen digits after twenty passes over 5,951; 95% intervals over "
                "pictures and three trainings",
                "Ошибки на 1\u00a0000 новых цифр после двадцати проходов по 5\u00a0951; "
                "95-процентные интервалы по картинкам и трём обучениям",
            ),
        ),
        Notice(
            Both(
                "As in 1998: {error:.1%} wrong; as today: {error_today:.1%}. The intervals "
                "overlap: the old parts learn digits about as well. What ReLU and max-pooling are "
                "good for shows in nets much deeper than this one.",
                "Как в 1998-м: {error:.1%} ошибок; как сегодня: {error_today:.1%}. "
                "Интервалы перекрываются: старые детали учат цифры примерно так же. Чем хороши "
                "ReLU и пулинг с максимумом, видно в сетях куда глубже этой.",
            )
        ),
        Truth(
            Both(
                "The paper reports 0.95% errors after 60,000 digits, and 0.8% with distorted "
                "copies added; here ten times fewer were shown. It learned with second "
                "derivatives, we with Adam; its ten drawings were ASCII letters, ours are drawn "
                "anew.",
                "В статье 0,95\u00a0% ошибок после 60 000 цифр и 0,8\u00a0%, когда к ним добавили "
                "искажённые копии; здесь цифр в десять раз меньше. Там учились со вторыми "
                "производными, у нас Adam; десять рисунков там — знаки ASCII, у нас они нарисованы "
                "заново.",
            ),
            source="LeCun, Bottou, Bengio, Haffner 1998, Proceedings of the IEEE 86, "
            "sections II.B and III, table I",
        ),
        Truth(
            Both(
                "The lecture calls LeNet-5 the first convolutional net. It is the one that made "
                "them known. LeCun's nets for postcodes learned convolutions by backpropagation in "
                "1989, and the neocognitron of 1980 had them without it.",
                "Лекция называет LeNet-5 первой свёрточной сетью. Она их прославила. Но уже в 1989 "
                "году сети Лекуна для почтовых индексов учили свёртки обратным распространением, а "
                "у неокогнитрона 1980 года свёртки были и без него.",
            ),
            source="LeCun et al. 1989, Neural Computation 1; Fukushima 1980",
        ),
    ),
    expected=(
        Expect("learned", 60000, Both("numbers to learn, 1998", "обучаемых чисел, 1998")),
        Expect("connections", 340908, Both("connections, 1998", "связей, 1998")),
        Expect("today", 61706, Both("numbers to learn, today", "обучаемых чисел, сегодня")),
    ),
)
