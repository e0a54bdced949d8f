"""What several trainings were asked, kept in their folder so that they can go on when stopped."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from svertka import runtime
from svertka.data.opening import Source
from svertka.errors import StoreError, UsageError
from svertka.store import RunFolder
from svertka.store.atomic import read_json, write_json
from svertka.store.folder import safe_name
from svertka.version import __version__
from svertka.workbench.command import how_long_and_how

RESULT, ARRAYS = "comparison.json", "data.npz"
_MINE = ("name", "created", "svertka", "command", "source")  # may differ between two that ask alike


class Stated(BaseModel):
    """What several trainings were asked: written into their folder before the first of them.

    ``source`` is ``data.npz``, a file in the folder itself, where the pictures came from memory;
    ``budget`` and ``epochs`` are for each run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    file: ClassVar[str]
    result: ClassVar[str]
    what: ClassVar[str]
    kind: str
    format: Literal[1] = 1
    svertka: str = __version__
    name: str = ""
    created: str
    command: str
    source: str
    key: str
    epochs: PositiveInt | None = None
    budget: float | str | None = None
    settings: dict[str, str] = {}

    def alike(self, other: Stated) -> bool:
        """Whether both would train the same."""
        return self.model_dump(exclude={*_MINE}) == other.model_dump(exclude={*_MINE})

    def place(self, folder: Path) -> str:
        """Where the pictures lie."""
        return str(folder / ARRAYS) if self.source == ARRAYS else self.source

    def how(self, folder: Path, run: RunFolder, *words: str) -> list[str]:
        """The command that trains one run with ``words`` besides, or goes on with it."""
        if (run.path / "run.json").is_file():
            return ["resume", str(run.path)]
        said = ["train", self.place(folder), *words, f"--out={run.path}"]
        said += [f"--epochs={self.epochs}"] if self.epochs is not None else []
        said += [f"--budget={self.budget}"] if self.budget is not None else []
        return said + [f"--set={name}={value}" for name, value in self.settings.items()]


class Asked(Stated):
    """``compare.json``; ``folders`` are the beginnings of the runs' names, one for each net."""

    file: ClassVar[str] = "compare.json"
    result: ClassVar[str] = RESULT
    what: ClassVar[str] = "comparison"
    kind: Literal["compare"] = "compare"
    nets: tuple[str, ...]
    folders: tuple[str, ...]
    seeds: PositiveInt

    def runs(self, folder: Path) -> list[tuple[str, int, RunFolder]]:
        """Net, seed and folder of every run in the order of training: all nets, then again."""
        return [
            (net, seed, RunFolder(folder / f"{name}-seed{seed}"))
            for seed in range(self.seeds)
            for net, name in zip(self.nets, self.folders, strict=True)
        ]

    def words(self, folder: Path, net: str, seed: int, run: RunFolder) -> list[str]:
        """The command that trains one run, or goes on with it."""
        return self.how(folder, run, f"--net={net}", f"--seed={seed}")


Kind = TypeVar("Kind", bound=Stated)


def checked(nets: Sequence[str], seeds: int) -> tuple[str, ...]:
    """The nets without blanks around them; raises ``UsageError`` for none, or for one twice."""
    texts = tuple(net.strip() for net in ([nets] if isinstance(nets, str) else nets))
    twice = [text for text, times in Counter(texts).items() if times > 1]
    if not texts or not all(texts):
        raise UsageError("No net was named. Give names of the catalogue or texts of networks.")
    if twice:
        raise UsageError(f"The net {twice[0]} is named more than once. Leave one of them out.")
    if seeds < 1:
        raise UsageError(f"{seeds} seeds train nothing. Give 1 or more; 3 is a good number.")
    return texts


def folder_names(nets: Sequence[str]) -> tuple[str, ...]:
    """A plain folder name for each net, none of them twice, on a disk without capitals either.

    >>> folder_names(["hog-fc{classes}", "hog(fc){classes}", "lenet5"])
    ('hog-fc-classes', 'hog-fc-classes-2', 'lenet5')
    """
    names: list[str] = []
    for net in nets:
        base = name = safe_name(net)[:40].strip(".-").lower()
        number = 1
        while name in names:
            number += 1
            name = f"{base}-{number}"
        names.append(name)
    return tuple(names)


def command(
    data: Source,
    nets: Sequence[str],
    *,
    budget: float | str | None,
    epochs: int | None,
    seeds: int,
    settings: Mapping[str, Any],
) -> str:
    """The command line that compares the same; empty where the pictures are in memory only."""
    if isinstance(data, tuple):
        return ""
    words = ["svertka", "compare", str(data), *nets]
    words += how_long_and_how(epochs, budget, settings)
    return shlex.join([*words, "--seeds", str(seeds)])


def settle(asked: Stated, name: str, out: str | Path | None) -> Path:
    """The folder of these trainings: a new one, or the one in which they were stopped.

    With ``out`` that folder, which may hold the same ones, stopped or not; else the latest under
    ``runs/`` that was asked the same and has no result yet, else the next free ``runs/NAME-N``.
    Raises ``StoreError`` where ``out`` holds anything else.
    """
    check_alone(asked.what)
    if out is not None and (Path(out) / asked.file).is_file():
        if not read_asked(Path(out), type(asked)).alike(asked):
            raise StoreError(
                f"{out} holds another {asked.what}, and nothing is replaced. Name another --out; "
                f"to go on with that one: svertka resume {shlex.quote(str(out))}"
            )
        return Path(out)
    if out is None and (stopped := _stopped(asked, safe_name(name))):
        return stopped
    return RunFolder.create(name, out=out).path


def check_alone(what: str) -> None:
    """Raises ``UsageError`` in one of many processes: several trainings start theirs themselves."""
    if (count := runtime.place().count) > 1:
        raise UsageError(
            f"A {what} starts its trainings itself, one after another: {count} processes cannot "
            "share it. Run it without torchrun, or let torchrun run a single training of it "
            "(svertka train DATA --fold 1/5)."
        )


def _stopped(asked: Stated, name: str) -> Path | None:
    found = [path.parent for path in Path("runs").glob(f"{name}-*/{asked.file}")]
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
        if not (path / asked.result).exists() and read_asked(path, type(asked)).alike(asked):
            return path
    return None


def write_asked(folder: Path, asked: Stated, data: Source) -> None:
    """Write what was asked, and before it the pictures that came from memory."""
    stated = asked.model_copy(update={"name": folder.resolve().name})
    if isinstance(data, tuple):
        x, y = (np.asarray(values) for values in data)
        np.savez(folder / ARRAYS, x=x, y=y)
    write_json(folder / asked.file, stated.model_dump(mode="json"))


def read_asked(folder: Path, kind: type[Kind]) -> Kind:
    """What the trainings in ``folder`` were asked; raises ``StoreError``."""
    remedy = f"Without it this {kind.what} cannot go on; its runs are whole: see their reports."
    value = read_json(folder / kind.file, kind.model_fields["kind"].default, 1, remedy)
    try:
        asked = kind.model_validate(value)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        raise StoreError(f"{folder / kind.file} is damaged: {fault['msg']}. {remedy}") from error
    if isinstance(asked, Asked) and (
        len(asked.folders) != len(asked.nets) or any(safe_name(n) != n for n in asked.folders)
    ):
        raise StoreError(
            f"{folder / kind.file} is damaged: its folders are no plain names. {remedy}"
        )
    return asked
