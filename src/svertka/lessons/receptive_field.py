"""The receptive field: which pixels a number deep in the network looks at."""

from __future__ import annotations

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
from svertka.lessons.views import Field, Table
from svertka.lessons.words import sides

# Every net of the catalogue whose layers look through windows.
NETS = (
    "lenet5", "alexnet", "alexnet_torchvision", "vgg11", "vgg11_bn", "vgg13", "vgg13_bn",
    "vgg16", "vgg16_bn", "vgg19", "vgg19_bn", "googlenet", "inception_v2", "inception_v3",
    "plain18", "plain34", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
    "preact_resnet50", "preact_resnet152", "preact_resnet200", "resnext50_32x4d",
    "resnext101_32x8d", "wide_resnet50_2", "wide_resnet101_2", "densenet121", "densenet161",
    "densenet169", "densenet201", "efficientnet_lite0", "all_convolutional", "unet",
    "autoencoder", "house_s", "house_m", "house_wide", "house_l", "house_xl", "four_eight_conv",
    "four_eight_fixed",
)  # fmt: skip


def computed(plan: Any, layer: str) -> tuple[int, ...]:
    """Pixels that a number of the layer can depend on, by the plan: height and width."""
    return tuple(plan.layer(layer).receptive_field)


def measured(plan: Any, layer: str) -> tuple[int, ...]:
    """The same, found by gradients: which pixels move a number in the middle of the layer?"""
    net = svertka.build(plan)
    found = svertka.look.window(net, layer, shape=plan.input, measured=True)
    return tuple(found.shape)


def experiment(layers: int = 2, net: str = "lenet5") -> Outcome:
    small = svertka.net("-".join(["conv4k3p0"] * layers), input=(1, 28, 28))
    last = small.layers[-1].path
    lenet = svertka.net("conv6k5-relu-pool-conv16k5p0-relu-pool", input=(1, 28, 28))
    both = {
        one.path: (computed(lenet, one.path), measured(lenet, one.path)) for one in lenet.layers
    }
    shown = svertka.net(net)
    field = shown.receptive_field or (0, 0)
    return Outcome(
        numbers={
            "layers": layers,
            "computed": sides(computed(small, last)),
            "measured": sides(measured(small, last)),
            "lenet": sides(both["pool2"][1]),
            "alike": all(theory == found for theory, found in both.values()),
            "net": net,
            "field": sides(field),
            "picture": sides(shown.input[1:]),
            "whole": all(seen >= side for seen, side in zip(field, shown.input[1:], strict=True)),
        },
        views={
            "grows": Table(
                columns=(_LAYERS, _COMPUTED),
                rows=[(str(n), sides((2 * n + 1, 2 * n + 1))) for n in range(1, layers + 1)],
            ),
            "both": Table(
                columns=(Both("layer of LeNet-5", "слой LeNet-5"), _COMPUTED, _MEASURED),
                rows=[(name, *map(sides, pair)) for name, pair in both.items()],
            ),
            "hover": Field(shown, title=Both("What a number looks at", "Куда смотрит число")),
        },
    )


_LAYERS = Both("3×3 layers", "слоёв 3×3")
_COMPUTED, _MEASURED = Both("computed", "вычислено"), Both("measured", "измерено")

LESSON = Lesson(
    name="receptive-field",
    lectures=("002", "004"),
    minutes=7,
    title=Both("What a number looks at", "Куда смотрит число"),
    question=Both(
        "A 3×3 filter sees nine pixels. How can a network made of them recognise a whole house?",
        "Фильтр 3×3 видит девять пикселей. Как сеть из таких фильтров узнаёт целый дом?",
    ),
    parameters=(
        Choice("layers", Both("3×3 layers", "Слоёв 3×3"), values=(1, 2, 3, 4, 5), default=2),
        Choice("net", Both("Network", "Сеть"), values=NETS, default="lenet5", apart=True),
    ),
    experiment=experiment,
    small=True,
    body=(
        Text(
            Both(
                "A number of the first layer looks at 3×3 pixels. A number of the second looks at "
                "3×3 numbers of the first, and these together at 5×5 pixels. This window is the "
                "receptive field of the number. Each 3×3 layer makes it two pixels wider: with "
                "{layers} of them it is {computed}.",
                "Число первого слоя смотрит на 3×3 пикселя. Число второго — на 3×3 числа первого, "
                "а все вместе они — на 5×5 пикселей. Это окно и есть рецептивное поле числа. "
                "Каждый слой 3×3 делает его на два пикселя шире: если таких слоёв {layers}, окно "
                "{computed}.",
            )
        ),
        View("grows"),
        Text(
            Both(
                "Is it true? Gradients can tell: take a number in the middle of the map and ask "
                "which pixels would move it. For {layers} layers the answer is {measured}. In "
                "LeNet-5 pooling joins in: after it every step counts double.",
                "Правда ли это? Ответят градиенты: возьмём число в середине карты и спросим, какие "
                "пиксели могут его изменить. Когда слоёв {layers}, ответ — {measured}. В "
                "LeNet-5 добавляется пулинг: после него каждый шаг считается за два.",
            )
        ),
        View("both"),
        Expected(),
        Code((computed, measured)),
        Text(
            Both(
                "Now any network. `{net}` gets pictures of {picture}, and a number of its last map "
                "looks at a window of {field}.",
                "Теперь любая сеть. `{net}` получает картинки {picture}, и число её последней "
                "карты смотрит на окно {field}.",
            )
        ),
        View(
            "hover",
            Both(
                "Choose a layer, point at its map",
                "Выберите слой и наведите указатель на его карту",
            ),
        ),
        Notice(
            Both(
                "Strides and pooling widen the window fastest. Deep networks see more than the "
                "whole picture: much of the window is padding. At the border even early numbers "
                "see zeros where others see a picture.",
                "Быстрее всего окно расширяют шаг и пулинг. Глубокие сети видят больше целой "
                "картинки: значительная часть окна — паддинг. А у края даже ранние числа видят "
                "нули там, где другие видят картинку.",
            )
        ),
        Truth(
            Both(
                "Within the window not all pixels count alike. There are many ways from the middle "
                "to the number and one from a corner, so what really counts is bell-shaped and "
                "much smaller: the effective receptive field.",
                "Внутри окна пиксели не равноправны. Из середины к числу ведёт много путей, а из "
                "угла — один, поэтому на деле важна область в форме колокола, и она намного "
                "меньше: это эффективное рецептивное поле.",
            ),
            source="Luo et al. 2016, arXiv 1701.04128; Araujo, Norris, Sim 2019",
        ),
    ),
    expected=(
        Expect(
            "computed", "5×5", Both("two 3×3 layers see", "два слоя 3×3 видят"), at={"layers": 2}
        ),
        Expect(
            "measured",
            "5×5",
            Both("and measured by gradients", "и по измерению градиентами"),
            at={"layers": 2},
        ),
        Expect(
            "measured",
            "11×11",
            Both("five 3×3 layers, measured", "пять слоёв 3×3, измерено"),
            at={"layers": 5},
        ),
        Expect("lenet", "16×16", Both("the last map of LeNet-5", "последняя карта LeNet-5")),
        Expect(
            "alike",
            True,
            Both(
                "theory and measurement agree everywhere", "вычисленное и измеренное всюду совпали"
            ),
        ),
    ),
)
