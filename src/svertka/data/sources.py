"""Which way a path is read: by what it is and by its name."""

from __future__ import annotations

from pathlib import Path

from svertka.data.archives import is_archive, open_archive, shelves
from svertka.data.dataset import Problem
from svertka.data.files import TABLES, Folder, safe, walk
from svertka.data.items import Item, Labelled, Source
from svertka.data.layout import find_labelled
from svertka.data.parquet import cells_of, find_in_parquet, is_parquet
from svertka.data.shards import are_shards, expand, find_sharded
from svertka.data.tabled import find_listed, find_table
from svertka.errors import DataError

KINDS = "a folder, a table (.csv, .tsv), .parquet, .zip, .tar or .tar.gz, .npz"


def source_of(path: Path) -> Source | None:
    """How the labelled pictures behind a path are found; None where it is nothing that is read.

    >>> source_of(Path("pets.docx")) is None
    True
    """
    if path.is_dir():
        return _folder(path)
    if path.suffix.lower() in TABLES:
        return Source(lambda: find_table(path))
    if is_parquet(path):
        return Source(lambda: find_in_parquet([path], path), (path,))
    if is_archive(path):
        return Source(lambda: _in_archive(path), (path,))
    return None


def shards_of(pattern: str) -> list[Path]:
    """The files that a pattern names, all of which are there; nothing where none is.

    The pattern has braces, as WebDataset writes it, or the stars of a shell. ``DataError`` names
    what is missing where the others are there.

    >>> shards_of("no-such-{000..003}.tar")
    []
    """
    paths = [Path(name) for name in expand(pattern)] if "{" in pattern else []
    if "*" in pattern and not paths:
        whole = Path(pattern)
        paths = sorted(Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))))
    missing = [path for path in paths if not path.is_file()]
    if 0 < len(missing) < len(paths):
        raise DataError(
            f"{len(missing):,} of the {len(paths):,} files of {pattern} are not there, the first "
            f"is {missing[0]}. Bring them here, or name those that are."
        )
    return paths if not missing and all(is_archive(p) or is_parquet(p) for p in paths) else []


def source_of_shards(paths: list[Path]) -> Source:
    """Shards, or Parquet files, as one set."""
    find = find_in_parquet if all(map(is_parquet, paths)) else find_sharded
    return Source(lambda: find(paths, paths[0].parent), tuple(paths))


def spread(given: str | Path) -> list[str | Path]:
    """The shards or Parquet files that a pattern names or a folder holds; else what was given.

    >>> spread("cat.png")
    ['cat.png']
    """
    path = Path(given)
    return [*(_held(path) if path.is_dir() else shards_of(str(given)))] or [given]


def pictures_within(path: Path) -> tuple[list[Item], list[Problem]] | None:
    """The pictures of a folder in an archive, as in ``pets.zip/test``; None where it is none."""
    archive = next((p for p in path.parents if p.is_file() and is_archive(p)), None)
    if archive is None:
        return None
    folder = safe(f"{archive}/{path.relative_to(archive).as_posix()}/")
    files, problems = pictures_in(archive, safe(str(archive))) or ([], [])
    chosen = [file for file in files if file.id.startswith(folder)]
    return chosen, [problem for problem in problems if problem.path.startswith(folder)]


def pictures_in(path: Path, shown: str) -> tuple[list[Item], list[Problem]] | None:
    """All pictures of an archive, a table or a Parquet file, for prediction; None for others."""
    if path.suffix.lower() in TABLES:
        return find_listed(path)
    if is_parquet(path):
        return cells_of(path), []
    if is_archive(path):
        found = walk(shelves(path, open_archive(path)), f"{shown}/")
        return found.files, found.problems
    return None


def _folder(path: Path) -> Source:
    """A folder; of Parquet files or shards where it holds these, in it or one below."""
    within = _held(path)
    return source_of_shards(within) if within else Source(lambda: find_labelled(path))


def _held(path: Path) -> list[Path]:
    """The Parquet files or shards in a folder that holds no pictures of its own."""
    for ending in (".parquet", ".tar"):
        within = sorted(p for depth in ("*", "*/*") for p in path.glob(depth + ending))
        if within and not _pictures_beside(path):
            return within
    return []


def _pictures_beside(path: Path) -> bool:
    """Whether a folder holds pictures as well, at the top or in a folder."""
    top = Folder.at(path).look("")
    return bool(top.files) or any(place.look("").files for place in top.folders.values())


def _in_archive(path: Path) -> Labelled:
    contents = open_archive(path)
    if are_shards(contents):
        return find_sharded([path], path)
    return find_labelled(shelves(path, contents))


def name_of(path: Path) -> str:
    """What a set is called after the file or folder that it comes from.

    >>> name_of(Path("pets.tar.gz")), name_of(Path("v1.0/pets"))
    ('pets', 'pets')
    """
    name = path.name
    if is_archive(path) or is_parquet(path) or path.suffix.lower() in TABLES:
        name = name.removesuffix(path.suffix).removesuffix(".tar")
    return safe(name)
