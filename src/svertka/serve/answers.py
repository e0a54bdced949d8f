"""The prediction API: pictures in, classes with probabilities out, as ``svertka predict``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from svertka import __version__
from svertka.data.items import Item, Sent
from svertka.data.reading import read_items
from svertka.errors import DataError, UsageError
from svertka.predict import Predictions, Predictor
from svertka.predict.engine import EXACT, Engine
from svertka.predict.ensemble import Ensemble
from svertka.serve.batching import Batcher
from svertka.serve.faults import bare
from svertka.serve.studio import Turns

MOST = 128  # pictures of one request
_FIELDS = 8  # of a form, beside its pictures


def create_answers(predictor: Predictor | Ensemble, name: str) -> FastAPI:
    """An application that answers by ``predictor``: POST /predict, and GET / says by what."""
    turns = Turns(at_once=4, waiting=64)  # decoding
    batch = predictor.batch if isinstance(predictor, Predictor) else predictor.members[0].batch
    batcher = Batcher(predictor.probabilities, batch=batch)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await batcher.start()
        yield
        await batcher.end()

    app = bare(lifespan)

    @app.get("/")
    def about() -> dict[str, Any]:
        """What answers here."""
        contract = predictor.contract
        return {
            "svertka": __version__,
            "name": name,
            "classes": list(predictor.classes),
            "task": contract.task,
            "input": {"channels": contract.channels, "size": list(contract.size)},
            "engine": _engine(predictor).to_dict(),
            "predict": "POST /predict with a picture as the body, or up to "
            f"{MOST} pictures as multipart/form-data",
        }

    @app.post("/predict")
    async def predict(request: Request) -> dict[str, Any]:
        """Answers for the pictures of a request."""
        items = await _sent(request)
        async with turns.taken():
            pictures, problems = await run_in_threadpool(read_items, items, predictor.contract)
        if not len(pictures):
            reasons = "\n".join(f"  {problem}" for problem in problems[:5])
            raise DataError(f"No picture can be read:\n{reasons}")
        p = await batcher.answers(pictures.x)
        limits = predictor.thresholds
        found = Predictions.of(p, predictor.classes, tuple(pictures.ids), problems, limits)
        return replace(found, engine=_engine(predictor)).to_dict()

    return app


def _engine(predictor: Predictor | Ensemble) -> Engine:
    return predictor.engine if isinstance(predictor, Predictor) else EXACT


async def _sent(request: Request) -> list[Item]:
    """The pictures of a request: the files of a form, or its body."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return [Sent("picture", await request.body())]
    items: list[Item] = []
    async with request.form(max_files=MOST, max_fields=_FIELDS) as form:
        for _, value in form.multi_items():
            if isinstance(value, UploadFile):
                name = value.filename or f"picture {len(items) + 1}"
                items.append(Sent(name, await value.read()))
    if not items:
        raise UsageError("The form holds no files. Expected pictures: curl -F picture=@FILE ...")
    return items
