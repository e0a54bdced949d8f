"""A plan as a drawing sees it: boxes, groups that repeat, joins; equal neighbours are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from svertka.grammar.plan import BranchPlan, ChainPlan, LayerPlan, NodePlan, Plan, SidePlan
from svertka.grammar.words import ACTIVATIONS

LIGHT = frozenset((*ACTIVATIONS, "bn", "lrn", "drop", "softmax", "flatten"))
"""Layers that are written into the box of the layer before them."""


@dataclass(frozen=True, slots=True)
class Box:
    """A layer and the light ones after it, ``times`` in a row."""

    layers: tuple[LayerPlan, ...]
    times: int = 1

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of its numbers."""
        return self.layers[-1].output

    @property
    def followers(self) -> str:
        """The light layers after the first: ``bn · relu``."""
        return " · ".join(light(layer) for layer in self.layers[1:])


def light(layer: LayerPlan) -> str:
    """A light layer in short: ``relu``, ``drop 0.5``."""
    if layer.kind in ("drop", "leaky"):
        return f"{layer.kind} {next(iter(layer.settings.values())):g}"
    return layer.kind


@dataclass(frozen=True, slots=True)
class Group:
    """A definition's layers, ``times`` in a row; ``side`` tells a side classifier."""

    chain: ChainPlan
    flow: Flow
    output: tuple[int, ...]
    times: int = 1
    side: bool = False

    @property
    def call(self) -> str:
        """As the text calls it: ``block(64)``."""
        numbers = ", ".join(str(number) for _, number in self.chain.arguments)
        return f"{self.chain.name}({numbers})" if numbers else str(self.chain.name)


@dataclass(frozen=True, slots=True)
class Join:
    """Flows that begin at one place and end in one; an empty one is a skip connection."""

    flows: tuple[Flow, ...]
    layer: LayerPlan

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of what it gives."""
        return self.layer.output


Item: TypeAlias = Box | Group | Join
Flow: TypeAlias = tuple[Item, ...]


def flow_of(plan: Plan) -> Flow:
    """The whole net.

    >>> from svertka.grammar import resolve
    >>> [(type(item).__name__, item.output) for item in flow_of(resolve("conv8-relu-pool-fc2"))]
    [('Box', (8, 28, 28)), ('Box', (8, 14, 14)), ('Box', (2,))]
    """
    return _flow(plan.tree.items, plan.input)


def _flow(nodes: Sequence[NodePlan], shape: tuple[int, ...]) -> Flow:
    found: list[Item] = []
    for node in nodes:
        if isinstance(node, LayerPlan):
            last = found[-1] if found else None
            if node.kind == "flatten" and node is not nodes[-1]:
                continue  # fc implies it
            if node.kind in LIGHT and isinstance(last, Box) and last.times == 1:
                found[-1] = Box((*last.layers, node))
            else:
                found.append(Box((node,)))
        elif isinstance(node, BranchPlan):
            flows = tuple(_flow(chain.items, shape) for chain in node.chains)
            found.append(Join(flows, node.join))
        elif isinstance(node, SidePlan):
            found.append(Group(node.chain, _flow(node.chain.items, shape), shape, side=True))
            continue
        else:
            inner = _flow(node.items, shape)
            if len(inner) == 1 and isinstance(inner[0], Box) and inner[0].times == 1:
                found.append(inner[0])
            elif inner:
                found.append(Group(node, inner, inner[-1].output))
        shape = found[-1].output if found else shape
    return folded(found)


def folded(items: Sequence[Item]) -> Flow:
    """Equal neighbours as one that is there several times."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if last is not None and not isinstance(item, Join) and look(last) == look(item):
            assert not isinstance(last, Join)
            more = replace(item, times=last.times + 1)
            found[-1] = replace(last, times=more.times) if isinstance(item, Box) else more
        else:
            found.append(item)
    return tuple(found)


def look(item: Item) -> object:
    """What two items must have in common to be drawn as one, their number aside."""
    if isinstance(item, Box):
        words = tuple(layer.word for layer in item.layers)
        return (words, item.output)
    if isinstance(item, Group):
        return (item.call, item.side, shape_of(item.flow))
    return (item.layer.kind, tuple(shape_of(flow) for flow in item.flows))


def shape_of(flow: Flow) -> object:
    """What two definitions must have in common to be drawn as one: kinds, joins, repeats."""
    return tuple(
        (tuple(layer.kind for layer in item.layers), item.times)
        if isinstance(item, Box)
        else (item.chain.name, item.times, shape_of(item.flow))
        if isinstance(item, Group)
        else (item.layer.kind, tuple(shape_of(inner) for inner in item.flows))
        for item in flow
    )


def boxes(flow: Flow) -> int:
    """How many boxes it takes to draw all of it."""
    return sum(
        1
        if isinstance(item, Box)
        else boxes(item.flow)
        if isinstance(item, Group)
        else sum(map(boxes, item.flows))
        for item in flow
    )


def forked(flow: Flow) -> bool:
    """Whether there is a join anywhere in it."""
    return any(
        isinstance(item, Join) or (isinstance(item, Group) and forked(item.flow)) for item in flow
    )


def layers_of(flow: Flow) -> list[LayerPlan]:
    """All layers of its boxes, in order."""
    found: list[LayerPlan] = []
    for item in flow:
        if isinstance(item, Box):
            found += item.layers
        elif isinstance(item, Group):
            found += layers_of(item.flow)
        else:
            for inner in item.flows:
                found += layers_of(inner)
    return found
