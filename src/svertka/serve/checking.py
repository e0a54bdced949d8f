"""``svertka check`` in a process of its own: a large folder takes memory and minutes."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from typing import Any

from svertka.errors import DataError
from svertka.serve.faults import Busy
from svertka.workbench.apart import PYTHON, reason_of

AT_ONCE = 2
_KEPT = 8  # records that are kept


@dataclass
class Checks:
    """The checks that run, and the last records; who asks for the same one waits for it."""

    _running: dict[str, asyncio.Task[dict[str, Any]]] = field(default_factory=dict)
    _done: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def of(self, source: str, *, again: bool = False) -> dict[str, Any]:
        """The record of ``svertka check SOURCE``; raises ``DataError``, and ``Busy`` where others
        are being made."""
        if again:
            self._done.pop(source, None)
        if source in self._done:
            return self._done[source]
        if source not in self._running:
            if len(self._running) >= AT_ONCE:
                raise Busy(f"{AT_ONCE} checks are running already.", after=5)
            task = self._running[source] = asyncio.create_task(_check(source))
            task.add_done_callback(lambda task: self._ended(source, task))
        return await asyncio.shield(self._running[source])  # a page that is closed ends nothing

    def _ended(self, source: str, task: asyncio.Task[dict[str, Any]]) -> None:
        self._running.pop(source, None)
        if not task.cancelled() and task.exception() is None:
            self._done[source] = task.result()
            while len(self._done) > _KEPT:
                self._done.pop(next(iter(self._done)))


async def _check(source: str) -> dict[str, Any]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *PYTHON,
        *("check", source, "--json"),
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
    record: dict[str, Any] = json.loads(said)
    return record
