"""What every layer makes of a drawing, while it is drawn.

The client sends the canvas, ``SIDE`` x ``SIDE`` bytes, 0 for no ink; the answer is the length of a
JSON header (4 bytes, little-endian), the header, and the maps as signed bytes: a layer's maps
follow each other in C order, 127 stands for the layer's ``most``. How many maps of what size there
are was told once, as JSON, when the socket opened.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from PIL import Image
from starlette.concurrency import run_in_threadpool

from svertka.errors import SvertkaError, UsageError
from svertka.look.kinds import kind_of
from svertka.look.subject import Subject
from svertka.look.watch import Call
from svertka.runtime import one_thread
from svertka.serve.faults import Busy
from svertka.serve.studio import Here

router = APIRouter()

SIDE = 28
LARGEST = 128  # pixels a side of what a drawing may be enlarged to
MOST_MAPS, MOST_CELLS = 64, 512  # of a layer with places, and of one without
_MOVING = ("drop", "flatten", "identity")  # nothing to see: the numbers are those before
_ANSWERS = 10
Bytes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Seen:
    """One layer's maps (maps, rows, columns) for a drawing."""

    name: str
    kind: str
    count: int
    most: float
    maps: Bytes


@router.websocket("/api/draw")
async def draw(socket: WebSocket, here: Here, run: str = "", net: str = "") -> None:
    """Answer drawings until the client leaves; one at a time, so nobody is ahead of the answers."""
    await socket.accept()

    def answer(canvas: npt.NDArray[np.uint8]) -> tuple[list[Seen], list[dict[str, Any]], Any]:
        with here.networks.opened(run, net) as subject:
            return *layers_of(subject, canvas), described(subject)

    try:
        blank = np.zeros((SIDE, SIDE), np.uint8)
        seen, answers, about = await run_in_threadpool(answer, blank)
        await socket.send_json({"event": "ready", **about, "layers": [_shape(one) for one in seen]})
        while True:
            canvas = canvas_of(await socket.receive_bytes())
            try:
                async with here.turns.taken():
                    seen, answers, _ = await run_in_threadpool(answer, canvas)
            except Busy as error:
                await socket.send_json({"event": "busy", "error": str(error)})
                continue
            await socket.send_bytes(frame(seen, answers))
    except SvertkaError as error:
        await socket.send_json({"event": "failed", "error": str(error)})
        await socket.close(4422)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        pass  # it has gone, or sent text instead of a drawing


def canvas_of(data: bytes) -> npt.NDArray[np.uint8]:
    """The drawing (SIDE, SIDE) that a client sent; raises ``UsageError``."""
    if len(data) != SIDE * SIDE:
        raise UsageError(f"{len(data)} bytes came. Expected {SIDE} x {SIDE}: a byte for each cell.")
    return np.frombuffer(data, np.uint8).reshape(SIDE, SIDE)


def described(subject: Subject) -> dict[str, Any]:
    """What the page has to know of a network before it shows drawings."""
    height, width = subject.shape[1:] if subject.shape else (SIDE, SIDE)
    return {"name": subject.name, "side": SIDE, "size": [height, width]}


def layers_of(
    subject: Subject, canvas: npt.NDArray[np.uint8]
) -> tuple[list[Seen], list[dict[str, Any]]]:
    """What the layers make of a drawing, in the order in which they run, and the likeliest answers.

    Raises ``UsageError`` where the network does not take small pictures.
    """
    contract = subject.contract
    if contract is None or len(contract.size) != 2 or max(contract.size) > LARGEST:
        raise UsageError(
            f"{subject.name} takes pictures that are too large to be drawn. Expected at most "
            f"{LARGEST}x{LARGEST} pixels; `svertka look` takes any picture."
        )
    size = contract.size
    drawn = canvas
    if size != canvas.shape:
        image = Image.fromarray(canvas).resize(size[::-1], Image.Resampling.BILINEAR)
        drawn = np.asarray(image)
    picture = np.repeat(drawn[..., None], contract.channels, axis=2)
    found: list[Seen] = []
    answers: list[dict[str, Any]] = []

    def take(call: Call) -> None:
        if call.name == "":
            answers.extend(_answers(subject, call))
        elif (seen := _seen(call)) is not None:
            found.append(seen)

    view = subject.view(picture)
    with one_thread():
        subject.calls(view.x, [*subject.layers, ""], on_call=take)
    return found, answers


def frame(seen: list[Seen], answers: list[dict[str, Any]]) -> bytes:
    """One binary message: what the page paints."""
    header = {"answer": answers, "most": [one.most for one in seen]}
    told = json.dumps(header, separators=(",", ":")).encode()
    return b"".join([len(told).to_bytes(4, "little"), told, *(one.maps.tobytes() for one in seen)])


def _seen(call: Call) -> Seen | None:
    values = call.output[0].float()
    if values.dim() not in (1, 3) or not values.numel() or kind_of(call.module) in _MOVING:
        return None
    cells = values[:MOST_MAPS] if values.dim() == 3 else values[None, None, :MOST_CELLS]
    shown = cells.cpu().numpy()
    most = float(np.abs(shown).max())
    maps = np.rint(shown * (127 / most if most else 0)).astype(np.int8)
    return Seen(call.name, kind_of(call.module), len(values), most, maps)


def _shape(one: Seen) -> dict[str, Any]:
    return {"name": one.name, "kind": one.kind, "count": one.count, "shape": list(one.maps.shape)}


def _answers(subject: Subject, call: Call) -> list[dict[str, Any]]:
    shares = subject.probabilities(call.output)[0]
    order = np.argsort(-shares, kind="stable")[:_ANSWERS] if len(shares) > _ANSWERS else None
    places = range(len(shares)) if order is None else order.tolist()
    return [{"class": subject.classes[i], "probability": float(shares[i])} for i in places]
