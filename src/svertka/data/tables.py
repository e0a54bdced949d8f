"""Tables of pictures, CSV and TSV: reading them, and which column is what."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from svertka.data.assemble import TEST, TRAIN, VAL
from svertka.data.contract import Task
from svertka.data.decode import ENDINGS
from svertka.data.files import ending_of
from svertka.data.items import Item
from svertka.data.labels import BETWEEN, divided, united
from svertka.data.names import LABELS, PARTS, PICTURES, best, part_within, plain, rank
from svertka.data.packed import UNSPLIT
from svertka.data.raw import BadPicture
from svertka.errors import DataError

_SEEN = 200  # rows by which columns are judged
_MOST = 0.5  # of them name pictures, in the column that does
_YES, _NO = ("1", "true", "yes", "y", "t"), ("0", "false", "no", "n", "f", "")
_FLAGS = {"isvalid": (VAL, TRAIN), "isval": (VAL, TRAIN), "istest": (TEST, TRAIN)}
_FLAGS |= {"istrain": (TRAIN, TEST), "istraining": (TRAIN, TEST), "istrainingimage": (TRAIN, TEST)}
_ON, _OFF = ("1", "1.0", "true"), ("0", "0.0", "false")
LEFT_OUT = -1  # the part of a row that says a part nobody knows


@dataclass(frozen=True)
class Table:
    """Columns by their names, and rows as long as them; all of it text."""

    name: str
    columns: tuple[str, ...]
    rows: list[list[str]]

    def column(self, place: int) -> list[str]:
        """The values of one column, without the spaces around them."""
        return [row[place].strip() for row in self.rows]


@dataclass(frozen=True)
class Columns:
    """The places of the columns that name pictures, labels and parts.

    ``flags`` are columns of 0 and 1, each named as the label that it gives or not, where no column
    has labels themselves.
    """

    picture: int
    label: int | None
    part: int | None
    flags: tuple[int, ...] = ()

    @property
    def tell(self) -> bool:
        """Whether any column has labels."""
        return self.label is not None or bool(self.flags)

    @property
    def used(self) -> set[int | None]:
        """All of them."""
        return {self.picture, self.label, self.part, *self.flags}


def read_table(item: Item) -> Table:
    """The table in a CSV or TSV file; DataError where it is none.

    A first row that names a picture is a row like the others: columns are then numbered.
    """
    try:
        text = _text(item.read(), item.id)
    except BadPicture as bad:
        raise DataError(f"{item.id} cannot be read: {bad}.") from bad
    lines = text.splitlines()[:20]
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=_delimiter(lines)) if row]
    except csv.Error as error:
        raise DataError(f"{item.id} is not a table: {error}. Save it as CSV, UTF-8.") from error
    if not rows or len(rows[0]) < 1:
        raise DataError(f"{item.id} is an empty table. Expected rows with a picture and a label.")
    head = [cell.strip() for cell in rows[0]]
    if any(ending_of(cell) in ENDINGS for cell in head):
        head = [f"column {number}" for number in range(1, len(head) + 1)]
    else:
        del rows[0]
    width = len(head)
    rows = [row[:width] + [""] * (width - len(row)) for row in rows]
    return Table(item.id, tuple(head), rows)


def choose_columns(table: Table, is_picture: Callable[[str], bool], *, sure: bool) -> Columns:
    """Which column is what: by the pictures that it names, then by its own name.

    ``sure`` asks for a label's usual name; else the only column that is left will do. Where no
    column is called a label, two or more of 0 and 1 are. DataError where no column names pictures.
    """
    step = max(1, len(table.rows) // _SEEN)
    sample = table.rows[::step]
    shares = []
    for place in range(len(table.columns)):
        values = [value for row in sample if (value := row[place].strip())]
        shares.append(sum(map(is_picture, values)) / max(1, len(values)))

    def worth(place: int) -> tuple[float, int, int]:
        return round(shares[place], 1), -rank(table.columns[place], PICTURES), -place

    picture = max(range(len(shares)), key=worth)
    if shares[picture] < _MOST:
        raise DataError(
            f"{table.name}: no column names pictures that are there. Its columns are "
            f"{_listed(table.columns)}; expected one with paths, names or ids of the pictures."
        )
    names = [name if place != picture else "" for place, name in enumerate(table.columns)]
    marks = [place for place, name in enumerate(names) if plain(name) in _FLAGS]
    part = marks[0] if marks else best(names, PARTS)
    names = [name if place != part else "" for place, name in enumerate(names)]
    label = best(names, LABELS)
    rest = [place for place, name in enumerate(names) if name]
    if label is None and not sure and len(rest) == 1:
        label = rest[0]
    if label is None and len(flags := tuple(at for at in rest if _is_flag(table, at))) > 1:
        return Columns(picture, None, part, flags)
    return Columns(picture, label, part)


def _is_flag(table: Table, place: int) -> bool:
    values = {value.lower() for value in table.column(place)}
    return bool(values) and values <= {*_ON, *_OFF} and BETWEEN not in table.columns[place]


def answers_of(table: Table, columns: Columns) -> tuple[list[str], Task]:
    """What the columns say of each row's picture, as one text; and what kind of texts these are.

    Labels are those of all flags that are 1, or stand in a cell with "|" between; a row in which a
    single flag is 1, as in all others, has a class.

    >>> table = Table("t.csv", ("id", "y"), [["1", "sea|boat"], ["2", "sea"]])
    >>> answers_of(table, Columns(0, 1, None))
    (['boat|sea', 'sea'], 'labels')
    """
    if columns.flags:
        given = [
            [table.columns[at] for at in columns.flags if row[at].strip().lower() in _ON]
            for row in table.rows
        ]
        if all(len(names) == 1 for names in given):
            return [names[0] for names in given], "classes"
        return [united(names) for names in given], "labels"
    assert columns.label is not None
    labels = labels_of(table, columns.label)
    if any(BETWEEN in label for label in labels):
        return [united(divided(label)) if label else "" for label in labels], "labels"
    return labels, "classes"


def labels_of(table: Table, place: int) -> list[str]:
    """The labels of all rows; whole numbers that were written as fractions lose them.

    >>> labels_of(Table("t.csv", ("y",), [["1.0"], ["2.0"], [""]]), 0)
    ['1', '2', '']
    """
    values = table.column(place)
    if all(not value or _is_whole(value) for value in values):
        return [value.partition(".")[0] for value in values]
    return values


def parts_of(table: Table, place: int | None) -> list[int]:
    """The part of each row: by its column, else by the table's own name.

    Numbers are folds: the lowest is validated on. LEFT_OUT where a word is no part's.
    """
    if place is None:
        named = part_within(table.name.rsplit("/", 1)[-1])
        return [UNSPLIT if named is None else named] * len(table.rows)
    values = [value.lower() for value in table.column(place)]
    if (flag := _FLAGS.get(plain(table.columns[place]))) is not None:
        table_of = dict.fromkeys(_YES, flag[0]) | dict.fromkeys(_NO, flag[1])
        return [table_of.get(value.removesuffix(".0"), LEFT_OUT) for value in values]
    if values and all(_is_whole(value) for value in values):
        lowest = min(int(float(value)) for value in values)
        return [VAL if int(float(value)) == lowest else TRAIN for value in values]
    known = {value: part_within(value) for value in set(values)}
    return [LEFT_OUT if (part := known[value]) is None else part for value in values]


def _text(data: bytes, name: str) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name} is not text in UTF-8: byte {error.start:,} does not fit. Save it as CSV UTF-8."
        ) from error


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that cuts the first lines into most columns, the same number in each."""

    def columns(sign: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        return len(set(counts)) == 1, min(counts, default=0)

    fitting = [(even, n, sign) for sign in ",\t;|" for even, n in [columns(sign)] if n > 1]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else ","


def _is_whole(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    return whole.lstrip("-").isdecimal() and whole.isascii() and not fraction.strip("0")


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(repr(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
