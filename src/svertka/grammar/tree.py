"""The frozen tree of a network's text; ``str`` of any node is its text again.

    Net ── lines of ── Chain ── of steps ──┬─ Layer      conv64k7s2
                                           ├─ Call       block(64)
                                           ├─ Chain      [a - b]
                                           ├─ Branches   (a + b), (a | b)
                                           ├─ Repeat     a*3
                                           ├─ Optional   a?
                                           └─ Aux        aux(a - b)

Places in the text (``span``) are kept for error messages and do not count in comparisons.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number written out; decimals only where a rate stands."""

    value: int | float

    def __str__(self) -> str:
        if isinstance(self.value, int):
            return str(self.value)
        return f"{self.value:.7f}".rstrip("0").replace(".", ".0", self.value == int(self.value))


@dataclass(frozen=True, slots=True)
class Name:
    """A name whose value comes from a definition's parameter, the text or the call."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Infix:
    """``first`` followed by (sign, operand) pairs of one rank: ``+ -`` or ``* /``."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        product = self.rest[0][0] in "*/"
        parts = [self._operand(self.first, product)]
        for sign, operand in self.rest:
            parts += [sign, self._operand(operand, product)]
        return "".join(parts)

    @staticmethod
    def _operand(operand: Expression, product: bool) -> str:
        if not isinstance(operand, Infix):
            return str(operand)
        # a product inside a sum needs no brackets; all else was written with them
        inner_product = operand.rest[0][0] in "*/"
        return str(operand) if inner_product and not product else f"({operand})"


Expression: TypeAlias = Number | Name | Infix
Amount: TypeAlias = tuple[Expression, ...]
"""One number, or one for each axis: ``3`` or ``1x7``."""


def _amount(amount: Amount) -> str:
    return "x".join(str(p) if isinstance(p, Number) else f"{{{p}}}" for p in amount)


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer's word: its count and keyed numbers as written (none is filled in here)."""

    kind: str
    count: Amount = ()
    keys: tuple[tuple[str, Amount], ...] = ()
    options: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        keys = "".join(key + _amount(amount) for key, amount in self.keys)
        options = f"({', '.join(self.options)})" if self.options else ""
        return f"{self.kind}{_amount(self.count)}{keys}{options}"


@dataclass(frozen=True, slots=True)
class Call:
    """A definition put in its place."""

    name: str
    arguments: tuple[Expression, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return (
            f"{self.name}({', '.join(map(str, self.arguments))})" if self.arguments else self.name
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps one after another."""

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "-".join(_step(step) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Branches:
    """Chains that see the same input; ``+`` adds their outputs, ``|`` concatenates them."""

    sign: str
    chains: tuple[Chain, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"({f' {self.sign} '.join(map(str, self.chains))})"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A step ``times`` over, each time with fresh weights."""

    step: Step
    times: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        times = f"{{{self.times}}}" if isinstance(self.times, Infix) else str(self.times)
        return f"{_step(self.step)}*{times}"


@dataclass(frozen=True, slots=True)
class Optional:
    """A step that is left out where it does not fit."""

    step: Step

    def __str__(self) -> str:
        return f"{_step(self.step)}?"


@dataclass(frozen=True, slots=True)
class Aux:
    """A side classifier, used in training only; what comes after it sees what it saw."""

    chain: Chain
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        return f"aux({self.chain})"


Step: TypeAlias = Layer | Call | Chain | Branches | Repeat | Optional | Aux


def _step(step: Step) -> str:
    return f"[{step}]" if isinstance(step, Chain) else str(step)


@dataclass(frozen=True, slots=True)
class Definition:
    """A named chain, with parameters."""

    name: str
    parameters: tuple[str, ...]
    body: Chain
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        parameters = f"({', '.join(self.parameters)})" if self.parameters else ""
        return f"{self.name}{parameters} = {self.body}"


@dataclass(frozen=True, slots=True)
class Value:
    """A named number: ``n = 2``."""

    name: str
    number: Expression
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        number = f"{{{self.number}}}" if not isinstance(self.number, Number) else self.number
        return f"{self.name} = {number}"


@dataclass(frozen=True, slots=True)
class Net:
    """A whole text; ``input`` is channels, then places along each axis; None is not stated.

    >>> from svertka.grammar import parse
    >>> net = parse("CONV8 , fc{2*N}   # comments are dropped")
    >>> str(net)
    'conv8-fc{2*n}'
    >>> parse(str(net)) == net
    True
    """

    lines: tuple[Chain, ...]
    definitions: tuple[Definition, ...] = ()
    values: tuple[Value, ...] = ()
    input: tuple[int, ...] | None = None
    classes: int | None = None
    name: str | None = None
    source: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        head = [] if self.name is None else [f"net {self.name}"]
        head += [] if self.input is None else [f"input {'x'.join(map(str, self.input))}"]
        head += [] if self.classes is None else [f"classes {self.classes}"]
        return "\n".join([*head, *map(str, (*self.values, *self.definitions, *self.lines))])

    def with_values(self, values: dict[str, int]) -> Net:
        """The same net with these names given; a value that the text states is replaced."""
        kept = tuple(v for v in self.values if v.name not in values)
        given = tuple(Value(name, Number(number)) for name, number in values.items())
        name = self.name if len(kept) == len(self.values) else None
        return replace(self, values=given + kept, name=name)
