"""Receptive fields: counting without a computer."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from svertka.lessons.exercises.exercise import Exercise, Mistake, Stage
from svertka.lessons.exercises.mistakes import OFF_BY_ONE
from svertka.lessons.words import Both


def field(dice: Random, variant: int) -> Exercise:
    """The receptive field, layer by layer; variant 0 is the lecture's: two 3x3 see 5x5."""
    layers = [(3, 1, "conv"), (3, 1, "conv")]
    if variant:
        first = (dice.choice((3, 5, 7)), dice.choice((1, 2)), "conv")
        second = dice.choice(((2, 2, "pool"), (3, 2, "pool"), (3, 1, "conv"), (5, 1, "conv")))
        layers = [first, second, (dice.choice((3, 5, 7)), dice.choice((1, 2)), "conv")]
    seen, adds, step = [1], [], 1
    for kernel, stride, _ in layers:
        adds.append((kernel - 1) * step)
        seen.append(seen[-1] + adds[-1])
        step *= stride
    said = {
        "conv": ("convolution {k}×{k}, stride {s}", "свёртка {k}×{k}, шаг {s}"),
        "pool": ("pooling {k}×{k}, stride {s}", "пулинг {k}×{k}, шаг {s}"),
    }
    named = [[text.format(k=k, s=s) for text in said[kind]] for k, s, kind in layers]
    lists = ["; ".join(texts) for texts in zip(*named, strict=True)]
    stages = [
        Stage(
            f"layer{place}",
            Both(
                f"How many pixels wide does a number after layer {place} see?",
                f"Сколько пикселей в ширину видит одно число после слоя {place}?",
            ),
            seen[place],
            Both(
                "Each layer adds (side − 1) × the product of all strides before it.",
                "Каждый слой добавляет (сторона − 1) × произведение всех шагов до него.",
            ),
            _field_mistakes([one[:2] for one in layers[:place]], seen[place]),
            after=_wider(adds[place - 1]) if place > 1 else None,
        )
        for place in range(1, len(layers) + 1)
    ]
    return Exercise(
        "field",
        Both(
            f"Layers in order: {lists[0]}.",
            f"Слои по порядку: {lists[1]}.",
        ),
        stages,
    )


def _wider(more: int) -> Callable[[float], float]:
    """From what the layer before sees to what this one does."""
    return lambda before: before + more


def _field_mistakes(layers: list[tuple[int, int]], right: int) -> tuple[Mistake, ...]:
    kernels = [kernel for kernel, _ in layers]
    no_stride = 1 + sum(kernel - 1 for kernel in kernels)
    step, late = 1, 1
    for kernel, stride in layers:
        step *= stride
        late += (kernel - 1) * step
    return (
        Mistake(
            "forgotten-stride",
            no_stride,
            Both(
                "The strides were forgotten: after a stride of 2 neighbours are two pixels apart.",
                "Забыты шаги: после шага 2 соседние числа отстоят на два пикселя.",
            ),
        ),
        Mistake(
            "stride-too-early",
            late,
            Both(
                "A layer's own stride counts only for the layers after it.",
                "Собственный шаг слоя действует только на следующие слои.",
            ),
        ),
        Mistake(
            "sum-of-sides",
            sum(kernels),
            Both(
                "The sides were added: each layer adds its side less one.",
                "Стороны сложены, а каждый слой добавляет свою сторону без единицы.",
            ),
        ),
        Mistake(
            "last-only",
            kernels[-1],
            Both(
                "This is what the layer sees of the map before it, not of the picture.",
                "Столько слой видит на карте перед ним, а не на картинке.",
            ),
        ),
        Mistake("off-by-one", right - 1, OFF_BY_ONE),
        Mistake("off-by-one", right + 1, OFF_BY_ONE),
    )
