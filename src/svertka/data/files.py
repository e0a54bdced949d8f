"""Walking folders of pictures, whatever stands in them.

Hidden files and what systems leave behind (``Thumbs.db``, ``._x``, ``__MACOSX``) are passed over;
links are followed unless they lead back; pipes, sockets and devices are named and never opened.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from svertka.data.dataset import Problem
from svertka.data.decode import ENDINGS
from svertka.data.items import Item, Stamp
from svertka.data.raw import kind_of, read, reason_of

_JUNK = frozenset(("thumbs.db", "desktop.ini", "__macosx", "@eadir", "lost+found", "icon\r"))
_DEEPEST = 64
TABLES = (".csv", ".tsv")
# What lies beside pictures and was never meant to be one: no loss.
_TEXTS = (*TABLES, ".txt", ".md", ".json", ".xml", ".yaml", ".yml", ".html", ".pdf")
_NO_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EINVAL)  # nothing can be called so


@dataclass(frozen=True)
class File:
    """A file that may be a picture: where it lies, what it is called, how it was last seen."""

    path: str
    id: str
    stamp: Stamp
    serial = False  # of no item that is a file

    def read(self) -> bytes:
        """The bytes of the file; raises BadPicture."""
        return read(self.path)


class Place(Protocol):
    """A folder, on disk or in an archive."""

    @property
    def path(self) -> Path:
        """What messages call it."""

    def look(self, prefix: str) -> Listing:
        """What lies in it, not below; the names of what is found begin with ``prefix``."""


@dataclass
class Listing:
    """What one folder holds: folders by name, pictures, tables, and what was passed over."""

    folders: dict[str, Place] = field(default_factory=dict)
    files: list[Item] = field(default_factory=list)
    tables: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)  # endings that are not pictures'

    def take(self, name: str, item: Item) -> None:
        """One more file, filed by the ending of its name."""
        ending = ending_of(name)
        if ending in ENDINGS or not ending:
            self.files.append(item)
            return
        self.others[safe(ending)] += 1
        if ending in TABLES:
            self.tables.append(item)


@dataclass(frozen=True)
class Folder:
    """A folder on disk; ``above`` are the (device, inode) of itself and of what holds it."""

    path: Path
    above: tuple[tuple[int, int], ...]

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The folder at a path, with every folder above it."""
        real = Path(os.path.realpath(path))
        return cls(path, tuple(pair for p in (real, *real.parents) for pair in identity(p)))

    def look(self, prefix: str) -> Listing:
        """Its folders, pictures and tables; links that lead back are named and not followed."""
        return _look(self, prefix)


def safe(name: str) -> str:
    """A file name as text that can be written anywhere: bytes that are no UTF-8 as ``\\\\xff``.

    >>> safe("caf\\udce9")
    'caf\\\\xe9'
    """
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def is_there(path: Path) -> bool:
    """Whether a path leads to something; no name is so odd that asking fails.

    >>> is_there(Path("a" * 9999))
    False
    """
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def closed(path: Path) -> str:
    """Why something that has this name cannot be reached; empty where nothing has it.

    >>> closed(Path("no-such-thing"))
    ''
    """
    try:
        path.stat()
    except FileNotFoundError:
        return "a link that leads nowhere" if path.is_symlink() else ""
    except OSError as error:
        return "" if error.errno in _NO_NAME else reason_of(error)
    except ValueError:
        pass
    return ""


def class_name(folder: str) -> str:
    """The class that a folder stands for: its name, composed alike on every system."""
    return unicodedata.normalize("NFC", safe(folder))


def is_junk(name: str) -> bool:
    """Whether systems leave files and folders of this name behind."""
    return name.startswith(".") or name.lower() in _JUNK


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters, with its dot."""
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - a str stays a str


def _look(folder: Folder, prefix: str) -> Listing:
    found = Listing()
    try:
        with os.scandir(folder.path) as entries:
            names = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        found.problems.append(Problem(prefix.rstrip("/") or ".", reason_of(error), lost=True))
        return found
    for entry in names:
        if is_junk(entry.name):
            continue
        shown = prefix + safe(entry.name)
        try:
            status = entry.stat()
        except OSError as error:
            why = "a link that leads nowhere" if entry.is_symlink() else reason_of(error)
            found.problems.append(Problem(shown, why, lost=True))
            continue
        if stat.S_ISDIR(status.st_mode):
            below = Path(entry.path)
            if entry.is_symlink() and _leads_back(below, folder.above):
                why = "a link to a folder that holds it: not followed"
                found.problems.append(Problem(shown, why))
            else:
                found.folders[entry.name] = Folder(below, (*folder.above, *identity(below)))
        elif stat.S_ISREG(status.st_mode):
            stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            found.take(entry.name, File(entry.path, shown, stamp))
        else:
            why = f"{kind_of(status.st_mode)}, not a file"
            found.problems.append(Problem(shown, why, lost=True))
    return found


def walk(place: Place, prefix: str) -> Listing:
    """All files below a folder, in the order of their names; loops are cut."""
    whole = Listing()
    pending = [(place, prefix, 0)]
    while pending:
        here, shown, depth = pending.pop()
        found = here.look(shown)
        whole.files += found.files
        whole.tables += found.tables
        whole.problems += found.problems
        whole.others += found.others
        for name, below in reversed(found.folders.items()):
            if depth == _DEEPEST:
                why = "folders nested too deeply"
                whole.problems.append(Problem(shown + safe(name), why, lost=True))
            else:
                pending.append((below, f"{shown}{safe(name)}/", depth + 1))
    whole.files.sort(key=lambda file: file.id)
    return whole


def identity(folder: Path) -> tuple[tuple[int, int], ...]:
    """(device, inode), as a tuple of one; empty where the folder cannot be asked."""
    try:
        status = folder.stat()
    except OSError:
        return ()
    return ((status.st_dev, status.st_ino),)


def _leads_back(folder: Path, above: Iterable[tuple[int, int]]) -> bool:
    return any(pair in above for pair in identity(folder))


def passed_over(others: Counter[str], where: str = ".") -> Iterator[Problem]:
    """One line on all files below ``where`` whose names are not pictures'."""
    if others:
        kinds = ", ".join(f"{n} {ending}" for ending, n in others.most_common(8))
        count = sum(others.values())
        files = "1 file is" if count == 1 else f"{count:,} files are"
        lost = any(ending not in _TEXTS for ending in others)
        yield Problem(where, f"{files} not a picture by name and left out: {kinds}", lost=lost)
