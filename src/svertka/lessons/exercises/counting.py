"""Sizes and weights: counting without a computer."""

from __future__ import annotations

from random import Random

from svertka.lessons.exercises.arithmetic import size
from svertka.lessons.exercises.exercise import Exercise, Mistake, Stage
from svertka.lessons.exercises.mistakes import (
    FORGOTTEN_BIAS,
    FORGOTTEN_CHANNEL,
    FORGOTTEN_PADDING,
    FORGOTTEN_STRIDE,
    OFF_BY_ONE,
    PADDING_ONCE,
)
from svertka.lessons.words import Both


def sizes(dice: Random, variant: int) -> Exercise:
    """The size of a convolution's output and of the pooling after it; 0 is the lecture's."""
    side, channels, filters, kernel, stride, padding = 32, 3, 10, 5, 1, 2
    if variant:
        kernel, padding = dice.choice(((3, 0), (3, 1), (5, 0), (5, 2), (5, 1), (7, 3)))
        stride = dice.choice((1, 2))
        right = 2 * dice.randint(6, 32)  # even, so that the pool divides it
        side = (right - 1) * stride + kernel - 2 * padding
        channels, filters = dice.choice((1, 3, 6, 16)), dice.choice((4, 6, 8, 10, 12, 20, 32))
    out = size(side, kernel, stride, padding)
    return Exercise(
        "sizes",
        Both(
            f"A picture of {_channels(channels)}, {side} by {side}, goes through {filters} filters "
            f"{kernel}×{kernel} with stride {stride} and padding {padding}, then through pooling "
            "2×2 with stride 2.",
            f"Картинка {side} на {side} (каналов: {channels}) проходит свёртку: фильтров "
            f"{filters}, размер {kernel}×{kernel}, шаг {stride}, паддинг {padding}. Затем пулинг "
            "2×2 с шагом 2.",
        ),
        (
            _side(side, kernel, stride, padding),
            _shape(channels, filters, out),
            _after_pool(filters, out),
        ),
    )


def _channels(count: int) -> str:
    return f"{count} channel{'s' if count > 1 else ''}"


