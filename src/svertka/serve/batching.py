"""Requests that come together are answered together: one pass of the network for all that wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.serve.faults import Busy

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass
class _Waiting:
    x: Pixels
    answer: asyncio.Future[Floats]


class Batcher:
    """One network for many who ask: while it computes, the next batch gathers.

    ``answer`` turns pictures (N, H, W, C) into rows (N, K); ``batch`` pictures are answered at
    once, as many as have come, so nobody waits for company. Beyond ``most`` that wait, ``Busy``.
    """

    def __init__(self, answer: Callable[[Pixels], Floats], *, batch: int, most: int = 512) -> None:
        self.batch, self.most = batch, most
        self._answer = answer
        self._waiting: deque[_Waiting] = deque()
        self._there = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "answers")

    async def start(self) -> None:
        """Begin to answer."""
        self._worker = asyncio.create_task(self._work())

    async def end(self) -> None:
        """Answer nobody any more."""
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def answers(self, x: Pixels) -> Floats:
        """The rows for some pictures; raises ``Busy``."""
        if sum(len(one.x) for one in self._waiting) + len(x) > self.most:
            raise Busy(f"{self.most} pictures wait for an answer already.")
        mine = _Waiting(x, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        self._there.set()
        return await mine.answer

    async def _work(self) -> None:
        while True:
            await self._there.wait()
            self._there.clear()
            while together := self._next():
                await self._answer_all(together)

    def _next(self) -> list[_Waiting]:
        """Those who are answered next: the first, and as many more as make a batch."""
        together: list[_Waiting] = []
        count = 0
        while self._waiting and (not together or count + len(self._waiting[0].x) <= self.batch):
            one = self._waiting.popleft()
            if not one.answer.done():  # else it has gone meanwhile
                together.append(one)
                count += len(one.x)
        return together

    async def _answer_all(self, together: list[_Waiting]) -> None:
        x = np.concatenate([one.x for one in together])
        try:
            rows = await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, x)
        except Exception as error:  # noqa: BLE001 - told to each who asked; the next batch goes on
            for one in together:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        parts = np.split(rows, np.cumsum([len(one.x) for one in together])[:-1])
        for one, part in zip(together, parts, strict=True):
            if not one.answer.done():
                one.answer.set_result(part)
