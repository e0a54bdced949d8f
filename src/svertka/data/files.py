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

from svertka.data.dataset import Problem
from svertka.data.decode import ENDINGS
from svertka.data.raw import kind_of, reason_of

_JUNK = frozenset(("thumbs.db", "desktop.ini", "__macosx", "@eadir", "lost+found", "icon\r"))
_DEEPEST = 64
_NO_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EINVAL)  # nothing can be called so


@dataclass(frozen=True)
class File:
    """A file that may be a picture: where it lies, what it is called, how it was last seen."""

    path: str
    id: str
    stamp: tuple[int, int, int]  # bytes, times of the last change of content and of entry (ns)


@dataclass
class Listing:
    """What one folder holds: folders by name, pictures, and what was passed over."""

    folders: dict[str, Path] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)  # endings that are not pictures'


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


def look(folder: Path, prefix: str, above: tuple[tuple[int, int], ...] = ()) -> Listing:
    """One folder, not those below it; ``above`` are the (device, inode) that lead back."""
    found = Listing()
    try:
        with os.scandir(folder) as entries:
            names = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        found.problems.append(Problem(prefix.rstrip("/") or ".", reason_of(error), lost=True))
        return found
    for entry in names:
        if entry.name.startswith(".") or entry.name.lower() in _JUNK:
            continue
        shown = prefix + safe(entry.name)
        try:
            status = entry.stat()
        except OSError as error:
            why = "a link that leads nowhere" if entry.is_symlink() else reason_of(error)
            found.problems.append(Problem(shown, why, lost=True))
            continue
        if stat.S_ISDIR(status.st_mode):
            if entry.is_symlink() and _leads_back(Path(entry.path), above):
                why = "a link to a folder that holds it: not followed"
                found.problems.append(Problem(shown, why))
            else:
                found.folders[entry.name] = Path(entry.path)
        elif stat.S_ISREG(status.st_mode):
            ending = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - a str stays a str
            if ending in ENDINGS or not ending:
                stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
                found.files.append(File(entry.path, shown, stamp))
            else:
                found.others[safe(ending)] += 1
        else:
            why = f"{kind_of(status.st_mode)}, not a file"
            found.problems.append(Problem(shown, why, lost=True))
    return found


def walk(folder: Path, prefix: str) -> Listing:
    """All files below a folder, in the order of their names; loops are cut."""
    whole = Listing()
    start = chain(folder)
    pending = [(folder, prefix, start)]
    while pending:
        here, shown, above = pending.pop()
        found = look(here, shown, above)
        whole.files += found.files
        whole.problems += found.problems
        whole.others += found.others
        for name, below in reversed(found.folders.items()):
            deeper = (*above, *identity(below))
            if len(deeper) > _DEEPEST + len(start):
                why = "folders nested too deeply"
                whole.problems.append(Problem(shown + safe(name), why, lost=True))
            else:
                pending.append((below, f"{shown}{safe(name)}/", deeper))
    whole.files.sort(key=lambda file: file.id)
    return whole


def chain(folder: Path) -> tuple[tuple[int, int], ...]:
    """The folder and every folder above it, as (device, inode)."""
    real = Path(os.path.realpath(folder))
    return tuple(pair for place in (real, *real.parents) for pair in identity(place))


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
        yield Problem(where, f"{files} not a picture by name and left out: {kinds}", lost=True)