def _side(side: int, kernel: int, stride: int, padding: int) -> Stage:
    out = size(side, kernel, stride, padding)
    return Stage(
        "side",
        Both("The side of the maps after the convolution.", "Сторона карт после свёртки."),
        out,
        Both(
            f"({side} + 2·{padding} − {kernel}) / {stride} + 1.",
            f"({side} + 2·{padding} − {kernel}) / {stride} + 1.",
        ),
        (
            Mistake("forgotten-stride", size(side, kernel, 1, padding), FORGOTTEN_STRIDE),
            Mistake("forgotten-padding", size(side, kernel, stride, 0), FORGOTTEN_PADDING),
            Mistake("padding-once", (side + padding - kernel) // stride + 1, PADDING_ONCE),
            Mistake("off-by-one", out - 1, OFF_BY_ONE),
            Mistake("off-by-one", out + 1, OFF_BY_ONE),
        ),
    )


def _shape(channels: int, filters: int, out: int) -> Stage:
    return Stage(
        "shape",
        Both(
            "Maps, height, width after the convolution: three numbers.",
            "Число карт, высота, ширина после свёртки: три числа.",
        ),
        [filters, out, out],
        Both("Every filter makes one map.", "Каждый фильтр даёт одну карту."),
        (
            Mistake("forgotten-channel", [channels, out, out], AS_MANY_MAPS),
            Mistake("forgotten-channel", [filters * channels, out, out], AS_MANY_MAPS),
            Mistake(
                "order",
                [out, out, filters],
                Both(
                    "The order is maps, height, width.",
                    "Порядок такой: карты, высота, ширина.",
                ),
            ),
        ),
        after=lambda side: [filters, side, side],
    )


def _after_pool(filters: int, out: int) -> Stage:
    return Stage(
        "pool",
        Both(
            "Maps, height, width after the pooling.",
            "Число карт, высота, ширина после пулинга.",
        ),
        [filters, out // 2, out // 2],
        Both("Pooling leaves the number of maps.", "Пулинг не меняет числа карт."),
        (
            Mistake("forgotten-stride", [filters, out - 1, out - 1], FORGOTTEN_STRIDE),
            Mistake(
                "maps-halved",
                [filters // 2, out // 2, out // 2],
                Both(
                    "Pooling works on each map by itself: there are as many after it.",
                    "Пулинг работает с каждой картой отдельно: их остаётся столько же.",
                ),
            ),
            Mistake("off-by-one", [filters, out // 2 - 1, out // 2 - 1], OFF_BY_ONE),
            Mistake("off-by-one", [filters, out // 2 + 1, out // 2 + 1], OFF_BY_ONE),
        ),
        after=lambda shape: [shape[0], shape[1] // 2, shape[2] // 2],
    )


AS_MANY_MAPS = Both(
    "There are as many maps as filters, whatever the channels of the input.",
    "Карт столько, сколько фильтров, сколько бы каналов ни было у входа.",
)


def parameters(dice: Random, variant: int) -> Exercise:
    """Weights of a convolution and of a fully connected layer; variant 0 is the lecture's 760."""
    channels, filters, kernel, side, neurons = 3, 10, 5, 4, 10
    if variant:
        channels, filters = dice.choice((1, 3, 6, 8, 16)), dice.choice((4, 6, 8, 10, 16, 20))
        kernel, side = dice.choice((1, 3, 5, 7)), dice.randint(2, 7)
        neurons = dice.choice((2, 5, 10, 20))
    one = kernel * kernel * channels + 1
    inputs = filters * side * side
    return Exercise(
        "parameters",
        Both(
            f"{filters} filters {kernel}×{kernel} over {_channels(channels)}, with biases; later a "
            f"fully connected layer of {neurons} neurons reads {filters} maps of {side}×{side}.",
            f"Свёртка: фильтров {filters}, размер {kernel}×{kernel}, каналов на входе {channels}, "
            f"есть смещения. Дальше полносвязный слой: нейронов {neurons}, на входе карт {filters} "
            f"размером {side}×{side}.",
        ),
        (
            _one_filter(channels, kernel, one),
            _whole_layer(filters, kernel, one),
            _dense(neurons, inputs, side),
        ),
    )


def _one_filter(channels: int, kernel: int, one: int) -> Stage:
    return Stage(
        "filter",
        Both(
            "Weights of one filter, with its bias.",
            "Весов у одного фильтра вместе со смещением.",
        ),
        one,
        Both(
            "Height × width × channels, and one bias.",
            "Высота × ширина × каналы и одно смещение.",
        ),
        (
            Mistake("forgotten-bias", one - 1, FORGOTTEN_BIAS),
            Mistake("forgotten-channel", kernel * kernel + 1, FORGOTTEN_CHANNEL),
            Mistake("forgotten-channel", kernel * kernel, FORGOTTEN_CHANNEL),
            Mistake(
                "bias-per-channel",
                one - 1 + channels,
                Both(
                    "A filter has one bias, not one for each channel.",
                    "У фильтра одно смещение, а не по одному на канал.",
                ),
            ),
        ),
    )


def _whole_layer(filters: int, kernel: int, one: int) -> Stage:
    return Stage(
        "layer",
        Both("Weights of the whole convolution.", "Весов у всей свёртки."),
        filters * one,
        Both(
            "The weights of one filter, times the filters.",
            "Веса одного фильтра, умноженные на число фильтров.",
        ),
        (
            Mistake("forgotten-bias", filters * (one - 1), FORGOTTEN_BIAS),
            Mistake(
                "one-bias",
                filters * (one - 1) + 1,
                Both("Every filter has its own bias.", "У каждого фильтра своё смещение."),
            ),
            Mistake("forgotten-channel", filters * (kernel * kernel + 1), FORGOTTEN_CHANNEL),
            Mistake("forgotten-channel", filters * kernel * kernel, FORGOTTEN_CHANNEL),
        ),
        after=lambda one: filters * one,
    )


def _dense(neurons: int, inputs: int, side: int) -> Stage:
    return Stage(
        "dense",
        Both(
            "Weights of the fully connected layer, with biases.",
            "Весов у полносвязного слоя вместе со смещениями.",
        ),
        neurons * (inputs + 1),
        Both(
            "Every neuron has a weight for each number of each map, and a bias.",
            "У каждого нейрона — вес на каждое число каждой карты и смещение.",
        ),
        (
            Mistake("forgotten-bias", neurons * inputs, FORGOTTEN_BIAS),
            Mistake(
                "one-bias",
                neurons * inputs + 1,
                Both("Every neuron has its own bias.", "У каждого нейрона своё смещение."),
            ),
            Mistake("forgotten-channel", neurons * (side * side + 1), FORGOTTEN_CHANNEL),
            Mistake("forgotten-channel", neurons * side * side, FORGOTTEN_CHANNEL),
        ),
    )
