"""What the shape rules pass on: the state of the flow, and a layer whose path is not yet known."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple, NoReturn, TypeAlias

from svertka.errors import NetTextError, ShapeError
from svertka.grammar.expand import Plain
from svertka.grammar.field import Field
from svertka.grammar.tree import Span

Shape: TypeAlias = tuple[int, ...]
"""Channels, then the places along each axis; a flat row of numbers has channels only."""


def times(numbers: Shape) -> str:
    """``(3, 32, 32)`` as ``3x32x32``."""
    return "x".join(map(str, numbers))


class Flow(NamedTuple):
    """What reaches a layer: shape, field, how many pools it passed, the kind before."""

    shape: Shape
    field: Field | None
    pools: int = 0
    last: str = ""


@dataclass(slots=True, eq=False)
class Draft:
    """A layer with its shape; the path is set when the whole net is known."""

    kind: str
    word: str
    shape: Shape
    output: Shape
    field: Field | None
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    parameters: int = 0
    multiply_adds: int = 0
    note: str = ""
    path: str = ""
    side: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a layer stands: the text for errors, the picture's size, the kind that comes next."""

    text: str
    pixels: Shape
    classes: int
    strict: bool
    after: str


def fail(where: Setting, span: Span, message: str) -> NoReturn:
    """The layer does not fit what reaches it."""
    raise ShapeError(message, where.text, *span)


def misuse(where: Setting, span: Span, message: str) -> NoReturn:
    """The layer is written wrongly, whatever reaches it."""
    raise NetTextError(message, where.text, *span)


def need_places(plain: Plain, shape: Shape, where: Setting) -> int:
    """The number of axes of a picture; an error if what reaches the layer is a flat row."""
    if len(shape) == 1:
        message = (
            f"{plain.kind} needs a picture, but a flat row of {shape[0]:,} numbers reaches it. "
            "Put it before flatten, gap and fc."
        )
        fail(where, plain.span, message)
    return len(shape) - 1


def per_axis(plain: Plain, key: str, default: int, rank: int, where: Setting) -> Shape:
    """A keyed number (``count`` for the one right after the word), one for each axis."""
    given = plain.count if key == "count" else plain.keys.get(key, ())
    numbers = tuple(int(number) for number in given) or (default,)
    if len(numbers) == 1:
        return numbers * rank
    if len(numbers) != rank:
        message = f"{times(numbers)} gives {len(numbers)} numbers; the input has {rank} axes."
        fail(where, plain.span, message)
    return numbers


def one(plain: Plain, key: str, default: int, where: Setting) -> int:
    """A count or keyed number that is the same for all axes and at least 1."""
    given = plain.count if key == "count" else plain.keys.get(key, ())
    if len(given) > 1:
        misuse(where, plain.span, f"{plain.kind} takes one number here, not {times(tuple(given))}.")  # type: ignore[arg-type]
    number = int(given[0]) if given else default
    if number < 1:
        misuse(where, plain.span, f"{plain.kind} needs at least 1, not {number}.")
    return number


def spelled(plain: Plain) -> str:
    """The word with its numbers filled in: ``conv64k7s2``."""
    keys = "".join(key + "x".join(map(str, numbers)) for key, numbers in plain.keys.items())
    options = f"({','.join(plain.options)})" if plain.options else ""
    return f"{plain.kind}{'x'.join(map(str, plain.count))}{keys}{options}"


def size_of(shape: Shape) -> int:
    """How many numbers a shape holds."""
    return prod(shape)
