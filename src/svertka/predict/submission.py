"""Answers in the form that a contest's sample submission has: header, ids, order, labels."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from svertka.data.labels import BETWEEN, divided
from svertka.data.problems import printable
from svertka.errors import DataError, UsageError
from svertka.predict.predictions import Predictions
from svertka.store.atomic import write_atomic

_DELIMITERS = (",", ";", "\t")
_NAMED = 5
Key = Callable[[str], str]


@dataclass(frozen=True)
class Sample:
    """A sample submission: the columns ``header``, and its rows in their order."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str

    @property
    def ids(self) -> list[str]:
        """The first column."""
        return [row[0] for row in self.rows]


@dataclass(frozen=True)
class Submission:
    """The finished table; ``note`` says how the labels were written, where that is a choice."""

    text: str
    note: str = ""

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the table; raises ``UsageError`` when ``path`` exists, unless ``force``."""
        path = Path(path)
        if path.exists() and not force:
            raise UsageError(f"{path} exists: add --force to replace it, or name another file.")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent} is no folder to write {path.name} in. Make it first.")
        write_atomic(path, self.text.encode())
        return path


def read_sample(path: str | Path) -> Sample:
    """A sample submission: a header, then one id a row; raises ``DataError``."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8. Save it again as CSV in UTF-8.") from error
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    lines = [tuple(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    widths = {len(line) for line in lines}
    if len(lines) < 2 or len(widths) > 1 or widths == {1}:
        raise DataError(
            f"{path} is no sample submission. Expected a header, and below it rows of as many "
            "values: an id and a label."
        )
    sample = Sample(path, lines[0], tuple(lines[1:]), delimiter)
    twice = [name for name, count in Counter(sample.ids).items() if count > 1]
    if twice:
        raise DataError(
            f"{path} names {_some(twice, 'id', 'ids')} more than once. Expected each id once."
        )
    return sample


def submission(
    sample: Sample, predictions: Predictions, sources: Sequence[str | Path] = ()
) -> Submission:
    """The answers in the form of the sample.

    An id may be the picture's path, its path below one of ``sources``, or its name, each with or
    without the extension. Labels are written as the sample writes them: as text, or as numbers;
    a column for each class gets the probabilities. Raises ``DataError``, naming every kind of
    mismatch, unless each id has one picture and each picture an id.

    >>> import numpy as np
    >>> some = Predictions.of(np.eye(2, dtype=np.float32), ("cat", "dog"), ("t/b.png", "t/a.png"))
    >>> sample = Sample(Path("sample.csv"), ("Id", "y"), (("a", "cat"), ("b", "cat")), ",")
    >>> print(submission(sample, some).text)
    Id,y
    a,dog
    b,cat
    <BLANKLINE>
    """
    places = _places(sample, predictions, [str(source) for source in sources])
    values, note = _values(sample, predictions)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=sample.delimiter, lineterminator="\n")
    writer.writerow(sample.header)
    writer.writerows([name, *values[place]] for name, place in zip(sample.ids, places, strict=True))
    return Submission(text.getvalue(), note)


# -- ids -------------------------------------------------------------------------------------


def _places(sample: Sample, predictions: Predictions, sources: list[str]) -> list[int]:
    """The row of ``predictions`` for each id of the sample."""
    names = list(predictions.ids)
    wanted, ours = max(
        _rules(sources), key=lambda rule: _hits(sample.ids, names, rule)
    )  # of equals the first: the nearest to what is written
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(ours(name), []).append(place)
    unread = {ours(str(p.path)): p for p in predictions.problems if p.path not in {*names, "."}}
    keys = [wanted(name) for name in sample.ids]
    faults = []
    if missing := [n for n, k in zip(sample.ids, keys, strict=True) if k not in found | unread]:
        faults.append(f"no picture was given for {_some(missing, 'id', 'ids')}")
    if lost := [unread[k] for k in keys if k in unread and k not in found]:
        reasons = [f"{problem.path} ({problem.reason})" for problem in lost]
        faults.append(f"{_some(reasons, 'picture', 'pictures')} cannot be read")
    if extra := [names[p] for k, ps in found.items() if k not in {*keys} for p in ps]:
        faults.append(f"the sample has no id for {_some(extra, 'picture', 'pictures')}")
    if double := [names[p] for k in keys for p in found.get(k, [])[1:]]:
        faults.append(f"another picture has the same id as {_some(double, 'picture', 'pictures')}")
    if len({*keys}) < len(keys):
        faults.append("several ids mean the same picture")
    if faults:
        raise DataError(
            f"The pictures are not those of {sample.path}: {'; '.join(faults)}. Expected one "
            "picture for each id and no others: give the folder of the test pictures, whole."
        )
    return [found[key][0] for key in keys]


def _rules(sources: list[str]) -> list[tuple[Key, Key]]:
    """How an id and a picture's path may mean the same, the strictest first."""

    def same(name: str) -> str:
        return name

    def below(name: str) -> str:
        heads = [f"{source.rstrip('/')}/" for source in sources]
        return min((name.removeprefix(head) for head in heads), key=len, default=name)

    def last(name: str) -> str:
        return PurePath(name).name

    def bare(key: Key) -> Key:
        return lambda name: _without_ending(key(name))

    exact = [(same, key) for key in (same, below, last)]
    without = [(same, bare(key)) for key in (same, below, last)]
    return [*exact, *without, (last, last), (bare(last), bare(last))]


def _without_ending(name: str) -> str:
    head, _, ending = name.rpartition(".")
    return head if head and "/" not in ending else name


def _hits(ids: Sequence[str], names: Sequence[str], rule: tuple[Key, Key]) -> int:
    wanted, ours = rule
    return len({wanted(name) for name in ids} & {ours(name) for name in names})


# -- labels ----------------------------------------------------------------------------------


def _values(sample: Sample, predictions: Predictions) -> tuple[list[list[str]], str]:
    """What stands after the id, for each picture, and how that was chosen."""
    classes, head = predictions.classes, sample.header[1:]
    if len(head) > 1:
        if {*head} != {*classes}:
            had = _some(list(head), "column", "columns")
            raise DataError(
                f"{sample.path} has after the id {had}. Expected "
                f"one column with the label, or one for each class: {_listed(classes)}."
            )
        order = [classes.index(name) for name in head]
        note = "Each column has the class's probability." if _flags(sample) else ""
        return [list(map(str, row[order])) for row in predictions.probabilities], note
    said = {row[1].strip() for row in sample.rows} - {""}
    if predictions.thresholds is not None:
        if strangers := {name for text in said for name in divided(text)} - {*classes}:
            raise DataError(
                f"{sample.path} writes labels as {_listed(sorted(strangers))}. Expected some of "
                f"those of the network with {BETWEEN} between: {_listed(classes)}; or a column for "
                "each label."
            )
        return [[label] for label in predictions.labels], ""
    if said <= {*classes}:
        return [[label] for label in predictions.labels], ""
    table, note = _numbers(sample, said, classes)
    return [[table[label]] for label in predictions.labels], note


def _flags(sample: Sample) -> bool:
    """Whether the sample could be understood as labels of 0 and 1."""
    return {value.strip() for row in sample.rows for value in row[1:]} <= {"0", "1"}


def _numbers(
    sample: Sample, said: set[str], classes: tuple[str, ...]
) -> tuple[dict[str, str], str]:
    """Each class as the number that the sample writes for it."""
    numbers = {int(value) for value in said if value.isascii() and value.isdigit()}
    if len(numbers) == len(said):
        if all(name.isascii() and name.isdigit() for name in classes):
            if numbers <= {int(name) for name in classes}:
                return {name: str(int(name)) for name in classes}, ""
        elif max(numbers) <= len(classes):
            first = 1 if max(numbers) == len(classes) and 0 not in numbers else 0
            if max(numbers) < len(classes) + first:
                table = {name: str(place) for place, name in enumerate(classes, start=first)}
                told = _listed([f"{number} is {name}" for name, number in table.items()])
                return table, f"Classes are written as numbers, in the order of training: {told}."
    raise DataError(
        f"{sample.path} writes labels as {_listed(sorted(said))}: neither classes of the network "
        f"nor their numbers. It knows: {_listed(classes)}."
    )


def _some(names: Sequence[str], one: str, many: str) -> str:
    return f"{len(names):,} {one if len(names) == 1 else many}: {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name) for name in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED:,} more"
