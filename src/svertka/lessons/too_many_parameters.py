"""Where a convolutional network keeps its parameters, and how pooling cuts them."""

from __future__ import annotations

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
from svertka.lessons.views import Bars, Table

NETS = {
    "none": "(conv5k3p0-relu)*5-fc{classes}",
    "pool": "(conv5k3p0-relu-pool)*4-conv5k3p0-relu-fc{classes}",
    "gap": "(conv5k3p0-relu)*5-gap-fc{classes}",
}


def cost(text: str, classes: int = 10) -> tuple[int, int]:
    """Parameters of all filters, and of the last layer, on pictures of 100x100."""
    plan = svertka.net(text, input=(1, 100, 100), classes=classes)
    last = plan.layers[-1].parameters
    return plan.parameters - last, last


def experiment(way: str = "none", classes: int = 10) -> Outcome:
    plan = svertka.net(NETS[way], input=(1, 100, 100), classes=classes)
    rows = [
        [layer.kind, "×".join(map(str, layer.output)), layer.parameters]
        for layer in plan.layers
        if layer.kind != "relu"
    ]
    last = plan.layers[-1]  # the fully connected one
    maps = [layer for layer in plan.layers if layer.kind in ("conv", "relu")][-1]
    kernels, dense = cost(NETS[way], classes)
    return Outcome(
        numbers={
            "side": maps.output[1],
            "inputs": last.input[0],
            "classes": classes,
            "kernels": kernels,
            "dense": dense,
            "share": dense / (kernels + dense),
            "heavy": HEAVY if dense > kernels else LIGHT,
        },
        views={
            "layers": Table(columns=COLUMNS, rows=rows),
            "compared": Bars(
                [TEXTS[name] for name in NETS], [sum(cost(net, classes)) for net in NETS.values()]
            ),
        },
    )


HEAVY = Both(
    "So it is not the convolutions that are heavy; it is the way from the maps to the answer.",
    "Значит, тяжелы не свёртки, а переход от карт к ответу.",
)
LIGHT = Both(
    "Here the filters are the heavier part. With the maps as they are nearly everything lies in "
    "the last layer: the way from the maps to the answer is what is heavy.",
    "Здесь больше весят фильтры. Но с картами как есть почти всё лежит в последнем слое: тяжелы не "
    "свёртки, а переход от карт к ответу.",
)
COLUMNS = (
    Both("layer", "слой"),
    Both("output", "выход"),
    Both("parameters", "параметров"),
)
TEXTS = {
    "none": Both("as it is", "как есть"),
    "pool": Both("with pooling", "с пулингом"),
    "gap": Both("with one average a map", "со средним по карте"),
}

LESSON = Lesson(
    name="too-many-parameters",
    lectures=("004",),
    minutes=5,
    title=Both("Too many parameters again?", "Опять слишком много параметров?"),
    question=Both(
        "A filter has a handful of weights. Why does the network still have hundreds of thousands?",
        "У фильтра всего горсть весов. Почему же в сети их всё равно сотни тысяч?",
    ),
    parameters=(
        Choice(
            "way",
            Both("Before the last layer", "Перед последним слоем"),
            values=("none", "pool", "gap"),
            texts=(
                Both("maps as they are", "карты как есть"),
                Both("pooling after the first four", "пулинг после первых четырёх"),
                Both("the average of each map", "среднее каждой карты"),
            ),
            default="none",
        ),
        Choice("classes", Both("Classes", "Классов"), values=(2, 10, 1000), default=10),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "The lecture's example: pictures of 100 by 100, five convolutional layers with "
                "five 3×3 filters each, no padding. Every layer takes two pixels off the side. "
                "Then flatten, and a fully connected layer for {classes} classes.",
                "Пример из лекции: картинки 100 на 100, пять свёрточных слоёв по пять фильтров "
                "3×3, без паддинга. Каждый слой отнимает от стороны два пикселя. Потом flatten и "
                "полносвязный слой; классов — {classes}.",
            )
        ),
        View("layers"),
        Notice(
            Both(
                "The maps of the last convolution are {side} by {side}. The last layer gets "
                "{inputs} numbers. All filters together have {kernels} parameters, the last "
                "layer {dense}: {share:.1%} of everything.",
                "Карты последней свёртки — {side} на {side}. Последний слой получает чисел: "
                "{inputs}. У всех фильтров вместе параметров {kernels}, у последнего слоя — "
                "{dense}: это {share:.1%} всего.",
            )
        ),
        Text(
            Both(
                "{heavy} There are two cures. Pooling halves the maps on the way, so that fewer "
                "numbers arrive. Global average pooling, `gap`, keeps a single number of every "
                "map: how strongly its pattern is there on the whole. Choose above.",
                "{heavy} Есть два средства. Пулинг "
                "по дороге уменьшает карты вдвое, и чисел доходит меньше. Глобальный усредняющий "
                "пулинг, `gap`, оставляет от каждой карты одно число: насколько сильно её паттерн "
                "представлен в целом. Выберите выше.",
            )
        ),
        View("compared", Both("Parameters of the three networks", "Параметры трёх сетей")),
        Expected(),
        Code((cost,)),
        Truth(
            Both(
                "Famous networks differ in just this. Of VGG-16's 138 million parameters, 103 "
                "million lie in the first fully connected layer. ResNet and GoogLeNet end in "
                "`gap`, an idea of 2013, and are deeper with fewer.\n\n"
                "Nor must a network with many parameters overfit: with enough pictures "
                "and the usual care large networks do well. But small ones learn faster and take "
                "less memory.",
                "Известные сети различаются как раз этим. У VGG-16 из 138 миллионов параметров "
                "103 миллиона лежат в первом полносвязном слое. ResNet и GoogLeNet заканчиваются "
                "`gap`, идеей 2013 года, — они глубже, а параметров меньше.\n\n"
                "И вовсе не обязательно, что большая сеть переобучится: если картинок хватает, а "
                "учат её с обычной осторожностью, она работает хорошо. Но маленькие учатся "
                "быстрее и занимают меньше памяти.",
            ),
            source="Lin, Chen, Yan: Network in Network, 2013, arXiv 1312.4400; Zhang et al. 2016, "
            "arXiv 1611.03530",
        ),
    ),
    expected=(
        Expect("side", 90, Both("100 − 5 · 2", "100 − 5 · 2"), at={"way": "none"}),
        Expect(
            "inputs",
            40_500,
            Both("90 · 90 · 5 numbers after flatten", "90 · 90 · 5 чисел после flatten"),
            at={"way": "none"},
        ),
        Expect("kernels", 970, Both("parameters of all filters", "параметров у всех фильтров")),
        Expect(
            "dense",
            405_010,
            Both("of the last layer: 40,500 · 10 + 10", "у последнего слоя: 40\u00a0500 · 10 + 10"),
            at={"way": "none", "classes": 10},
        ),
        Expect(
            "inputs",
            20,
            Both("numbers with pooling: 2 · 2 · 5", "чисел с пулингом: 2 · 2 · 5"),
            at={"way": "pool"},
        ),
        Expect(
            "inputs",
            5,
            Both("numbers with gap: one a map", "чисел с gap: одно на карту"),
            at={"way": "gap"},
        ),
    ),
)
