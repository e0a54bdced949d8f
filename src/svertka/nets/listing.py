"""The catalogue as a record: every net with its year, cost and published errors."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from svertka.grammar import Plan, resolve
from svertka.grammar.columns import Columns
from svertka.nets.catalogue import Entry, entry, names
from svertka.records import Record

HEAD = ("net", "year", "input", "depth", "parameters", "multiply-adds", "top-1", "top-5", "from")
_SPARED = ("from", "input", "top-5", "year", "depth", "multiply-adds", "top-1", "parameters")
_RIGHT = (False, True, False, True, True, True, True, True, False)


@dataclass(frozen=True)
class Listing(Record):
    """Nets of the catalogue: what was published of each, and its plan at its own input."""

    rows: tuple[tuple[Entry, Plan], ...]

    def to_dict(self) -> dict[str, Any]:
        """The nets by name; errors are per cent on ImageNet, None where none was published."""
        return {
            found.name: {
                "about": found.about,
                "paper": found.paper,
                "year": found.year,
                "input": list(plan.input),
                "classes": plan.classes,
                "depth": plan.depth,
                "parameters": plan.parameters,
                "multiply_adds": plan.multiply_adds,
                "top1_error": found.top1,
                "top5_error": found.top5,
                "error_source": found.source,
            }
            for found, plan in self.rows
        }

    def __str__(self) -> str:
        return self.fitted(None)

    def fitted(self, width: int | None) -> str:
        """The table in lines of at most ``width``; None is no limit. Columns are left out."""
        rows = tuple(_row(found, plan) for found, plan in self.rows)
        lines, left_out = Columns(HEAD, rows, _RIGHT, _SPARED).lines(width)
        if left_out:
            hint = f"no room here for: {', '.join(left_out)}"
            lines += ["", *textwrap.wrap(hint, width or len(hint))]
        return "\n".join(lines)


def listing() -> Listing:
    """All nets of the catalogue; their errors in per cent, on ImageNet's validation part.

    >>> print(listing().to_dict()["vgg16"]["top5_error"])
    8.1
    """
    return Listing(tuple((entry(name), resolve(entry(name).text)) for name in names()))


def _row(found: Entry, plan: Plan) -> tuple[str, ...]:
    return (
        found.name,
        str(found.year or ""),
        "x".join(map(str, plan.input)),
        str(plan.depth),
        f"{plan.parameters:,}",
        f"{plan.multiply_adds:,}",
        "" if found.top1 is None else f"{found.top1:.2f}",
        "" if found.top5 is None else f"{found.top5:.2f}",
        found.source or "",
    )
