"""Paths for layers: definition's name and layer's word, numbered where there are several."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from svertka.grammar.draft import Draft
from svertka.grammar.plan import BranchPlan, ChainPlan, LayerPlan, NodePlan, SidePlan
from svertka.grammar.shape import Join, Node, Scope, SideScope

_SHORT = {"maxpool": "pool", "avgpool": "pool"}

# attributes of torch's Module, which a submodule's name must not hide
TAKEN = frozenset(
    [
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "load_state_dict",
        "logits",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "steps",
        "side_logits",
        "t_destination",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)


@dataclass
class Named:
    """The tree with paths, and its layers in order."""

    layers: list[LayerPlan]

    def scope(self, scope: Scope, path: str, side: bool) -> ChainPlan:
        """A chain that is a module of its own: names are counted afresh inside it."""
        totals: Counter[str] = Counter()
        _count(scope.nodes, totals)
        names = _Names(totals)
        prefix = f"{path}." if path else ""
        items = self._items(scope.nodes, prefix, names, side)
        return ChainPlan(items, scope.name, path, scope.arguments)

    def _items(
        self, nodes: list[Node], prefix: str, names: _Names, side: bool
    ) -> tuple[NodePlan, ...]:
        items: list[NodePlan] = []
        for node in nodes:
            if isinstance(node, Draft):
                items.append(self._layer(node, prefix, names, side))
            elif isinstance(node, Scope):
                items.append(self.scope(node, prefix + names.next(str(node.name)), side))
            elif isinstance(node, SideScope):
                items.append(SidePlan(self.scope(node.scope, prefix + names.next("aux"), True)))
            else:
                chains = tuple(
                    ChainPlan(self._items(branch.nodes, prefix, names, side))
                    for branch in node.branches
                )
                items.append(BranchPlan(chains, self._layer(node.join, prefix, names, side)))
        return tuple(items)

    def _layer(self, draft: Draft, prefix: str, names: _Names, side: bool) -> LayerPlan:
        layer = LayerPlan(
            prefix + names.next(_SHORT.get(draft.kind, draft.kind)),
            draft.word,
            draft.kind,
            draft.shape,
            draft.output,
            draft.settings,
            draft.parameters,
            draft.multiply_adds,
            draft.field,
            draft.note,
            side,
        )
        self.layers.append(layer)
        return layer


class _Names:
    """Hands out the names of one scope: ``conv1``, ``conv2``, but ``fc`` where there is one."""

    def __init__(self, totals: Counter[str]) -> None:
        self.totals = totals
        self.given: Counter[str] = Counter()
        self.used: set[str] = set()

    def next(self, base: str) -> str:
        name = base
        if self.totals[base] > 1:
            self.given[base] += 1
            name = f"{base}{'_' if base[-1].isdigit() else ''}{self.given[base]}"
        while name in self.used or name in TAKEN:
            name += "_"
        self.used.add(name)
        return name


def _count(nodes: list[Node], totals: Counter[str]) -> None:
    for node in nodes:
        if isinstance(node, Draft):
            totals[_SHORT.get(node.kind, node.kind)] += 1
        elif isinstance(node, Scope):
            totals[str(node.name)] += 1
        elif isinstance(node, SideScope):
            totals["aux"] += 1
        elif isinstance(node, Join):
            for branch in node.branches:
                _count(branch.nodes, totals)
            totals[node.join.kind] += 1
