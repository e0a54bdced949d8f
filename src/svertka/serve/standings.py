"""Runs as a list has them: what was asked, how far they are, what they reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from svertka.errors import StoreError
from svertka.serve.jobs import Jobs
from svertka.store import RunFolder, list_runs
from svertka.store.progress import PROGRESS

_FILES = ("run.json", "model.json", "metrics.jsonl", PROGRESS)


@dataclass
class Standings:
    """The runs of a folder; files that have not changed are not read again."""

    runs: Path
    _known: dict[Path, tuple[Any, dict[str, Any]]] = field(default_factory=dict)

    def listed(self, jobs: Jobs) -> list[dict[str, Any]]:
        """All runs, the newest first."""
        folders = [run for run in list_runs(self.runs) if not run.path.is_symlink()]
        lost = [RunFolder(job.folder) for job in jobs.lost()]
        self._known = {run.path: self._known.get(run.path, ((), {})) for run in folders}
        every = [*map(self._line, folders), *({"name": run.name} for run in lost)]
        for line, run in zip(every, [*folders, *lost], strict=True):
            line.update(_now(run, jobs, finished=line.get("finished", False)))
        return sorted(every, key=lambda line: line.get("created") or "9", reverse=True)

    def _line(self, run: RunFolder) -> dict[str, Any]:
        stamp = tuple(_stamp(run.path / name) for name in _FILES)
        seen, line = self._known[run.path]
        if seen != stamp:
            line = facts(run)
            self._known[run.path] = (stamp, line)
        return dict(line)


def line_of(run: RunFolder, jobs: Jobs) -> dict[str, Any]:
    """One run as the list has it."""
    line = facts(run)
    return {**line, **_now(run, jobs, finished=line["finished"])}


def whole_of(run: RunFolder, jobs: Jobs) -> dict[str, Any]:
    """One run with one line of figures for each epoch."""
    try:
        history = run.history()
    except StoreError:
        history = []
    return {**line_of(run, jobs), "history": history}


def _now(run: RunFolder, jobs: Jobs, *, finished: bool) -> dict[str, Any]:
    now = jobs.standing(run.path, finished=finished)
    return {"state": now.state, "event": now.event, "error": now.error or None}


def facts(run: RunFolder) -> dict[str, Any]:
    """What a run's files say of it; of one that cannot be read, why."""
    line: dict[str, Any] = {"name": run.name, "finished": False, "problem": None}
    line["folder"] = str(run.path)  # as a command names it
    try:
        if (run.path / "run.json").is_file():
            start = run.load_start()
            line |= {
                "created": start.created,
                "command": start.command,
                "source": start.source,
                "data": Path(start.source).name or start.source,
                "seed": start.seed,
                "net": start.net_name or start.net,
                "metric": start.recipe.get("metric", "accuracy"),
                "budget": start.recipe.get("budget"),
                "epochs": start.recipe.get("epochs"),
            }
        lines = run.read_metrics()
        epochs = [one for one in lines if one["event"] == "epoch"]
        best = [one for one in epochs if one.get("best")]
        line["epoch"] = epochs[-1]["epoch"] if epochs else 0
        line["best"] = best[-1] if best else None
        scores = [one for one in lines if one["event"] == "scores"]
        line["scores"] = _short(scores[-1]) if scores else None
        line["finished"] = run.finished and bool(scores)
        if run.finished:
            card = run.load_card()
            line |= {"data": card.data.name, "created": card.created, "command": card.command}
            line |= {"net": card.net_name or card.net, "classes": len(card.classes)}
            line |= {"size": [card.input.channels, *card.input.size]}
            line["seconds"] = card.seconds
    except StoreError as error:
        line["problem"] = str(error)
    return line


def _short(scores: dict[str, Any]) -> dict[str, Any]:
    """Scores without what belongs to single classes."""
    return {key: scores.get(key) for key in ("part", "n", "metrics")}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
