"""The parameters of a lesson: a few safe values each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from svertka.errors import UsageError
from svertka.lessons.words import Both, Words, plain_words

SWITCH = (Both("off", "нет"), Both("on", "да"))


@dataclass(frozen=True)
class Choice:
    """A parameter: its name in the code, its label, its values and what they are called.

    ``apart``: it belongs to views of its own, so that it need not be combined with the others.
    ``free``: the range in which any other value may be computed, too, where Python is at hand.

    >>> Choice("row", Both("row", "строка"), values=(4, 9), default=9).taken("4")
    4
    """

    name: str
    label: Both
    _: KW_ONLY
    values: Sequence[Any]
    default: Any
    texts: Sequence[Words] = ()
    apart: bool = False
    free: tuple[float, float] | None = None

    def key(self, value: Any) -> str:
        """A value as a word, the same in Python, in an address and in the page.

        >>> Choice("skip", Both("skip", "обход"), values=(False, True), default=True).key(True)
        'true'
        """
        return str(value).lower() if isinstance(value, bool) else str(value)

    def taken(self, value: Any) -> Any:
        """The value that is meant; raises ``UsageError`` where it is none of the parameter's."""
        wanted = self.key(value).strip()
        for one in self.values:
            if wanted == self.key(one):
                return one
        if self.free is not None:
            found = _number(wanted, whole=isinstance(self.default, int))
            if found is not None and self.free[0] <= found <= self.free[1]:
                return found
        expected = ", ".join(map(self.key, self.values))
        more = f", or a number from {self.free[0]:g} to {self.free[1]:g}" if self.free else ""
        raise UsageError(f"{self.name} is {wanted[:40]!r}. Expected one of: {expected}{more}.")

    def to_dict(self) -> dict[str, Any]:
        """The parameter as plain JSON types."""
        # A number goes as a number: the page writes it as its language does.
        texts = self.texts or [SWITCH[one] if isinstance(one, bool) else one for one in self.values]
        return {
            "name": self.name,
            "label": self.label.to_dict(),
            "values": list(self.values),
            "keys": [self.key(one) for one in self.values],
            "texts": [plain_words(text) for text in texts],
            "default": self.default,
            "apart": self.apart,
            "free": None if self.free is None else list(self.free),
        }


def _number(text: str, *, whole: bool) -> float | None:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return None
