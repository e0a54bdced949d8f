"""The folder of one run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from svertka.errors import StoreError
from svertka.store import metrics
from svertka.store.atomic import (
    is_temporary,
    make_folder,
    read_json,
    remove_temporary,
    sync_folder,
    utf8,
    write_atomic,
    write_json,
)
from svertka.store.card import FORMAT, ModelCard, RunStart, WeightsStamp
from svertka.store.lock import locked
from svertka.store.progress import PROGRESS
from svertka.version import __version__

if TYPE_CHECKING:
    import torch

START, MODEL, CARD = "run.json", "model.safetensors", "model.json"
METRICS, CHECKPOINT = "metrics.jsonl", "checkpoint"
Card = TypeVar("Card", ModelCard, RunStart)
_COPY = "Take it from a copy, or train again."


class RunFolder:
    """What a run leaves: the model, its card, its metrics and its checkpoint, under ``path``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     one = RunFolder.create("digits", root=root)
    ...     two = RunFolder.create("digits", root=root)
    ...     one.append_metrics({"event": "epoch", "epoch": 1, "val_accuracy": 0.5})
    ...     one.name, two.name, [line["val_accuracy"] for line in one.read_metrics()]
    ('digits-1', 'digits-2', [0.5])
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.resolve().name

    @classmethod
    def create(
        cls, name: str, *, root: str | Path = "runs", out: str | Path | None = None
    ) -> RunFolder:
        """A new folder: ``out`` where given, else the first free ``root/name-1``, ``-2``, ...

        Raises ``StoreError`` when ``out`` is a file or holds anything: nothing is replaced.
        """
        try:
            if out is not None:
                return cls(_claim(Path(out)))
            return cls(_next_free(Path(root), safe_name(name)))
        except OSError as error:
            raise StoreError(
                f"{out or root} cannot be made: {error.strerror or error}. "
                "Choose a folder that you may write to (--out)."
            ) from error

    @classmethod
    def open(cls, path: str | Path) -> RunFolder:
        """The folder of an earlier run, finished or not; raises ``StoreError`` when it is none."""
        path = Path(path)
        if _is_run(path):
            return cls(path)
        found = "is no run" if path.exists() else "does not exist"
        known = [str(run.path) for run in list_runs()]
        near = difflib.get_close_matches(str(path), known, n=3, cutoff=0.5) or known[-3:]
        rest = f" and {len(known) - len(near)} more" if len(known) > len(near) else ""
        offer = f"Runs here: {', '.join(near)}{rest}." if near else "There are no runs here yet."
        raise StoreError(
            f"{path} {found}: a run is a folder with {START} and, once trained, {CARD}. {offer} "
            "`svertka train` makes one."
        )

    # -- the start ---------------------------------------------------------------------------

    def save_start(self, start: RunStart) -> None:
        """Write ``run.json``: what the run was asked to do."""
        write_json(self.path / START, start.model_dump(mode="json"))

    def load_start(self) -> RunStart:
        """What the run was asked to do; raises ``StoreError``."""
        return _read(self.path / START, RunStart, "Without it this run cannot be resumed.")

    # -- the model ---------------------------------------------------------------------------

    def save_model(self, tensors: Mapping[str, torch.Tensor], card: ModelCard) -> ModelCard:
        """Write the weights, then the card stamped with their checksum; the card as written.

        A crash between the two leaves a pair that ``load_model`` refuses; resuming mends it.
        """
        from svertka.store.tensors import save_tensors

        stamped = card.model_copy(update={"weights": save_tensors(self.path / MODEL, tensors)})
        write_json(self.path / CARD, stamped.model_dump(mode="json"))
        return stamped

    def load_model(self) -> tuple[dict[str, torch.Tensor], ModelCard]:
        """The weights and the card of the finished run; raises ``StoreError``."""
        from svertka.store.tensors import load_tensors

        card = self.load_card()
        if card.weights is None or card.weights.file != MODEL:
            raise StoreError(f"{self.path / CARD} does not name {MODEL} as its weights. {_COPY}")
        return load_tensors(self.path / MODEL, card.weights, self._remedy()), card

    def load_card(self) -> ModelCard:
        """The card alone; raises ``StoreError``. Imports no torch."""
        return _read(self.path / CARD, ModelCard, self._remedy())

    @property
    def finished(self) -> bool:
        """Whether there is a model to use."""
        return (self.path / CARD).is_file()

    # -- metrics -----------------------------------------------------------------------------

    def append_metrics(self, line: Mapping[str, Any]) -> None:
        """Append one line to ``metrics.jsonl``; it needs a key ``event``."""
        metrics.append_line(self.path / METRICS, line)

    def read_metrics(self) -> list[dict[str, Any]]:
        """All lines of ``metrics.jsonl``, oldest first, without a last one that a kill cut."""
        return metrics.read_lines(self.path / METRICS)

    def history(self) -> list[dict[str, Any]]:
        """One line for each epoch in order: a resumed epoch replaces the one that was cut off."""
        epochs = {line["epoch"]: line for line in self.read_metrics() if line["event"] == "epoch"}
        return [epochs[epoch] for epoch in sorted(epochs)]

    # -- checkpoint --------------------------------------------------------------------------

    def save_checkpoint(
        self, tensors: Mapping[str, torch.Tensor], state: Mapping[str, Any]
    ) -> None:
        """Save ``tensors`` and the plain JSON ``state`` as one: ``load_checkpoint`` gets both
        of this call or both of the one before.

        The tensors go to a file of a new name; the state, which names it, replaces the old state
        in one step; then the old tensors go.
        """
        from svertka.store.tensors import save_tensors

        folder = self.path / CHECKPOINT
        make_folder(folder)
        taken = {path.name for path in folder.glob("*.safetensors")}
        number = 1 + max((int(re.sub(r"\D", "", name) or 0) for name in taken), default=0)
        stamp = save_tensors(folder / f"tensors-{number}.safetensors", tensors)
        value = {
            "kind": "checkpoint",
            "format": FORMAT,
            "svertka": __version__,
            "tensors": stamp.model_dump(),
            "state": dict(state),
        }
        write_json(folder / "state.json", value)
        for name in taken:
            (folder / name).unlink(missing_ok=True)

    def load_checkpoint(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """The tensors and the state of the last ``save_checkpoint``; raises ``StoreError``."""
        from svertka.store.tensors import load_tensors

        path = self.path / CHECKPOINT / "state.json"
        remedy = "Without it this run cannot be resumed: train again."
        value = read_json(path, "checkpoint", FORMAT, remedy)
        try:
            stamp = WeightsStamp.model_validate(value.get("tensors"))
        except ValidationError as error:
            raise StoreError(f"{path} is damaged: {_first(error)}. {remedy}") from error
        if not isinstance(value.get("state"), dict):
            raise StoreError(f"{path} is damaged: it has no state. {remedy}")
        return load_tensors(path.parent / stamp.file, stamp, remedy), value["state"]

    @property
    def has_checkpoint(self) -> bool:
        """Whether the run can be resumed."""
        return (self.path / CHECKPOINT / "state.json").is_file()

    def take_back(self) -> None:
        """Remove what a run that failed before its first step has left, and the empty folder."""
        if not self.has_checkpoint and not self.finished:
            for name in (START, METRICS, PROGRESS, ".lock"):
                (self.path / name).unlink(missing_ok=True)
            with suppress(OSError):  # something else lies there
                self.path.rmdir()

    # -- other files -------------------------------------------------------------------------

    def write(self, name: str, data: str | bytes) -> Path:
        """Write a file of this run (a report, predictions) atomically; its path."""
        path = self.path / name
        write_atomic(path, utf8(data) if isinstance(data, str) else data)
        return path

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer of this folder; raises ``StoreError`` when another process is."""
        with locked(self.path):
            remove_temporary(self.path)
            if (self.path / CHECKPOINT).is_dir():
                remove_temporary(self.path / CHECKPOINT)
            yield

    def _remedy(self) -> str:
        return f"Finish the run: svertka resume {self.path}" if self.has_checkpoint else _COPY


def list_runs(root: str | Path = "runs") -> list[RunFolder]:
    """The runs under ``root``, oldest first; an absent ``root`` holds none."""
    root = Path(root)
    if not root.is_dir():
        return []
    runs = [path for path in root.iterdir() if _is_run(path)]
    return [RunFolder(path) for path in sorted(runs, key=lambda path: path.stat().st_mtime)]


def _is_run(path: Path) -> bool:
    marks = (START, CARD, METRICS, f"{CHECKPOINT}/state.json")
    return path.is_dir() and any((path / mark).is_file() for mark in marks)


def _claim(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path} is a file, not a folder. Name another --out.")
    make_folder(path)
    held = sum(1 for item in path.iterdir() if not (item.name == ".lock" or is_temporary(item)))
    if held:
        what = "holds a run" if _is_run(path) else f"is not empty ({held} inside)"
        raise StoreError(
            f"{path} {what}, and nothing is replaced. Name another --out, or move it away; "
            f"to go on with a stopped run: svertka resume {path}"
        )
    return path


def _next_free(root: Path, name: str) -> Path:
    make_folder(root)
    taken = [re.fullmatch(rf"{re.escape(name)}-(\d{{1,9}})", path.name) for path in root.iterdir()]
    number = 1 + max((int(match[1]) for match in taken if match), default=0)
    while True:
        try:
            (root / f"{name}-{number}").mkdir()
        except FileExistsError:  # another process was quicker
            number += 1
        else:
            sync_folder(root)
            return root / f"{name}-{number}"


def safe_name(name: str) -> str:
    """A name that is one plain folder on every system, whatever the data is called."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[:60] or "run"


def _read(path: Path, kind: type[Card], remedy: str) -> Card:
    value = read_json(path, kind.model_fields["kind"].default, FORMAT, remedy)
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise StoreError(f"{path} is damaged: {_first(error)}. {remedy}") from error


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_context=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg']}"
