"""Run the tables that ``tools/compile_grammar.py`` makes of net.lark: text in, builder calls out.

Thirty lines of driver in place of an import of lark: 1 ms instead of 60 at every start.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from svertka.errors import NetTextError

TABLES = json.loads(Path(__file__).with_name("tables.json").read_text(encoding="utf-8"))
Match: TypeAlias = Callable[[str, int], "re.Match[str] | None"]
_expected: dict[int, list[tuple[str, Match]]] = {}


class Token(NamedTuple):
    """A piece of the text with its place: ``text[start:end]``."""

    kind: str
    text: str
    start: int
    end: int


def run(text: str, builder: object) -> Any:
    """Parse ``text``; for each rule call ``builder.<rule>(values, start, end)``.

    Values are tokens or what the builder returned; the result is that of the rule ``start``.
    """
    states: list[int] = [0]
    values: list[Any] = []
    spans: list[tuple[int, int]] = []
    token = _next(text, 0, states)
    while True:
        action = TABLES["states"][states[-1]].get(token.kind)
        if action is None:
            raise _error(text, token, states)
        if action >= 0:
            states.append(action)
            values.append(token)
            spans.append((token.start, token.end))
            token = _next(text, token.end, states)
            continue
        left, length, kept, does = TABLES["rules"][-1 - action]
        taken, placed = values[-length:], spans[-length:]
        del states[-length:], values[-length:], spans[-length:]
        span = (placed[0][0], placed[-1][1])
        values.append(_reduce(builder, does, [taken[i] for i in kept], span))
        spans.append(span)
        states.append(TABLES["states"][states[-1]][left])
        if token.kind == "$END" and states[-1] == TABLES["end"]:
            return values[-1]


def _reduce(builder: object, does: str, children: list[Any], span: tuple[int, int]) -> Any:
    """What the rule makes of its children; ``*`` rules only gather, so their lists are spliced."""
    flat: list[Any] = []
    for child in children:
        if type(child) is list:
            flat.extend(child)
        else:
            flat.append(child)
    if does == "*":
        return flat
    return flat[0] if does == "?" else getattr(builder, does)(flat, *span)


def _terminals(state: int) -> list[tuple[str, Match]]:
    """The terminals that can come next in ``state``, in the order in which they are tried."""
    if state not in _expected:
        row, patterns, ignore = TABLES["states"][state], TABLES["terminals"], TABLES["ignore"]
        _expected[state] = [
            (kind, _match(kind)) for kind in patterns if kind in row or kind in ignore
        ]
    return _expected[state]


@cache
def _match(kind: str) -> Match:
    # one pattern a terminal: patterns joined for each state take three times as long to compile
    return re.compile(TABLES["terminals"][kind]).match


def _next(text: str, start: int, states: list[int]) -> Token:
    terminals = _terminals(states[-1])
    while start < len(text):
        kind, match = next(
            ((kind, match) for kind, at in terminals if (match := at(text, start))), ("", None)
        )
        if match is None:
            raise _error(text, Token("", text[start], start, start + 1), states)
        if kind not in TABLES["ignore"]:
            return Token(kind, match[0], start, match.end())
        start = match.end()
    return Token("$END", "", len(text), len(text) + 1)


_SPOKEN = {
    "NAME": "a layer or a name",
    "INT": "a whole number",
    "LBRACE": "{",
    "RBRACE": "}",
    "LPAR": "(",
    "RPAR": ")",
    "STAR": "*",
    "QMARK": "?",
    "COMMA": "a comma",
    "_DASH": "-",
    "_PLUS": "+",
    "_BAR": "|",
    "_OPEN": "[",
    "_CLOSE": "a closing bracket",
    "_NL": "a new line",
    "$END": "the end",
}


def _error(text: str, token: Token, states: list[int]) -> NetTextError:
    """What cannot stand here, what could, and the remedy for the commonest slips."""
    possible = {kind for kind in TABLES["states"][states[-1]] if _fits(kind, states)}
    shown = token.text.strip()
    start = token.start + (len(token.text) - len(token.text.lstrip()))
    if token.kind == "$END":
        start, here = max(0, len(text.rstrip()) - 1), "The text ends here too early"
    else:
        here = f"{shown!r} cannot stand here"
    if shown in ("+", "|") and ({"_PLUS", "_BAR"} & possible or "_DASH" in possible):
        remedy = "Put branches in brackets: (a + b) adds, (a | b) concatenates, ((a + b) | c) both."
    elif "_DASH" in possible and (shown[:1].isalnum() or shown[:1] in "([") and shown:
        remedy = "Join steps with -, as in conv8-relu."
    else:
        spoken = [word for kind, word in _SPOKEN.items() if kind in possible]
        remedy = f"Expected {' or '.join(spoken)}."
    return NetTextError(f"{here}. {remedy}", text, start, start + max(1, len(shown)))


def _fits(kind: str, states: list[int]) -> bool:
    """Whether ``kind`` can truly follow; a row alone also lists what other places allow."""
    states = list(states)
    while (action := TABLES["states"][states[-1]].get(kind)) is not None:
        if action >= 0 or (kind == "$END" and states[-1] == TABLES["end"]):
            return not kind.islower() and not kind.startswith("__")
        left, length, _, _ = TABLES["rules"][-1 - action]
        del states[-length:]
        states.append(TABLES["states"][states[-1]][left])
    return kind == "$END" and states[-1] == TABLES["end"]
