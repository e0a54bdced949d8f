"""Definitions of a net's text as parts of its source, with the numbers in which their calls differ.

A definition is written once: what differs between its calls becomes a parameter. A parameter of
the text keeps its name; a number that follows from one is computed from it (``4 * n``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from svertka.export.code import Fork, Items, Names, Slot, Step, Text, Value, steps_of
from svertka.grammar.parse import parse
from svertka.grammar.plan import BranchPlan, ChainPlan, LayerPlan, NodePlan, Plan, SidePlan

Steps: TypeAlias = Callable[[LayerPlan], list[Step]]
"""The steps that a layer is written as, in one framework."""

_MULTIPLES = (2, 3, 4, 5, 6, 8)
_COUNTS = ("channels", "filters", "groups")
_KEPT = ("channels", "filters", "kernel", "neurons")


@dataclass(frozen=True, slots=True)
class Part:
    """A definition in the source: its name there, what it takes, what it does."""

    name: str
    parameters: tuple[str, ...]
    items: Items
    definition: str
    side: bool = False


@dataclass(slots=True)
class _Use:
    """One call of a definition."""

    chain: ChainPlan
    items: Items
    side: bool
    maker: str = ""
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A net's source before it is written: parts, inner ones first, and the net itself."""

    parts: tuple[Part, ...]
    items: Items


def source(plan: Plan, steps: Steps, names: Names, style: Callable[[str], str]) -> Source:
    """The parts of a plan; ``style`` makes a part's name of its definition's.

    ``names`` holds what parts must not be called.
    """
    return _Maker(plan, steps, names, style).source()


@dataclass
class _Maker:
    plan: Plan
    steps: Steps
    names: Names
    style: Callable[[str], str]
    uses: dict[str, _Use] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def source(self) -> Source:
        levels: list[list[tuple[ChainPlan, bool]]] = []
        _by_height(self.plan.tree.items, levels)
        for level in levels:
            uses = [_Use(chain, self.items(chain.items), side) for chain, side in level]
            self.uses |= {use.chain.path: use for use in uses}
            self.write(uses)
        return Source(tuple(self.parts), _told(self.items(self.plan.tree.items), None))

    def items(self, nodes: Sequence[NodePlan]) -> Items:
        """A chain's items; the parts in it are written already."""
        found: list[Step | Fork] = []
        for node in nodes:
            if isinstance(node, LayerPlan):
                found += self.steps(node)
            elif isinstance(node, BranchPlan):
                chains = tuple(self.items(chain.items) for chain in node.chains)
                found.append(Fork(chains, node.join.kind, _last(node.join.path)))
            else:
                chain = node.chain if isinstance(node, SidePlan) else node
                use = self.uses[chain.path]
                found.append(Step(_last(chain.path), use.maker, use.slots, heavy=True))
        return tuple(found)

    def write(self, uses: list[_Use]) -> None:
        """One part for all uses that look alike."""
        alike: dict[tuple[str, bool, object], list[_Use]] = {}
        for use in uses:
            key = (str(use.chain.name), use.side, _shape(use.items))
            alike.setdefault(key, []).append(use)
        several = Counter(name for name, _, _ in alike)
        numbers: Counter[str] = Counter()
        for (name, _, _), these in alike.items():
            numbers[name] += 1
            wish = self.style(name) + (str(numbers[name]) if several[name] > 1 else "")
            self.parts.append(self.part(self.names.new(wish), these))

    def part(self, name: str, uses: list[_Use]) -> Part:
        known = _Known(uses, set(self.names.taken))
        columns = zip(*[[slot for step in steps_of(u.items) for slot in step.slots] for u in uses],
                      strict=True)  # fmt: skip
        told = [known.tell(column) for column in columns]
        parameters = known.parameters()
        for i, use in enumerate(uses):
            use.maker = name
            use.slots = tuple(
                Slot(known.values[parameter][i], known.roles[parameter]) for parameter in parameters
            )
        items = _told(uses[0].items, iter(told))
        side = uses[0].side
        definition = "" if side else self.definition(str(uses[0].chain.name))
        return Part(name, tuple(known.written[p] for p in parameters), items, definition, side)

    def definition(self, name: str) -> str:
        found = parse(self.plan.text).definitions
        return next((str(d) for d in found if d.name == name), name)


