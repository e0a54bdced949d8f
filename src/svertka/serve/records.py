"""Records of commands that take memory and minutes: made in processes of their own, and kept."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Hashable
from dataclasses import dataclass, field

from svertka.errors import DataError
from svertka.serve.faults import Busy
from svertka.workbench.apart import PYTHON, reason_of

Key = tuple[Hashable, tuple[str, ...]]


@dataclass
class Records:
    """The last ``kept`` records, as JSON; ``at_once`` are made at a time, others are told ``busy``.

    Who asks for one that is being made waits for it.
    """

    busy: str
    at_once: int = 1
    kept: int = 8
    _making: dict[Key, asyncio.Task[bytes]] = field(default_factory=dict)
    _made: dict[Key, bytes] = field(default_factory=dict)

    async def of(self, *words: str, stamp: Hashable = None, again: bool = False) -> bytes:
        """What ``svertka WORDS`` says; another ``stamp``, or ``again``, has it made anew. Raises
        ``DataError`` with the command's own reason, and ``Busy``."""
        key = (stamp, words)
        if again:
            self._made.pop(key, None)
        if key in self._made:
            return self._made[key]
        if key not in self._making:
            if len(self._making) >= self.at_once:
                raise Busy(self.busy, after=5)
            task = self._making[key] = asyncio.create_task(_said(words))
            task.add_done_callback(lambda task: self._ended(key, task))
        # A page that is closed ends nothing: the next one finds it.
        return await asyncio.shield(self._making[key])

    def _ended(self, key: Key, task: asyncio.Task[bytes]) -> None:
        self._making.pop(key, None)
        if not task.cancelled() and task.exception() is None:
            self._made[key] = task.result()
            while len(self._made) > self.kept:
                self._made.pop(next(iter(self._made)))


async def _said(words: tuple[str, ...]) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *PYTHON,
        *words,
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
        raise DataError(reason_of(child.returncode, told.decode("utf-8", "replace").splitlines()))
    return said
