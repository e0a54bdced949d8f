"""Pictures to answer for, from files of pictures and files of arrays alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data import InputContract, Pictures, Problem, read_pictures
from svertka.data.arrays import fit_pictures, read_unlabelled
from svertka.data.idx import is_idx
from svertka.errors import DataError

ARRAYS = (".npz", ".npy")
Found = tuple[npt.NDArray[np.uint8] | Pictures, tuple[str, ...], tuple[Problem, ...]]


def read_any(
    source: npt.NDArray[Any] | str | Path | Sequence[str | Path], contract: InputContract
) -> Found:
    """Pictures, ids and problems of an array, a file, a folder, or several files and folders."""
    if isinstance(source, np.ndarray):
        x, notes = fit_pictures(source, contract)
        return x, tuple(map(str, range(len(x)))), notes
    paths = [source] if isinstance(source, str | Path) else list(source)
    return read_sources(paths, contract)


def read_sources(paths: Sequence[str | Path], contract: InputContract) -> Found:
    """Pictures, ids and problems of all ``paths``: those of arrays first, then files and folders.

    Of several paths, the pictures of an array are called ``PATH/NUMBER``. Raises ``DataError``
    where no picture can be read.
    """
    arrays = [path for path in map(Path, paths) if path.suffix.lower() in ARRAYS or is_idx(path)]
    others = [path for path in paths if Path(path) not in arrays]
    found = [_named(path, contract, alone=len(paths) == 1) for path in arrays]
    if others or not arrays:
        found.append(_read_files(others, contract))
    if len(found) == 1:
        return found[0]
    x = np.concatenate([part.x if isinstance(part, Pictures) else part for part, _, _ in found])
    ids = tuple(name for _, names, _ in found for name in names)
    return x, ids, tuple(problem for _, _, problems in found for problem in problems)


def _named(path: Path, contract: InputContract, *, alone: bool) -> Found:
    x, ids, notes = read_unlabelled(path, contract)
    if not len(x):
        raise DataError(f"{path} holds no pictures. Expected at least one.")
    return x, ids if alone else tuple(f"{path}/{name}" for name in ids), notes


def _read_files(paths: Sequence[str | Path], contract: InputContract) -> Found:
    pictures, problems = read_pictures(paths, contract)
    if not len(pictures):
        reasons = "\n".join(f"  {problem}" for problem in problems[:5])
        raise DataError(f"No picture can be read:\n{reasons}")
    return pictures, tuple(pictures.ids), problems
