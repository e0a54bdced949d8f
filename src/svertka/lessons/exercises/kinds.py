"""All kinds of exercises by name, and a variant of each."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from svertka.errors import UnknownName
from svertka.lessons.exercises.byhand import convolution, pooling
from svertka.lessons.exercises.counting import parameters, sizes
from svertka.lessons.exercises.exercise import Exercise
from svertka.lessons.exercises.fields import field
from svertka.lessons.exercises.graphs import gradient
from svertka.lessons.exercises.mixing import one_by_one
from svertka.lessons.exercises.networks import broken
from svertka.lessons.words import Both

KINDS: dict[str, Callable[[Random, int], Exercise]] = {
    "convolution": convolution,
    "sizes": sizes,
    "parameters": parameters,
    "field": field,
    "pooling": pooling,
    "one-by-one": one_by_one,
    "gradient": gradient,
    "mistake": broken,
}
TITLES = {
    "convolution": Both("Convolution by hand", "Свёртка вручную"),
    "sizes": Both("Sizes", "Размеры"),
    "parameters": Both("Numbers of weights", "Число весов"),
    "field": Both("Receptive field", "Рецептивное поле"),
    "pooling": Both("Pooling", "Пулинг"),
    "one-by-one": Both("1×1 convolution", "Свёртка 1×1"),
    "gradient": Both("Gradients on a graph", "Градиенты на графе"),
    "mistake": Both("Find the mistake", "Найдите ошибку"),
}


def exercise(kind: str, variant: int = 0, seed: int = 0) -> Exercise:
    """A variant of a kind of exercise: the same for the same seed, everywhere; 0 is the lecture's.

    >>> exercise("convolution").stages[-1].answer
    3
    """
    if kind not in KINDS:
        raise UnknownName("kind of exercise", kind, KINDS)
    return KINDS[kind](Random(f"{seed}/{kind}/{variant}"), variant)
