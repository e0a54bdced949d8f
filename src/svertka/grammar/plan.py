"""The plan of a net: every layer with its shape, cost and receptive field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from svertka.grammar.field import Field
from svertka.records import Record


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One layer of a plan; ``path`` is also the module's name in the built net.

    ``input`` and ``output`` are channels, then the places along each axis; ``field`` holds the
    receptive field's size, step and offset for each axis. ``multiply_adds`` counts the products
    of convolutions and fully connected layers for one picture. ``side`` marks the layers of side
    classifiers, which only training uses.
    """

    path: str
    word: str
    kind: str
    input: tuple[int, ...]
    output: tuple[int, ...]
    settings: dict[str, Any]
    parameters: int
    multiply_adds: int
    field: Field | None
    note: str = ""
    side: bool = False

    @property
    def receptive_field(self) -> tuple[int, ...] | None:
        """The size in pixels along each axis; None where it is not one field."""
        return None if self.field is None else tuple(axis.size for axis in self.field)

    @property
    def formula(self) -> str:
        """How the output's size comes of the input's, for each axis; "" where it stays the same.

        >>> from svertka.grammar import resolve
        >>> resolve("conv10k5p2", input=(3, 32, 32)).layers[0].formula
        '(32 + 2·2 − 5)/1 + 1 = 32'
        """
        from svertka.grammar.formula import formula

        return formula(self)

    def to_dict(self) -> dict[str, Any]:
        """The layer as plain JSON types."""
        size = self.receptive_field
        return {
            "path": self.path,
            "word": self.word,
            "kind": self.kind,
            "output": list(self.output),
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "receptive_field": None if size is None else list(size),
            "field": None if self.field is None else [axis._asdict() for axis in self.field],
            "note": self.note,
            "formula": self.formula,
        }


@dataclass(frozen=True, slots=True)
class ChainPlan:
    """Layers in a row; ``name`` is that of its definition, ``path`` its module's, if it has one.

    ``arguments`` are the numbers that the definition was called with, by their names.
    """

    items: tuple[NodePlan, ...]
    name: str | None = None
    path: str = ""
    arguments: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BranchPlan:
    """Chains that see the same input; ``join`` adds or concatenates their outputs."""

    chains: tuple[ChainPlan, ...]
    join: LayerPlan


@dataclass(frozen=True, slots=True)
class SidePlan:
    """A side classifier: the flow passes by unchanged."""

    chain: ChainPlan


NodePlan: TypeAlias = LayerPlan | ChainPlan | BranchPlan | SidePlan


@dataclass(frozen=True)
class Plan(Record):
    """A net that is ready to build: what `svertka.grammar.resolve` makes of a text.

    ``input`` is channels, then places along each axis. ``activation_bytes`` is what the outputs
    of all layers take for one picture in float32. ``assumed`` tells that neither the text nor
    the call stated the input, so that the built-in digits' was taken.
    """

    text: str
    input: tuple[int, ...]
    classes: int
    layers: tuple[LayerPlan, ...]
    tree: ChainPlan = field(repr=False)
    name: str | None = None
    notes: tuple[str, ...] = ()
    assumed: bool = False

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of what the net returns for one picture."""
        last = next((layer for layer in reversed(self.layers) if not layer.side), None)
        return last.output if last else self.input

    @property
    def parameters(self) -> int:
        """All trained numbers, those of side classifiers included."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def side_parameters(self) -> int:
        """The trained numbers of side classifiers, which a trained net does not need."""
        return sum(layer.parameters for layer in self.layers if layer.side)

    @property
    def multiply_adds(self) -> int:
        """Products of one picture's way through the net, side classifiers left out."""
        return sum(layer.multiply_adds for layer in self.layers if not layer.side)

    @property
    def activation_bytes(self) -> int:
        """Bytes of all layers' outputs for one picture in float32."""
        return sum(4 * _size(layer.output) for layer in self.layers)

    @property
    def depth(self) -> int:
        """Layers with weights, convolutions and fully connected ones, on the longest way."""
        return _depth(self.tree)

    @property
    def receptive_field(self) -> tuple[int, ...] | None:
        """The field of the last layer that still has places; the whole picture if none has."""
        for layer in reversed(self.layers):
            if not layer.side and len(layer.output) > 1:
                return layer.receptive_field
        return self.input[1:]

    def layer(self, path: str) -> LayerPlan:
        """The layer at ``path``; KeyError if there is none."""
        return next(layer for layer in self.layers if layer.path == path)

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain JSON types."""
        size = self.receptive_field
        return {
            "kind": "net",
            "name": self.name,
            "text": self.text,
            "input": list(self.input),
            "classes": self.classes,
            "depth": self.depth,
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "activation_bytes": self.activation_bytes,
            "receptive_field": None if size is None else list(size),
            "output": list(self.output),
            "layers": [layer.to_dict() for layer in self.layers],
            "diagram": diagram(self.tree),
        }

    def __str__(self) -> str:
        return self.fitted(None)

    def fitted(self, width: int | None) -> str:
        """The table of all layers in lines of at most ``width``; None is no limit."""
        from svertka.grammar.table import table

        return table(self, width)


def diagram(node: NodePlan) -> dict[str, Any]:
    """The tree as plain JSON types: chains, layers, and the branches of + and |."""
    match node:
        case LayerPlan():
            return {"type": "layer", "path": node.path}
        case ChainPlan():
            items = [diagram(item) for item in node.items]
            return {"type": "chain", "name": node.name, "items": items}
        case BranchPlan():
            items = [diagram(chain) for chain in node.chains]
            return {"type": node.join.kind, "path": node.join.path, "items": items}
        case SidePlan():
            return {"type": "side", "items": [diagram(node.chain)]}


def _depth(node: NodePlan) -> int:
    match node:
        case LayerPlan():
            return int(node.kind in ("conv", "deconv", "fc"))
        case ChainPlan():
            return sum(_depth(item) for item in node.items)
        case BranchPlan():
            return max(_depth(chain) for chain in node.chains)
        case SidePlan():
            return 0


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for number in shape:
        size *= number
    return size
