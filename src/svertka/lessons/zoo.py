"""The zoo: a small net of each family, trained on the same pictures for as many epochs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
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
from svertka.lessons.views import Bars, Net, Scatter, Table

EPOCHS, SEEDS = 5, 3

# Each family's idea, small enough for pictures of 28x28.
NETS = {
    "LeNet-5": """conv6k5-relu-pool
conv16k5p0-relu-pool
fc120-relu-fc84-relu-fc{classes}""",
    "AlexNet": """conv24k5-bn-relu-maxpool3s2
conv64k5g2-bn-relu-maxpool3s2
conv96-bn-relu-conv96g2-bn-relu-conv64g2-bn-relu-maxpool3s2
fc256-relu-drop-fc256-relu-drop-fc{classes}""",
    "VGG": """stage(n) = [conv{n}-bn-relu]*2-pool
stage(16)-stage(32)-stage(64)
fc128-relu-drop-fc{classes}""",
    "Inception": """unit(n, k) = conv{n}k{k}-bn-relu
pooled(n) = maxpool3s1p1-unit(n, 1)
mix(n) = (unit(2*n, 1) | unit(2*n, 1)-unit(3*n, 3) | unit(n, 1)-unit(n, 5) | pooled(n))
unit(16, 3)-pool
mix(8)-mix(8)-pool
mix(12)-mix(12)
gap-fc{classes}""",
    "ResNet": """block(n) = (id + conv{n}-bn-relu-conv{n}-bn)-relu
down(n) = (conv{n}k1s2-bn + conv{n}s2-bn-relu-conv{n}-bn)-relu
conv16-bn-relu
block(16)-down(32)-down(64)
gap-fc{classes}""",
    "DenseNet": """layer = (id | bn-relu-conv32k1-bn-relu-conv8)
shrink(n) = bn-relu-conv{n}k1-avgpool
conv16-pool
layer*6-shrink(32)
layer*8-bn-relu
gap-fc{classes}""",
}

# The well-known net, its year, and what is published of the number of its weights.
PUBLISHED = {
    "LeNet-5": (
        "lenet5",
        1998,
        Both("paper: 60,000, with its own parts", "статья: 60 000, со своими деталями"),
    ),
    "AlexNet": ("alexnet", 2012, Both("paper: 60 million", "статья: 60 миллионов")),
    "VGG": ("vgg16", 2014, Both("paper: 138 million", "статья: 138 миллионов")),
    "Inception": (
        "googlenet",
        2014,
        Both(
            "paper: 12 times fewer than AlexNet; torchvision: 6,624,904 without side classifiers",
            "статья: в 12 раз меньше, чем у AlexNet; torchvision: 6 624 904 без боковых "
            "классификаторов",
        ),
    ),
    "ResNet": ("resnet50", 2015, Both("torchvision: as many", "torchvision: столько же")),
    "DenseNet": ("densenet121", 2016, Both("torchvision: as many", "torchvision: столько же")),
}


@cache
def trained(epochs: int = EPOCHS, seeds: int = SEEDS) -> list[dict[str, Any]]:
    """Accuracy of each net on 2,000 unseen pictures of clothing; minutes on two cores."""
    with TemporaryDirectory() as place:
        nets, out = list(NETS.values()), Path(place) / "zoo"
        return svertka.compare("fashion", nets, epochs=epochs, seeds=seeds, out=out).nets


def experiment(family: str = "ResNet") -> Outcome:
    found = dict(zip(NETS, trained(), strict=True))
    accuracy = {name: net["figures"]["accuracy"] for name, net in found.items()}
    value = {name: figure["value"] for name, figure in accuracy.items()}
    small = {name: svertka.net(text, input=(1, 28, 28)) for name, text in NETS.items()}
    plans = {name: svertka.net(net) for name, (net, *_) in PUBLISHED.items()}
    googlenet = plans["Inception"]
    return Outcome(
        numbers={
            "family": family,
            "best": max(value, key=lambda name: value[name]),
            "most": max(value.values()),
            "least": min(value.values()),
            "lenet": value["LeNet-5"],
            "epochs": EPOCHS,
            "seeds": SEEDS,
            **{PUBLISHED[name][0]: plan.parameters for name, plan in plans.items()},
            "googlenet_plain": googlenet.parameters - googlenet.side_parameters,
        },
        views={
            "cost": cost(small, value),
            "accuracy": Bars(
                list(NETS),
                list(value.values()),
                [figure["low"] for figure in accuracy.values()],
                [figure["high"] for figure in accuracy.values()],
                form=".1%",
            ),
            "net": Net(small[family]),
            "published": published(plans),
            "small": Table(
                columns=(_FAMILY, _LAYERS, _WEIGHTS, _PRODUCTS, _ACCURACY),
                rows=[(name, *_cost(plan), value[name]) for name, plan in small.items()],
                forms=("", "", "", "", ".1%"),
            ),
        },
    )


def published(plans: dict[str, Any]) -> Table:
    """The catalogue's nets, counted from their texts, beside what others have printed."""
    rows = []
    for name, (net, year, said) in PUBLISHED.items():
        rows.append((net, str(year), *_cost(plans[name]), said))
    return Table((_NET, _YEAR, _LAYERS, _WEIGHTS, _PRODUCTS, _SAID), rows)


def cost(plans: dict[str, Any], accuracy: dict[str, float]) -> Scatter:
    """Accuracy over the products for one picture, a point for each family."""
    return Scatter(
        [plan.multiply_adds for plan in plans.values()],
        list(accuracy.values()),
        list(plans),
        x_title=Both("products for one picture", "произведений на одну картинку"),
        y_title=_ACCURACY,
        log_x=True,
        form_y=".1%",
    )


