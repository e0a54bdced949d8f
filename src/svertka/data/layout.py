"""Which folder is a class and which a part: labelled files out of a folder of folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from svertka.data.assemble import TEST, TRAIN, VAL
from svertka.data.dataset import Problem
from svertka.data.files import File, Listing, chain, class_name, look, passed_over, safe, walk
from svertka.data.packed import UNSPLIT
from svertka.errors import DataError

_PART_FOLDERS = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "dev"), VAL),
    **dict.fromkeys(("test", "testing"), TEST),
}


@dataclass
class Labelled:
    """Files with the class and the part that their folders give them."""

    folder: Path
    files: list[File] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)  # of each file
    parts: list[int] = field(default_factory=list)  # of each file, as in Packed
    problems: list[Problem] = field(default_factory=list)


def find_labelled(folder: Path) -> Labelled:
    """The pictures of ``train/``, ``val/``, ``test/`` and the class folders in them, or of class
    folders at the top.

    Names of parts count in any case; one folder around everything is looked through. DataError
    where there are no class folders.
    """
    root, top = _unwrapped(folder)
    found = Labelled(folder, problems=list(top.problems))
    parts = _part_folders(root, top)
    listings = {part: look(path, f"{safe(path.name)}/") for part, path in parts.items()}
    if not _are_parts(listings, top):
        _add_classes(found, "", top, UNSPLIT)
    else:
        for name in top.folders:
            if root / name not in parts.values():
                why = "beside train, val and test: left out"
                found.problems.append(Problem(safe(name), why, lost=True))
        found.problems += list(_loose(top, ""))
        for part, listing in listings.items():
            found.problems += listing.problems
            _add_classes(found, f"{safe(parts[part].name)}/", listing, part)
    if not found.files:
        raise DataError(_nothing_found(folder, top, found))
    return found


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which 2 comes before 10.

    >>> sorted(["b10", "b2", "a"], key=natural)
    ['a', 'b2', 'b10']
    """
    pieces = re.split(r"([0-9]+)", name)
    return tuple(
        (0, int(p), p) if p.isdecimal() and p.isascii() else (1, 0, p) for p in pieces if p
    )


def _unwrapped(folder: Path) -> tuple[Path, Listing]:
    """The folder itself, or the only folder in it where nothing else could be meant."""
    above = chain(folder)
    top = look(folder, "", above)
    for _ in range(4):
        if len(top.folders) != 1 or _sure(top):
            break
        ((name, inner),) = top.folders.items()
        below = look(inner, "", above)
        if name.lower() in _PART_FOLDERS or not below.folders:
            break
        # A README or LICENSE beside the folder is no reason to stop, nor worth a word.
        below.problems = [*top.problems, *below.problems]
        below.others += top.others
        folder, top = inner, below
    return folder, top


def _part_folders(root: Path, top: Listing) -> dict[int, Path]:
    parts: dict[int, Path] = {}
    for name, path in top.folders.items():
        part = _PART_FOLDERS.get(name.lower())
        if part is not None and part in parts:
            raise DataError(
                f"{root} has two folders for one part, {parts[part].name!r} and {name!r}. Keep "
                f"one, or put them together."
            )
        if part is not None:
            parts[part] = path
    return parts


def _are_parts(listings: dict[int, Listing], top: Listing) -> bool:
    """Whether folders called train, val, test are parts; they could be classes: trains, tests."""
    if not listings:
        return False
    strangers = len(top.folders) - len(listings)
    holds_classes = any(listing.folders for listing in listings.values())
    return holds_classes or not strangers


def _add_classes(found: Labelled, prefix: str, listing: Listing, part: int) -> None:
    found.problems += list(_loose(listing, prefix))
    for name, path in listing.folders.items():
        inside = walk(path, f"{prefix}{safe(name)}/")
        found.problems += [*inside.problems, *passed_over(inside.others, f"{prefix}{safe(name)}")]
        if not inside.files:
            found.problems.append(Problem(f"{prefix}{safe(name)}", "a class without a picture"))
        found.files += inside.files
        found.classes += [class_name(name)] * len(inside.files)
        found.parts += [part] * len(inside.files)


def _loose(listing: Listing, prefix: str) -> Iterator[Problem]:
    where = prefix.rstrip("/") or "."
    if count := len(_sure(listing)):
        pictures = "1 picture lies" if count == 1 else f"{count:,} pictures lie"
        why = f"{pictures} outside the class folders and cannot be labelled"
        yield Problem(where, why, lost=True)
    yield from passed_over(listing.others, where)


def _sure(listing: Listing) -> list[File]:
    """The files that are pictures by name; others without an ending are tried in classes only."""
    return [file for file in listing.files if Path(file.path).suffix]


def _nothing_found(folder: Path, top: Listing, found: Labelled) -> str:
    want = (
        "Expected one folder for each class with pictures in it, at the top or inside train/, "
        "val/ and test/."
    )
    if _sure(top) and not top.folders:
        return f"{folder} holds {len(_sure(top)):,} pictures but no class folders. {want}"
    reasons = "".join(f"\n  {problem}" for problem in found.problems[:5])
    return f"{folder} holds no pictures that are in class folders. {want}{reasons}"
