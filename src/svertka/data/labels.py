"""What is known of pictures: one class of each, or any number of labels.

``y`` is (N,) int64, places in the classes and -1 where the class is not known; or it is (N, K)
uint8, 1 for each label that a picture has and a row of 255 where its labels are not known. Whoever
need not care which of the two it is asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.contract import InputContract, Task
from svertka.errors import DataError

Labels = npt.NDArray[np.integer[Any]]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BETWEEN = "|"  # stands between the labels of a picture; alone, it says that there is none
UNKNOWN = 255


def as_labels(y: npt.ArrayLike) -> Labels:
    """``y`` in the type that its shape asks for."""
    return np.asarray(y, np.uint8 if np.ndim(y) == 2 else np.int64)


def task_of(y: Labels) -> Task:
    """Whether pictures have one class each, or labels.

    >>> task_of(np.zeros(3, np.int64)), task_of(np.zeros((3, 2), np.uint8))
    ('classes', 'labels')
    """
    return "labels" if y.ndim == 2 else "classes"


def known(y: Labels) -> Flags:
    """Of which pictures (N,) the class, or the labels, are known."""
    return np.asarray(y >= 0 if y.ndim == 1 else (y != UNKNOWN).all(axis=1))


def having(y: Labels, place: int) -> Flags:
    """Which pictures (N,) are of a class, or have a label."""
    return np.asarray(y == place if y.ndim == 1 else y[:, place] == 1)


def class_counts(y: Labels, k: int) -> Ints:
    """How many pictures are of each of ``k`` classes, or have each label, (K,).

    >>> class_counts(np.array([0, 2, -1]), 3), class_counts(np.eye(2, dtype=np.uint8), 2)
    (array([1, 0, 1]), array([1, 1]))
    """
    if y.ndim == 2:
        return np.asarray((y == 1).sum(axis=0), np.int64)
    return np.bincount(y[y >= 0], minlength=k)


def numbered(y: Labels) -> Ints:
    """One number for each picture, (N,): equal where all is equal that is known of them."""
    if y.ndim == 1:
        return y.astype(np.int64, copy=False)
    return np.unique(y, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def text_of(row: Any, classes: Sequence[str]) -> str:
    """What is known of one picture, a row of ``y``: the class, or the labels with "|" between.

    >>> text_of(1, "abc"), text_of(np.array([1, 0, 1]), "abc"), text_of(np.zeros(3), "abc")
    ('b', 'a|c', '')
    """
    if np.ndim(row) == 0:
        return classes[row] if row >= 0 else ""
    return BETWEEN.join(name for name, on in zip(classes, row, strict=True) if on == 1)


def divided(text: str) -> list[str]:
    """The labels in a text, each once, in the order of the alphabet.

    >>> divided("sea | boat|sea"), divided("|")
    (['boat', 'sea'], [])
    """
    return sorted({name for part in text.split(BETWEEN) if (name := part.strip())})


def united(names: Iterable[str]) -> str:
    """The text of which these are the labels; never empty, for that would say "not known"."""
    return BETWEEN.join(names) or BETWEEN


def flags_in(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8] | None:
    """``values`` (N, K) as labels, where there is nothing but 0 and 1 in them."""
    plain = values.ndim == 2 and values.dtype.kind in "biuf"
    return values.astype(np.uint8) if plain and np.isin(values, (0, 1)).all() else None


def to_known(y: Labels, classes: Sequence[str], contract: InputContract, what: str) -> Labels:
    """``y``, said of ``classes``, as a network with this contract says it.

    One class is one label, where the network answers with labels. DataError for a class that it
    does not know, and for several labels where it answers with one class.
    """
    strangers = [name for name in classes if name not in contract.classes]
    if strangers:
        raise DataError(
            f"{what} has classes that the network does not know: {', '.join(strangers[:5])}. It "
            f"knows: {', '.join(contract.classes[:20])}."
        )
    table = np.array([contract.classes.index(name) for name in classes], np.int64)
    if contract.task == "classes":
        if y.ndim == 2:
            raise DataError(
                f"{what} gives a picture any number of labels, and the network answers with one "
                "class. Expected one class for each picture; or train a network on the labels."
            )
        return table[y]
    found = np.zeros((len(y), len(contract.classes)), np.uint8)
    if y.ndim == 1:
        found[np.arange(len(y)), table[y]] = 1
    else:
        found[:, table] = y
        found[~known(y)] = UNKNOWN
    return found


def log_chances(p: npt.NDArray[np.floating], given: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The logarithm (N,) of the chance that the labels ``given`` (N, K) are just a picture's own.

    That is the product over labels of ``p`` (N, K) or 1 - p: what it would be if labels came and
    went independently of each other. Probabilities are clipped at the smallest step of their type.

    >>> np.exp(log_chances(np.array([[0.9, 0.2]]), np.array([[1, 0]]))).round(4).tolist()
    [0.72]
    """
    step = float(np.finfo(p.dtype).eps)
    own = np.where(given == 1, p, 1 - p).astype(np.float64)
    return np.asarray(np.log(np.clip(own, step, 1 - step)).sum(axis=1))
