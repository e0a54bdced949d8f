"""Compile net.lark to the LALR tables that svertka.grammar reads, so that no run has to.

Importing lark and building the parser costs about 60 ms; reading the tables costs 1 ms.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lark import Lark
from lark.parsers.lalr_analysis import Shift

GRAMMAR = Path(__file__).parent.parent / "src" / "svertka" / "grammar"


def compile_grammar(grammar: str) -> dict[str, Any]:
    """The terminals in matching order, the rules, and for every state what a terminal does."""
    lark = Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False)
    table = lark.parser.parser._parse_table
    terminals = sorted(
        lark.terminals,
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name),
    )
    rules: list[Any] = []
    states: list[dict[str, int]] = []
    # lark numbers its states by the order of a set: number them anew, breadth first
    order = {table.start_states["start"]: 0}
    numbers: dict[Any, int] = {}
    for state in (queue := [table.start_states["start"]]):
        row = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            if action is Shift:
                if argument not in order:
                    order[argument] = len(order)
                    queue.append(argument)
                row[symbol] = order[argument]
                continue
            if argument not in numbers:
                numbers[argument] = len(rules)
                rules.append(_rule(argument))
            row[symbol] = -1 - numbers[argument]
        states.append(row)
    return {
        "terminals": {t.name: t.pattern.to_regexp() for t in terminals},
        "ignore": sorted(lark.ignore_tokens),
        "rules": rules,
        "states": states,
        "end": order[table.end_states["start"]],
    }


def _rule(rule: Any) -> list[Any]:
    """[left side, length, which symbols carry a value, the builder's method or how to pass on]."""
    name = rule.origin.name
    kept = [i for i, symbol in enumerate(rule.expansion) if not getattr(symbol, "filter_out", 0)]
    if name.startswith("_"):
        does = "*"
    elif rule.alias:
        does = rule.alias
    else:
        does = "?" if rule.options.expand1 and len(kept) == 1 else name
    return [name, len(rule.expansion), kept, does]


def text_of(tables: dict[str, Any]) -> str:
    """One line a state, so that a change of the grammar makes a readable difference."""
    parts = []
    for key, value in tables.items():
        if key in ("rules", "states"):
            rows = ",\n ".join(json.dumps(row) for row in value)
            parts.append(f'"{key}": [\n {rows}]')
        else:
            parts.append(f'"{key}": {json.dumps(value)}')
    return "{" + ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    made = text_of(compile_grammar((GRAMMAR / "net.lark").read_text(encoding="utf-8")))
    (GRAMMAR / "tables.json").write_text(made, encoding="utf-8")
