"""Two ways to go round a layer: ResNet adds the maps, DenseNet puts them side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

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

MOST = 8


def after(blocks: int, sign: str) -> Any:
    """Six maps, so many blocks of two layers with a way round each, and one more layer."""
    return svertka.net(f"conv6-(id {sign} conv6-relu-conv6)*{blocks}-conv6", input=(3, 32, 32))


def joined(first: np.ndarray, third: np.ndarray) -> dict[str, np.ndarray]:
    """Maps (6, H, W) of two layers, in both ways."""
    return {"added": first + third, "concatenated": np.concatenate([first, third])}


def experiment(blocks: int = 1) -> Outcome:
    random = np.random.default_rng(0)
    both = joined(*random.integers(0, 10, (2, 6, 32, 32)))
    add, concat = after(blocks, "+"), after(blocks, "|")
    counts = range(1, MOST + 1)
    growth = {sign: [after(n, sign).layers[-1].input[0] for n in counts] for sign in ("+", "|")}
    resnet, densenet = svertka.net("resnet50"), svertka.net("densenet121")
    return Outcome(
        numbers={
            "added": both["added"].shape[0],
            "concatenated": both["concatenated"].shape[0],
            "add_maps": add.layers[-1].input[0],
            "concat_maps": concat.layers[-1].input[0],
            "add_weights": add.layers[-1].parameters,
            "concat_weights": concat.layers[-1].parameters,
            "blocks": blocks,
            "resnet": resnet.parameters,
            "densenet": densenet.parameters,
        },
        views={
            "maps": Lines(
                list(counts),
                [Line("ResNet, +", growth["+"]), Line("DenseNet, |", growth["|"])],
                x_title=Both("blocks", "блоки"),
                y_title=Both("maps", "карты"),
            ),
            "cost": Table(
                columns=(_HOW, _MAPS, _WEIGHTS),
                rows=[
                    (_ADDED, add.layers[-1].input[0], add.layers[-1].parameters),
                    (_CONCATENATED, concat.layers[-1].input[0], concat.layers[-1].parameters),
                ],
            ),
        },
    )


_HOW, _MAPS = (
    Both("way", "способ"),
    Both("maps the last layer gets", "карт на входе последнего слоя"),
)
_WEIGHTS = Both("its weights", "его веса")
_ADDED, _CONCATENATED = Both("added", "сложили"), Both("concatenated", "конкатенировали")

LESSON = Lesson(
    name="add-or-concatenate",
    lectures=("001",),
    minutes=5,
    title=Both("Add or concatenate", "Сложить или конкатенировать"),
    question=Both(
        "ResNet and DenseNet both let maps pass by a layer. Where do their ways part?",
        "И ResNet, и DenseNet пропускают карты в обход слоёв. Где их пути расходятся?",
    ),
    parameters=(Choice("blocks", Both("Blocks", "Блоков"), values=(1, 2, 4, 8), default=1),),
    experiment=experiment,
    body=(
        Text(
            Both(
                "The first layer gives six maps, the third six more, and the fourth shall see "
                "both. ResNet adds them, map to map: {added} maps. DenseNet puts them side by "
                "side: {concatenated}.",
                "Первый слой даёт шесть карт, третий — ещё шесть, и четвёртый должен увидеть и те "
                "и другие. ResNet складывает их попарно: карт {added}. DenseNet ставит их рядом: "
                "карт {concatenated}.",
            )
        ),
        Code((joined,)),
        View("cost"),
        View(
            "maps",
            Both("Maps after so many blocks", "Число карт в зависимости от числа блоков"),
        ),
        Notice(
            Both(
                "A sum stays as wide as it was, however deep the network. Concatenated maps grow "
                "by six with every block, and so do the weights of the layer that reads them.",
                "Сумма не становится шире, как бы глубока ни была сеть. При конкатенации каждый "
                "блок добавляет шесть карт, и растут веса слоя, который их читает.",
            )
        ),
        Expected(),
        Text(
            Both(
                "Is DenseNet then the larger one? No. Since nothing is lost, each layer needs to "
                "add only a few maps of its own, 32 in DenseNet-121. It has {densenet} weights, "
                "ResNet-50 has {resnet}.",
                "Значит, DenseNet больше? Нет. Раз ничего не теряется, каждому слою достаточно "
                "добавить немного своих карт, в DenseNet-121 их 32. Весов в ней {densenet}, а в "
                "ResNet-50 — {resnet}.",
            )
        ),
        Code((after,)),
        Truth(
            Both(
                "Where the maps are added, the layers in between only learn what is missing, the "
                "residual. To concatenate is kinder to what was there: no later layer can spoil "
                "it. It pays with memory, for all maps must be kept.",
                "При сложении слоям в обойдённом участке остаётся выучить только недостающее, "
                "остаток. Конкатенация бережнее к прежнему: поздний слой не может его испортить. "
                "Платить приходится памятью: хранить нужно все карты.",
            ),
            source="He et al. 2015, arXiv 1512.03385; Huang et al. 2016, arXiv 1608.06993",
        ),
    ),
    expected=(
        Expect("added", 6, Both("6 and 6 maps, added", "6 и 6 карт, сложили")),
        Expect(
            "concatenated", 12, Both("6 and 6 maps, concatenated", "6 и 6 карт, конкатенировали")
        ),
        Expect("add_weights", 330, Both("weights after the sum", "весов после суммы")),
        Expect(
            "concat_weights",
            654,
            Both("weights after the concatenation", "весов после конкатенации"),
            at={"blocks": 1},
        ),
        Expect(
            "concat_maps",
            54,
            Both("maps after eight blocks", "карт после восьми блоков"),
            at={"blocks": 8},
        ),
        Expect("resnet", 25_557_032, Both("weights of ResNet-50", "весов в ResNet-50")),
        Expect("densenet", 7_978_856, Both("weights of DenseNet-121", "весов в DenseNet-121")),
    ),
)
