"""Which definitions of a net are drawn once, on a card of their own, with names for numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from svertka.export.flow import Box, Flow, Group, Join, boxes, forked, layers_of, shape_of
from svertka.export.labels import Symbols
from svertka.grammar.plan import BranchPlan, ChainPlan, LayerPlan, NodePlan, Plan, SidePlan

_LEAST_BOXES = 2
_LEAST_USES = 3
_FEW = 4  # boxes that are rather drawn again than framed
_MULTIPLES = range(2, 9)


@dataclass(frozen=True, slots=True)
class Card:
    """A definition that the overview only names."""

    title: str
    flow: Flow
    symbols: Symbols
    side: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The overview, in which groups that have a card are boxes, and the cards."""

    flow: Flow
    cards: tuple[Card, ...]
    carded: frozenset[object]


def key_of(group: Group) -> object:
    """What groups have in common that share a card."""
    return (group.chain.name, group.side, shape_of(group.flow))


def sheet(plan: Plan, flow: Flow) -> Sheet:
    """Choose the cards: what branches and is used again, what is long and used often."""
    found: dict[object, list[Group]] = {}
    _gather(flow, found)
    keys = {key for key, groups in found.items() if _deserves(groups)}
    # a definition inside one that has a card is drawn there, unless it is long and used elsewhere
    shown: dict[object, list[Group]] = {}
    _gather(flow, shown, keys)
    kept = [key for key in found if key in keys and key in shown]
    names = [key[0] for key in kept if isinstance(key, tuple)]
    uses: dict[str, list[ChainPlan]] = {}
    _chains(plan.tree.items, uses)
    cards = []
    for key in kept:
        group = shown[key][0]
        several = names.count(group.chain.name) > 1
        cards.append(_card(group, several, uses.get(str(group.chain.name), [])))
    return Sheet(flow, tuple(cards), frozenset(kept))


def _deserves(groups: list[Group]) -> bool:
    group = groups[0]
    if group.side:
        return True
    calls = len({g.chain.path for g in groups})
    if forked(group.flow):
        return calls > 1 and boxes(group.flow) >= _LEAST_BOXES
    return calls >= _LEAST_USES and boxes(group.flow) >= _LEAST_USES


def _gather(flow: Flow, found: dict[object, list[Group]], keys: set[object] | None = None) -> None:
    """The groups of a flow by their looks; a group inside one that has been met counts once."""
    for item in flow:
        if isinstance(item, Join):
            for inner in item.flows:
                _gather(inner, found, keys)
        elif isinstance(item, Group):
            key = key_of(item)
            first = key not in found
            found.setdefault(key, []).append(item)
            if first or (keys is not None and key not in keys):
                _gather(item.flow, found, keys)


def _card(group: Group, several: bool, chains: list[ChainPlan]) -> Card:
    name, names = str(group.chain.name), [name for name, _ in group.chain.arguments]
    alike = [chain for chain in chains if _kinds(chain.items) == _kinds(group.chain.items)]
    title = group.call if several else f"{name}({', '.join(names)})" if names else name
    if several or group.side:
        alike = [group.chain]
    return Card(title, group.flow, _symbols(group, alike), group.side)


def _chains(nodes: Sequence[NodePlan], found: dict[str, list[ChainPlan]]) -> None:
    for node in nodes:
        if isinstance(node, BranchPlan):
            for chain in node.chains:
                _chains(chain.items, found)
        elif not isinstance(node, LayerPlan):
            chain = node.chain if isinstance(node, SidePlan) else node
            found.setdefault(str(chain.name), []).append(chain)
            _chains(chain.items, found)


def _layers(nodes: Sequence[NodePlan]) -> list[LayerPlan]:
    found: list[LayerPlan] = []
    for node in nodes:
        if isinstance(node, LayerPlan):
            found.append(node)
        elif isinstance(node, BranchPlan):
            for chain in node.chains:
                found += _layers(chain.items)
        else:
            found += _layers((node.chain if isinstance(node, SidePlan) else node).items)
    return found


