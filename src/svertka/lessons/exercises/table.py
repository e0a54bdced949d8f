"""The table that students' answers were typed into, as spreadsheets save it; read safely."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from svertka.errors import DataError

MOST_BYTES, MOST_ROWS, MOST_SIGNS = 5_000_000, 5_000, 300
Row = dict[str, str]


def read_table(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    """The header, and each row with the number of its line; raises ``DataError``.

    Separated by commas, semicolons or tabs; in UTF-8, UTF-16 or Windows-1251. Empty rows are left
    out.
    """
    text = _text(path)
    first = re.match(r"\ufeff?sep=(.)\r?\n", text)  # a first line that Excel itself writes
    delimiter = first[1] if first else max(",;\t", key=text.partition("\n")[0].count)
    skipped = 1 if first else 0
    body = io.StringIO(text[first.end() :] if first else text, newline="")
    # strict: a quote that nobody closes would swallow all rows after it
    table = csv.reader(body, delimiter=delimiter, strict=True)
    try:
        lines = [(table.line_num + skipped, row) for row in table if any(map(str.strip, row))]
    except csv.Error as error:
        raise DataError(
            f"{path}, line {table.line_num + skipped}: {error}. Is there a quote that is not "
            "closed?"
        ) from error
    if not lines:
        raise DataError(f"{path} is empty. Expected the file that `svertka homework --csv` writes.")
    if len(lines) - 1 > MOST_ROWS:
        raise DataError(f"{path} has {len(lines) - 1:,} rows. Expected at most {MOST_ROWS:,}.")
    header = [cell.strip() for cell in lines[0][1]]
    twice = [name for name, count in Counter(filter(None, header)).items() if count > 1]
    if twice:
        raise DataError(
            f"{path} has the column {twice[0]!r} twice, so one answer would count twice. Delete "
            "one of the two."
        )
    return header, [(line, _row(path, line, header, row)) for line, row in lines[1:]]


def whole(path: Path, line: int, name: str, text: str, most: int) -> int:
    """A cell as a whole number up to ``most``; raises ``DataError`` naming the line."""
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > most:
        raise DataError(
            f"{path}, line {line}: {name} is {text[:20]!r}. Expected a number from 0 to {most:,}."
        )
    return int(text)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path} is larger than {MOST_BYTES // 10**6} MB: no file of answers.")
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.") from error
    if data[:4] in (b"PK\3\4", b"\xd0\xcf\x11\xe0"):
        raise DataError(
            f"{path} is a workbook of a spreadsheet, not a table of text. Save it as CSV (UTF-8)."
        )
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        if b"\0" in data:
            raise DataError(f"{path} is no text. Save the table as CSV.")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")  # as spreadsheets in Russian save


def _row(path: Path, line: int, header: list[str], row: list[str]) -> Row:
    while len(row) > len(header) and not row[-1].strip():
        row = row[:-1]  # empty cells behind the table
    if len(row) > len(header):
        raise DataError(
            f"{path}, line {line} has {len(row)} cells, the first line {len(header)}. A comma "
            "inside an answer? Write 2.5 or put the cell in quotes."
        )
    if any(len(cell) > MOST_SIGNS for cell in row):
        raise DataError(f"{path}, line {line}: a cell has more than {MOST_SIGNS} signs.")
    return dict(zip(header, row, strict=False))
