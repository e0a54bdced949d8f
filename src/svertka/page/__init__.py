"""The one front-end: a self-contained page that draws any record given as plain JSON.

The page's source is the folder ``page/`` of the repository; ``page.html`` here is its build.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

SLOT = '<script type="application/json" id="payload">null</script>'


@cache
def _template() -> str:
    from importlib.resources import files  # 4 ms, which a record that is only printed need not wait

    return (files(__package__) / "page.html").read_text(encoding="utf-8")


def render(payload: dict[str, Any]) -> str:
    """One HTML file that draws ``payload`` (a record's ``to_dict()``) and asks nobody for anything.

    The JSON is written so that no text inside it can end the script element or start another.
    """
    data = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    head, slot, tail = _template().partition(SLOT)
    if not slot:
        raise AssertionError("page.html has no slot for its data: rebuild it with `make page`")
    return f'{head}<script type="application/json" id="payload">{data}</script>{tail}'
