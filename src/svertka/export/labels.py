"""The words of a diagram, English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from svertka.errors import UnknownName
from svertka.export import LANGS
from svertka.export.flow import LIGHT, Box, light
from svertka.grammar import LayerPlan, Plan

Lang: TypeAlias = Literal["en", "ru"]
Symbols: TypeAlias = Mapping[str, Mapping[str, str]]
"""For a layer's path what is written in place of some of its numbers."""

_WORDS = {
    "input": ("input", "вход"),
    "stride": ("stride", "шаг"),
    "groups": ("groups:", "групп:"),
    "depthwise": ("depthwise", "поканально"),
    "dilation": ("dilation", "разрежение"),
    "average": ("global average", "среднее по карте"),
    "side": ("side classifier", "боковой классификатор"),
    "training": ("in training only", "только при обучении"),
    "parameters": ("parameters", "параметров"),
    "products": ("multiply-adds", "умножений со сложением"),
    "depth": ("layers with weights", "слоёв с весами"),
    "conv": ("convolution", "свёртка"),
    "common": ("each with", "после каждой"),
    "pool": ("pooling, scaling", "пулинг, масштаб"),
    "dense": ("fully connected", "полносвязный слой"),
    "plain": ("other layers", "прочие слои"),
    "part": ("block, drawn below", "блок, показан ниже"),
    "add": ("sum", "сумма"),
    "concat": ("concatenation by channel", "склейка по каналам"),
    "skip": ("skip connection", "сквозная связь"),
}
_SIZES = ((10**9, "B", "млрд"), (10**6, "M", "млн"), (10**3, "K", "тыс."))


def word(name: str, lang: Lang) -> str:
    """A word of the diagram."""
    return _WORDS[name][LANGS.index(lang)]


def check_lang(lang: str) -> Lang:
    """The language, if it is one of the two; raises `UnknownName`."""
    if lang == "ru":
        return "ru"
    if lang == "en":
        return "en"
    raise UnknownName("language", lang, LANGS)


def short(number: int, lang: Lang) -> str:
    """A large number in three digits.

    >>> short(11_689_512, "en"), short(11_689_512, "ru"), short(61_706, "en"), short(290, "en")
    ('11.7 M', '11,7 млн', '61.7 K', '290')
    """
    for size, english, russian in _SIZES:
        if number >= size:
            digits = f"{number / size:.3g}" if number < 999.5 * size else f"{number / size:.0f}"
            return (
                f"{digits.replace('.', ',')} {russian}" if lang == "ru" else f"{digits} {english}"
            )
    return str(number)


def shape(numbers: tuple[int, ...]) -> str:
    """``64×112×112``."""
    return "×".join(map(str, numbers))


def figures(plan: Plan, lang: Lang) -> str:
    """The line below the title: what goes in and out, and what it costs."""
    parts = [
        f"{shape(plan.input)} → {shape(plan.output)}",
        f"{short(plan.parameters, lang)} {word('parameters', lang)}",
        f"{short(plan.multiply_adds, lang)} {word('products', lang)}",
    ]
    return "   ·   ".join(parts)


def lines(box: Box, lang: Lang, symbols: Symbols, common: str) -> list[str]:
    """The lines of a box: what it is, its numbers, the light layers after it but ``common``."""
    first = box.layers[0]
    if first.kind in LIGHT:
        return [" · ".join(light(layer) for layer in box.layers)]
    rest = "" if first.kind == "conv" and box.followers == common else box.followers
    return [line for line in (title(first, symbols), detail(first, lang, symbols), rest) if line]


def title(layer: LayerPlan, symbols: Symbols) -> str:
    """The layer's word and how many numbers or maps it makes."""
    counted = {"conv": "filters", "deconv": "filters", "fc": "neurons"}
    if layer.kind in counted:
        own = symbols.get(layer.path, {})
        return f"{layer.kind} {own.get('filters', layer.output[0])}"
    return layer.kind


def detail(layer: LayerPlan, lang: Lang, symbols: Symbols) -> str:
    """A layer's window and how it moves."""
    keys: dict[str, Any] = layer.settings
    if layer.kind == "gap":
        return word("average", lang)
    if layer.kind == "filters":
        return ", ".join(keys["names"])
    if layer.kind == "up":
        return f"×{shape(tuple(dict.fromkeys(keys['factor'])))}"
    if layer.kind == "hog":
        return f"{keys['cell']}×{keys['cell']}"
    if "kernel" not in keys:
        return ""
    own = symbols.get(layer.path, {})
    told = [own.get("kernel", shape(keys["kernel"]))]
    stride = own.get("stride", _even(keys["stride"]))
    if stride != "1" and not (layer.kind in ("maxpool", "avgpool") and _square(told[0], stride)):
        told.append(f"{word('stride', lang)} {stride}")
    if keys.get("groups", 1) > 1:
        each = keys["groups"] == layer.input[0] == keys["filters"]
        told.append(word("depthwise", lang) if each else f"{word('groups', lang)} {keys['groups']}")
    if max(keys.get("dilation", (1,))) > 1:
        told.append(f"{word('dilation', lang)} {_even(keys['dilation'])}")
    return ", ".join(told)


def _square(kernel: str, stride: str) -> bool:
    """Whether windows stand side by side, as those of a pool do unless it is said."""
    return set(kernel.split("×")) == {stride}


def _even(numbers: tuple[int, ...]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else shape(numbers)
