"""Runs: the list, one run, its report; trainings begun, paused, continued and stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from svertka.errors import StoreError, UsageError
from svertka.nets.weights.known import known, known_nets
from svertka.serve.data import Sets
from svertka.serve.faults import Conflict
from svertka.serve.jobs import check_unended
from svertka.serve.places import within
from svertka.serve.standings import line_of, whole_of
from svertka.serve.studio import Here, Studio, Turn
from svertka.serve.wishes import Length, NetText, check_net
from svertka.store import RunFolder
from svertka.store.folder import safe_name
from svertka.train.origin import HOUSE_START, IMAGENET
from svertka.train.recipe import Metric
from svertka.workbench.limits import MOST_SEED
from svertka.workbench.run import Run

router = APIRouter(prefix="/api/runs")

_NAME = 60


class Asked(Length):
    """A training to begin: ``data`` is an id of /api/data, ``net`` a name or a text, ``weights``
    "imagenet", "none" or a run's name."""

    data: str
    net: NetText | None = None
    weights: str | None = None
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] = 0
    metric: Metric | None = None
    name: Annotated[str, Field(max_length=_NAME)] | None = None


@router.get("")
def listed(here: Here) -> list[dict[str, Any]]:
    """All runs, the newest first; what is on its way or failed before its first step, too."""
    return here.standings.listed(here.jobs)


@router.post("", status_code=201)
def begin(asked: Asked, here: Here, sets: Sets) -> dict[str, Any]:
    """Begin a training in a process of its own."""
    offer = sets.find(asked.data)
    words = _words(asked, here)
    folder = _claim(here.places.runs, asked.name, offer.name)
    try:
        said = ["train", f"--out={folder}", "--quiet", *words, "--", offer.source]
        here.jobs.start(folder, said)
    except BaseException:
        folder.rmdir()
        raise
    return {"name": folder.name}


@router.get("/{name}")
def one(name: str, here: Here) -> dict[str, Any]:
    """A run with the figures of its epochs."""
    return whole_of(RunFolder(here.folder(name)), here.jobs)


@router.get("/{name}/report", dependencies=[Turn])
def report(name: str, here: Here) -> dict[str, Any]:
    """What the report's page draws."""
    folder = here.places.run(name)
    if not folder.finished:
        raise Conflict(f"{name} has no report before its training has ended.")
    return Run(folder).to_dict()


@router.get("/{name}/inside", dependencies=[Turn])
def look_inside(name: str, here: Here) -> dict[str, Any]:
    """What the newest weights make of a few validation pictures, always the same."""
    return here.insides.of(here.places.run(name))


@router.post("/{name}/pause", status_code=202)
def pause(name: str, here: Here) -> dict[str, str]:
    """Let a training save what it has and end."""
    here.jobs.pause(_unended(name, here))
    return {"name": name}


@router.post("/{name}/stop", status_code=202)
def stop(name: str, here: Here) -> dict[str, str]:
    """The same, and where it does not end soon, end it."""
    here.jobs.stop(_unended(name, here))
    return {"name": name}


@router.post("/{name}/continue", status_code=202)
def go_on(name: str, here: Here) -> dict[str, str]:
    """Go on with a run that was paused or broken off."""
    folder = _unended(name, here)
    if not (folder / "run.json").is_file():
        raise Conflict(f"{name} cannot go on: it has no run.json.")
    here.jobs.start(folder, ["resume", "--quiet", "--", str(folder)])
    return {"name": name}


def _unended(name: str, here: Studio) -> Path:
    """The folder of a run with something left to train."""
    folder = here.folder(name)
    check_unended(line_of(RunFolder(folder), here.jobs))
    return folder


def _words(asked: Asked, here: Studio) -> list[str]:
    """The options of ``svertka train``, checked before a process is begun."""
    words = [f"--seed={asked.seed}", *asked.words()]
    if asked.net is not None:
        check_net(asked.net)
        words.append(f"--net={asked.net}")
    if asked.metric is not None:
        words.append(f"--metric={asked.metric}")
    return words + _weights(asked, here)


def _weights(asked: Asked, here: Studio) -> list[str]:
    """The weights to begin with: those at hand, nothing is downloaded and no file is named."""
    wanted = asked.weights
    if wanted is None:
        return []
    if wanted.lower() == IMAGENET:
        net = (asked.net or HOUSE_START).strip().lower()
        if net not in known_nets() or not known(net).at_hand():
            raise UsageError(
                f"The ImageNet weights of {net} are not on this machine, and the studio downloads "
                f"nothing. In a terminal: svertka train ... --net {net} --weights imagenet"
            )
        return ["--weights=imagenet"]
    if wanted.lower() == "none":
        return ["--weights=none"]
    return [f"--weights={here.places.run(wanted).path}"]


def _claim(runs: Path, name: str | None, data: str) -> Path:
    """A new folder for a run: ``name``, or the next free DATA-N."""
    if name is None:
        return RunFolder.create(data, root=runs).path
    if safe_name(name) != name or within(runs, name, deep=False) is None:
        raise UsageError(
            f"{name!r} cannot be the name of a run. Use letters, digits, points and dashes, "
            f"{_NAME} at most."
        )
    try:
        runs.mkdir(parents=True, exist_ok=True)
        (runs / name).mkdir()
    except FileExistsError:
        raise Conflict(f"There is a {name} already, and nothing is replaced.") from None
    except OSError as error:
        raise StoreError(f"{runs / name} cannot be made: {error.strerror}.") from error
    return runs / name
