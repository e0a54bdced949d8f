"""What all routes share: the chosen folders, the trainings, the uploaded pictures, the turns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from svertka.serve.places import Places


@dataclass(frozen=True)
class Studio:
    """One studio: ``places`` has the runs, ``data`` are the folders with data."""

    places: Places
    data: tuple[Path, ...] = ()


def _of(connection: HTTPConnection) -> Studio:
    found: Studio = connection.app.state.studio
    return found


# In a route: ``def look(here: Here, ...)``
Here = Annotated[Studio, Depends(_of)]
