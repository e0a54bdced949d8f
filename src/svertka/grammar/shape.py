"""Walk the plain steps with a shape in hand: each layer gets its output, an error its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from svertka.errors import ShapeError
from svertka.grammar import field
from svertka.grammar.draft import Draft, Flow, Setting, fail, size_of
from svertka.grammar.expand import Fork, Group, Item, Plain, Side
from svertka.grammar.layers import RULES, dense, flatten
from svertka.grammar.remedy import unlike

MOST_NUMBERS = 1_000_000_000


@dataclass(slots=True, eq=False)
class Scope:
    """Layers in a row; ``name`` is the definition's, None for those without one."""

    name: str | None
    nodes: list[Node]
    arguments: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True, eq=False)
class Join:
    """Branches, and the layer that adds or concatenates their outputs."""

    branches: list[Scope]
    join: Draft


@dataclass(slots=True, eq=False)
class SideScope:
    """A side classifier."""

    scope: Scope


Node: TypeAlias = Draft | Scope | Join | SideScope


class Shaper:
    """Shapes one net; ``notes`` gathers what was left out."""

    def __init__(self, text: str, pixels: tuple[int, ...], classes: int, strict: bool) -> None:
        self.text, self.pixels, self.classes, self.strict = text, pixels, classes, strict
        self.notes: list[str] = []

    def group(self, group: Group, flow: Flow, after: str) -> tuple[Scope, Flow]:
        """The layers of a group; ``after`` is the kind of what comes next."""
        nodes: list[Node] = []
        for item, following in zip(group.items, _followings(group.items, after), strict=True):
            if type(item) is Plain:
                flow = self.layer(item, flow, following, nodes)
            elif type(item) is Group:
                scope, flow = self.group(item, flow, following)
                nodes.append(scope)
            elif type(item) is Fork:
                join, flow = self.fork(item, flow, following)
                nodes.append(join)
            elif type(item) is Side:
                flow = self.side(item, flow, following, nodes)
        return Scope(group.name, nodes, group.arguments), flow

    def layer(self, plain: Plain, flow: Flow, after: str, nodes: list[Node]) -> Flow:
        """One word; a flatten or a head that it implies goes before it."""
        if plain.kind == "id":
            return flow
        where = Setting(self.text, self.pixels, self.classes, self.strict, after)
        head = plain.kind == "softmax" and flow.last != "fc"
        if (plain.kind == "fc" or head) and len(flow.shape) > 1:
            flow = self.put(flatten(plain, flow, where), flow, nodes)
        if head and after == "end":
            flow = self.put(dense(f"fc{self.classes}", self.classes, flow), flow, nodes)
        draft = RULES[plain.kind](plain, flow, where)
        if size_of(draft.output) > MOST_NUMBERS:
            numbers = f"{size_of(draft.output):,} numbers a picture"
            fail(where, plain.span, f"The output would be {numbers}: at most {MOST_NUMBERS:,}.")
        return self.put(draft, flow, nodes)

    @staticmethod
    def put(draft: Draft, flow: Flow, nodes: list[Node]) -> Flow:
        nodes.append(draft)
        pools = flow.pools + (draft.kind in ("maxpool", "avgpool"))
        return Flow(draft.output, draft.field, pools, draft.kind)

    def fork(self, fork: Fork, flow: Flow, following: str) -> tuple[Join, Flow]:
        """Branches that see the same input, and what joins them."""
        after = "add" if fork.sign == "+" else "concat"
        behind = "bn" if following == "bn" else after
        made = [self.group(group, flow, behind) for group in fork.groups]
        shapes = [end.shape for _, end in made]
        output = shapes[0]
        if fork.sign == "|":
            output = (sum(shape[0] for shape in shapes), *output[1:])
            agree = len({shape[1:] for shape in shapes}) == 1
        else:
            agree = len(set(shapes)) == 1
        if not agree:
            where = Setting(self.text, self.pixels, self.classes, self.strict, after)
            message = unlike(fork.sign, [(_layers(s), end.shape) for s, end in made])
            fail(where, fork.span, message)
        seen = field.union([end.field for _, end in made])
        draft = Draft(after, fork.sign, output, output, seen)
        pools = max(end.pools for _, end in made)
        return Join([scope for scope, _ in made], draft), Flow(output, seen, pools, after)

    def side(self, side: Side, flow: Flow, after: str, nodes: list[Node]) -> Flow:
        """A step that may not fit, or a side classifier that leaves the flow as it was."""
        if not side.optional:
            scope, end = self.group(Group("aux", side.group.items, side.span), flow, "aux")
            if end.shape != (self.classes,):
                where = Setting(self.text, self.pixels, self.classes, self.strict, "aux")
                fail(where, side.span, "A side classifier ends with the classes: fc{classes}.")
            nodes.append(SideScope(scope))
            return flow
        try:
            scope, end = self.group(side.group, flow, after)
        except ShapeError as error:
            self.notes.append(f"left out where it does not fit: {error.message}")
            return flow
        nodes += scope.nodes
        return end


def _followings(items: list[Item], after: str) -> list[str]:
    """For each item the kind of layer that its output enters; for the last one it is ``after``.

    Pools and joins are looked through where bn follows, as it takes away any shift of its input.
    """
    found = []
    for item in reversed(items):
        found.append(after)
        after = _entry(item, after)
    return found[::-1]


def _entry(item: Item, after: str) -> str:
    """The kind of layer that takes in what reaches ``item``; ``after`` is what comes behind it."""
    if type(item) is Plain:
        passes = item.kind == "id" or (item.kind in ("maxpool", "avgpool") and after == "bn")
        return after if passes else item.kind
    if type(item) is Group:
        for inner in reversed(item.items):
            after = _entry(inner, after)
        return after
    if type(item) is Side:
        entry = _entry(item.group, after) if item.optional else after
        return entry if entry == after else "choice"
    assert type(item) is Fork
    behind = "bn" if after == "bn" else "join"
    entries = {_entry(group, behind) for group in item.groups}
    return "bn" if entries == {"bn"} else "branches"


def _layers(scope: Scope) -> list[Draft]:
    """The layers of a branch in order, those of branches inside it left out."""
    found: list[Draft] = []
    for node in scope.nodes:
        if isinstance(node, Draft):
            found.append(node)
        elif isinstance(node, Scope):
            found += _layers(node)
        elif isinstance(node, Join):
            found.append(node.join)
    return found
