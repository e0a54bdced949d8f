"""What all routes share: the chosen folders, and turns at what takes a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from svertka.serve.datasets import Datasets
from svertka.serve.faults import Busy
from svertka.serve.insides import Insides
from svertka.serve.jobs import Job, Jobs
from svertka.serve.networks import Networks
from svertka.serve.places import Places
from svertka.serve.records import Records
from svertka.serve.standings import Standings
from svertka.serve.uploads import Uploads


class Turns:
    """``at_once`` may compute; ``waiting`` others wait for ``seconds`` at most, the rest is told to
    come back: 50 networks that run at once end later, all of them, than two at a time."""

    def __init__(self, at_once: int = 2, waiting: int = 48, seconds: float = 30.0) -> None:
        self._free, self._most, self._seconds = asyncio.Semaphore(at_once), waiting, seconds
        self._waiting = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Compute in the block; raises ``Busy``."""
        if self._waiting >= self._most:
            raise Busy("Too much is computed at once.")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise Busy("Too much is computed at once.", after=5) from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()


@dataclass(frozen=True)
class Studio:
    """One studio: ``places`` has the runs, ``data`` are the folders with data, ``jobs`` the
    trainings that it began, ``comparing`` its comparisons, ``standings`` what is known of all;
    ``checks`` and ``surveys`` are records of commands that take their time."""

    places: Places
    data: tuple[Path, ...] = ()
    turns: Turns = field(default_factory=Turns)
    # An experiment takes the whole machine, if only for a second.
    lesson: Turns = field(default_factory=lambda: Turns(at_once=1))
    jobs: Jobs = field(default_factory=Jobs)
    insides: Insides = field(default_factory=Insides)
    uploads: Uploads = field(default_factory=Uploads)
    comparing: Jobs = field(default_factory=lambda: Jobs(most=1))
    checks: Records = field(
        default_factory=lambda: Records("Two checks are running already.", at_once=2)
    )
    surveys: Records = field(  # of some MB
        default_factory=lambda: Records("A survey is being made already.", kept=4)
    )

    @cached_property
    def datasets(self) -> Datasets:
        """The data that are offered."""
        return Datasets(self.data)

    @cached_property
    def networks(self) -> Networks:
        """The networks that can be looked into."""
        return Networks(self.places)

    @cached_property
    def standings(self) -> Standings:
        """The runs of the folder of runs."""
        return Standings(self.places.runs)

    def pause_all(self) -> list[Job]:
        """Pause everything that was begun here, and do not wait for it."""
        return [*self.jobs.pause_all(), *self.comparing.pause_all()]

    def folder(self, name: str) -> Path:
        """The folder of a run, begun or on its way; raises ``NotHere``."""
        on_its_way = [job.folder for job in self.jobs.lost() if job.folder.name == name]
        return on_its_way[0] if on_its_way else self.places.run(name).path


def _of(connection: HTTPConnection) -> Studio:
    found: Studio = connection.app.state.studio
    return found


# In a route: ``def look(here: Here, ...)``
Here = Annotated[Studio, Depends(_of)]


async def _turn(here: Here) -> AsyncIterator[None]:
    async with here.turns.taken():
        yield


# For a route that computes for more than a moment: ``@router.post(..., dependencies=[Turn])``
Turn = Depends(_turn, scope="function")
