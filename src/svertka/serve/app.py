"""The studio as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from svertka import __version__, page
from svertka.data.builtin import BUILTIN
from svertka.serve import (
    comparing,
    data,
    drawing,
    lessons,
    live,
    looking,
    nets,
    pictures,
    runs,
)
from svertka.serve.faults import bare
from svertka.serve.jobs import end
from svertka.serve.places import Places
from svertka.serve.quiet import Quiet
from svertka.serve.studio import Here, Studio

# Each file of routes has a ``router``; the order is that of the studio's screens.
ROUTES = (nets, runs, live, data, drawing, pictures, looking, comparing, lessons)


def create_app(folder: Path, data_folders: Iterable[Path] = ()) -> FastAPI:
    """The studio over a ``folder`` of runs and folders of data."""
    studio = Studio(Places(folder), tuple(data_folders))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        end(studio.pause_all())

    app = bare(lifespan)
    app.add_middleware(Quiet)
    app.state.studio, app.state.closing = studio, studio.pause_all
    app.add_api_route("/", _page, methods=["GET"], response_class=HTMLResponse)
    app.add_api_route("/api/state", _state, methods=["GET"])
    for routes in ROUTES:
        app.include_router(routes.router)
    return app


def _page() -> HTMLResponse:
    return HTMLResponse(page.studio())


def _state(here: Here) -> dict[str, Any]:
    """What there is before anything is chosen."""
    return {
        "svertka": __version__,
        "runs": here.places.runs.resolve().name,
        "languages": ["ru", "en"],
        "built_in": [item.name for item in BUILTIN],
        "data": [root.resolve().name for root in here.data],
    }
