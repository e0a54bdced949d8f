"""The words of the language: one row each. Parsing, shapes and the reference read this table."""

from __future__ import annotations

from typing import NamedTuple

from svertka.grammar.kernels import KERNELS


class Word(NamedTuple):
    """A layer's word.

    ``number`` says what the number right after the word is ("" if it takes none), ``keys`` maps
    each key letter to its meaning, ``flags`` each letter that stands without a number.
    """

    kind: str
    number: str
    keys: dict[str, str]
    flags: dict[str, str]
    line: str
    default: float | None = None


_KERNEL = {"k": "kernel (k3, k1x7)", "s": "stride", "p": "padding"}

WORDS: dict[str, Word] = {
    "conv": Word(
        "conv",
        "filters",
        {**_KERNEL, "d": "dilation", "g": "groups"},
        {
            "b": "a bias even though bn comes next",
            "t": "TensorFlow's same padding: size / s rounded up, an odd pixel at the end",
        },
        "convolution: k3 s1 d1 g1; p keeps the size at stride 1; a bias unless bn comes next; "
        "bare: 32 filters, doubled after each pool",
    ),
    "deconv": Word(
        "deconv",
        "filters",
        {**_KERNEL, "d": "dilation", "g": "groups", "o": "added to the output"},
        {"b": "a bias even though bn comes next"},
        "transposed convolution: k2 s2, which doubles the size; p as small as keeps size times s",
    ),
    "maxpool": Word(
        "maxpool",
        "kernel",
        {"s": "stride", "p": "padding"},
        {"c": "ceil mode: the last, partly covered window counts"},
        "the largest number of each window: 2 by 2, the stride is the kernel, p0",
        2,
    ),
    "avgpool": Word(
        "avgpool",
        "kernel",
        {"s": "stride", "p": "padding"},
        {"c": "ceil mode: the last, partly covered window counts"},
        "the mean of each window: 2 by 2, the stride is the kernel, p0",
        2,
    ),
    "gap": Word("gap", "", {}, {}, "global average: one number a channel"),
    "flatten": Word("flatten", "", {}, {}, "all numbers in one row; implied before fc"),
    "id": Word("id", "", {}, {}, "the input itself"),
    "up": Word("up", "factor", {}, {}, "nearest-neighbour up-sampling: each number 2 by 2", 2),
    "fc": Word("fc", "neurons", {}, {}, "fully connected; bare: 128 neurons"),
    "relu": Word("relu", "", {}, {}, "max(x, 0)"),
    "relu6": Word("relu6", "", {}, {}, "min(max(x, 0), 6)"),
    "leaky": Word("leaky", "slope", {}, {}, "x, or 0.01 x below zero", 0.01),
    "tanh": Word("tanh", "", {}, {}, "hyperbolic tangent"),
    "sigmoid": Word("sigmoid", "", {}, {}, "1 / (1 + e^-x)"),
    "silu": Word("silu", "", {}, {}, "x sigmoid(x)"),
    "gelu": Word(
        "gelu", "", {}, {}, "x times the normal distribution's probability of less than x"
    ),
    "bn": Word("bn", "", {"e": "epsilon: e3 is 0.001"}, {}, "batch normalisation: e5"),
    "lrn": Word("lrn", "channels", {}, {}, "local response normalisation of AlexNet: over 5", 5),
    "drop": Word("drop", "rate", {}, {}, "dropout: zeroes this share while training: 0.5", 0.5),
    "filters": Word(
        "filters",
        "",
        {},
        {},
        "filters(vertical, blur): these fixed 3x3 kernels on every input channel, not trained",
    ),
    "hog": Word(
        "hog",
        "",
        {"c": "pixels a cell", "b": "cells a block", "o": "orientations"},
        {},
        "histograms of oriented gradients, not trained: c8 b2 o9",
    ),
    "softmax": Word(
        "softmax", "", {}, {}, "only last, the head; after anything but fc: fc{classes}"
    ),
}

ALIASES = {"pool": "maxpool", "dropout": "drop"}
OPTIONS = {"filters": tuple(KERNELS)}
DECIMAL = ("slope", "rate")
RESERVED = ("input", "classes", "channels", "net", "aux")
ACTIVATIONS = ("relu", "relu6", "leaky", "tanh", "sigmoid", "silu", "gelu")
