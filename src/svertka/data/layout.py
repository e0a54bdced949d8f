"""Which folder is a class and which a part: labelled files out of a folder of folders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from svertka.data.assemble import TEST, TRAIN
from svertka.data.dataset import Problem
from svertka.data.files import Folder, Listing, Place, class_name, passed_over, safe, walk
from svertka.data.items import Item, Labelled, unlabelled
from svertka.data.names import part_called, part_within
from svertka.data.packed import UNSPLIT
from svertka.data.tabled import find_tabled
from svertka.errors import DataError

# A folder called so in a part is no class: people put all pictures in one more folder.
_NO_CLASS = ("images", "image", "imgs", "pictures", "unknown", "unlabelled", "unlabeled", "all")


def find_labelled(place: Path | Place) -> Labelled:
    """The pictures of ``train/``, ``val/``, ``test/`` and the class folders in them, of class
    folders at the top, or of any folders where a table at the top gives the labels.

    Names of parts count in any case; one folder around everything is looked through. DataError
    where there are neither class folders nor labels.
    """
    place = Folder.at(place) if isinstance(place, Path) else place
    top = place.look("")
    for _ in range(5):
        tabled = find_tabled(place, top)
        if tabled is not None:
            return tabled
        inner = _wrapped(top)
        if inner is None:
            break
        below = inner.look("")
        # A README or LICENSE beside the folder is no reason to stop, nor worth a word.
        below.problems = [*top.problems, *below.problems]
        below.others += top.others
        place, top = inner, below
    found = Labelled(place.path, problems=list(top.problems))
    _add_parts(found, top)
    if not found.files:
        raise DataError(_nothing_found(place.path, top, found))
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


def _wrapped(top: Listing) -> Place | None:
    """The only folder in a folder, where nothing else could be meant."""
    if len(top.folders) != 1 or _sure(top):
        return None
    ((name, inner),) = top.folders.items()
    below = inner.look("")
    return None if part_called(name) is not None or not (below.folders or below.tables) else inner


def _add_parts(found: Labelled, top: Listing) -> None:
    names = _part_folders(found.place, top)
    if not names or not _are_parts(names, top):
        _add_classes(found, "", top, UNSPLIT)
        return
    for name in top.folders:
        if name not in names.values():
            why = "beside train, val and test: left out"
            found.problems.append(Problem(safe(name), why, lost=True))
    found.problems += list(_loose(top, "", UNSPLIT))
    known: Collection[str] = ()
    for part in sorted(names):
        prefix, listing = _within(top.folders[names[part]], names[part], known)
        found.problems += listing.problems
        _add_classes(found, prefix, listing, part)
        known = set(found.classes)


def _part_folders(root: Path, top: Listing) -> dict[int, str]:
    """The folders of parts: those called train, val, test; or all, if they speak of parts."""
    parts: dict[int, str] = {}
    for name in top.folders:
        part = part_called(name)
        if part is not None and part in parts:
            raise DataError(
                f"{root} has two folders for one part, {parts[part]!r} and {name!r}. Keep "
                f"one, or put them together."
            )
        if part is not None:
            parts[part] = name
    spoken = {part_within(name): name for name in top.folders}
    all_speak = None not in spoken and len(spoken) == len(top.folders) > len(parts)
    if all_speak and TRAIN in spoken:
        return {part: name for part, name in spoken.items() if part is not None}
    return parts


def _are_parts(names: dict[int, str], top: Listing) -> bool:
    """Whether folders called train, val, test are parts; they could be classes: trains, tests."""
    strangers = len(top.folders) - len(names)
    return not strangers or any(top.folders[name].look("").folders for name in names.values())


def _within(place: Place, name: str, known: Collection[str]) -> tuple[str, Listing]:
    """What a part's folder holds, seen through folders that are no classes; ``known`` are classes.

    So are ``train/simpsons_dataset/`` with classes in it, and ``testset/testset/`` with pictures.
    """
    prefix = f"{safe(name)}/"
    listing = place.look(prefix)
    for _ in range(4):
        if len(listing.folders) != 1 or _sure(listing):
            break
        ((inner, folder),) = listing.folders.items()
        below = folder.look(f"{prefix}{safe(inner)}/")
        again = inner == name or part_within(inner) is not None or inner.lower() in _NO_CLASS
        if class_name(inner) in known or not (below.folders or again):
            break
        below.problems = [*listing.problems, *below.problems]
        below.others += listing.others
        prefix, listing = f"{prefix}{safe(inner)}/", below
    return prefix, listing


def _add_classes(found: Labelled, prefix: str, listing: Listing, part: int) -> None:
    found.problems += list(_loose(listing, prefix, part))
    for name, place in listing.folders.items():
        inside = walk(place, f"{prefix}{safe(name)}/")
        found.problems += [*inside.problems, *passed_over(inside.others, f"{prefix}{safe(name)}")]
        if not inside.files:
            found.problems.append(Problem(f"{prefix}{safe(name)}", "a class without a picture"))
        found.add(inside.files, class_name(name), part)


def _loose(listing: Listing, prefix: str, part: int) -> Iterator[Problem]:
    where = prefix.rstrip("/") or "."
    count = len(_sure(listing))
    if count and part == TEST and not listing.folders:
        yield unlabelled(where, count)
    elif count:
        pictures = "1 picture lies" if count == 1 else f"{count:,} pictures lie"
        why = f"{pictures} outside the class folders and cannot be labelled"
        yield Problem(where, why, lost=True)
    yield from passed_over(listing.others, where)


def _sure(listing: Listing) -> list[Item]:
    """The files that are pictures by name; others without an ending are tried in classes only."""
    return [file for file in listing.files if Path(file.id).suffix]


def _nothing_found(folder: Path, top: Listing, found: Labelled) -> str:
    want = (
        "Expected one folder for each class with pictures in it, at the top or inside train/, "
        "val/ and test/; or a table, train.csv, with columns for the picture and its label."
    )
    if _sure(top) and not top.folders:
        return f"{folder} holds {len(_sure(top)):,} pictures but no class folders. {want}"
    reasons = "".join(f"\n  {problem}" for problem in found.problems[:5])
    return f"{folder} holds no pictures that are in class folders. {want}{reasons}"
