"""Pictures whose labels stand in tables beside them: who is meant by a path, a name or an id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from svertka.data.assemble import TRAIN
from svertka.data.dataset import PARTS, Problem
from svertka.data.files import File, Folder, Listing, Place, ending_of, safe, walk
from svertka.data.items import Item, Labelled, stamp_of, unlabelled
from svertka.data.names import part_within
from svertka.data.packed import UNSPLIT
from svertka.data.tables import (
    LEFT_OUT,
    Columns,
    Table,
    answers_of,
    choose_columns,
    parts_of,
    read_table,
)
from svertka.errors import DataError

_NAMED = 1000  # rows of which one thing is told by name
_SUBMISSION = ("submission", "sample")  # words in names of tables whose labels are made up


class Finder(Protocol):
    """Who is meant by a value of a table."""

    def find(self, value: str, part: int = UNSPLIT) -> Item | str:
        """The picture, or in a few words why there is none."""


def find_tabled(place: Place, top: Listing) -> Labelled | None:
    """The pictures below a folder with the labels that the tables in it give them.

    None where no table has labels for pictures that are there.
    """
    tables = [item for item in top.tables if not _made_up(item.id)]
    if not tables:
        return None
    whole = walk(place, "")
    index = Index(whole.files)
    found = _Rows(Labelled(place.path))
    unread = []
    for item in tables:
        try:
            table = read_table(item)
            columns = choose_columns(table, index.has, sure=True)
        except DataError as error:
            unread.append(Problem(item.id, str(error).removeprefix(f"{item.id}: ")))
            continue
        if not columns.tell:
            found.labelled.problems.append(unlabelled(item.id, len(table.rows)))
        else:
            found.add(table, columns, index)
    if not found.labelled.files:
        return None
    labelled = found.done()
    labelled.problems += [*whole.problems, *unread, *_rest(labelled, whole)]
    return labelled


def find_table(path: Path) -> Labelled:
    """The pictures that one table names, by paths from it or by names in its folder.

    DataError where the table has no column with pictures or none with labels.
    """
    table = read_table(File(str(path), path.name, stamp_of(path)))
    finder, columns = _finder(table, path.parent)
    if not columns.tell:
        names = ", ".join(repr(name) for name in table.columns[:12])
        raise DataError(
            f"{path} has no column that is surely the label. Its columns are {names}: call that of "
            f"the classes 'label'; or fill two columns or more with 0 and 1, one for each label."
        )
    found = _Rows(Labelled(path))
    found.add(table, columns, finder)
    if not found.labelled.files:
        reasons = "".join(f"\n  {problem}" for problem in found.labelled.problems[:5])
        raise DataError(f"{path} gives no picture that is there a label.{reasons}")
    return found.done()


def find_listed(path: Path) -> tuple[list[Item], list[Problem]]:
    """The pictures that a table names, in its order, whatever their labels: for prediction."""
    table = read_table(File(str(path), path.name, stamp_of(path)))
    finder, columns = _finder(table, path.parent)
    part = part_within(path.name)
    where = UNSPLIT if part is None else part
    found = [(value, finder.find(value, where)) for value in table.column(columns.picture)]
    lost = [Problem(v, item, lost=True) for v, item in found if isinstance(item, str)]
    return [item for _, item in found if not isinstance(item, str)], lost


def _finder(table: Table, folder: Path) -> tuple[Finder, Columns]:
    direct = Direct(folder)
    try:
        return direct, choose_columns(table, direct.has, sure=False)
    except DataError:
        # Only now is everything below the folder looked through: that may be much.
        index = Index(walk(Folder.at(folder), "").files)
        return index, choose_columns(table, index.has, sure=False)


class Direct:
    """Values that are paths, seen from a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, value: str) -> bool:
        """Whether a file of this path is there."""
        return not isinstance(self.find(value), str)

    def find(self, value: str, part: int = UNSPLIT) -> Item | str:  # noqa: ARG002
        """The file at a path from the folder, or from the root."""
        for name in (value, value.replace("\\", "/")):
            path = self.folder / name
            try:
                if name and path.is_file():
                    return File(str(path), safe(name), stamp_of(path))
            except (OSError, ValueError):
                continue
        return _MISSING


_MISSING = "in the table, but there is no such picture"


