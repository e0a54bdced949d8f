"""The members of a zip file."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from svertka.data.dataset import Problem
from svertka.data.items import stamp_of
from svertka.data.members import Member, allowed
from svertka.data.raw import MOST_BYTES

_CYRILLIC = re.compile(r"[ -~а-яёА-ЯЁ]+")


class _Zip:
    """Members of a zip file; the file is opened for each, so that threads do not meet."""

    serial = False

    def __init__(self, path: Path) -> None:
        self.path, self.stamp = path, stamp_of(path)

    def read(self, member: Member) -> bytes:
        packed, method, crc = member.inside
        with self.path.open("rb") as file:
            file.seek(member.start)
            head = file.read(30)
            if head[:4] != b"PK\x03\x04" or len(head) < 30:
                raise ValueError("not where the archive says it is")
            # The lengths of name and extra field: those of the archive's list may differ.
            file.seek(sum(int.from_bytes(head[at : at + 2], "little") for at in (26, 28)), 1)
            body = file.read(packed)
        # One byte more than was promised is enough to see that there is more.
        inflate = zlib.decompressobj(-15)
        data = body if method == zipfile.ZIP_STORED else inflate.decompress(body, member.size + 1)
        if len(data) == member.size and zlib.crc32(data) != crc:
            raise ValueError("wrong checksum in the archive")
        return data


def zip_members(path: Path, problems: list[Problem]) -> Iterator[Member]:
    """The files in a zip that can be read; what is left out goes to ``problems``."""
    reader = _Zip(path)
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    for entry in entries:
        name = "" if entry.is_dir() else allowed(_zip_name(entry), problems)
        if not name:
            continue
        why = ""
        if (entry.external_attr >> 28) == 0o12:
            why = "a link in an archive: left out"
        elif entry.flag_bits & 1:
            why = "encrypted: unpack the archive with its password first"
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            why = "packed by a method that is not read: pack it with deflate"
        elif max(entry.file_size, entry.compress_size) > MOST_BYTES:
            why = f"{entry.file_size >> 20:,} MB: more than {MOST_BYTES >> 20} MB"
        if why:
            problems.append(Problem(name, why, lost=True))
        else:
            inside = (entry.compress_size, entry.compress_type, entry.CRC)
            yield Member(reader, name, entry.header_offset, entry.file_size, inside)


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """A member's name; without the flag for UTF-8 it may be that all the same, or DOS Cyrillic."""
    if entry.flag_bits & 0x800 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        russian = raw.decode("cp866")
        return russian if _CYRILLIC.fullmatch(russian) else entry.filename
