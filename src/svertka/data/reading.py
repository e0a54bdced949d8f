"""Pictures to predict: files and folders in the form that a trained network expects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from svertka.data.contract import InputContract
from svertka.data.dataset import Pictures, Problem, middle
from svertka.data.decode import Decoded, decode_all, decoders
from svertka.data.files import File, Folder, is_there, passed_over, safe, walk
from svertka.data.forms import form_of
from svertka.data.items import Item
from svertka.data.sources import pictures_in, pictures_within, spread
from svertka.errors import DataError


def read_pictures(
    paths: str | Path | Sequence[str | Path], contract: InputContract
) -> tuple[Pictures, tuple[Problem, ...]]:
    """Pictures of files and folders, decoded as training did; unreadable ones are problems.

    Folders and archives are searched to the bottom; of tables and Parquet files the pictures are
    read, whatever their labels. Labels are -1; ids are the paths as given. DataError where
    no path leads to any file.

    >>> from svertka.data import open_data
    >>> pictures, problems = read_pictures("missing.png", open_data("digits").contract)
    >>> print(len(pictures), problems[0])
    0 missing.png: no such file or directory
    """
    files, problems = find_pictures(paths)
    if not files:
        reasons = "".join(f"\n  {problem}" for problem in problems[:5])
        raise DataError(
            f"There are no pictures to read. Expected picture files, or folders of them.{reasons}"
        )
    pictures, more = read_items(files, contract)
    return pictures, (*problems, *more)


def read_items(
    items: Sequence[Item], contract: InputContract
) -> tuple[Pictures, tuple[Problem, ...]]:
    """Pictures of items that were found already, in the form of ``read_pictures``."""
    form = form_of(contract)
    kept, rows = [], []
    problems: list[Problem] = []
    with decoders() as pool:
        for file, found in zip(items, decode_all(pool, items, form), strict=True):
            if isinstance(found, str):
                problems.append(Problem(file.id, found, lost=True))
                continue
            problems += [Problem(file.id, note) for note in _notes(found, contract)]
            kept.append(file.id)
            rows.append(np.ascontiguousarray(middle(found.x, contract.margin)))
    low, high = contract.value_range
    if low != 0 and rows:
        why = f"the network was trained on values {low:g}..{high:g}: files were read as 0..255"
        problems.append(Problem(".", f"{why}, black to white"))
    x = np.stack(rows) if rows else np.zeros((0, *contract.size, form.channels), np.uint8)
    return Pictures(x, np.full(len(rows), -1), tuple(kept)), tuple(problems)


def find_pictures(
    paths: str | Path | Sequence[str | Path],
) -> tuple[list[Item], list[Problem]]:
    """The files behind paths: files as they are, in their order, and what lies below folders and
    in archives, tables and Parquet files.

    >>> [file.id for file in find_pictures(["b.png", "a.png"])[0]]
    ['b.png', 'a.png']
    """
    files: list[Item] = []
    problems: list[Problem] = []
    others: Counter[str] = Counter()
    wanted = [paths] if isinstance(paths, str | Path) else paths
    for given in (one for path in wanted for one in spread(path)):
        path, shown = Path(given), safe(str(given))
        if is_there(path) and path.is_dir():
            found = walk(Folder.at(path), "" if shown == "." else f"{shown.rstrip('/')}/")
            files += found.files
            problems += found.problems
            others += found.others
        elif inside := pictures_in(path, shown) if path.is_file() else pictures_within(path):
            files += inside[0]
            problems += inside[1]
        else:
            files.append(File(str(given), shown, (0, 0, 0)))
    problems += passed_over(others)
    return files, problems


def _notes(found: Decoded, contract: InputContract) -> list[str]:
    notes = [found.note] if found.note else []
    if contract.fit == "exact" and found.size != contract.kept:
        (height, width), (high, wide) = found.size, contract.kept
        notes.append(f"resized from {width}x{height} to {wide}x{high}")
    if found.colour and contract.channels == 1:
        notes.append("colour turned to grey")
    return notes
