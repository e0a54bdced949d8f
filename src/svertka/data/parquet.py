"""Pictures in Parquet files, as Hugging Face keeps them: bytes in one column, labels in another.

Names of classes come from the schema's own note, where ``datasets`` left one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svertka.data.assemble import TRAIN
from svertka.data.files import safe
from svertka.data.items import Item, Labelled, Stamp, stamp_of, unlabelled
from svertka.data.labels import BETWEEN, divided, united
from svertka.data.names import LABELS, PARTS, PICTURES, best, part_within, rank
from svertka.data.packed import UNSPLIT
from svertka.data.problems import Problem
from svertka.data.raw import MOST_BYTES, BadPicture, reason_of
from svertka.errors import DataError, MissingExtra

_AT_ONCE = 16  # rows of pictures that are read together
_BUFFER = 1 << 20  # bytes of a file that are read together
_WANT = "Expected a column of pictures (their bytes, or {bytes, path}) and one of labels."


@dataclass(frozen=True, slots=True)
class Cell:
    """A picture in a Parquet file: which row it is."""

    pictures: Pictures
    id: str
    row: int
    serial = True

    @property
    def stamp(self) -> Stamp:
        """How the file was last seen."""
        return self.pictures.stamp

    def read(self) -> bytes:
        """Its bytes; raises BadPicture."""
        try:
            data = self.pictures.at(self.row)
        except Exception as error:  # whatever Arrow throws at damaged pages
            raise BadPicture(reason_of(error)) from error
        if not data:
            raise BadPicture("empty cell: no bytes of a picture")
        if len(data) > MOST_BYTES:
            raise BadPicture(f"{len(data) >> 20:,} MB: more than {MOST_BYTES >> 20} MB")
        return data


class Pictures:
    """The column of pictures of one file, read forwards a few rows at a time."""

    def __init__(self, path: Path, file: Any, column: str) -> None:
        self.stamp = stamp_of(path)
        self._file, self._column, self._lock = file, column, threading.Lock()
        self._next = self._start = 0
        self._rows: list[bytes | None] = []
        self._batches: Iterator[Any] = iter(())

    def at(self, row: int) -> bytes | None:
        """The bytes in a row; going back starts again from the beginning of a row group."""
        with self._lock:
            if not self._start <= row < self._start + len(self._rows):
                self._go_to(row)
            return self._rows[row - self._start]

    def _go_to(self, row: int) -> None:
        sizes = [
            self._file.metadata.row_group(g).num_rows for g in range(self._file.num_row_groups)
        ]
        group = ends = 0
        while ends + sizes[group] <= row:
            ends += sizes[group]
            group += 1
        ahead = self._start + len(self._rows)
        if not ends <= ahead <= row or self._rows == []:
            self._batches = self._file.iter_batches(
                _AT_ONCE, row_groups=range(group, len(sizes)), columns=[self._column]
            )
            self._start, self._rows = ends, []
        while row >= self._start + len(self._rows):
            self._start += len(self._rows)
            column = next(self._batches).column(0)
            inner = column.flatten()[0] if column.type.num_fields else column
            self._rows = inner.to_pylist()


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet by its name."""
    return path.suffix.lower() == ".parquet"


def find_in_parquet(paths: Sequence[Path], place: Path) -> Labelled:
    """The pictures of Parquet files with labels and parts, by their columns or the files' names.

    DataError where a file is none or has no such columns; MissingExtra without pyarrow.
    """
    found = Labelled(place)
    for path in paths:
        file, columns, names = _opened(path)
        if columns.label is None:
            found.problems.append(unlabelled(path.name, file.metadata.num_rows))
            continue
        try:
            told = file.read(columns=[columns.label, *([columns.part] if columns.part else [])])
            labels = [_named(value, names) for value in told[columns.label].to_pylist()]
            parts = told[columns.part].to_pylist() if columns.part else None
        except Exception as error:  # Arrow's errors have no common base
            raise _damaged(path, error) from error
        parts = _parts(path, parts, len(labels))
        cells = _cells(path, file, columns.picture)
        for cell, label, part in zip(cells, labels, parts, strict=True):
            if label is not None:
                found.add([cell], label, part)
        if bare := labels.count(None):
            found.problems.append(unlabelled(path.name, bare))
        if bare < len(labels):
            picture = columns.picture.removesuffix(".bytes")
            which = f"labels are its column {columns.label!r}, pictures {picture!r}"
            found.problems.append(Problem(path.name, which))
    if not found.files:
        raise DataError(f"{place} has no labelled pictures. {_WANT}")
    if any(BETWEEN in text for text in found.classes):
        found.task, found.classes = "labels", [united(divided(text)) for text in found.classes]
    if len(set(found.parts)) > 1:
        found.parts = [TRAIN if part == UNSPLIT else part for part in found.parts]
    return found


