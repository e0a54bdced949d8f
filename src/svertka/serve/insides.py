"""Filters and maps of a run while it learns."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from svertka.serve.faults import Conflict
from svertka.store import RunFolder
from svertka.workbench.inside import Seen, inside, watched

_KEPT = 8  # runs


@dataclass
class Insides:
    """The last records, and the pictures by which each run is watched: they are read once."""

    _seen: dict[Path, tuple[str, Seen]] = field(default_factory=dict)
    _last: dict[Path, tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, run: RunFolder) -> dict[str, Any]:
        """The record of the newest weights; raises ``Conflict`` where there are none yet."""
        if not run.finished and not run.has_checkpoint:
            raise Conflict(f"{run.name} has no weights yet.")
        with self._lock:  # many tabs ask for the same: it is made once
            stamp = _stamp(run)
            known = self._last.get(run.path)
            if known is not None and known[0] == stamp:
                return known[1]
            record = inside(run, self._pictures(run)).to_dict()
            _keep(self._last, run.path, (stamp, record))
            return record

    def _pictures(self, run: RunFolder) -> Seen:
        key = run.load_start().key
        known = self._seen.get(run.path)
        if known is not None and known[0] == key:
            return known[1]
        seen = watched(run)
        _keep(self._seen, run.path, (key, seen))
        return seen


def _keep(kept: dict[Path, Any], path: Path, value: Any) -> None:
    kept.pop(path, None)
    kept[path] = value
    while len(kept) > _KEPT:
        kept.pop(next(iter(kept)))


def _stamp(run: RunFolder) -> tuple[int, ...]:
    """Another whenever there are newer weights."""
    files = ("run.json", "model.json", "checkpoint/state.json")
    found = (run.path / name for name in files)
    return tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in found)
