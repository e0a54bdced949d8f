"""A net as Mermaid text, which many editors, wikis and repositories draw."""

from __future__ import annotations

from svertka.export.graph import Graph, graph_of
from svertka.export.labels import check_lang
from svertka.grammar import Plan

_CLASSES = {
    "conv": "fill:#dcebf8,stroke:#5b9bd0,color:#1a2130",
    "pool": "fill:#dbefe7,stroke:#5fae92,color:#1a2130",
    "dense": "fill:#fbe5d3,stroke:#d98d57,color:#1a2130",
    "plain": "fill:#f0ede5,stroke:#b5ae9f,color:#1a2130",
    "input": "fill:#ffffff,stroke:#8a93a1,color:#1a2130",
    "join": "fill:#ffffff,stroke:#c2410c,color:#1a2130",
}


def mermaid(plan: Plan, lang: str = "en") -> str:
    """The net as a Mermaid flow chart; what repeats is a frame that says how often.

    Raises `UnknownName` for a language that is not en or ru.

    >>> from svertka.grammar import resolve
    >>> print(mermaid(resolve("conv8-relu-pool-fc10")).splitlines()[1:4])  # doctest: +ELLIPSIS
    ['    n0["input<br/>1×28×28"]:::input', '    n1["conv 8<br/>3×3<br/>relu<br/>8×28×28"]...
    """
    graph = graph_of(plan, check_lang(lang))
    lines = ["flowchart LR", *_cluster(graph, None, 1)]
    for edge in graph.edges:
        lines.append(f"    n{edge.start} {'-.->' if edge.side else '-->'} n{edge.stop}")
    used = {node.kind for node in graph.nodes}
    lines += [f"    classDef {kind} {style}" for kind, style in _CLASSES.items() if kind in used]
    return "\n".join(lines) + "\n"


def _cluster(graph: Graph, inside: int | None, depth: int) -> list[str]:
    """The nodes of one frame, and the frames in it, in the order of the net."""
    space = "    " * depth
    lines = []
    for at, node in enumerate(graph.nodes):
        if node.cluster == inside:
            text = "<br/>".join(map(escaped, node.lines))
            shape = f'(("{text}"))' if node.kind == "join" else f'["{text}"]'
            lines.append(f"{space}n{at}{shape}:::{node.kind}")
    for at, cluster in enumerate(graph.clusters):
        if cluster.inside == inside:
            lines.append(f'{space}subgraph c{at}["{escaped(cluster.title)}"]')
            lines += _cluster(graph, at, depth + 1)
            lines.append(f"{space}end")
    return lines


def escaped(text: str) -> str:
    """A label's text; every sign that means something to Mermaid is written as a number.

    >>> escaped('a"b<c>')
    'a#34;b#60;c#62;'
    """
    return "".join(
        sign if sign.isalnum() or sign in " .,·×…()+-=:/_" else f"#{ord(sign)};"
        for sign in text
        if sign.isprintable()
    )
