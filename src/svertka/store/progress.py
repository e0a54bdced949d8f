"""``progress.json``: where a run stands while it is trained, or how it was broken off.

It is for those who watch, in this process or another; nothing that is computed depends on it, so a
disk that refuses it is no error. A finished run has none.
"""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from svertka.store.atomic import TEMPORARY, utf8
from svertka.store.lock import holder
from svertka.store.metrics import plain

PROGRESS = "progress.json"
State = Literal["training", "paused", "finished", "failed", "unfinished"]
_MOMENT = 0.002  # seconds
_MOST = 1 << 20  # bytes; a larger file is none of ours


@dataclass(frozen=True)
class Standing:
    """Where a run stands: its ``process`` while it is trained (0 where nobody knows which), the
    last ``event`` that was told, and the ``error`` that broke it off."""

    state: State
    process: int | None = None
    event: dict[str, Any] | None = None
    error: str = ""


def write_progress(folder: Path, state: State, **more: Any) -> None:
    """Write ``progress.json``, whole or not at all.

    The old one goes first: to rename a file over another makes some file systems (ext4) write it
    to the disk at once, which takes milliseconds. So for a moment there is none.
    """
    value = {"kind": "progress", "format": 1, "state": state, **more}
    temporary = folder / f".{PROGRESS}.{secrets.token_hex(4)}{TEMPORARY}"
    try:
        temporary.write_bytes(utf8(json.dumps(plain(value), ensure_ascii=False)))
        (folder / PROGRESS).unlink(missing_ok=True)
        temporary.replace(folder / PROGRESS)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_progress(folder: Path) -> dict[str, Any]:
    """What ``write_progress`` wrote; nothing where there is none, or something else."""
    try:
        with (folder / PROGRESS).open("rb") as file:
            value = json.loads(file.read(_MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) and value.get("kind") == "progress" else {}


def standing(folder: Path, *, finished: bool) -> Standing:
    """Where the run in ``folder`` stands, by its files and its lock alone.

    ``finished`` says whether it has its scores. A run whose process died without a word is
    unfinished.
    """
    process = holder(folder)
    if process is None and finished:
        return Standing("finished")
    told = read_progress(folder)
    if process is not None and not told:  # it may be the moment in which it is replaced
        time.sleep(_MOMENT)
        told = read_progress(folder)
    event = told.get("event")
    event = event if isinstance(event, dict) else None
    if process is not None:
        return Standing("training", process, event)
    state = told.get("state")
    if state == "failed":
        return Standing("failed", None, event, str(told.get("error", "")))
    return Standing("paused" if state == "paused" else "unfinished", None, event)
