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


_BIAS = "a bias also where bn comes next, which has its own"

WORDS: dict[str, Word] = {
    "conv": Word(
        "conv",
        "filters",
        {
            "k": "kernel: k3, or k1x7 for each axis; 3",
            "s": "stride; 1",
            "p": "padding; (k-1)/2 rounded down: an odd k keeps the size at stride 1",
            "d": "dilation; 1",
            "g": "groups; 1",
        },
        {
            "b": _BIAS,
            "t": "TensorFlow's same padding: size / s rounded up, an odd pixel at the end",
        },
        "convolution; bare it takes 32 filters, doubled after each pool",
    ),
    "deconv": Word(
        "deconv",
        "filters",
        {
            "k": "kernel; 2",
            "s": "stride; 2",
            "p": "padding; as much as makes the size s times as large",
            "d": "dilation; 1",
            "g": "groups; 1",
            "o": "places added at the end; 0 with p",
        },
        {"b": _BIAS},
        "transposed convolution: makes the picture s times as large",
    ),
    "maxpool": Word(
        "maxpool",
        "kernel",
        {"s": "stride; the kernel", "p": "padding; 0"},
        {"c": "ceil mode: the last, partly covered window counts"},
        "the largest number of each window; 2 by 2",
        2,
    ),
    "avgpool": Word(
        "avgpool",
        "kernel",
        {"s": "stride; the kernel", "p": "padding; 0"},
        {"c": "ceil mode: the last, partly covered window counts"},
        "the mean of each window; 2 by 2",
        2,
    ),
    "gap": Word("gap", "", {}, {}, "global average: one number a channel"),
    "flatten": Word("flatten", "", {}, {}, "all numbers in one row; implied before fc"),
    "id": Word("id", "", {}, {}, "the input itself"),
    "up": Word("up", "factor", {}, {}, "nearest-neighbour up-sampling: each number 2 by 2", 2),
    "fc": Word("fc", "neurons", {}, {}, "fully connected; bare: 128 neurons"),
    "relu": Word("relu", "", {}, {}, "max(x, 0)"),
    "relu6": Word("relu6", "", {}, {}, "min(max(x, 0), 6)"),
    "leaky": Word("leaky", "slope", {}, {}, "x, and below zero 0.01 x", 0.01),
    "tanh": Word("tanh", "", {}, {}, "hyperbolic tangent"),
    "sigmoid": Word("sigmoid", "", {}, {}, "1 / (1 + e^-x)"),
    "silu": Word("silu", "", {}, {}, "x sigmoid(x)"),
    "gelu": Word(
        "gelu", "", {}, {}, "x times the normal distribution's probability of less than x"
    ),
    "bn": Word("bn", "", {"e": "epsilon: e3 is 0.001; 5"}, {}, "batch normalisation"),
    "lrn": Word("lrn", "channels", {}, {}, "AlexNet's local response normalisation; over 5", 5),
    "drop": Word("drop", "rate", {}, {}, "dropout: zeroes this share while training; 0.5", 0.5),
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
        {"c": "pixels a cell; 8", "b": "cells a block; 2", "o": "orientations; 9"},
        {},
        "histograms of oriented gradients, not trained",
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
