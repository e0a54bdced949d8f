"""Texts in two languages, and numbers as each language writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LANGS = ("en", "ru")
NBSP = "\u00a0"
_SLOT = re.compile(r"\{\{|\}\}|\{(\w+)(?::([^{}]*))?\}")


@dataclass(frozen=True)
class Both:
    """A text in English and in Russian.

    It may carry numbers of the experiment: ``{name}`` as short as three digits allow, ``{name:.2}``
    with two digits after the point, ``{name:%}`` and ``{name:.2%}`` as percent; ``{{`` is a brace.
    A number may be a `Both`, too: words that follow what the experiment found.
    An empty line begins a paragraph, ``- `` a line of a list, and what is between backticks is
    code, of no language.

    >>> Both("half is {half}", "половина — {half}").ru
    'половина — {half}'
    """

    en: str
    ru: str

    def to_dict(self) -> dict[str, str]:
        """Both texts."""
        return {"en": self.en, "ru": self.ru}

    def said(self, lang: str, numbers: Mapping[str, Any] | None = None) -> str:
        """The text of one language, its numbers filled in."""
        return fill(self.ru if lang == "ru" else self.en, numbers or {}, lang)


# A name is the same in every language: "ReLU", "LeNet-5", "3x3".
Words = Both | str


def sides(shape: Iterable[int]) -> str:
    """A shape as a word of every language.

    >>> sides((6, 28, 28))
    '6×28×28'
    """
    return "×".join(map(str, shape))


def plain_words(words: Words | None) -> dict[str, str] | str | None:
    """Words as plain JSON: a name stays a string."""
    return words.to_dict() if isinstance(words, Both) else words


def say(words: Any, lang: str, numbers: Mapping[str, Any] | None = None) -> str:
    """Words, or the plain JSON of words, in one language."""
    if isinstance(words, Both):
        return words.said(lang, numbers)
    if isinstance(words, Mapping):
        return fill(str(words[lang]), numbers or {}, lang)
    return "" if words is None else str(words)


def fill(text: str, numbers: Mapping[str, Any], lang: str) -> str:
    """The text with its numbers.

    >>> fill("{share:%} of {all}, `fc{{n}}`", {"share": 0.5, "all": 25088}, "en")
    '50.0% of 25,088, `fc{n}`'
    """

    def put(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0][0]
        value = numbers[found[1]]
        words = isinstance(value, Both | Mapping)
        return say(value, lang, numbers) if words else number(value, lang, found[2] or "")

    return _SLOT.sub(put, text)


def number(value: Any, lang: str, form: str = "") -> str:
    """A number, a truth or rows of numbers as the language writes them; the page writes alike.

    >>> number(-1234.5678, "ru", ".1"), number([[6, 8], [3, 4]], "en"), number(0.0123, "ru", "%")
    ('−1\\xa0234,6', '6 8 / 3 4', '1,2\\xa0%')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "ru": ("нет", "да")}[lang][value]
    if isinstance(value, list | tuple):
        deep = any(isinstance(row, list | tuple) for row in value)
        return (" / " if deep else " ").join(number(one, lang, form) for one in value)
    if value is None or not math.isfinite(value):
        return "—"
    return _spelled(_digits(float(value), form), lang)


def signed(value: float, lang: str, form: str = "") -> str:
    """A number with its sign, plus or minus.

    >>> signed(0.5, "ru", ".1"), signed(-3e9, "en")
    ('+0,5', '−3,000,000,000')
    """
    return ("+" if value >= 0 else "") + number(value, lang, form)


def _digits(value: float, form: str) -> str:
    """The number as English writes it."""
    places = re.fullmatch(r"(?:\.(\d))?(%?)", form)
    if places is None:
        raise ValueError(f"{form!r} is no form of a number: write '', '.2', '%' or '.2%'")
    if places[2]:
        return f"{_rounded(100 * value, int(places[1] or 1))}%"
    if places[1] is not None:
        return _rounded(value, int(places[1]))
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return _short(value)


def _rounded(value: float, digits: int) -> str:
    """A half goes away from zero, as browsers round it."""
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:,f}"


def _short(value: float) -> str:
    size = abs(value)
    if 1e-4 <= size < 1e6:
        return _significant(value, max(3, math.ceil(math.log10(size))))
    power = math.floor(math.log10(size))
    head = _significant(value / 10**power, 3)
    return f"{head}·10{str(power).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _significant(value: float, digits: int) -> str:
    """At most so many digits."""
    text = _rounded(value, digits - 1 - Decimal(repr(value)).adjusted())
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spelled(text: str, lang: str) -> str:
    if lang == "ru":
        text = text.replace(",", NBSP).replace(".", ",").replace("%", f"{NBSP}%")
    return text.replace("-", "−")
