"""What every source of pictures comes down to: items with a class and a part, and their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from svertka.data.contract import Task
from svertka.data.dataset import Problem
from svertka.data.raw import BadPicture

Stamp = tuple[int, int, int]  # bytes, times of the last change of content and of entry (ns)


class Item(Protocol):
    """One thing that may be a picture: a file, a member of an archive, a cell of a table."""

    @property
    def id(self) -> str:
        """What it is called."""

    @property
    def stamp(self) -> Stamp:
        """How the file that holds it was last seen."""

    @property
    def serial(self) -> bool:
        """Whether it can be read only after its neighbours before it, but for a high price."""

    def read(self) -> bytes:
        """Its bytes; raises BadPicture."""


class Held:
    """An item whose bytes were read already, or the reason why they could not be."""

    serial = False

    def __init__(self, item: Item) -> None:
        self.id, self.stamp = item.id, item.stamp
        self.data, self.why = b"", ""
        try:
            self.data = item.read()
        except BadPicture as bad:
            self.why = str(bad)

    def read(self) -> bytes:
        """The bytes; raises BadPicture as the item did."""
        if self.why:
            raise BadPicture(self.why)
        return self.data


@dataclass(frozen=True)
class Sent:
    """An item that lies on no disk: its bytes came with a request."""

    id: str
    data: bytes
    stamp: Stamp = (0, 0, 0)
    serial = False

    def read(self) -> bytes:
        """The bytes; raises BadPicture."""
        if not self.data:
            raise BadPicture("empty file (0 bytes)")
        return self.data


@dataclass
class Labelled:
    """Items with the class and the part that their source gives them.

    ``place`` is the folder or file that they come from. Items that are serial stand in the order
    in which they are read. Where the ``task`` is labels, an item's class is all of its labels in
    one text, as in `svertka.data.labels.united`.
    """

    place: Path
    files: list[Item] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)  # of each file
    parts: list[int] = field(default_factory=list)  # of each file, as in Packed
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)  # what else tables say of each
    task: Task = "classes"

    def add(self, files: Iterable[Item], label: str, part: int) -> None:
        """Items of one class and one part."""
        for file in files:
            self.files.append(file)
            self.classes.append(label)
            self.parts.append(part)

    def say(self, columns: dict[str, str]) -> None:
        """What a table says besides of the item that was added last; others have nothing there."""
        for name, value in columns.items():
            values = self.columns.setdefault(name, [])
            values += [""] * (len(self.files) - 1 - len(values))
            values.append(value)


@dataclass(frozen=True)
class Source:
    """How labelled pictures are found; ``files`` vouch for them: unchanged, nothing else is asked.

    Without ``files`` the listing itself tells whether something changed.
    """

    find: Callable[[], Labelled]
    files: tuple[Path, ...] = ()


def stamp_of(path: Path) -> Stamp:
    """How a file was last changed; OSError where it cannot be asked."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def unlabelled(where: str, count: int) -> Problem:
    """That pictures have no label: to learn from them is impossible, to answer for them is not."""
    why = f"{count:,} pictures without a label: left for svertka predict"
    if count == 1:
        why = "1 picture without a label: left for svertka predict"
    return Problem(where, why)


def in_groups(items: Iterable[str | Item], most: int, room: int) -> Iterator[list[str | Item]]:
    """Items in groups of at most ``most``; those that are serial are read, ``room`` bytes a group.

    The reading is done here, in order, by whoever asks for the next group.
    """
    group: list[str | Item] = []
    held = 0
    for item in items:
        if not isinstance(item, str) and item.serial:
            item = Held(item)
            held += len(item.data)
        group.append(item)
        if len(group) == most or held > room:
            yield group
            group, held = [], 0
    if group:
        yield group
