"""The one front-end: a self-contained page that draws any record given as plain JSON.

Its source is the folder ``page/`` of the repository; the files here are its builds: ``page.html``
(any record), ``course.html`` (lessons, too), ``studio.html`` (what the studio serves).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

SLOT = '<script type="application/json" id="payload">null</script>'


# What only the larger file can draw: every report would carry it for nothing.
LARGER_KINDS = ("lesson", "course", "look", "survey")


@cache
def _template(name: str = "page") -> str:
    from importlib.resources import files  # 4 ms, which a record that is only printed need not wait

    return (files(__package__) / f"{name}.html").read_text(encoding="utf-8")


def studio() -> str:
    """The studio's page: it asks the server that it came from, and nobody else."""
    return _template("studio")


def render(payload: dict[str, Any]) -> str:
    """One HTML file that draws ``payload`` (a record's ``to_dict()``) and asks nobody for anything.

    The JSON is written so that no text inside it can end the script element or start another.
    """
    data = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    name = "course" if payload.get("kind") in LARGER_KINDS else "page"
    head, slot, tail = _template(name).partition(SLOT)
    if not slot:
        raise AssertionError(f"{name}.html has no slot for its data: rebuild it with `make page`")
    return f'{head}<script type="application/json" id="payload">{data}</script>{tail}'
