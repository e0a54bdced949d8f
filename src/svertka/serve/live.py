"""A run as it goes on, whoever trains it: its files are followed, nobody else is asked."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.concurrency import run_in_threadpool

from svertka.serve.places import NotHere
from svertka.serve.standings import line_of
from svertka.serve.studio import Here, Studio
from svertka.store import RunFolder

router = APIRouter()

_OFTEN = 0.5  # seconds between two looks
_SLOW = 10.0  # seconds that a client may take for a message
_QUIET = ("flow",)  # lines that grow with the layers: the report has them


@dataclass
class Follower:
    """What is new in a run's folder since it was last asked."""

    run: RunFolder
    studio: Studio
    _read: int = 0
    _inode: int = 0
    _said: Any = None
    _event: Any = None

    def news(self) -> list[dict[str, Any]]:
        """First everything so far, then what came since; the run's state after its lines."""
        first = self._said is None
        lines = [line for line in self._lines() if line.get("event") not in _QUIET]
        state = line_of(self.run, self.studio.jobs)
        event = state.pop("event")
        if state != self._said:
            self._said = state
            lines.append({"event": "state", **state})
        if event and event != self._event:
            # A run that goes on repeats steps, so a smaller number may be the newer one; but of
            # what has come since the last look the step before the end of an epoch comes first.
            came = [line["step"] for line in lines if "step" in line and not first]
            lines.insert(0 if event.get("step", 0) < max(came, default=0) else len(lines), event)
        self._event = event
        return lines

    def _lines(self) -> list[dict[str, Any]]:
        """The whole lines of ``metrics.jsonl`` that were not read yet."""
        try:
            with (self.run.path / "metrics.jsonl").open("rb") as file:
                status = os.fstat(file.fileno()).st_ino
                if status != self._inode:  # another file: begin anew
                    self._inode, self._read = status, 0
                file.seek(self._read)
                data = file.read()
        except OSError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        found = []
        for raw in whole.splitlines():
            try:
                line = json.loads(raw)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict):
                found.append(line)
        return found


@router.websocket("/api/runs/{name}/live")
async def live(socket: WebSocket, name: str, here: Here) -> None:
    """Tell of a run until the client leaves: epochs, steps, states, as they are written."""
    try:
        folder = here.folder(name)
    except NotHere as error:
        await socket.accept()
        await socket.send_json({"event": "gone", "error": str(error)})
        await socket.close(4404)
        return
    await socket.accept()
    gone = asyncio.create_task(_until_gone(socket))
    follower = Follower(RunFolder(folder), here)
    try:
        while not gone.done():
            for line in await run_in_threadpool(follower.news):
                async with asyncio.timeout(_SLOW):
                    await socket.send_json(line)
            await asyncio.wait([gone], timeout=_OFTEN)
    except (WebSocketDisconnect, RuntimeError, TimeoutError):
        pass  # it has gone, or does not read
    finally:
        gone.cancel()


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
