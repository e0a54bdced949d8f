"""Shape rules of all other layers, and the table of rules."""

from __future__ import annotations

from collections.abc import Callable

from svertka.grammar import field, fixed, growing, windows
from svertka.grammar.draft import (
    Draft,
    Flow,
    Setting,
    fail,
    misuse,
    need_places,
    one,
    size_of,
    spelled,
)
from svertka.grammar.expand import Plain
from svertka.grammar.words import ACTIVATIONS, WORDS

FIRST_NEURONS = 128


def together(flow: Flow, where: Setting) -> field.Field | None:
    """The part of the picture that all places see together."""
    if flow.field is None or len(flow.shape) == 1:
        return flow.field
    sizes = zip(flow.field, where.pixels, flow.shape[1:], strict=True)
    return tuple(field.whole(axis, pixels, places) for axis, pixels, places in sizes)


def gap(plain: Plain, flow: Flow, where: Setting) -> Draft:
    need_places(plain, flow.shape, where)
    return Draft("gap", "gap", flow.shape, flow.shape[:1], together(flow, where))


def flatten(_: Plain, flow: Flow, where: Setting) -> Draft:
    output = (size_of(flow.shape),)
    return Draft("flatten", "flatten", flow.shape, output, together(flow, where))


def fc(plain: Plain, flow: Flow, where: Setting) -> Draft:
    neurons = one(plain, "count", FIRST_NEURONS, where)
    return dense(f"fc{neurons}", neurons, flow)


def dense(word: str, neurons: int, flow: Flow) -> Draft:
    """A fully connected layer on a flat row."""
    weights = flow.shape[0] * neurons
    settings = {"neurons": neurons, "bias": True}
    return Draft(
        "fc", word, flow.shape, (neurons,), flow.field, settings, weights + neurons, weights
    )


def pointwise(plain: Plain, flow: Flow, where: Setting) -> Draft:
    settings: dict[str, float] = {}
    if plain.kind == "leaky":
        slope = plain.count[0] if plain.count else WORDS["leaky"].default
        settings["slope"] = float(slope or 0)
    if plain.kind == "drop":
        rate = float(plain.count[0] if plain.count else WORDS["drop"].default or 0)
        if not 0 <= rate < 1:
            misuse(where, plain.span, f"The rate of drop is from 0 to below 1, not {rate:g}.")
        settings["rate"] = rate
    return Draft(plain.kind, spelled(plain), flow.shape, flow.shape, flow.field, settings)


def bn(plain: Plain, flow: Flow, where: Setting) -> Draft:
    power = one(plain, "e", 5, where)
    if power > 12:
        misuse(where, plain.span, "The epsilon of bn is from e1 (0.1) to e12.")
    parameters = 2 * flow.shape[0]
    settings = {"epsilon": float(f"1e-{power}")}
    return Draft("bn", spelled(plain), flow.shape, flow.shape, flow.field, settings, parameters)


def lrn(plain: Plain, flow: Flow, where: Setting) -> Draft:
    need_places(plain, flow.shape, where)
    channels = one(plain, "count", 5, where)
    settings = {"channels": channels, "alpha": 1e-4, "beta": 0.75, "k": 2.0}
    return Draft("lrn", spelled(plain), flow.shape, flow.shape, flow.field, settings)


def softmax(plain: Plain, flow: Flow, where: Setting) -> Draft:
    if where.after != "end":
        fail(where, plain.span, "softmax is the head: it stands only at the end of the net.")
    note = "the net returns logits; probabilities are made of them when predicting"
    return Draft("softmax", "softmax", flow.shape, flow.shape, flow.field, note=note)


Rule = Callable[[Plain, Flow, Setting], Draft]
RULES: dict[str, Rule] = {
    "conv": windows.conv,
    "deconv": growing.deconv,
    "maxpool": windows.pool,
    "avgpool": windows.pool,
    "up": growing.up,
    "filters": fixed.filters,
    "hog": fixed.hog,
    "gap": gap,
    "flatten": flatten,
    "fc": fc,
    "bn": bn,
    "lrn": lrn,
    "drop": pointwise,
    "softmax": softmax,
    **dict.fromkeys(ACTIVATIONS, pointwise),
}
