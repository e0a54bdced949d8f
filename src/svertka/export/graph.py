"""A plan as nodes, edges and frames, for languages that draw graphs by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from svertka.export import labels
from svertka.export.flow import LIGHT, Box, Flow, Group, Join, flow_of
from svertka.export.labels import Lang
from svertka.grammar import Plan

KINDS = {
    "conv": "conv",
    "deconv": "conv",
    "filters": "conv",
    "hog": "conv",
    "maxpool": "pool",
    "avgpool": "pool",
    "gap": "pool",
    "up": "pool",
    "fc": "dense",
}
"""The colour of a layer's box; others are plain."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box of lines, or a join; ``cluster`` is the frame that it stands in."""

    lines: tuple[str, ...]
    kind: str
    cluster: int | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A frame: a definition, and how often it stands there."""

    title: str
    inside: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """From node to node, by their places; ``side`` leads to a side classifier."""

    start: int
    stop: int
    side: bool = False


@dataclass(slots=True)
class Graph:
    """Everything that is drawn."""

    nodes: list[Node] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


def graph_of(plan: Plan, lang: Lang) -> Graph:
    """The whole net, from its input on.

    >>> from svertka.grammar import resolve
    >>> graph = graph_of(resolve("[(id + conv8-relu-conv8)-relu]*3", input=(8, 4, 4)), "en")
    >>> len(graph.nodes), len(graph.edges)
    (13, 15)
    """
    graph = Graph()
    graph.nodes.append(Node((labels.word("input", lang), labels.shape(plan.input)), "input", None))
    _flow(graph, flow_of(plan), 0, None, lang)
    return graph


def _flow(graph: Graph, flow: Flow, last: int, cluster: int | None, lang: Lang) -> int:
    """Draw a flow that begins at node ``last``; the node where it ends."""
    for item in flow:
        if isinstance(item, Box):
            lines = labels.lines(item, lang, {}, "")
            if item.times > 1:
                lines[0] += f" (×{item.times})"
            if item.layers[0].kind not in LIGHT:
                lines.append(labels.shape(item.output))
            kind = KINDS.get(item.layers[0].kind, "plain")
            last = _node(graph, Node(tuple(lines), kind, cluster), [last])
        elif isinstance(item, Group):
            title = item.call if item.times == 1 else f"{item.call} ×{item.times}"
            if item.side:
                title = labels.word("side", lang)
            graph.clusters.append(Cluster(title, cluster))
            edges = len(graph.edges)
            end = _flow(graph, item.flow, last, len(graph.clusters) - 1, lang)
            if item.side and len(graph.edges) > edges:
                first = graph.edges[edges]
                graph.edges[edges] = Edge(first.start, first.stop, side=True)
            last = last if item.side else end
        else:
            last = _join(graph, item, last, cluster, lang)
    return last


def _join(graph: Graph, item: Join, last: int, cluster: int | None, lang: Lang) -> int:
    ends = [_flow(graph, flow, last, cluster, lang) for flow in item.flows]
    sign = "+" if item.layer.kind == "add" else labels.word("concat", lang)
    return _node(graph, Node((sign,), "join", cluster), ends)


def _node(graph: Graph, node: Node, ends: list[int]) -> int:
    graph.nodes.append(node)
    here = len(graph.nodes) - 1
    graph.edges += [Edge(end, here) for end in ends]
    return here
