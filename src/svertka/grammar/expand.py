"""Tree to plain steps: definitions put in place, repeats counted, expressions made numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeAlias, TypeVar

from svertka.errors import NetTextError
from svertka.grammar.tree import (
    Aux,
    Branches,
    Call,
    Chain,
    Expression,
    Infix,
    Layer,
    Name,
    Net,
    Number,
    Optional,
    Repeat,
    Span,
    Step,
)

MOST_STEPS = 10_000
DEEPEST = 40
LARGEST = 10**9


@dataclass(slots=True, eq=False)
class Plain:
    """A layer's word with its numbers; ``size`` counts the steps that a node stands for."""

    kind: str
    count: tuple[int | float, ...]
    keys: dict[str, tuple[int, ...]]
    options: tuple[str, ...]
    span: Span
    size: int = 1


@dataclass(slots=True, eq=False)
class Group:
    """Steps in a row; ``name`` is the definition's, None for a bare group."""

    name: str | None
    items: list[Item]
    span: Span
    size: int = 1
    arguments: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True, eq=False)
class Fork:
    """Groups that see the same input."""

    sign: str
    groups: list[Group]
    span: Span
    size: int = 1


@dataclass(slots=True, eq=False)
class Side:
    """A side classifier, or with ``optional`` a step that is left out where it does not fit."""

    group: Group
    optional: bool
    span: Span
    size: int = 1


Item: TypeAlias = Plain | Group | Fork | Side
_Sized = TypeVar("_Sized", Group, Fork, Side)


class Expander:
    """Expands one net with its values; equal calls share their nodes, so repeats cost nothing."""

    def __init__(self, net: Net, given: Mapping[str, int]) -> None:
        self.text = net.source
        self.definitions = {d.name: d for d in net.definitions}
        self.globals = dict(given)
        self._calls: dict[tuple[str, tuple[int, ...]], Group] = {}
        self._open: list[str] = []
        for value in net.values:
            self.globals[value.name] = self.number(value.number, self.globals)

    def net(self, net: Net) -> Group:
        """The whole net as one group."""
        items: list[Item] = []
        for line in net.lines:
            items += self.chain(line, self.globals, 0).items
        return self._sized(Group(None, items, (0, len(self.text))), items)

    def chain(self, chain: Chain, names: Mapping[str, int], depth: int) -> Group:
        """The steps of a chain, bare groups spliced in."""
        items: list[Item] = []
        for step in chain.steps:
            made = self.step(step, names, depth + 1)
            if isinstance(made, Group) and made.name is None:
                items += made.items
            else:
                items.append(made)
        return self._sized(Group(None, items, (0, 0)), items)

    def step(self, step: Step, names: Mapping[str, int], depth: int) -> Item:
        match step:
            case Layer(kind, count, keys, options, span):
                numbers = tuple(self.number(part, names) for part in count)
                keyed = {k: tuple(self.number(part, names) for part in a) for k, a in keys}
                return Plain(kind, numbers, keyed, options, span)
            case Call():
                return self.call(step, names, depth)
            case Chain():
                return self.chain(step, names, depth)
            case Branches(sign, chains, span):
                groups = [self.chain(chain, names, depth) for chain in chains]
                return self._sized(Fork(sign, groups, span), groups)
            case Repeat(inner, times, span):
                return self.repeat(inner, times, span, names, depth)
            case Optional(inner):
                group = self.chain(Chain((inner,)), names, depth)
                return self._sized(Side(group, True, (0, 0)), [group])
            case Aux(chain, span):
                group = self.chain(chain, names, depth)
                return self._sized(Side(group, False, span), [group])

    def repeat(
        self, inner: Step, times: Expression, span: Span, names: Mapping[str, int], depth: int
    ) -> Group:
        count = self.number(times, names)
        made = self.step(inner, names, depth)
        if made.size * count > MOST_STEPS:
            self._fail(f"Repeated {count:,} times this is more than {MOST_STEPS:,} steps.", span)
        items = made.items if isinstance(made, Group) and made.name is None else [made]
        return self._sized(Group(None, items * count, span), items * count)

    def call(self, call: Call, names: Mapping[str, int], depth: int) -> Group:
        definition = self.definitions[call.name]
        wanted, given = len(definition.parameters), len(call.arguments)
        if wanted != given:
            parts = f"({', '.join(definition.parameters)})" if wanted else ""
            numbers = "1 number" if wanted == 1 else f"{wanted} numbers"
            self._fail(f"{call.name}{parts} takes {numbers}, not {given}.", call.span)
        arguments = tuple(self.number(argument, names) for argument in call.arguments)
        key = (call.name, arguments)
        if key in self._calls:
            return self._calls[key]
        if call.name in self._open:
            self._fail(f"{call.name} is defined by itself; use a repeat: {call.name}*3.", call.span)
        if depth > DEEPEST:
            self._fail(f"Definitions and brackets are nested more than {DEEPEST} deep.", call.span)
        self._open.append(call.name)
        named = tuple(zip(definition.parameters, arguments, strict=True))
        items = self.chain(definition.body, {**self.globals, **dict(named)}, depth).items
        self._open.pop()
        group = Group(call.name, items, call.span, arguments=named)
        self._calls[key] = self._sized(group, items)
        return self._calls[key]

    def number(self, expression: Expression, names: Mapping[str, int]) -> int:
        """The value of a whole-number expression; the rates of drop and leaky pass as they are."""
        match expression:
            case Number(value):
                return value  # type: ignore[return-value]
            case Name(name, span):
                if name not in names:
                    self._fail(self._no_value(name), span)
                return names[name]
            case Infix(first, rest, span):
                result = self.number(first, names)
                for sign, operand in rest:
                    result = self._apply(sign, result, self.number(operand, names), span)
                return result

    def _apply(self, sign: str, a: int, b: int, span: Span) -> int:
        if sign == "/" and (b == 0 or a % b):
            self._fail(f"{a}/{b} is not a whole number.", span)
        result = (
            a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a // b
        )
        if not 0 <= result <= LARGEST:
            self._fail(f"{a}{sign}{b} = {result:,}; a number is from 0 to {LARGEST:,}.", span)
        return result

    @staticmethod
    def _no_value(name: str) -> str:
        return (
            f"{name} has no value: give it before the net, as in '{name} = 2; conv-relu', or to "
            f"svertka net after it, {name.upper()}=2."
        )

    def _sized(self, node: _Sized, parts: Sequence[Item]) -> _Sized:
        node.size = 1 + sum(part.size for part in parts)
        if node.size > MOST_STEPS:
            self._fail(f"The net has more than {MOST_STEPS:,} steps.", node.span)
        return node

    def _fail(self, message: str, span: Span) -> NoReturn:
        raise NetTextError(message, self.text, *span)
