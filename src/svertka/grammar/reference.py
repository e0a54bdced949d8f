"""The language on one page, made of the grammar's rules and the table of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from svertka.grammar.words import ALIASES, OPTIONS, WORDS, Word
from svertka.records import Record

# for each thing that net.lark knows: an example, and what it means
SIGNS: dict[str, tuple[str, str]] = {
    "line": ("a - b", "b follows a; a comma does the same, and so does a new line"),
    "add": ("(a + b)", "both see the same input, and their outputs are added"),
    "concat": (
        "(a | b)",
        "both see the same input, and their outputs lie side by side, as channels",
    ),
    "group": ("[a - b]", "a group; ( ) and [ ] are the same"),
    "repeat": ("a*3", "a three times over, each with weights of its own; a*n, a*{n-1}"),
    "optional": ("a?", "a where it fits, nothing where it does not"),
    "infix": ("{4*n}", "a whole number from names: + - * / and brackets; {classes}, {channels}"),
    "aux": (
        "aux(gap-fc{classes})",
        "a side classifier, for training only; what follows sees what it saw",
    ),
    "definition": ("block(n) = a - conv{n}", "a line that names a chain, with or without numbers"),
    "call": ("block(64)", "that chain in its place; its layers are block1.conv, block2.conv, ..."),
    "value": (
        "n = 2",
        "a line that gives a name its number; a number given at the call goes first",
    ),
    "input": (
        "input 3x224x224",
        "a line for the picture: channels, height, width (or 1 or 3 axes)",
    ),
    "classes": ("classes 10", "a line for the number of classes"),
    "net_name": ("net lenet5", "a line for the net's own name"),
    "comment": (
        "# why",
        "a comment, to the end of the line; capitals and small letters are the same",
    ),
}
# what the grammar spells with more than one rule, or what has its own page below
SAME = {"chain": "line", "optional_repeat": "optional", "number": "infix", "name": "infix"}


@dataclass(frozen=True)
class Reference(Record):
    """Signs and words of the language, each with its line."""

    signs: dict[str, tuple[str, str]]
    words: dict[str, Word]

    def to_dict(self) -> dict[str, Any]:
        """The page as plain JSON types."""
        return {
            "kind": "language",
            "signs": dict(self.signs.values()),
            "words": {name: _row(name, word) for name, word in self.words.items()},
        }

    def __str__(self) -> str:
        rows = list(self.signs.values())
        words = [row for name, word in self.words.items() for row in _lines(name, word)]
        wide = max(len(left) for left, _ in (*rows, *words))
        lines = ["A net is a text: words joined by signs.", ""]
        lines += [f"  {left:{wide}}  {right}" for left, right in rows]
        lines += ["", "A number right after a word is its count; keys follow: conv64k7s2."]
        lines += ["What stands after a semicolon is taken where a number is left out.", ""]
        lines += [f"  {left:{wide}}  {right}" for left, right in words]
        return "\n".join(lines)


def reference() -> Reference:
    """The language on one page.

    >>> print(str(reference()).splitlines()[2])
      a - b                   b follows a; a comma does the same, and so does a new line
    """
    return Reference(SIGNS, WORDS)


def _row(name: str, word: Word) -> dict[str, Any]:
    return {
        "number": word.number,
        "keys": word.keys,
        "flags": word.flags,
        "options": list(OPTIONS.get(name, ())),
        "aliases": _aliases(name),
        "about": word.line,
    }


def _aliases(name: str) -> list[str]:
    return [alias for alias, kind in ALIASES.items() if kind == name]


def _lines(name: str, word: Word) -> list[tuple[str, str]]:
    """The word's own line, and one for each of its keys and options."""
    head = " = ".join([name, *_aliases(name)])
    head = f"{head} {word.number}" if word.number else head
    keys = [(f"  {key}", meaning) for key, meaning in {**word.keys, **word.flags}.items()]
    options = [("", ", ".join(OPTIONS[name]))] if name in OPTIONS else []
    return [(head, word.line), *keys, *options]
