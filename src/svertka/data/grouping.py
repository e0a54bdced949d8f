"""What stays together when pictures are divided, and how they are divided."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.data.alike import near_duplicates
from svertka.data.packed import Packed, digest
from svertka.errors import UsageError

ALIKE, IDENTICAL, NOTHING = "alike", "identical", "none"

Rows = npt.NDArray[np.int64]
Digests = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Cut:
    """How pictures that come without parts are divided.

    ``group`` is as in ``kept_together``; ``fold`` (i, k) makes the i-th of k equal parts, counted
    from 1, the test part; ``val_share`` None lets the number of pictures decide.
    """

    seed: int = 0
    val_share: float | None = None
    group: str = ALIKE
    fold: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.val_share is not None and not 0 < self.val_share < 1:
            raise UsageError(
                f"val_share is {self.val_share}. Expected a share between 0 and 1, say 0.15."
            )
        if self.fold is not None:
            number, folds = self.fold
            if folds < 2 or not 1 <= number <= folds:
                raise UsageError(
                    f"Fold {number} of {folds}: expected 2 folds at least, counted from 1."
                )


def kept_together(packed: Packed, group: str) -> tuple[Digests, tuple[Rows, ...]]:
    """What ``split`` and ``cut_folds`` keep whole: digests (N, 16) and numberings (N,).

    ``group`` is "alike": identical pictures and near-duplicates; "identical": those alone; "none":
    nothing; or the name of a column, or a pattern with (parentheses) that is searched for in the
    ids: pictures with equal values stay together, and near-duplicates as well. Raises
    ``UsageError`` where there is no such column, or the pattern finds nothing.
    """
    if group == NOTHING:
        named = (
            f"{i} {name}".encode("utf-8", "surrogatepass") for i, name in enumerate(packed.ids)
        )
        return np.stack(
            [_mixed(row, name) for row, name in zip(packed.digests, named, strict=True)]
        ), ()
    if group == IDENTICAL:
        return packed.digests, ()
    if group == ALIKE:
        return packed.digests, (near_duplicates(packed),)
    numbers = _numbered(packed, group)
    return packed.digests, (numbers, near_duplicates(packed))


def _mixed(row: Digests, name: bytes) -> Digests:
    return np.frombuffer(digest(np.concatenate([row, np.frombuffer(name, np.uint8)])), np.uint8)


def _numbered(packed: Packed, group: str) -> Rows:
    """The values of a column or of a pattern as numbers; what has none is alone."""
    if group in packed.columns:
        values = [value.strip() for value in packed.columns[group]]
    elif "(" in group:
        values = _searched(packed, group)
    else:
        known = ", ".join(packed.columns) or "none"
        raise UsageError(
            f"There is no column {group!r} to group by; columns here: {known}. A pattern with "
            r"(parentheses) groups by a part of the pictures' paths, such as '(patient\d+)'."
        )
    if not any(values):
        raise UsageError(
            f"Nothing is grouped by {group!r}: no picture has a value there. The first is "
            f"{packed.ids[0]!r}."
        )
    if len(set(values)) == 1:
        raise UsageError(
            f"All pictures have the same value {values[0]!r} for {group!r}: they cannot be divided."
        )
    numbers = np.unique(np.array(values), return_inverse=True)[1].reshape(-1).astype(np.int64)
    empty = np.flatnonzero([not value for value in values])
    numbers[empty] = -1 - empty
    return numbers


def _searched(packed: Packed, pattern: str) -> list[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"{pattern!r} is no pattern: {error}.") from error
    if not compiled.groups:
        raise UsageError(f"{pattern!r} has no (parentheses) around the part to group by.")
    found = (compiled.search(name) for name in packed.ids)
    return ["\0".join(match.groups("")) if match else "" for match in found]
