"""Activation maps of a network trained on ImageNet, layer by layer: larger things, emptier maps."""

from __future__ import annotations

from functools import lru_cache
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
from svertka.lessons.photos import photo
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Line, Lines, Pictures, Table

NET = "efficientnet_lite0"
LAYERS = (
    "relu6_1",
    "block1.relu6_1",
    "again2.block.relu6_2",
    "again4.block.relu6_2",
    "again8.block.relu6_2",
    "relu6_3",
)
SHOWN = 8  # maps of a layer
SEEN = {"first": LAYERS[0], "middle": LAYERS[2], "later": LAYERS[4], "end": LAYERS[5]}


@lru_cache
def looked(picture: str) -> Any:
    """Every layer's numbers for a photograph, and all maps of some layers."""
    return svertka.look.activations(NET, photo(picture), keep=LAYERS)


def emptiness(seen: Any) -> Any:
    """The share of near-empty maps after each ReLU, in the order of the network."""
    return np.array([share for _, share in seen.near_empty_by_depth()])


def dark_for_all(
    layer: str, pictures: tuple[str, ...] = ("cat", "photographer")
) -> tuple[int, int]:
    """How many maps of a layer are near-empty for the first picture, and for every picture."""
    dark = [set(np.flatnonzero(looked(p).layer(layer).near_empty())) for p in pictures]
    return len(dark[0]), len(set.intersection(*dark))


def experiment(picture: str = "cat") -> Outcome:
    seen = looked(picture)
    empty = emptiness(seen)
    third = len(empty) // 3
    first_dark, first_all = dark_for_all("relu6_1")
    last_dark, last_all = dark_for_all("relu6_3")
    rank = np.corrcoef(np.arange(len(empty)), empty.argsort().argsort())[0, 1]

    order = np.argsort(-seen.answer)[:5]
    odds = np.exp(seen.answer - seen.answer.max())
    return Outcome(
        numbers={
            "layers": len(empty),
            "lines": LINES[picture],
            "early": empty[:third].mean(),
            "late": empty[-third:].mean(),
            "rank": rank,
            "grows": empty[-third:].mean() > empty[third:-third].mean() > empty[:third].mean(),
            **{name: seen.layer(layer).near_empty().mean() for name, layer in SEEN.items()},
            "first_dark": first_dark,
            "first_all": first_all,
            "last_dark": last_dark,
            "last_all": last_all,
        },
        views={
            "liveliest": Pictures(
                [Picture(seen.pixels[::2, ::2]), *(_liveliest(seen, name) for name in LAYERS)]
            ),
            **{name: _some(seen.maps[layer]) for name, layer in SEEN.items()},
            "empty": Lines(
                x=np.arange(1, len(empty) + 1),
                lines=[
                    Line(PHOTOS[name], emptiness(looked(name))) for name in ("cat", "photographer")
                ],
                x_title=DEPTH,
                y_title=SHARE,
                form=".0%",
            ),
            "answer": Table(
                columns=(CLASS, PROBABILITY),
                rows=[[_said(seen.classes[k]), odds[k] / odds.sum()] for k in order],
                forms=("", ".1%"),
            ),
        },
    )


def _liveliest(seen: Any, name: str) -> Picture:
    """The map of a layer whose numbers differ most from place to place."""
    maps = seen.maps[name]
    best = maps[maps.std((1, 2)).argmax()]
    return Picture(best, TITLES[name], low=0)


def _said(name: str) -> Both | str:
    return Both(name, CLASSES[name]) if name in CLASSES else name


# The likeliest classes of the two photographs, in Russian.
CLASSES = {
    "Egyptian cat": "египетская кошка",
    "tiger cat": "тигровая кошка",
    "tabby": "полосатая кошка",
    "lynx": "рысь",
    "window screen": "оконная сетка",
    "tripod": "штатив",
    "binoculars": "бинокль",
    "harmonica": "губная гармоника",
    "microphone": "микрофон",
    "reflex camera": "зеркальный фотоаппарат",
}


def _some(maps: Any) -> Pictures:
    """Maps taken evenly, not by what they show; all on one scale."""
    few = np.linspace(0, len(maps) - 1, SHOWN).round().astype(int)
    return Pictures([Picture(maps[k], low=0, high=float(maps.max())) for k in few])


LINES = {
    "cat": Both("fur, whiskers, outlines", "шерсть, усы, контуры"),
    "photographer": Both("the tripod's legs, folds, outlines", "ножки штатива, складки, контуры"),
}
PHOTOS = {"cat": Both("the cat", "кошка"), "photographer": Both("the photographer", "фотограф")}
TITLES = {
    "relu6_1": Both("layer 1, 112×112", "слой 1, 112×112"),
    "block1.relu6_1": Both("layer 3, 112×112", "слой 3, 112×112"),
    "again2.block.relu6_2": Both("layer 10, 28×28", "слой 10, 28×28"),
    "again4.block.relu6_2": Both("layer 16, 14×14", "слой 16, 14×14"),
    "again8.block.relu6_2": Both("layer 28, 7×7", "слой 28, 7×7"),
    "relu6_3": Both("layer 33, 7×7", "слой 33, 7×7"),
}
DEPTH = Both("layer with ReLU, from the picture on", "номер слоя с ReLU, считая от картинки")
SHARE = Both("near-empty maps", "почти пустых карт")
CLASS, PROBABILITY = Both("class", "класс"), Both("probability", "вероятность")

