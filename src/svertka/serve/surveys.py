"""``svertka look RUN`` in a process of its own: it takes memory and a minute."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path

from svertka.errors import DataError
from svertka.serve.faults import Busy, Conflict
from svertka.workbench.apart import PYTHON, reason_of

_KEPT = 4  # payloads of some MB
Key = tuple[tuple[str, int], ...]


@dataclass
class Surveys:
    """One survey is made at a time; the last ones are kept. Who asks for the same waits for it."""

    _running: dict[Key, asyncio.Task[bytes]] = field(default_factory=dict)
    _done: dict[Key, bytes] = field(default_factory=dict)

    async def of(self, *runs: Path) -> bytes:
        """The JSON of the survey of the first of ``runs``, the others beside it; raises
        ``Conflict`` where one has no network yet, ``DataError``, ``Busy``."""
        key = tuple((str(run), _stamp(run)) for run in runs)
        if key not in self._done:
            if key not in self._running:
                if self._running:
                    raise Busy("A survey is being made already.", after=10)
                task = self._running[key] = asyncio.create_task(_made(runs))
                task.add_done_callback(lambda _: self._running.pop(key, None))
            # A page that is closed ends nothing: the next one finds it.
            self._done[key] = await asyncio.shield(self._running[key])
            while len(self._done) > _KEPT:
                self._done.pop(next(iter(self._done)))
        return self._done[key]


def _stamp(run: Path) -> int:
    try:
        return (run / "model.safetensors").stat().st_mtime_ns
    except OSError:
        raise Conflict(f"{run.name} has no network before its training has ended.") from None


async def _made(runs: tuple[Path, ...]) -> bytes:
    beside = [f"--beside={run}" for run in runs[1:]]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *PYTHON,
        *("look", *beside, "--json", "--", str(runs[0])),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, told = await child.communicate()
    except asyncio.CancelledError:  # the studio ends
        child.kill()
        raise
    if child.returncode:
        lines = told.decode("utf-8", "replace").splitlines()
        raise DataError(reason_of(child.returncode, lines))
    return said
