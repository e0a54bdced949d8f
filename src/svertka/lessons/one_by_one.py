"""1x1 convolution: nothing of the neighbourhood, all of the depth."""

from __future__ import annotations

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
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Pictures, Table
from svertka.lessons.words import sides

MIXES = {
    "grey": (0.299, 0.587, 0.114),  # what the eye calls brightness, ITU-R BT.601
    "warm": (1.0, 0.0, -1.0),
    "red": (1.0, 0.0, 0.0),
}


def mix(maps: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    """One 1x1 filter: at every pixel the maps (C, H, W) are weighed and summed, (H, W)."""
    return np.asarray(np.tensordot(weights, maps, 1))


def experiment(filter: str = "grey") -> Outcome:
    from sklearn.datasets import load_sample_image

    photo = load_sample_image("flower.jpg")[40:360:4, 180:500:4] / 255
    maps = photo.transpose(2, 0, 1)
    mixed = mix(maps, MIXES[filter])
    plan = svertka.net("conv32k1", input=(64, 56, 56))
    layer = plan.layers[0]
    direct = svertka.net("conv256", input=(256, 56, 56))
    narrow = svertka.net("conv64k1-conv64-conv256k1", input=(256, 56, 56))
    centre = tuple(side // 2 for side in mixed.shape)
    return Outcome(
        numbers={
            "output": sides(layer.output),
            "dot": layer.multiply_adds // (32 * 56 * 56),
            "weights": layer.parameters,
            "filter": MIXES[filter],
            "pixel": maps[:, centre[0], centre[1]],
            "mixed": mixed[centre],
            "direct": direct.parameters,
            "narrow": narrow.parameters,
            "times": direct.parameters / narrow.parameters,
        },
        views={
            "maps": Pictures(
                [Picture(_bytes(one), name) for one, name in zip(maps, _COLOURS, strict=True)]
            ),
            "mixed": Pictures(
                [Picture(_bytes(photo), _PHOTO), Picture(mixed, _MIXED, signed=filter == "warm")]
            ),
            "cost": Table(
                columns=(Both("layers", "слои"), _WEIGHTS, _PRODUCTS),
                rows=[
                    ("conv256", direct.parameters, direct.multiply_adds),
                    ("conv64k1 - conv64 - conv256k1", narrow.parameters, narrow.multiply_adds),
                ],
            ),
        },
    )


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.round(255 * values).astype(np.uint8)


_COLOURS = Both("red", "красный"), Both("green", "зелёный"), Both("blue", "синий")
_PHOTO, _MIXED = (
    Both("photograph", "фотография"),
    Both("one map of the three", "одна карта из трёх"),
)
_WEIGHTS, _PRODUCTS = (
    Both("weights", "веса"),
    Both("products a picture", "произведений на картинку"),
)

LESSON = Lesson(
    name="one-by-one",
    lectures=("002", "003"),
    minutes=5,
    title=Both("A filter of one pixel", "Фильтр в один пиксель"),
    question=Both(
        "What is there to see for a filter that looks at a single pixel?",
        "Что может увидеть фильтр, который смотрит на один-единственный пиксель?",
    ),
    parameters=(
        Choice(
            "filter",
            Both("Weights of the filter", "Веса фильтра"),
            values=("grey", "red", "warm"),
            texts=(
                Both("brightness", "яркость"),
                Both("red alone", "только красный"),
                Both("red minus blue", "красный минус синий"),
            ),
            default="grey",
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "A 1×1 filter knows nothing about neighbours, but it goes through all maps: at "
                "every place it weighs the numbers of all of them and adds them up. On a colour "
                "picture that is three products a pixel.",
                "Фильтр 1×1 ничего не знает о соседях, зато проходит сквозь все карты: в каждом "
                "месте он умножает числа всех карт на свои веса и складывает. На цветной картинке "
                "это три произведения на пиксель.",
            )
        ),
        View(
            "maps", Both("Three maps: the colours of a photograph", "Три карты: цвета фотографии")
        ),
        View(
            "mixed",
            Both(
                "The weights {filter:.3}: in the middle {pixel:.2} becomes {mixed:.2}.",
                "Веса {filter:.3}: в середине из {pixel:.2} получается {mixed:.2}.",
            ),
        ),
        Notice(
            Both(
                "The brightness of a photograph is a 1×1 convolution. Red minus blue finds the "
                "warm petals, wherever they are: no neighbour was asked.",
                "Яркость фотографии — это свёртка 1×1. Разность красного и синего находит тёплые "
                "лепестки, где бы они ни были: соседей никто не спрашивал.",
            )
        ),
        Code((mix,)),
        Text(
            Both(
                "In a network there are not three maps but dozens. 32 filters of 1×1 turn 64 maps "
                "into 32, each number a sum of {dot} products; the side of 56 stays as it was.",
                "В сети карт не три, а десятки. 32 фильтра 1×1 делают из 64 карт 32, каждое число "
                "— сумма {dot} произведений; сторона 56 остаётся прежней.",
            )
        ),
        Expected(),
        Text(
            Both(
                "That is how deep networks save. Before an expensive 3×3 convolution the maps are "
                "mixed down to fewer, and after it up again: {narrow} weights in place of "
                "{direct}, {times:.1} times fewer. ResNet-50 is made of such blocks.",
                "На этом экономят глубокие сети. Перед дорогой свёрткой 3×3 карт делают меньше, а "
                "после неё — снова столько же: {narrow} весов вместо {direct}, в {times:.1} раза "
                "меньше. Из таких блоков состоит ResNet-50.",
            )
        ),
        View("cost"),
        Truth(
            Both(
                "One hears that 1×1 convolutions reduce the size of a picture. With stride 1 they "
                "change the number of maps only; height and width need a stride or pooling.",
                "Говорят, что свёртки 1×1 уменьшают размер изображения. При шаге 1 меняется только "
                "число карт; чтобы изменить высоту и ширину, нужен шаг больше или пулинг.",
            ),
            source="Lin, Chen, Yan: Network in Network, 2013, arXiv 1312.4400",
        ),
    ),
    expected=(
        Expect("output", "32×56×56", Both("64 maps of 56×56 become", "64 карты 56×56 становятся")),
        Expect("dot", 64, Both("products in one number", "произведений в одном числе")),
        Expect("weights", 2080, Both("weights: 32·64 and 32 biases", "весов: 32·64 и 32 смещения")),
        Expect("narrow", 70016, Both("weights of the narrow block", "весов у узкого блока")),
        Expect("direct", 590080, Both("weights of one 3×3 layer", "весов у одного слоя 3×3")),
    ),
)