LESSON = Lesson(
    name="deeper",
    lectures=("004",),
    minutes=7,
    stored=True,
    title=Both("Deeper: from lines to a cat", "Глубже: от линий к кошке"),
    question=Both(
        "What is left of a cat after thirty layers?",
        "Что остаётся от кошки после тридцати слоёв?",
    ),
    parameters=(
        Choice(
            "picture",
            Both("Photograph", "Фотография"),
            values=("cat", "photographer"),
            texts=tuple(PHOTOS.values()),
            default="cat",
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "This network, `efficientnet_lite0`, was trained by others on 1.28 million "
                "photographs of ImageNet. We change nothing; we only show it a picture and look "
                "at the maps on the way. First one map from each of six layers, the one with the "
                "most contrast.",
                "Эту сеть, `efficientnet_lite0`, обучили до нас на 1,28 миллиона фотографий "
                "ImageNet. Мы ничего не меняем, только показываем ей картинку и смотрим на карты "
                "по пути. Сначала по одной карте от шести слоёв — самой контрастной.",
            )
        ),
        View("liveliest"),
        Notice(
            Both(
                "The first maps are sharp and show lines: {lines}. Farther on "
                "detail goes, and places light up as a whole. At the end a map has 49 numbers: no "
                "longer what the thing looks like, only where it is.",
                "Первые карты чёткие, на них линии: {lines}. Дальше подробности "
                "уходят, и места загораются целиком. В конце на карте 49 чисел: уже не видно, как "
                "выглядит предмет, видно только, где он.",
            )
        ),
        View("answer", Both("What the network answers", "Что отвечает сеть")),
        Text(
            Both(
                "Every layer has many maps. Here are eight of each of four layers, not chosen by "
                "what they show. Black is zero.",
                "У каждого слоя карт много. Вот по восемь карт четырёх слоёв, взятых без оглядки "
                "на то, что на них. Чёрное — ноль.",
            )
        ),
        View("first", Both("Layer 1: {first:.0%} near-empty", "Слой 1: почти пустых {first:.0%}")),
        View("middle", Both("Layer 10: {middle:.0%}", "Слой 10: {middle:.0%}")),
        View("later", Both("Layer 28: {later:.0%}", "Слой 28: {later:.0%}")),
        View("end", Both("Layer 33: {end:.0%}", "Слой 33: {end:.0%}")),
        Text(
            Both(
                "How empty does it get? Call a map near-empty if nowhere it reaches a twentieth of "
                "the largest number of its layer, and count after each of the {layers} ReLUs.",
                "Насколько пусто? Назовём карту почти пустой, если она нигде не достигает "
                "двадцатой доли наибольшего числа своего слоя, и посчитаем такие карты после "
                "каждой ReLU (всего их {layers}).",
            )
        ),
        View("empty"),
        Notice(
            Both(
                "In the first third of the layers {early:.0%} of the maps are near-empty, in the "
                "last third {late:.0%}, in the very last layer {end:.0%}. Early filters look for "
                "lines, and every picture has lines. Late filters look each for something of its "
                "own, a wheel, a wing, an ear, and most of that is not here.",
                "В первой трети слоёв почти пустых карт {early:.0%}, в последней — {late:.0%}, а "
                "в самом последнем слое {end:.0%}. Первые фильтры ищут линии, а линии есть на "
                "любой картинке. Дальние ищут каждый своё — колесо, крыло, ухо, — и почти ничего "
                "из этого здесь нет.",
            )
        ),
        Code((emptiness, dark_for_all)),
        Truth(
            Both(
                "- Even the first layer has dark maps: {first_dark} of 32 for the cat. But "
                "{first_all} of them are dark for the other photograph, too: these filters have "
                "probably died in training. At the end it is different: of the {last_dark} maps "
                "that the cat leaves dark, the photographer lights up all but {last_all}.\n"
                "- The share does not grow from each layer to the next; within a block the two "
                "ReLUs differ. The trend is what counts (rank correlation {rank:.2}).\n"
                "- What a filter has learned is not always one nameable thing; many respond to "
                "several.",
                "- Тёмные карты есть и в первом слое: для кошки {first_dark} из 32. Но "
                "{first_all} из них темны и для другой фотографии: эти фильтры, похоже, умерли "
                "при обучении. В конце иначе: из тёмных для кошки карт ({last_dark}) фотограф "
                "оставляет тёмными только {last_all}.\n"
                "- Доля растёт не на каждом слое: две ReLU одного блока различаются. Важна общая "
                "тенденция (ранговая корреляция {rank:.2}).\n"
                "- Не всегда у того, что выучил фильтр, есть имя: многие отвечают на несколько "
                "разных вещей.",
            ),
            source="Zeiler, Fergus 2013, arXiv 1311.2901; Olah et al.: Zoom In, 2020, Distill",
        ),
        Expected(),
    ),
    expected=(
        Expect(
            "grows",
            True,
            Both(
                "near-empty maps grow from third to third",
                "почти пустых карт всё больше от трети к трети",
            ),
        ),
        Expect("layers", 33, Both("layers with ReLU", "слоёв с ReLU")),
        Expect(
            "end",
            0.677,
            Both("near-empty in the last layer, the cat", "почти пустых в последнем слое, кошка"),
            tolerance=0.02,
            form=".0%",
            at={"picture": "cat"},
        ),
    ),
)