class _Known:
    """The parameters of a part: those of the definition, and those that turn out to be needed."""

    def __init__(self, uses: list[_Use], taken: set[str]) -> None:
        self.names = Names([*taken, "self", "nn", "torch", "keras", "layers", "x", "i", "name"])
        self.count = len(uses)
        self.values: dict[str, tuple[Value, ...]] = {}
        self.roles: dict[str, str] = {}
        self.written: dict[str, str] = {}
        self.used: set[str] = set()
        for place, (name, _) in enumerate(uses[0].chain.arguments):
            self.values[name] = tuple(use.chain.arguments[place][1] for use in uses)
            self.written[name] = self.names.new(name)
        self.own = tuple(self.values)

    def tell(self, column: Sequence[Slot]) -> Slot | None:
        """One slot for all uses; None where its default does in each."""
        if all(same((slot.value,), (slot.default,)) for slot in column):
            return None
        values, slot = tuple(slot.value for slot in column), column[0]
        return replace(slot, value=self.text(values, slot.role), default=None)

    def text(self, values: tuple[Value, ...], role: str) -> Value:
        constant = same(values, values[:1] * self.count)
        for name, known in self.values.items():
            kept = role in _KEPT and values[0] not in (0, 1)
            if same(values, known) and (kept or not constant):
                return self.use(name, role, self.written[name])
        if constant:
            return values[0]
        if (found := self.computed(values, role)) is not None:
            return found
        name = role or "value"
        while name in self.values:
            name += "_"
        self.values[name] = values
        self.written[name] = self.names.new(name)
        return self.use(name, role, self.written[name])

    def computed(self, values: tuple[Value, ...], role: str) -> Text | None:
        """A number that follows from others: ``4 * n``, ``k // 2``, ``channels + n``."""
        if not _whole(values):
            return None
        for name, known in self.values.items():
            if not _whole(known):
                continue
            numbers = [int(number) for number in known]  # type: ignore[arg-type]
            here = self.written[name]
            if role == "padding" and values == tuple(n // 2 for n in numbers):
                return self.use(name, "kernel", f"{here} // 2")
            for times in _MULTIPLES if role in _COUNTS else ():
                if values == tuple(times * n for n in numbers):
                    return self.use(name, role, f"{times} * {here}")
                if values == tuple(n / times for n in numbers):
                    return self.use(name, role, f"{here} // {times}")
            for other, more in self.values.items() if role == "channels" else ():
                if _whole(more) and values == tuple(map(sum, zip(numbers, more, strict=True))):  # type: ignore[arg-type]
                    self.use(other, role, "")
                    return self.use(name, role, f"{here} + {self.written[other]}")
        return None

    def use(self, name: str, role: str, text: str) -> Text:
        self.used.add(name)
        self.roles.setdefault(name, role)
        return Text(text)

    def parameters(self) -> tuple[str, ...]:
        """In the order of a reader: what comes in, the definition's own, the others."""
        new = [name for name in self.values if name not in self.own and name in self.used]
        own = [name for name in self.own if name in self.used]
        first = [name for name in new if self.roles[name] == "channels"]
        return (*first, *own, *(name for name in new if name not in first))


def same(a: Sequence[Value], b: Sequence[Value]) -> bool:
    """Equal values of equal types: True is not 1."""
    return all(type(x) is type(y) and x == y for x, y in zip(a, b, strict=True))


def _whole(values: Sequence[Value]) -> bool:
    return all(type(value) is int for value in values)


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _shape(items: Items) -> object:
    """What two calls of a part must have in common: steps, names, kinds of values."""
    return tuple(
        (item.name, item.maker, tuple(slot.key for slot in item.slots))
        if isinstance(item, Step)
        else (item.name, item.join, tuple(map(_shape, item.chains)))
        for item in items
    )


def _told(items: Items, told: object) -> Items:
    """The items with the slots that were found; without ``told`` each keeps its own value."""
    found: list[Step | Fork] = []
    for item in items:
        if isinstance(item, Step):
            slots = [_own(slot) if told is None else next(told) for slot in item.slots]  # type: ignore[call-overload]
            found.append(replace(item, slots=tuple(slot for slot in slots if slot is not None)))
        else:
            found.append(replace(item, chains=tuple(_told(chain, told) for chain in item.chains)))
    return tuple(found)


def _own(slot: Slot) -> Slot | None:
    return None if same((slot.value,), (slot.default,)) else slot


def _by_height(nodes: Sequence[NodePlan], levels: list[list[tuple[ChainPlan, bool]]]) -> int:
    """Sort chains that have a name by how many others they hold inside each other."""
    height = 0
    for node in nodes:
        if isinstance(node, BranchPlan):
            height = max([height, *(_by_height(chain.items, levels) for chain in node.chains)])
        elif not isinstance(node, LayerPlan):
            chain = node.chain if isinstance(node, SidePlan) else node
            own = _by_height(chain.items, levels)
            while len(levels) <= own:
                levels.append([])
            levels[own].append((chain, isinstance(node, SidePlan)))
            height = max(height, own + 1)
    return height
