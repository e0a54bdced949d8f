"""Files inside ``.zip`` and ``.tar`` archives, read where they lie; nothing is unpacked to disk.

Names that lead out of the archive, links, devices and encrypted members are named and left out.
What an archive may unpack to is bounded before it is read.
"""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from svertka.data.dataset import Problem
from svertka.data.files import Listing, is_junk
from svertka.data.items import Stamp
from svertka.data.members import Member
from svertka.data.raw import reason_of
from svertka.data.tars import tar_members
from svertka.data.zips import zip_members
from svertka.errors import DataError

_ENDINGS = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_ALWAYS, _TIMES = 1 << 30, 100  # bytes that may be unpacked, or so many times the archive's own


def is_archive(path: Path) -> bool:
    """Whether a file is a zip or tar archive by its name.

    >>> is_archive(Path("pets.tar.gz")), is_archive(Path("pets.gz"))
    (True, False)
    """
    return path.name.lower().endswith(_ENDINGS)


@dataclass
class Contents:
    """The members of an archive in the order in which they lie there, and what was left out."""

    members: list[Member] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def open_archive(path: Path) -> Contents:
    """What is in a zip or tar file; DataError where it is neither, or unpacks to too much.

    A damaged tar gives what comes before the damage, and says so.
    """
    found = Contents()
    wanted: dict[str, Member] = {}
    unpacked, most = 0, max(_ALWAYS, _TIMES * path.stat().st_size)
    try:
        with path.open("rb") as file:
            zipped = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
        for member in (zip_members if zipped else tar_members)(path, found.problems):
            unpacked += member.size
            if unpacked > most:
                raise DataError(
                    f"{path} unpacks to more than {most >> 30:,} GB, far more than pictures would: "
                    f"it is damaged or made to harm. Unpack it by hand if you trust it."
                )
            wanted[member.id] = member  # of two of one name the last counts, as when unpacking
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise _unreadable(path, reason_of(error)) from error
    except tarfile.TarError as error:
        if not wanted:
            raise _unreadable(path, "it is neither a zip nor a tar file, or damaged") from error
        why = f"the archive is damaged after {len(wanted):,} files: what follows is lost"
        found.problems.append(Problem(path.name, why, lost=True))
    found.members = list(wanted.values())
    return found


@dataclass(frozen=True)
class Shelf:
    """A folder in an archive; it looks like one on disk."""

    path: Path
    folders: dict[str, Shelf] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def look(self, prefix: str) -> Listing:
        """Its folders, pictures and tables."""
        found = Listing(folders=dict(self.folders), problems=list(self.problems))
        for name, member in self.members.items():
            found.take(name, _Renamed(member, prefix + name))
        return found


def shelves(path: Path, contents: Contents) -> Shelf:
    """The members of an archive as folders in folders; what systems leave behind is passed over."""
    top = Shelf(path, problems=contents.problems)
    for member in contents.members:
        *above, name = member.id.split("/")
        if any(is_junk(word) for word in (*above, name)):
            continue
        here = top
        for word in above:
            here = here.folders.setdefault(word, Shelf(path))
        here.members[name] = member
    return top


@dataclass(frozen=True, slots=True)
class _Renamed:
    """A member under the name by which a listing calls it."""

    member: Member
    id: str

    @property
    def stamp(self) -> Stamp:
        return self.member.stamp

    @property
    def serial(self) -> bool:
        return self.member.serial

    def read(self) -> bytes:
        return self.member.read()


def _unreadable(path: Path, why: str) -> DataError:
    return DataError(
        f"{path} cannot be read as an archive: {why}. Expected a zip or tar file of pictures, say "
        f"of class folders."
    )
