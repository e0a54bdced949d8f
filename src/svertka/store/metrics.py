"""``metrics.jsonl``: one JSON object a line, only ever appended to."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from svertka.errors import StoreError
from svertka.store.atomic import sync_folder, utf8


def append_line(path: Path, line: Mapping[str, Any]) -> None:
    """Append ``line`` durably; numbers that JSON lacks (NaN, infinities) become null.

    A last line without its end was cut by a kill: it is no record and makes room for this one.
    """
    text = json.dumps(plain(line), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    new = not path.exists()
    try:
        with path.open("ab+") as file:
            file.truncate(_whole(file.seek(0, os.SEEK_END), path))
            file.write(utf8(text) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if new:
            sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}. Free some space, then resume."
        ) from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """All whole lines of ``path``, oldest first; no file is no lines.

    Raises ``StoreError`` with the line's number when one that was ended cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.") from error
    lines = []
    for number, raw in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), start=1):
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            line = None
        if not isinstance(line, dict) or not isinstance(line.get("event"), str):
            raise StoreError(
                f"{path} is damaged: line {number} is not a JSON object with an event. "
                "Take that line out, or take the file from a copy; the model itself is unharmed."
            )
        lines.append(line)
    return lines


def _whole(size: int, path: Path) -> int:
    """How many of the file's ``size`` bytes are whole lines."""
    with path.open("rb") as file:
        end = size
        while end > 0:
            start = max(0, end - 4096)
            file.seek(start)
            at = file.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
            end = start
    return 0


def plain(value: Any) -> Any:
    """``value`` in JSON's types: sequences as lists, numpy's numbers as Python's, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    raise TypeError(f"{type(value).__name__} has no JSON form")
