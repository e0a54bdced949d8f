"""What a net's source is made of, whatever the framework: steps, forks, and calls with slots."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 88


class Text(str):
    """An expression of the source, to be written as it stands."""

    __slots__ = ()


Value: TypeAlias = int | float | bool | str | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a call. ``role`` says what it may be computed from; without ``key`` it is
    positional; it is not written where it equals ``default``."""

    value: Value
    role: str = ""
    key: str = ""
    default: Value = None


@dataclass(frozen=True, slots=True)
class Step:
    """A layer or part in its place: its ``name`` there, what makes it, and with which values.

    ``heavy`` marks what deserves a line of its own; ``input`` is how many numbers enter, for
    frameworks that must be told.
    """

    name: str
    maker: str
    slots: tuple[Slot, ...] = ()
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Fork:
    """Chains that see the same input; ``join`` is add or concat."""

    chains: tuple[Items, ...]
    join: str
    name: str


Items: TypeAlias = tuple["Step | Fork", ...]


def steps_of(items: Items) -> Iterator[Step]:
    """All steps in the order of the text, those of branches included."""
    for item in items:
        if isinstance(item, Step):
            yield item
        else:
            for chain in item.chains:
                yield from steps_of(chain)


def written(value: Value) -> str:
    """A value as Python writes it.

    >>> written((1, 7)), written(Text("2 * n")), written("a")
    ('(1, 7)', '2 * n', "'a'")
    """
    return str(value) if isinstance(value, Text) else repr(value)


def arguments(slots: Sequence[Slot]) -> list[str]:
    """The arguments of a call; a value that is its default is left out."""
    return [
        f"{slot.key}={written(slot.value)}" if slot.key else written(slot.value) for slot in slots
    ]


def call_lines(head: str, given: Sequence[str], tail: str, indent: int) -> list[str]:
    """``head(given, ...)tail`` in lines of at most `WIDTH` where that can be.

    >>> call_lines("x = f", ["1", "two=2"], "", 4)
    ['    x = f(1, two=2)']
    """
    space = " " * indent
    line = f"{space}{head}({', '.join(given)}){tail}"
    if len(line) <= WIDTH or not given:
        return [line]
    inner = f"{space}    {', '.join(given)}"
    if len(inner) <= WIDTH:
        return [f"{space}{head}(", inner, f"{space}){tail}"]
    return [f"{space}{head}(", *(f"{space}    {part}," for part in given), f"{space}){tail}"]


def plain_name(name: str) -> bool:
    """Whether a name may stand in source as it is: Python changes some letters, and has words."""
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and unicodedata.normalize("NFKC", name) == name
    )


class Names:
    """Hands out names that are free: a taken one gets a line below it, or a number."""

    def __init__(self, taken: Sequence[str] = ()) -> None:
        self.taken = set(taken)

    def new(self, wish: str) -> str:
        """A free name like ``wish``.

        >>> names = Names(["x"])
        >>> names.new("x"), names.new("if"), names.new("n")
        ('x_', 'if_', 'n')
        """
        name = unicodedata.normalize("NFKC", wish)
        while name in self.taken or not plain_name(name):
            name += "_"
        self.taken.add(name)
        return name


def camel(name: str) -> str:
    """The name of a class.

    >>> camel("dense_block"), camel("resnet18")
    ('DenseBlock', 'Resnet18')
    """
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) or "Net"


def square(numbers: tuple[int, ...]) -> Value:
    """One number for all axes where they are alike."""
    return numbers[0] if len(set(numbers)) == 1 else numbers


def comments(text: str) -> list[str]:
    """A text as comments, one to each of its lines; signs that source cannot hold are left out."""
    lines = ["".join(sign for sign in line if sign.isprintable()) for line in text.splitlines()]
    return [f"# {line.removeprefix('# ').rstrip()}".rstrip() for line in lines]


def document(text: str) -> list[str]:
    """The lines of a docstring."""
    line = f'    """{text}"""'
    if len(line) <= WIDTH:
        return [line]
    lines = ['    """']
    while text:
        cut = len(text)
        if cut > WIDTH - 8:
            cut = max(text.rfind(sign, 40, WIDTH - 8) for sign in " -|+") + 1 or cut
        lines.append(f"    {'    ' if len(lines) > 1 else ''}{text[:cut].rstrip()}")
        text = text[cut:].lstrip()
    return [*lines, '    """']


def letter(number: int) -> str:
    """The name of a branch's variable.

    >>> letter(0), letter(9)
    ('a', 'a2')
    """
    return "abcdefgh"[number] if number < 8 else f"a{number - 7}"
