"""WebDataset shards: tar files in which ``000.jpg`` and ``000.cls`` are one picture and its label.

Source: https://github.com/webdataset/webdataset, "The WebDataset Format". A key is a member's path
up to the first dot of its name; ``.cls``, ``.txt`` or ``.json`` hold its label.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from svertka.data.archives import Contents, open_archive
from svertka.data.assemble import TRAIN
from svertka.data.dataset import Problem
from svertka.data.decode import ENDINGS
from svertka.data.files import ending_of, safe
from svertka.data.items import Item, Labelled, unlabelled
from svertka.data.members import Member
from svertka.data.names import LABELS, best, part_within
from svertka.data.packed import UNSPLIT
from svertka.data.raw import BadPicture
from svertka.errors import DataError

_LABELS = ("cls", "class", "label", "json", "txt", "text")  # the first of these that a key has
_MOST = 1 << 20  # bytes of a label
_NAMED = 1000  # keys of which one thing is told by name


def expand(pattern: str) -> list[str]:
    """The names that a pattern with braces stands for, as shells and WebDataset write them.

    >>> expand("{train,val}-{08..10}.tar")[1:4]
    ['train-09.tar', 'train-10.tar', 'val-08.tar']
    """
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        return [pattern]
    first, dots, last = found[1].partition("..")
    if dots and first.isdecimal() and last.isdecimal() and int(last) - int(first) < 1_000_000:
        words = [str(n).zfill(len(first)) for n in range(int(first), int(last) + 1)]
    else:
        words = found[1].split(",")
    start, rest = pattern[: found.start()], expand(pattern[found.end() :])
    return [f"{start}{word}{end}" for word in words for end in rest]


def are_shards(contents: Contents) -> bool:
    """Whether an archive's members come in pairs of a picture and a label, side by side."""
    kinds: Counter[str] = Counter()
    for member in contents.members[:2000]:
        ending = ending_of(member.id)
        kinds["pictures" if ending in ENDINGS else ending.removeprefix(".")] += 1
    return 0 < kinds["pictures"] <= 2 * max(kinds[name] for name in _LABELS)


def find_sharded(paths: Sequence[Path], place: Path) -> Labelled:
    """The pictures of shards with their labels; parts by the names of the shards.

    DataError where there is no pair of a picture and a label.
    """
    found = Labelled(place)
    lost: list[Problem] = []
    for path in paths:
        contents = open_archive(path)
        found.problems += contents.problems
        named = part_within(path.name)
        part, bare = UNSPLIT if named is None else named, 0
        for key, fields in _keys(contents):
            pictures = [m for name, m in fields.items() if f".{name.split('.')[-1]}" in ENDINGS]
            source = next((fields[name] for name in _LABELS if name in fields), None)
            if not pictures:
                continue
            if source is None:
                bare += 1
                continue
            try:
                label = _label(source)
            except BadPicture as bad:
                lost.append(Problem(f"{path.name}/{key}", str(bad), lost=True))
                continue
            found.add([_under(path, pictures[0])], label, part)
        if bare:
            found.problems.append(unlabelled(path.name, bare))
    found.problems += lost[:_NAMED]
    if len(lost) > _NAMED:
        why = f"{len(lost) - _NAMED:,} more pictures without a label that can be read"
        found.problems.append(Problem(".", why, lost=True))
    if not found.files:
        raise DataError(
            f"{place} holds no pairs of a picture and a label, such as 000.jpg with 000.cls or "
            f"000.json.{''.join(f'{chr(10)}  {problem}' for problem in lost[:5])}"
        )
    if len(set(found.parts)) > 1:
        found.parts = [TRAIN if part == UNSPLIT else part for part in found.parts]
    return found


def _keys(contents: Contents) -> Iterator[tuple[str, dict[str, Member]]]:
    """Members that share a key and lie side by side, by what follows the first dot."""
    key, fields = "", dict[str, Member]()
    for member in contents.members:
        folder, slash, name = member.id.rpartition("/")
        stem, _, field = name.partition(".")
        if f"{folder}{slash}{stem}" != key or field.lower() in fields:
            if fields:
                yield key, fields
            key, fields = f"{folder}{slash}{stem}", {}
        fields[field.lower()] = member
    if fields:
        yield key, fields


def _label(member: Member) -> str:
    """The label in a field; raises BadPicture."""
    if member.size > _MOST:
        raise BadPicture("a label of more than a megabyte")
    try:
        text = member.read().decode("utf-8").strip()
        if member.id.lower().endswith(".json"):
            text = _told(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadPicture("a label that cannot be read") from error
    if not text or "\n" in text:
        raise BadPicture("a label of no line or several")
    return safe(text)


def _told(value: Any) -> str:
    """The label in a JSON value: the value itself, or what stands under a label's usual name."""
    if isinstance(value, dict):
        names = list(value)
        place = best(names, LABELS)
        value = value[names[place]] if place is not None else ""
    return str(value) if isinstance(value, str | int) else ""


def _under(path: Path, member: Member) -> Item:
    """A member called after its shard, for shards may use the same keys."""
    return Member(
        member.archive, f"{safe(path.name)}/{member.id}", member.start, member.size, member.inside
    )
