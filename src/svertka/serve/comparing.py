"""Comparisons: the list, one of them while it works, its result; begun, stopped, continued."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from svertka.serve.comparisons import folders, is_begun, line_of, lost_of, progress_of
from svertka.serve.data import Sets
from svertka.serve.jobs import Jobs, check_unended
from svertka.serve.places import NotHere, shown, within
from svertka.serve.studio import Here, Studio, Turn
from svertka.serve.wishes import Length, NetText, check_net
from svertka.store import RunFolder
from svertka.workbench.asked import checked
from svertka.workbench.comparison import Comparison
from svertka.workbench.run import Run

router = APIRouter(prefix="/api/comparisons")

_MOST_NETS, _MOST_SEEDS = 40, 100


class Wish(Length):
    """A comparison to begin: as ``svertka compare`` takes it, ``data`` by its id."""

    data: str
    nets: Annotated[list[NetText], Field(max_length=_MOST_NETS)]
    seeds: Annotated[int, Field(ge=1, le=_MOST_SEEDS)] = 3


def _jobs(here: Here) -> Jobs:
    return here.comparing


Comparing = Annotated[Jobs, Depends(_jobs)]


@router.get("")
def listed(here: Here, jobs: Comparing) -> list[dict[str, Any]]:
    """All comparisons, the newest first; those that failed before they were begun, too."""
    found = [line_of(folder, jobs) for folder in folders(here.places.runs)]
    return [lost_of(folder, jobs) for folder in _lost(jobs)] + found


@router.post("", status_code=201)
def begin(wish: Wish, here: Here, sets: Sets, jobs: Comparing) -> dict[str, str]:
    """Begin a comparison in a process of its own."""
    offer, words = sets.find(wish.data), _words(wish)
    folder = RunFolder.create(f"compare-{offer.name}", root=here.places.runs).path
    said = ["compare", f"--out={folder}", "--quiet", *words, "--", offer.source, *wish.nets]
    try:
        jobs.start(folder, said)
    except BaseException:
        folder.rmdir()
        raise
    return {"name": folder.name}


@router.get("/{name}")
def one(name: str, here: Here, jobs: Comparing) -> dict[str, Any]:
    """A comparison with the figures of each of its runs."""
    for folder in _lost(jobs):
        if folder.name == name:
            return {**lost_of(folder, jobs), "runs": []}
    return progress_of(_folder(here, name), jobs)


@router.get("/{name}/report", dependencies=[Turn])
def report(name: str, here: Here) -> dict[str, Any]:
    """What the report's page draws."""
    return Comparison.open(_folder(here, name)).to_dict()


@router.get("/{name}/runs/{run}", dependencies=[Turn])
def report_of_run(name: str, run: str, here: Here) -> dict[str, Any]:
    """The report of one run of a comparison."""
    path = within(_folder(here, name), run, deep=False)
    if path is None or not path.is_dir():
        raise NotHere(f"There is no run {shown(run)} in {name}.")
    return Run.open(path).to_dict()


@router.post("/{name}/stop", status_code=202)
def stop(name: str, here: Here, jobs: Comparing) -> dict[str, str]:
    """Let the present training save what it has, and end."""
    jobs.pause(_unended(name, here, jobs))
    return {"name": name}


@router.post("/{name}/continue", status_code=202)
def go_on(name: str, here: Here, jobs: Comparing) -> dict[str, str]:
    """Go on with a comparison that was stopped; what failed is tried again."""
    folder = _unended(name, here, jobs)
    jobs.start(folder, ["resume", "--quiet", "--", str(folder)])
    return {"name": name}


def _unended(name: str, here: Studio, jobs: Jobs) -> Path:
    """The folder of a comparison with something left to train."""
    folder = _folder(here, name)
    check_unended(line_of(folder, jobs))
    return folder


def _lost(jobs: Jobs) -> list[Path]:
    """The folders of comparisons that are on their way, or failed before they had begun."""
    return [job.folder for job in jobs.lost() if not is_begun(job.folder)]


def _folder(here: Studio, name: str) -> Path:
    folder = here.places.run(name).path
    if not is_begun(folder):
        raise NotHere(f"There is no comparison {shown(name)} in {here.places.runs.name}/.")
    return folder


def _words(wish: Wish) -> list[str]:
    """The options of ``svertka compare``, checked before a process is begun."""
    for net in checked(wish.nets, wish.seeds):
        check_net(net)
    return [f"--seeds={wish.seeds}", *wish.words()]
