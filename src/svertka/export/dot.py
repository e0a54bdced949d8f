"""A net in DOT, the language of Graphviz."""

from __future__ import annotations

from svertka.export.graph import Graph, Node, graph_of
from svertka.export.labels import check_lang
from svertka.grammar import Plan

_FILLS = {
    "conv": ("#dcebf8", "#5b9bd0"),
    "pool": ("#dbefe7", "#5fae92"),
    "dense": ("#fbe5d3", "#d98d57"),
    "plain": ("#f0ede5", "#b5ae9f"),
    "input": ("#ffffff", "#8a93a1"),
    "join": ("#ffffff", "#c2410c"),
}


def dot(plan: Plan, lang: str = "en") -> str:
    """The net as a directed graph for ``dot -Tsvg``; what repeats is a frame that says how often.

    Raises `UnknownName` for a language that is not en or ru.

    >>> from svertka.grammar import resolve
    >>> text = dot(resolve("conv8-relu-pool-fc10"))
    >>> text.splitlines()[0], text.count("->")
    ('digraph "net" {', 3)
    """
    graph = graph_of(plan, check_lang(lang))
    lines = [
        f"digraph {quoted(plan.name or 'net')} {{",
        '    graph [rankdir=TB, fontname="Helvetica", style="rounded,dashed", color="#b5ae9f"];',
        '    node [shape=box, style="rounded,filled", fontname="Helvetica"];',
        '    edge [color="#515a6b"];',
        *_cluster(graph, None, 1),
    ]
    for edge in graph.edges:
        style = " [style=dashed]" if edge.side else ""
        lines.append(f"    n{edge.start} -> n{edge.stop}{style};")
    return "\n".join([*lines, "}"]) + "\n"


def _cluster(graph: Graph, inside: int | None, depth: int) -> list[str]:
    space = "    " * depth
    lines = [
        f"{space}n{at} {_node(node)};"
        for at, node in enumerate(graph.nodes)
        if node.cluster == inside
    ]
    for at, cluster in enumerate(graph.clusters):
        if cluster.inside == inside:
            lines.append(f"{space}subgraph cluster_{at} {{")
            lines.append(f"{space}    label={quoted(cluster.title)};")
            lines += _cluster(graph, at, depth + 1)
            lines.append(f"{space}}}")
    return lines


def _node(node: Node) -> str:
    fill, line = _FILLS[node.kind]
    shape = ", shape=circle" if node.kind == "join" else ""
    label = quoted("\n".join(node.lines))
    return f'[label={label}, fillcolor="{fill}", color="{line}"{shape}]'


def quoted(text: str) -> str:
    r"""A string of DOT.

    >>> print(quoted('a "b"\\ c'))
    "a \"b\"\\ c"
    """
    clean = "".join(sign for sign in text if sign.isprintable() or sign == "\n")
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
