"""What the pixels tell before any training: copies, mirror images, blank pictures, odd classes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.data.alike import pairs_of
from svertka.data.dataset import PARTS, Dataset, Stack, printable
from svertka.data.finding import MOST, Example, Finding
from svertka.data.health_files import Survey, removal
from svertka.data.labels import Labels, known, numbered, text_of
from svertka.data.likeness import identical

Rows = npt.NDArray[np.int64]

_UNEVEN = 2.0  # times as many pictures in the largest class as in the smallest
_LEAST = 10  # pictures of a class to learn from
_BLANK = 2  # levels of 255 between the darkest and the brightest value
_VALUES = 1 << 24  # values that are looked at at once


@dataclass(frozen=True, eq=False)
class Whole:
    """All parts of a data set as one: ``x`` as packed, and of each row label, part and id.

    ``key`` names the pack of which these are all the pictures; empty where they are of none.
    """

    x: Stack
    y: Labels
    part: Rows
    ids: list[str]
    classes: tuple[str, ...]
    key: str = ""

    def example(self, *rows: int, **more: object) -> Example:
        """These pictures as an example."""
        return Example(
            ids=tuple(self.ids[row] for row in rows),
            labels=tuple(text_of(self.y[row], self.classes) for row in rows),
            parts=tuple(PARTS[self.part[row]] for row in rows),
            rows=rows,
            **more,  # type: ignore[arg-type]
        )


def whole_of(dataset: Dataset) -> Whole:
    """The parts of a data set, in one array where they lie in one."""
    parts = [(PARTS.index(name), part) for name, part in dataset.parts.items() if len(part)]
    shared = all(part.packed is parts[0][1].packed and part.rows is not None for _, part in parts)
    x = parts[0][1].packed if shared else np.concatenate([part.x for _, part in parts])
    where = np.full(len(x), -1, np.int64)
    y = np.zeros((len(x), *parts[0][1].y.shape[1:]), parts[0][1].y.dtype)
    ids = [""] * len(x)
    start = 0
    for number, part in parts:
        rows = part.rows if shared and part.rows is not None else start + np.arange(len(part))
        start += len(part)
        y[rows], where[rows] = part.y, number
        for row, name in zip(rows.tolist(), part.ids, strict=True):
            ids[row] = name
    if (where >= 0).all():
        return Whole(x, y, where, ids, dataset.classes, dataset.key if shared else "")
    used = np.flatnonzero(where >= 0)
    return Whole(x[used], y[used], where[used], [ids[i] for i in used], dataset.classes)


def pixel_findings(whole: Whole, found: Survey, *, flip: bool) -> Iterator[Finding]:
    """Copies by what they spoil, mirror images across parts (with ``flip``), blank pictures."""
    same = identical(whole.x)
    near = pairs_of(whole.x, same, whole.key)
    pairs = np.concatenate([_stars(same), near.rows])
    exact = np.arange(len(pairs)) < len(pairs) - len(near)
    distance = np.concatenate([np.zeros(exact.sum()), near.distance])
    yield from _copies(whole, found, pairs, distance, exact)
    if flip:
        turned = pairs_of(whole.x, same, whole.key, mirrored=True)
        known = {tuple(pair) for pair in pairs.tolist()}
        new = [i for i, pair in enumerate(turned.rows.tolist()) if tuple(pair) not in known]
        a, b = turned.rows[new].T
        across = whole.part[a] != whole.part[b]
        rows, far = turned.rows[new][across], turned.distance[new][across]
        yield from _paired(whole, found, "mirrored", rows, far, np.zeros(len(rows), bool))
    blank = [whole.example(row, command=removal(found, whole.ids[row])) for row in _blank(whole.x)]
    if blank:
        yield Finding("blank", len(blank), tuple(blank[:MOST]))


def _stars(same: Rows) -> Rows:
    """Each identical picture with the first of its kind, (M, 2)."""
    first = np.unique(same, return_index=True)[1][same]
    later = np.flatnonzero(first != np.arange(len(same)))
    return np.stack([first[later], later], axis=1).astype(np.int64).reshape(-1, 2)


def _copies(
    whole: Whole,
    found: Survey,
    pairs: Rows,
    distance: npt.NDArray[np.float64],
    exact: npt.NDArray[np.bool_],
) -> Iterator[Finding]:
    a, b = pairs.T
    across = whole.part[a] != whole.part[b]
    number, sure = numbered(whole.y), known(whole.y)
    torn = (number[a] != number[b]) & sure[a] & sure[b]
    kinds = {"leaks": across, "conflicts": torn, "copies": ~across & ~torn}
    for kind, chosen in kinds.items():
        yield from _paired(whole, found, kind, pairs[chosen], distance[chosen], exact[chosen])


def _paired(
    whole: Whole,
    found: Survey,
    kind: str,
    pairs: Rows,
    distance: npt.NDArray[np.floating],
    exact: npt.NDArray[np.bool_],
) -> Iterator[Finding]:
    """Pairs as one finding, the one in the earlier part first, the most alike pairs first."""
    if not len(pairs):
        return
    examples = []
    for (a, b), far, equal in zip(pairs[:MOST].tolist(), distance, exact, strict=False):
        first, second = (b, a) if whole.part[b] < whole.part[a] else (a, b)
        ids = whole.ids[first], whole.ids[second]
        if kind == "conflicts":
            command = _either(whole, found, (first, second))
        else:
            command = removal(found, ids[1] if kind == "copies" else ids[0])
        cosine = 1.0 if equal else 1.0 - float(far) ** 2 / 2
        reason = "identical" if equal else "mirrored" if kind == "mirrored" else "alike"
        example = whole.example(
            first, second, reason=reason, values={"likeness": cosine}, command=command
        )
        examples.append(example)
    values = {"identical": int(exact.sum()), "alike": int(len(pairs) - exact.sum())}
    yield Finding(kind, len(pairs), tuple(examples), values)


def _either(whole: Whole, found: Survey, rows: tuple[int, int]) -> str:
    """The commands of which one is right, each with its condition; nobody runs both unread."""
    lines = []
    for row in rows:
        command, label = (
            removal(found, whole.ids[row]),
            printable(text_of(whole.y[row], whole.classes)),
        )
        lines += [f"{command}  # if it is not: {label}"] if command else []
    return "\n".join(lines)


def _blank(x: Stack) -> list[int]:
    """Rows of pictures in which nothing can be seen."""
    size = max(1, _VALUES // max(1, int(np.prod(x.shape[1:]))))
    found: list[int] = []
    for start in range(0, len(x), size):
        block = x[start : start + size].reshape(len(x[start : start + size]), -1, x.shape[-1])
        # By channel: a picture all in one colour is blank, too.
        spread = block.max(axis=1).astype(int) - block.min(axis=1)
        found += (start + np.flatnonzero((spread <= _BLANK).all(axis=1))).tolist()
    return found


def class_findings(dataset: Dataset) -> Iterator[Finding]:
    """Classes of very different size, and classes that are too small."""
    counts = dataset.class_counts["train"]
    rows = sorted((n, name) for n, name in zip(counts, dataset.classes, strict=True) if n)
    if not rows:
        return
    least, most = rows[0][0], rows[-1][0]
    if most > _UNEVEN * least:
        small = [row for row in rows if most > _UNEVEN * row[0]]
        examples = tuple(Example(labels=(name,), values={"count": n}) for n, name in small[:MOST])
        values = {"least": least, "most": most, "ratio": most / least}
        words = ["svertka", "train", dataset.source, "--metric", "f1_macro"]
        how = "sampling" if dataset.task == "classes" else "weights"
        command = shlex.join([*words, "--set", f"balance={how}"])
        yield Finding("uneven", len(small), examples, values, command)
    few = [row for row in rows if row[0] < _LEAST]
    if few:
        examples = tuple(Example(labels=(name,), values={"count": n}) for n, name in few[:MOST])
        yield Finding("few", len(few), examples, {"least": _LEAST})
