"""Outcomes that took minutes: computed once, kept in the package with their origin.

``tools/store_lesson.py NAME`` writes ``stored/NAME.json``; ``svertka lesson NAME --again`` computes
the same on another machine.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from svertka.errors import UsageError


@lru_cache(maxsize=8)
def _kept(name: str) -> dict[str, Any]:
    place = files("svertka.lessons") / "stored" / f"{name}.json"
    if not place.is_file():
        raise UsageError(
            f"The outcome of the lesson {name!r} is not in this installation. "
            f"Compute it: svertka lesson {name} --again"
        )
    kept: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return kept


def state(name: str, key: str) -> dict[str, Any]:
    """A kept state of a lesson; what is not kept would take minutes, which nobody has asked for."""
    kept: dict[str, Any] = _kept(name)["states"]
    if key not in kept:
        raise UsageError(
            f"The outcome of the lesson {name!r} at {key} takes minutes and is not kept. "
            f"Compute it: svertka lesson {name} --again"
        )
    found: dict[str, Any] = kept[key]
    return found


def origin(name: str) -> dict[str, Any]:
    """How the kept outcome was made: ``command``, ``machine``, ``versions``, ``date``,
    ``seconds``."""
    made: dict[str, Any] = _kept(name)["origin"]
    return made
