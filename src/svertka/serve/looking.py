"""Routes of the look screen: what can be looked into, one picture's way, all pictures of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from svertka.data import Pictures
from svertka.data.decode import ENDINGS
from svertka.errors import DataError, UsageError
from svertka.look.subject import Subject
from svertka.serve.networks import Networks, written
from svertka.serve.studio import Here, Turn
from svertka.workbench.looking import Look, look_at
from svertka.workbench.pictures import sprite

router = APIRouter(prefix="/api/look")

_OFFERED = 24  # pictures of a run's data at once
_SIDE = 48  # pixels
_LONGEST = 120  # signs of a picture's name

Row = Annotated[int | None, Query(ge=0)]
Start = Annotated[int, Query(alias="from", ge=0)]


@router.get("")
def subjects() -> dict[str, Any]:
    """The nets of the catalogue that can be looked into; /api/runs has the runs."""
    return {"nets": Networks.at_hand()}


@router.get("/pictures", dependencies=[Turn])
def pictures(here: Here, run: str, start: Start = 0) -> dict[str, Any]:
    """Some of the pictures that a run has not learned, from one on."""
    part, _, name = here.networks.unlearned(run)
    with here.networks.opened(run, "") as subject:
        classes = subject.classes
    rows = np.arange(min(start, len(part)), min(start + _OFFERED, len(part)))
    image, size, columns = sprite(part.take(rows), _SIDE)
    return {
        "part": name,
        "n": len(part),
        "rows": rows.tolist(),
        "ids": [part.ids[row] for row in rows.tolist()],
        "labels": [classes[part.numbers[row]] for row in rows.tolist()],
        "thumbnails": {"image": image, "size": list(size), "columns": columns},
    }


@router.post("", dependencies=[Turn])
async def look(
    request: Request,
    here: Here,
    run: str = "",
    net: str = "",
    row: Row = None,
    picture: str = "",
    name: Annotated[str, Query(max_length=_LONGEST)] = "",
    heat: bool = False,
) -> Response:
    """The payload of ``svertka look``: of picture number ``row`` of those that ``run`` has not
    learned, of the ``picture`` that was sent before, or of the file in the body, called ``name``.
    """
    sent = here.uploads.get(picture) if picture else None
    body = sent.data if sent else b"" if row is not None else await request.body()
    called = sent.name if sent else name

    def made() -> bytes:
        part = None if row is None else here.networks.unlearned(run).pictures
        with here.networks.opened(run, net) as subject:
            if part is None or row is None:
                found = _of_file(subject, body, called, heat)
            else:
                found = _of_row(subject, part, row, heat)
        return json.dumps(found.to_dict(), allow_nan=False).encode()

    return Response(await run_in_threadpool(made), media_type="application/json")


@router.get("/survey")
async def survey(here: Here, run: str, beside: str = "") -> Response:
    """The payload of ``svertka look RUN``, made in a process of its own; it takes a minute."""
    folders = [here.places.run(one).path for one in (run, beside) if one]
    others = [f"--beside={folder}" for folder in folders[1:]]
    stamp = tuple(written(folder) for folder in folders)
    said = await here.surveys.of("look", *others, "--json", "--", str(folders[0]), stamp=stamp)
    return Response(said, media_type="application/json")


def _of_row(subject: Subject, part: Pictures, row: int, heat: bool) -> Look:
    if row >= len(part):
        raise UsageError(f"Picture {row} of {len(part)} was asked for; they count from 0.")
    found = look_at(subject, part.take([row])[0], heat=heat)
    return replace(found, picture=part.ids[row])


def _of_file(subject: Subject, body: bytes, name: str, heat: bool) -> Look:
    if not body:
        raise UsageError("No picture came. Send a picture file, or the number of one of the run's.")
    ending = Path(name).suffix.lower()
    with TemporaryDirectory(prefix="svertka-") as folder:
        path = Path(folder) / f"picture{ending if ending in ENDINGS else '.png'}"
        path.write_bytes(body)
        try:
            found = look_at(subject, path, heat=heat)
        except DataError as error:
            told = str(error).replace(str(path), name or "the picture")
            raise DataError(told) from error
    return replace(found, picture=name, command="")
