"""What the rooms above see of data: pictures, labels and everything that was odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from svertka.data import labels
from svertka.data.contract import InputContract, Task
from svertka.data.labels import Labels
from svertka.data.problems import Problem, in_groups, printable
from svertka.errors import UsageError
from svertka.records import Record

Pixels = npt.NDArray[np.uint8]

PARTS = ("train", "val", "test")
__all__ = ["PARTS", "Dataset", "Labels", "Pictures", "Pixels", "Problem", "printable"]


class Stack(Protocol):
    """What gives pictures (N, H, W, C), uint8, by their rows: an array, or `Undecoded`."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, H, W, C)."""

    @property
    def ndim(self) -> int:
        """4."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> Pixels: ...

    def __iter__(self) -> Iterator[Any]: ...


class Pictures:
    """Pictures of one part: ``x`` (N, H, W, C) uint8, ``y``, ``ids``.

    ``y`` are class numbers (N,) int64, -1 where the class is not known; or labels (N, K) uint8, 1
    for each that a picture has, and a row of 255 where they are not known.

    ``rows`` names the rows of ``x`` that belong to the part, where ``x`` is a larger packed array;
    ``take`` then reads just what it is asked for, while the property ``x`` copies the whole part.
    Of pictures that are kept with a ``margin`` (rows, columns) around, both give the middle alone.

    >>> some = Pictures(np.zeros((3, 2, 2, 1), np.uint8), [0, 1, 0], ("a", "b", "c"))
    >>> len(some), some.take([2, 0]).shape
    (3, (2, 2, 2, 1))
    """

    def __init__(
        self,
        x: Stack,
        y: npt.ArrayLike,
        ids: Sequence[str],
        rows: npt.ArrayLike | None = None,
        *,
        margin: tuple[int, int] = (0, 0),
    ) -> None:
        # of an array a plain view: numpy.memmap slices slowly
        self.packed: Stack = np.asarray(x) if isinstance(x, np.ndarray) else x
        self.rows = None if rows is None else np.asarray(rows, np.int64)
        self.y = labels.as_labels(y)
        self.ids, self.margin = ids, margin
        count = len(self.packed) if self.rows is None else len(self.rows)
        if self.packed.ndim != 4 or self.packed.dtype != np.uint8:
            raise TypeError("pictures are uint8 arrays of shape (N, H, W, C)")
        if not count == len(self.y) == len(ids):
            raise ValueError(f"{count} pictures, {len(self.y)} labels and {len(ids)} ids differ")

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        height, width, channels = self.take([]).shape[1:]
        return f"Pictures({len(self)} of {height}x{width}x{channels})"

    @property
    def decoded(self) -> bool:
        """Whether they lie there as pixels; else each read decodes them."""
        return isinstance(self.packed, np.ndarray)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Of which pictures (N,) the class, or the labels, are known."""
        return labels.known(self.y)

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """The class numbers (N,); raises ``UsageError`` where pictures have labels instead."""
        if self.y.ndim == 2:
            raise UsageError(
                "These pictures have any number of labels. Here each is expected to have one class."
            )
        return self.y.astype(np.int64, copy=False)

    def labelled(self) -> Pictures:
        """The pictures of which they are."""
        return self.select(np.flatnonzero(self.known))

    @cached_property
    def x(self) -> Pixels:
        """All pictures of the part, (N, H, W, C) uint8."""
        if self.rows is None and isinstance(self.packed, np.ndarray):
            return middle(self.packed, self.margin)
        return self.take(np.arange(len(self)))

    def take(self, indices: npt.ArrayLike, *, whole: bool = False) -> Pixels:
        """The pictures at ``indices``, (len(indices), H, W, C) uint8: how batches are read.

        ``whole`` with the margin around them.
        """
        rows = self._at(indices)
        if whole or not any(self.margin):
            return self.packed[rows]
        if isinstance(self.packed, np.ndarray):
            return middle(self.packed, self.margin)[rows]
        return middle(self.packed[rows], self.margin)

    def _at(self, indices: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """The rows of ``packed`` at ``indices``."""
        wanted = np.asarray(indices, np.int64)
        return wanted if self.rows is None else self.rows[wanted]

    def select(self, indices: npt.ArrayLike) -> Pictures:
        """The part of this part at ``indices``, without copying a picture."""
        wanted = np.asarray(indices, np.int64)
        ids = tuple(self.ids[i] for i in wanted.tolist())
        return Pictures(self.packed, self.y[wanted], ids, self._at(wanted), margin=self.margin)


def middle(x: Pixels, margin: tuple[int, int]) -> Pixels:
    """Pictures (..., H, W, C) without the margin around them: a view.

    >>> middle(np.zeros((5, 32, 30, 3), np.uint8), (2, 1)).shape
    (5, 28, 28, 3)
    """
    (down, across), (height, width) = margin, x.shape[-3:-1]
    return x[..., down : height - down, across : width - across, :]


@dataclass(frozen=True, eq=False)
class Dataset(Record):
    """Labelled pictures in three parts that never share a picture by our doing.

    ``key`` is a fingerprint of pixels, labels, names and parts; ``flip`` tells whether a mirrored
    picture still belongs to its class; ``problems`` is everything that was left out or bent.

    >>> from svertka.data import open_data
    >>> open_data("fashion").classes[:3]
    ('T-shirt/top', 'Trouser', 'Pullover')
    """

    name: str
    source: str
    train: Pictures
    val: Pictures
    test: Pictures | None
    contract: InputContract
    problems: tuple[Problem, ...] = field(default=(), repr=False)
    key: str = ""
    licence: str = ""
    flip: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; a label is a place in this tuple."""
        return self.contract.classes

    @property
    def task(self) -> Task:
        """Whether a picture has one of the classes, or any number of them as labels."""
        return self.contract.task

    @property
    def parts(self) -> dict[str, Pictures]:
        """The parts that exist, by name."""
        named = {"train": self.train, "val": self.val, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}

    @property
    def counts(self) -> dict[str, int]:
        """Pictures per part."""
        return {name: len(part) for name, part in self.parts.items()}

    @property
    def class_counts(self) -> dict[str, list[int]]:
        """Pictures per class, or with each label, in the order of ``classes``, for each part."""
        k = len(self.classes)
        return {name: labels.class_counts(part.y, k).tolist() for name, part in self.parts.items()}

    def to_dict(self) -> dict[str, Any]:
        """The set in numbers and names, without a pixel."""
        return {
            "kind": "data",
            "name": self.name,
            "source": self.source,
            "key": self.key,
            "licence": self.licence,
            "classes": list(self.classes),
            "counts": self.counts,
            "class_counts": self.class_counts,
            "problems": [{"path": p.path, "reason": p.reason} for p in self.problems],
            "contract": self.contract.model_dump(mode="json"),
            "flip": self.flip,
        }

    def __str__(self) -> str:
        height, width = self.contract.size
        colour = {1: "grey", 3: "colour"}.get(self.contract.channels, "many-channel")
        counts = ", ".join(f"{name} {n:,}" for name, n in self.counts.items())
        kinds = f"{len(self.classes)} {self.task}"
        title = f"{printable(self.name)}: {kinds}, {colour} {width}x{height}"
        told = in_groups(self.problems, "svertka data SOURCE --json, or .problems in Python")
        return "\n".join([f"{title}; {counts}", *self._class_lines(), *chain(*told)])

    def _class_lines(self, most: int = 30) -> list[str]:
        names = [printable(name) for name in self.classes]
        width = min(32, max(map(len, names)))
        rows = list(zip(names, *self.class_counts.values(), strict=True))
        head = f"  {self.task[:5]:<{width}}" + "".join(f" {part:>7}" for part in self.parts)
        lines = [f"  {n:<{width}}" + "".join(f" {c:>7,}" for c in row) for n, *row in rows[:most]]
        return [head, *lines, *([f"  … and {len(rows) - most} more"] if len(rows) > most else [])]