def _cost(plan: Any) -> tuple[int, int, int]:
    return plan.depth, plan.parameters, plan.multiply_adds


_NET, _FAMILY = Both("network", "сеть"), Both("family", "семейство")
_YEAR, _LAYERS = Both("year", "год"), Both("layers", "слоёв")
_WEIGHTS, _PRODUCTS = Both("weights", "весов"), Both("products", "произведений")
_SAID = Both("published weights", "опубликовано о весах")
_ACCURACY = Both("accuracy", "точность")

LESSON = Lesson(
    name="zoo",
    lectures=("001", "002", "003"),
    minutes=10,
    title=Both("The zoo of architectures", "Зоопарк архитектур"),
    question=Both(
        "Six families, one set of pictures, equal training: does the newer one win?",
        "Шесть семейств, одни картинки, равное обучение: победит ли тот, кто новее?",
    ),
    parameters=(
        Choice(
            "family",
            Both("Network drawn below", "Какую сеть нарисовать ниже"),
            values=tuple(NETS),
            default="ResNet",
        ),
    ),
    experiment=experiment,
    stored=True,
    body=(
        Text(
            Both(
                "LeNet-5 read digits on cheques. AlexNet won ImageNet with larger layers, ReLU and "
                "dropout. VGG took 3×3 filters only, in tidy blocks. Inception looks with several "
                "filters at once and puts the maps side by side. ResNet adds what a block found to "
                "what came in; DenseNet keeps everything that came in.",
                "LeNet-5 читала цифры на чеках. AlexNet выиграла ImageNet благодаря более крупным "
                "слоям, ReLU и дропауту. VGG взяла только фильтры 3×3, аккуратными блоками. "
                "Inception смотрит несколькими фильтрами сразу и ставит карты рядом. ResNet "
                "прибавляет найденное блоком к тому, что в него вошло; DenseNet хранит всё, что "
                "вошло.",
            )
        ),
        View(
            "published",
            Both(
                "Counted from the texts in svertka's catalogue; GoogLeNet with batch norm and side "
                "classifiers, as torchvision has it",
                "Посчитано по текстам из каталога svertka; GoogLeNet — с батч-нормализацией и "
                "боковыми классификаторами, как в torchvision",
            ),
        ),
        Expected(),
        Text(
            Both(
                "They were made for photographs and days of training. Here each family is a small "
                "network with the same idea: 28×28 pieces of clothing, {epochs} times through "
                "8,500 pictures, {seeds} trainings each.",
                "Их делали для фотографий и учили днями. Здесь от каждого семейства взята "
                "маленькая сеть с той же идеей: одежда 28×28, {epochs} эпох по 8\u00a0500 "
                "картинок, обучений у каждой {seeds}.",
            )
        ),
        View("cost", Both("Up and to the left is better", "Чем выше и левее, тем лучше")),
        View(
            "accuracy",
            Both(
                "On 2,000 pictures that no network has seen, with 95% intervals",
                "На 2\u00a0000 картинок, которых сети не видели; отрезки — 95%-интервалы",
            ),
        ),
        View("small"),
        Notice(
            Both(
                "The three newest families lead, with about as many weights as LeNet-5. More work "
                "does not buy more accuracy: compare AlexNet with Inception. And where "
                "two intervals overlap widely, do not believe a ranking: other pictures could turn "
                "it over.",
                "Три самых новых семейства впереди, а весов у них примерно столько же, сколько у "
                "LeNet-5. Больше вычислений — не значит точнее: сравните AlexNet и Inception. А "
                "там, где интервалы сильно перекрываются, не верьте порядку мест: на других "
                "картинках он мог бы стать обратным.",
            )
        ),
        View(
            "net",
            Both("The small {family}, as it was trained", "Маленькая {family}, как её обучали"),
        ),
        Code((trained,)),
        Truth(
            Both(
                "AlexNet of 2012 had local response normalisation; batch norm came in 2015. The "
                "small one here has batch norm, as in the lecture. The deeper families need longer "
                "training to show what they can do: this is a race of {epochs} epochs, no more.",
                "В AlexNet 2012 года была локальная нормализация, батч-нормализация появилась в "
                "2015-м. В маленькой сети здесь — батч-нормализация, как в лекции. Более глубоким "
                "семействам нужно учиться дольше: это забег на {epochs} эпох, не больше.",
            ),
            source="Krizhevsky, Sutskever, Hinton 2012, 3.3; Ioffe, Szegedy 2015, arXiv 1502.03167",
        ),
    ),
    expected=(
        Expect(
            "lenet5",
            61_706,
            Both("weights of LeNet-5 with today's parts", "весов в LeNet-5 с нынешними деталями"),
        ),
        Expect(
            "alexnet",
            60_965_224,
            Both("of AlexNet (paper: 60 million)", "в AlexNet (статья: 60 миллионов)"),
        ),
        Expect(
            "vgg16",
            138_357_544,
            Both("of VGG-16 (paper: 138 million)", "в VGG-16 (статья: 138 миллионов)"),
        ),
        Expect(
            "googlenet_plain",
            6_624_904,
            Both(
                "of torchvision's GoogLeNet without side classifiers",
                "в GoogLeNet из torchvision без боковых классификаторов",
            ),
        ),
        Expect(
            "resnet50", 25_557_032, Both("of ResNet-50 (torchvision)", "в ResNet-50 (torchvision)")
        ),
        Expect(
            "densenet121",
            7_978_856,
            Both("of DenseNet-121 (torchvision)", "в DenseNet-121 (torchvision)"),
        ),
    ),
)
