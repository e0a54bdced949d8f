"""How a layer's word is spelled: ``conv64k7s2`` to its kind, count and keyed numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from svertka.grammar.tree import Amount, Expression, Layer, Number, Span
from svertka.grammar.words import ALIASES, DECIMAL, WORDS

DIGITS = 7
_BY_LENGTH = sorted([*WORDS, *ALIASES], key=len, reverse=True)
_AMOUNT = r"(?:\0|[0-9]+(?:\.[0-9]+)?)"
_PIECES = re.compile(rf"({_AMOUNT}(?:x{_AMOUNT})*)?((?:[a-z](?:{_AMOUNT}(?:x{_AMOUNT})*)?)*)")
_KEY = re.compile(rf"([a-z])({_AMOUNT}(?:x{_AMOUNT})*)?")


def unknown(name: str, definitions: Iterable[str]) -> str:
    """The complaint about a word that is neither a layer nor a definition, with the nearest."""
    import difflib

    known = [*WORDS, *ALIASES, *definitions]
    plain = re.match(r"[^\W\d]*", name.replace("\0", ""))
    near = difflib.get_close_matches(plain[0] if plain else name, known, n=3, cutoff=0.5)
    near = near or difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    offer = f"Did you mean: {', '.join(near)}?" if near else f"Known: {', '.join(known)}."
    return f"There is no layer or definition {name.replace(chr(0), '{}')!r}. {offer}"


def word_at(text: str) -> str:
    """The longest word of the language that ``text`` begins with, or ""."""
    return next((word for word in _BY_LENGTH if text.startswith(word)), "")


def layer_of(template: str, expressions: list[Expression], span: Span) -> Layer | str:
    """``conv64k\0s2`` as a layer, each \0 an expression; a complaint ("" if no word at all)."""
    word = word_at(template)
    if not word:
        return ""
    kind = ALIASES.get(word, word)
    pieces = _PIECES.fullmatch(template, len(word))
    letters = "".join(key for key, _ in _KEY.findall(pieces[2])) if pieces else ""
    known = {**WORDS[kind].keys, **WORDS[kind].flags}
    if pieces is None or any(letter not in known for letter in letters):
        head = template.rstrip("\0")
        return "" if head.isalpha() and head != word else _wrong_keys(template, word, known)
    if len(set(letters)) < len(letters):
        return f"{word} has the same key twice."
    rest = iter(expressions)
    count = _amount_of(pieces[1] or "", rest, decimal=WORDS[kind].number in DECIMAL)
    if isinstance(count, str):
        return count
    if count and not WORDS[kind].number:
        return f"{word} takes no number."
    keys = []
    for key, digits in _KEY.findall(pieces[2]):
        amount = _amount_of(digits, rest, decimal=False)
        if isinstance(amount, str):
            return amount
        if bool(amount) != (key in WORDS[kind].keys):
            takes = "needs a number" if key in WORDS[kind].keys else "takes no number"
            return f"The key {key} ({_short(known[key])}) of {word} {takes}."
        keys.append((key, amount))
    return Layer(kind, count, tuple(keys), span=span)


def _amount_of(digits: str, rest: Iterator[Expression], *, decimal: bool) -> Amount | str:
    """``3``, ``1x7``, ``{n}``, ``0.5`` as numbers; a complaint about one that cannot be."""
    amount: list[Expression] = []
    for part in digits.split("x") if digits else ():
        if part == "\0":
            amount.append(next(rest))
        elif "." in part and not decimal:
            return f"{part} is not a whole number."
        elif len(part) > DIGITS:
            return f"{part} is too long a number: at most {DIGITS} digits."
        else:
            amount.append(Number(float(part) if "." in part else int(part)))
    return tuple(amount)


def _wrong_keys(template: str, word: str, known: dict[str, str]) -> str:
    shown = template.replace("\0", "{}")
    if not known:
        return f"{shown!r}: {word} takes no keys."
    keys = ", ".join(f"{key} {_short(meaning)}" for key, meaning in known.items())
    return f"{shown!r} does not read as {word} with its keys: {keys}."


def _short(meaning: str) -> str:
    return re.split("[:;,]", meaning)[0]
