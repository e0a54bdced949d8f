"""Comparisons in the folder of runs: where they stand, and how far each of their runs is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from svertka.errors import StoreError
from svertka.serve.jobs import Jobs
from svertka.store import RunFolder
from svertka.store.progress import standing
from svertka.workbench.asked import RESULT, Asked, read_asked
from svertka.workbench.report import curve, stored_scores
from svertka.workbench.several import ended


def folders(runs: Path) -> Iterator[Path]:
    """The folders of comparisons, the newest first."""
    found = [path.parent for path in runs.glob(f"*/{Asked.file}")]
    yield from sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def is_begun(folder: Path) -> bool:
    """Whether a folder says what is compared in it."""
    return (folder / Asked.file).is_file()


def line_of(folder: Path, jobs: Jobs) -> dict[str, Any]:
    """A comparison as a list has it; one that cannot be read says why."""
    now = jobs.standing(folder, finished=(folder / RESULT).is_file())
    try:
        asked = read_asked(folder, Asked)
    except StoreError as error:
        return nothing_of(folder, "failed", str(error))
    runs = [run for _, _, run in asked.runs(folder)]
    return {
        "name": folder.name,
        "folder": str(folder),
        "state": now.state,
        "reason": now.error or None,
        "created": asked.created,
        "command": asked.command,
        "source": asked.source,
        "nets": list(asked.nets),
        "seeds": asked.seeds,
        "epochs": asked.epochs,
        "budget": asked.budget,
        "done": sum(map(ended, runs)),
        "runs_in_all": len(runs),
    }


def lost_of(folder: Path, jobs: Jobs) -> dict[str, Any]:
    """A comparison on its way, or failed before it had written what it compares."""
    now = jobs.standing(folder, finished=False)
    return nothing_of(folder, now.state, now.error)


def nothing_of(folder: Path, state: str, reason: str) -> dict[str, Any]:
    """A comparison of which no more is known."""
    return {
        "name": folder.name,
        "folder": str(folder),
        "state": state,
        "reason": reason or None,
        "created": None,
        "nets": [],
        "done": 0,
        "runs_in_all": 0,
    }


def progress_of(folder: Path, jobs: Jobs) -> dict[str, Any]:
    """A comparison with the history of each of its runs, in the order of training."""
    asked = read_asked(folder, Asked)
    runs = [_run(asked.nets.index(net), net, seed, run) for net, seed, run in asked.runs(folder)]
    return {**line_of(folder, jobs), "runs": runs}


def _run(place: int, net: str, seed: int, run: RunFolder) -> dict[str, Any]:
    begun = (run.path / "run.json").is_file()
    finished = run.finished and stored_scores(run) is not None
    now = standing(run.path, finished=finished) if begun else None
    return {
        "place": place,
        "net": net,
        "seed": seed,
        "folder": run.name,
        "state": now.state if now else None,
        "reason": (now.error or None) if now else None,
        "event": now.event if now else None,
        "history": curve(run.history()),
    }
