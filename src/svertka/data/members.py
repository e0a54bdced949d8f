"""Files inside archives: where they lie, and which names are allowed to them."""

from __future__ import annotations

import lzma
import re
import zlib
from dataclasses import dataclass
from typing import Protocol

from svertka.data.dataset import Problem
from svertka.data.files import safe
from svertka.data.items import Stamp
from svertka.data.raw import MOST_BYTES, BadPicture, reason_of


class Reader(Protocol):
    """What can give the bytes of one archive's members."""

    @property
    def stamp(self) -> Stamp:
        """How the archive was last seen."""

    @property
    def serial(self) -> bool:
        """Whether it is one compressed stream."""

    def read(self, member: Member) -> bytes:
        """The bytes of a member; throws what it likes."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its path there, where it begins, how many bytes it is."""

    archive: Reader
    id: str
    start: int
    size: int
    inside: tuple[int, int, int] = (0, 0, 0)  # of a zip: bytes as packed, method, checksum

    @property
    def stamp(self) -> Stamp:
        """How the archive was last seen."""
        return self.archive.stamp

    @property
    def serial(self) -> bool:
        """Whether the archive is one compressed stream."""
        return self.archive.serial

    def read(self) -> bytes:
        """Its bytes; raises BadPicture."""
        if self.size > MOST_BYTES:
            raise BadPicture(f"{self.size >> 20:,} MB: more than {MOST_BYTES >> 20} MB")
        try:
            data = self.archive.read(self)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise BadPicture(reason_of(error)) from error
        if len(data) > self.size:
            raise BadPicture("larger than the archive says: damaged or made to harm")
        if len(data) < self.size:
            raise BadPicture("truncated: the archive ends before it does")
        if not data:
            raise BadPicture("empty file (0 bytes)")
        return data


def allowed(name: str, problems: list[Problem]) -> str:
    """A member's name as a path below the archive, or nothing for one that leads elsewhere."""
    shown = safe(name).replace("\\", "/")
    words = [word for word in shown.split("/") if word not in ("", ".")]
    if shown.startswith("/") or ".." in words or re.match(r"[A-Za-z]:", shown) or "\0" in shown:
        why = "a name that leads out of the archive: left out"
        problems.append(Problem(shown, why, lost=True))
        return ""
    return "/".join(words)
