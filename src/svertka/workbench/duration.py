"""Lengths of time as people write them."""

from __future__ import annotations

import math
import re

from svertka.errors import UsageError

_NUMBER = r"(\d+(?:\.\d+)?)"
_TIME = re.compile(
    rf"(?:{_NUMBER}\s*h)?\s*(?:{_NUMBER}\s*m(?:in)?)?\s*(?:{_NUMBER}\s*s?)?", re.ASCII
)


def seconds(time: object) -> float:
    """``time`` in seconds: a number, or a text such as 90s, 2m, 1h30m; raises ``UsageError``.

    >>> seconds("90s"), seconds("1h30m"), seconds("45"), seconds(2.5)
    (90.0, 5400.0, 45.0, 2.5)
    """
    if isinstance(time, str):
        match = _TIME.fullmatch(time.strip().lower())
        parts = [float(part or 0) for part in match.groups()] if match else []
        total = sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    else:
        try:
            total = math.nan if isinstance(time, bool) else float(time)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            total = math.nan
    if not (math.isfinite(total) and total > 0):
        shown = repr(time) if isinstance(time, str | int | float) else f"A {type(time).__name__}"
        raise UsageError(f"{shown[:60]} is no length of time. Write 90s, 2m or 1h30m.")
    return total
