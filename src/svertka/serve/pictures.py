"""Pictures are sent here once, and then named by their id."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from svertka.serve.studio import Here
from svertka.serve.uploads import Upload

router = APIRouter(prefix="/api/pictures")

_NAME = 100  # signs; the end of a name tells more than its beginning


@router.post("", status_code=201)
async def send(request: Request, here: Here, name: str = "picture") -> dict[str, Any]:
    """Take one picture, the body as it is, and hold it for a while."""
    data = await request.body()  # before the turn: a slow sender keeps nobody waiting
    async with here.turns.taken():
        upload = await run_in_threadpool(Upload.of, data, name[-_NAME:] or "picture")
    here.uploads.add(upload)
    return upload.to_dict()


@router.get("/{id}")
def one(id: str, here: Here) -> dict[str, Any]:
    """A picture that was sent before."""
    return here.uploads.get(id).to_dict()