def cells_of(path: Path) -> list[Item]:
    """All pictures of a Parquet file, whatever their labels: for prediction."""
    file, columns, _ = _opened(path)
    return list(_cells(path, file, columns.picture))


@dataclass(frozen=True)
class _Columns:
    picture: str
    label: str | None
    part: str | None


def _opened(path: Path) -> tuple[Any, _Columns, list[str]]:
    """The file, its columns by use, and the names of its classes where it has any."""
    try:
        import pyarrow.parquet as pq
    except Exception as error:
        raise MissingExtra(f"pyarrow, which reads {path.name},", "parquet") from error
    try:
        file = pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
        schema = file.schema_arrow
        features = _features(schema)
    except Exception as error:  # Arrow's errors have no common base
        raise _damaged(path, error) from error
    pictures = [field.name for field in schema if _holds_bytes(field.type)]
    if not pictures:
        raise DataError(f"{path} has the columns {', '.join(schema.names)}. {_WANT}")
    picture = min(pictures, key=lambda name: rank(name, PICTURES))
    simple = [field.name for field in schema if _is_simple(field.type)]
    part = best(simple, PARTS)
    rest = [name for place, name in enumerate(simple) if place != part]
    classed = [name for name in rest if features.get(name, {}).get("_type") == "ClassLabel"]
    label = best(classed or rest, LABELS)
    named = (classed or rest)[label] if label is not None else (classed[0] if classed else None)
    names = features.get(named or "", {}).get("names") or []
    inner = f"{picture}.bytes" if schema.field(picture).type.num_fields else picture
    return file, _Columns(inner, named, simple[part] if part is not None else None), names


def _damaged(path: Path, error: Exception) -> DataError:
    why = reason_of(error)
    return DataError(f"{path} cannot be read as Parquet: {why}. Write it again, or download it.")


def _features(schema: Any) -> dict[str, Any]:
    """What ``datasets`` noted of each column, where it did."""
    try:
        noted = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        features = noted.get("info", {}).get("features", {})
        return {str(k): v for k, v in features.items() if isinstance(v, dict)}
    except (ValueError, AttributeError):
        return {}


def _holds_bytes(kind: Any) -> bool:
    import pyarrow.types as types

    if types.is_struct(kind):
        place = kind.get_field_index("bytes")
        return place >= 0 and _holds_bytes(kind.field(place).type)
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _is_simple(kind: Any) -> bool:
    import pyarrow.types as types

    kind = kind.value_type if types.is_dictionary(kind) else kind
    text = types.is_string(kind) or types.is_large_string(kind)
    return bool(text or types.is_integer(kind) or types.is_boolean(kind))


def _cells(path: Path, file: Any, column: str) -> Iterator[Cell]:
    pictures = Pictures(path, file, column)
    digits = len(str(file.metadata.num_rows))
    for row in range(file.metadata.num_rows):
        yield Cell(pictures, f"{safe(path.stem)}/{row:0{digits}}", row)


def _named(value: object, names: Sequence[str]) -> str | None:
    """A label as text; None where there is none, which ``datasets`` writes as -1."""
    if value is None or value == "":
        return None
    if names and isinstance(value, int):
        return safe(str(names[value])) if 0 <= value < len(names) else None
    return None if value == -1 else safe(str(value).strip())


def _parts(path: Path, values: Sequence[object] | None, count: int) -> list[int]:
    if values is None:
        part = part_within(path.stem)
        return [UNSPLIT if part is None else part] * count
    found = [part_within(str(value)) for value in values]
    return [UNSPLIT if part is None else part for part in found]
