"""A run that goes on: where it was stopped by hand, or where torchrun begins anew after a death."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from svertka import runtime
from svertka.data import Dataset, open_data
from svertka.data.grouping import Cut
from svertka.data.opening import Source
from svertka.errors import DataError, SvertkaError, UsageError
from svertka.look.flow import Recorder
from svertka.store import RunFolder, RunStart, list_runs
from svertka.train import fit, resume
from svertka.train.events import ignore
from svertka.train.processes import here, joined
from svertka.workbench.beginning import in_form
from svertka.workbench.finishing import finish, recipe_of
from svertka.workbench.report import stored_scores
from svertka.workbench.run import REPORT, Run
from svertka.workbench.telling import Telling, marked

OnEvent = Callable[[Any], None]


def claim(start: RunStart, out: str | Path | None) -> tuple[RunFolder, bool]:
    """The folder of a run, the same for all processes, and whether it has begun there already.

    It has where ``torchrun`` begins anew: then it is the latest run that was asked for the same.
    """

    def choose() -> dict[str, Any]:
        if runtime.place().restarts and (begun := _begun(start, out)):
            return {"path": str(begun.path), "begun": True}
        return {"path": str(RunFolder.create(start.name, out=out).path), "begun": False}

    chosen = here().told(choose)
    return RunFolder(Path(chosen["path"])), chosen["begun"]


def _begun(start: RunStart, out: str | Path | None) -> RunFolder | None:
    """The latest run that was asked for what ``start`` asks for; of ``out`` alone, if given."""
    mine = {"name", "created"}
    wanted = start.model_dump(exclude=mine)
    for folder in reversed(list_runs() if out is None else [RunFolder(Path(out))]):
        asked = (folder.path / "run.json").is_file()
        if asked and folder.load_start().model_dump(exclude=mine) == wanted:
            return folder
    return None


def go_on(folder: RunFolder, data: Source | Dataset | None, on_event: OnEvent | None) -> RunFolder:
    """Bring a stopped run to its end; one that has ended is left as it is."""
    with joined() as processes, writing(folder):
        stand = processes.told(lambda: _stand(folder))
        start = RunStart.model_validate(stand["start"])
        if stand["finished"]:
            if processes.first and not (folder.path / REPORT).is_file():
                Run(folder).write_report()  # killed before the last file of all
            return folder
        with processes.in_turn():
            dataset = same_data(start, data)
        tell = Telling(folder, on_event or ignore)
        if stand["checkpoint"]:
            fitted = resume(folder, dataset, on_event=tell, observe=Recorder(folder))
        else:  # stopped before the first checkpoint: nothing is lost by starting again
            net = start.net_name or start.net
            recipe = recipe_of(start)
            fitted = fit(
                dataset,
                net,
                recipe=recipe,
                folder=folder,
                on_event=tell,
                observe=Recorder(folder),
            )
        if processes.first:
            finish(folder, dataset, start, fitted)
    return folder


def _stand(folder: RunFolder) -> dict[str, Any]:
    """How far a run has come, as plain JSON."""
    return {
        "start": folder.load_start().model_dump(mode="json"),
        "finished": folder.finished and stored_scores(folder) is not None,
        "checkpoint": folder.has_checkpoint,
    }


@contextmanager
def writing(folder: RunFolder, *, new: bool = False) -> Iterator[None]:
    """Hold the folder while it is written, and say how to go on where that is broken off.

    A ``new`` run that fails before its first step leaves nothing.
    """
    try:
        if not here().first:
            yield
            return
        with folder.lock(), marked(folder):
            yield
    except KeyboardInterrupt:
        word = shlex.quote(str(folder.path))
        raise KeyboardInterrupt(f"Stopped. Go on: svertka resume {word}") from None
    except SvertkaError:
        if new and here().first:
            folder.take_back()
        raise
    except (MemoryError, RuntimeError) as error:
        if not _is_for_want_of_memory(error):
            raise
        raise SvertkaError(
            "The memory is not enough for this net and these pictures. A smaller net or smaller "
            "batches (--set batch=32) need less."
        ) from error


def _is_for_want_of_memory(error: Exception) -> bool:
    """torch has a class for that on a GPU alone; on a processor only the words tell."""
    kinds = (MemoryError, torch.OutOfMemoryError)
    return isinstance(error, kinds) or "can't allocate memory" in str(error)


def opened(source: Source, cut: Cut) -> Dataset:
    """The data set of a source, cut as asked."""
    return open_data(source, seed=cut.seed, group=cut.group, fold=cut.fold)


def same_data(start: RunStart, data: Source | Dataset | None) -> Dataset:
    """The data that the run was started with; raises ``DataError`` when it is another by now."""
    if data is None and not start.source:
        raise UsageError(
            f"The run {start.name} was trained on arrays in memory: give them again, "
            "Run.resume(path, data=(x, y))."
        )
    source = start.source if data is None else data
    cut = Cut(start.seed, group=start.group, fold=start.fold)
    dataset = source if isinstance(source, Dataset) else opened(source, cut)
    weights = recipe_of(start).weights
    if weights is not None:
        net = start.net_name or start.net
        dataset = in_form(source, dataset, net, weights, cut, margin=start.margin)
    if dataset.key != start.key:
        raise DataError(
            f"The pictures of {dataset.source} are not those that the run {start.name} was started "
            "with, so it cannot end as it would have. Bring them back, or train anew."
        )
    return dataset
