"""The words of a command: what a run was asked, in a form that can be asked again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from svertka.data import Dataset
from svertka.data.grouping import ALIKE, Cut
from svertka.data.opening import Source
from svertka.data.sources import shards_of


def place(data: Source | Dataset) -> str:
    """Where ``resume`` finds the data again, from whatever folder it is called."""
    if isinstance(data, tuple | Dataset):
        return ""
    path = Path(data)
    return str(path.resolve() if path.exists() or shards_of(str(data)) else data)


def command(
    data: Source | Dataset,
    net: str | None,
    weights: str | None,
    epochs: int | None,
    budget: float | str | None,
    cut: Cut,
    settings: Mapping[str, Any],
) -> str:
    """The command line that trains the same; empty where the pictures are in memory only."""
    if isinstance(data, tuple | Dataset):
        return ""
    words = ["svertka", "train", str(data)]
    words += ["--net", net] if net else []
    words += ["--weights", weights] if weights else []
    words += how_long_and_how(epochs, budget, settings)
    return shlex.join([*words, *how_cut(cut)])


def how_cut(cut: Cut) -> list[str]:
    """How the pictures are divided, as words of a command line."""
    words = ["--group", cut.group] if cut.group != ALIKE else []
    words += ["--fold", f"{cut.fold[0]}/{cut.fold[1]}"] if cut.fold else []
    return [*words, "--seed", str(cut.seed)]


def how_long_and_how(
    epochs: int | None, budget: float | str | None, settings: Mapping[str, Any]
) -> list[str]:
    """The options that ``train`` and ``compare`` share, as words of a command line."""
    words = ["--epochs", str(epochs)] if epochs is not None else []
    if budget is not None:
        words += ["--budget", budget if isinstance(budget, str) else f"{budget:g}s"]
    for name, value in settings.items():
        words += ["--set", f"{name}={value}"]
    return words