def _kinds(nodes: Sequence[NodePlan]) -> list[str]:
    return [layer.kind for layer in _layers(nodes)]


def _symbols(group: Group, chains: list[ChainPlan]) -> dict[str, dict[str, str]]:
    """What to write for the numbers of a card's layers: names where the calls differ."""
    given = {
        name: [chain.arguments[at][1] for chain in chains]
        for at, (name, _) in enumerate(group.chain.arguments)
    }
    found = _calls(group, chains, given)
    shown = {layer.path for layer in layers_of(group.flow)}
    columns = zip(*[_layers(chain.items) for chain in chains], strict=True)
    own = _layers(group.chain.items)
    for layer, column in zip(own, columns, strict=True):
        if layer.path not in shown or not layer.settings:
            continue
        told: dict[str, str] = {}
        if layer.kind in ("conv", "deconv", "fc"):
            told["filters"] = symbol([one.output[0] for one in column], given, named=True)
        for key in ("kernel", "stride"):
            if key in layer.settings:
                axes = zip(*[one.settings[key] for one in column], strict=True)
                told[key] = "×".join(symbol(list(axis), given) for axis in axes)
        if (stride := told.get("stride")) is not None:
            parts = stride.split("×")
            told["stride"] = parts[0] if len(set(parts)) == 1 else stride
        found[layer.path] = told
    return found


def _calls(
    group: Group, chains: list[ChainPlan], given: dict[str, list[int]]
) -> dict[str, dict[str, str]]:
    """How the definitions inside are called: ``block(n, n, k, 1)``."""
    found: dict[str, dict[str, str]] = {}
    columns = zip(*[_inside(chain.items) for chain in chains], strict=True)
    for own, column in zip(_inside(group.chain.items), columns, strict=True):
        arguments = zip(*[chain.arguments for chain in column], strict=True)
        told = [symbol([number for _, number in row], given, named=True) for row in arguments]
        name = str(own.name)
        found[own.path] = {"call": f"{name}({', '.join(told)})" if told else name}
    return found


def _inside(nodes: Sequence[NodePlan]) -> list[ChainPlan]:
    """All chains with a name, in order."""
    found: dict[str, list[ChainPlan]] = {}
    _chains(nodes, found)
    return sorted((c for chains in found.values() for c in chains), key=lambda c: c.path)


def symbol(values: list[int], given: dict[str, list[int]], *, named: bool = False) -> str:
    """A number that differs from call to call, by the names of the definition's numbers.

    ``named`` gives also a number that does not differ its name, if just one has it.

    >>> symbol([64, 128], {"n": [16, 32]}), symbol([3, 3], {"k": [3, 3]}), symbol([1, 5], {})
    ('4n', '3', '1…5')
    """
    if len(set(values)) == 1:
        same = [name for name, numbers in given.items() if numbers == values]
        return same[0] if named and len(same) == 1 and values[0] > 1 else str(values[0])
    for name, numbers in given.items():
        if values == numbers:
            return name
        for times in _MULTIPLES:
            if values == [times * number for number in numbers]:
                return f"{times}{name}"
            if values == [number / times for number in numbers]:
                return f"{name}/{times}"
    return f"{min(values)}…{max(values)}"


def spliced(flow: Flow, carded: frozenset[object]) -> Flow:
    """The flow with groups that need no frame put in their place: used once, without a card."""
    found: list[Box | Group | Join] = []
    for item in flow:
        if isinstance(item, Join):
            found.append(replace(item, flows=tuple(spliced(f, carded) for f in item.flows)))
        elif isinstance(item, Group) and key_of(item) not in carded:
            inner = spliced(item.flow, carded)
            if item.times > 1 and item.times * boxes(inner) > _FEW:
                found.append(replace(item, flow=inner))
            else:
                found += inner * item.times
        else:
            found.append(item)
    return tuple(found)
