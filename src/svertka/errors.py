"""Every error that a user can meet.

    SvertkaError          exit 1   something failed
    ├── UsageError        exit 2   the call is wrong: an option, a name, a value
    │   ├── UnknownName            a net, data set or option that does not exist; offers the nearest
    │   └── NetTextError           the text of a network is wrong; shows the text and a caret
    │       └── ShapeError         the text is well-formed but its layers do not fit together
    ├── DataError                  pictures or labels that cannot be used
    ├── StoreError                 a run folder or model file that cannot be used
    ├── ProcessLost                one of many processes has ended, and the others cannot go on
    └── MissingExtra               an optional dependency that is not installed

A message answers three questions: what happened, what was expected, how to mend it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LISTED = 16  # names in a message: more are a list of their own


class SvertkaError(Exception):
    """Something failed; the message says what happened, what was expected and how to mend it."""

    exit_code = 1


class UsageError(SvertkaError, ValueError):
    """The call itself is wrong."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that does not exist; the message lists the nearest ones.

    >>> str(UnknownName("net", "resnet8", ["resnet18", "lenet5"]))
    "There is no net 'resnet8'. Did you mean: resnet18, lenet5?"
    """

    def __init__(self, what: str, name: str, known: Iterable[str], hint: str = "") -> None:
        self.what, self.name, self.known = what, name, tuple(known)
        near = difflib.get_close_matches(name.lower(), self.known, n=3, cutoff=0.5)
        offer = f"Did you mean: {', '.join(near)}?" if near else _all_of(self.known)
        super().__init__(" ".join(filter(None, [f"There is no {what} {name!r}.", offer, hint])))


def _all_of(names: tuple[str, ...]) -> str:
    """All of a short list; of a long one the beginning and the number."""
    few = names if len(names) <= _LISTED else (*names[: _LISTED // 2], "...")
    count = "" if few is names else f" ({len(names)} in all)"
    return f"Known: {', '.join(few)}{count}." if names else ""


class NetTextError(UsageError):
    """The text of a network is wrong; the message shows the line, a caret and the remedy.

    ``start`` and ``end`` are character offsets into ``text``.
    """

    def __init__(self, message: str, text: str, start: int, end: int | None = None) -> None:
        self.message, self.text, self.start = message, text, start
        self.end = max(start + 1, start + 1 if end is None else end)
        super().__init__(f"{self._excerpt()}\n{message}")

    def _excerpt(self) -> str:
        line_start = self.text.rfind("\n", 0, self.start) + 1
        line_end = self.text.find("\n", self.start)
        line_end = len(self.text) if line_end < 0 else line_end
        left = max(line_start, self.start - 60)
        right = min(line_end, min(self.end, self.start + 60) + 40)
        width = max(1, min(self.end, right) - self.start)
        head = "…" if left > line_start else ""
        tail = "…" if right < line_end else ""
        line = f"{head}{self.text[left:right]}{tail}".replace("\t", " ")
        return f"{line}\n{' ' * (len(head) + self.start - left)}{'^' * width}"


class ShapeError(NetTextError):
    """The text is well-formed, but a layer does not fit the shape that reaches it."""


class DataError(SvertkaError):
    """Pictures or labels that cannot be used."""


class StoreError(SvertkaError):
    """A run folder or a model file that cannot be used."""


class ProcessLost(SvertkaError):
    """One of many processes has ended, and no step can be taken without it."""


class MissingExtra(SvertkaError):
    """An optional dependency is not installed."""

    def __init__(self, need: str, extra: str) -> None:
        super().__init__(
            f"{need} is not installed. It comes with an extra: pip install 'svertka[{extra}]'"
        )