class Index:
    """Pictures by their names, with and without endings and the folders before them."""

    def __init__(self, files: Sequence[Item]) -> None:
        self._named: dict[str, list[Item]] = defaultdict(list)
        for file in files:
            name = file.id.rsplit("/", 1)[-1].lower()
            self._named[name].append(file)
            if stem := name.removesuffix(ending_of(name)):
                self._named[f"{stem}."].append(file)  # a name without an ending, marked by the dot

    def has(self, value: str) -> bool:
        """Whether any picture is meant by this value."""
        return bool(self._meant(_words(value)))

    def find(self, value: str, part: int = UNSPLIT) -> Item | str:
        """The picture whose path ends like the value; of several, that in the part's folder."""
        words = _words(value)
        if not words:
            return "a row that names no picture"
        fitting = self._meant(words)
        if len(fitting) > 1 and part != UNSPLIT:
            fitting = [file for file in fitting if _part_of(file) == part] or fitting
        if len(fitting) > 1:
            fitting = [file for file in fitting if file.id.lower() == "/".join(words)] or fitting
        if not fitting:
            return _MISSING
        if len(fitting) > 1:
            return f"in the table, but {len(fitting)} pictures are called so: write their paths"
        return fitting[0]

    def _meant(self, words: list[str]) -> list[Item]:
        if not words:
            return []
        found = self._named.get(words[-1]) or self._named.get(f"{words[-1]}.") or ()
        return [file for file in found if _ends_alike(file.id.lower().split("/"), words)]


def _words(path: str) -> list[str]:
    return [w for w in path.lower().replace("\\", "/").split("/") if w not in ("", ".")]


def _ends_alike(path: list[str], words: list[str]) -> bool:
    """Whether one is the end of the other; the last word was compared already."""
    short = min(len(path), len(words)) - 1
    return short == 0 or path[-1 - short : -1] == words[-1 - short : -1]


def _part_of(item: Item) -> int | None:
    """The part that the folders around a picture speak of."""
    found = (part_within(word) for word in item.id.split("/")[:-1])
    return next((part for part in found if part is not None), None)


@dataclass
class _Rows:
    """The rows of tables on their way to items with labels."""

    labelled: Labelled
    label_of: dict[str, str] = field(default_factory=dict)  # of each picture that is in
    lost: list[Problem] = field(default_factory=list)

    def add(self, table: Table, columns: Columns, finder: Finder) -> None:
        """The pictures of a table that has labels."""
        labels, task = answers_of(table, columns)
        self.labelled.task = task if task == "labels" else self.labelled.task
        parts, bare = parts_of(table, columns.part), 0
        others = [(name, at) for at, name in enumerate(table.columns) if at not in columns.used]
        pictures = table.column(columns.picture)
        for row, value, label, part in zip(table.rows, pictures, labels, parts, strict=True):
            if part == LEFT_OUT:
                self.lost.append(Problem(value, "its part in the table is unknown", lost=True))
                continue
            item = finder.find(value, part)
            if isinstance(item, str):
                self.lost.append(Problem(value, item, lost=True))
            elif not label:
                bare += 1
            elif item.id not in self.label_of:
                self.label_of[item.id] = label
                self.labelled.add([item], safe(label), part)
                self.labelled.say({name: safe(row[at].strip()) for name, at in others})
            elif self.label_of[item.id] != label:
                first = self.label_of[item.id]
                why = f"labelled {first!r} and {label!r} in tables: the first is used"
                self.lost.append(Problem(item.id, why))
        names = table.columns
        which = f"labels are its {len(columns.flags)} columns of 0 and 1"
        if columns.label is not None:
            which = f"labels are its column {names[columns.label]!r}"
        told = f"{which}, pictures {names[columns.picture]!r}"
        if columns.part is not None:
            told += f", parts {names[columns.part]!r}"
        self.labelled.problems.append(Problem(table.name, told))
        if bare:
            self.labelled.problems.append(unlabelled(table.name, bare))

    def done(self) -> Labelled:
        """All items; where some have a part, those without one are there to learn from."""
        parts = self.labelled.parts
        for values in self.labelled.columns.values():
            values += [""] * (len(parts) - len(values))
        if len(set(parts)) > 1:
            self.labelled.parts = [TRAIN if part == UNSPLIT else part for part in parts]
        self.labelled.problems += self.lost[:_NAMED]
        if len(self.lost) > _NAMED:
            why = f"{len(self.lost) - _NAMED:,} more rows of tables that are not used"
            self.labelled.problems.append(Problem(".", why, lost=True))
        return self.labelled


def _rest(labelled: Labelled, whole: Listing) -> Iterator[Problem]:
    used = {item.id for item in labelled.files}
    rest = [item for item in whole.files if item.id not in used and ending_of(item.id)]
    for part in (*range(len(PARTS)), None):
        count = sum(1 for item in rest if _part_of(item) == part)
        where = "." if part is None else PARTS[part]
        if count:
            yield unlabelled(where, count)


def _made_up(name: str) -> bool:
    return any(word in name.lower() for word in _SUBMISSION)
