"""Which picture goes to which part: stratified, seeded, identical pictures kept together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from svertka.data.counter import SPLIT, key, splitmix64

Rows = npt.NDArray[np.int64]


def split(
    y: Rows, digests: npt.NDArray[np.uint8], shares: Sequence[float], seed: int
) -> list[Rows]:
    """Cut pictures into a first part (what remains) and one part for each of ``shares``.

    ``digests`` (N, >=8) holds a hash of each picture. The parts of a class follow the shares as
    nearly as whole pictures allow; identical pictures stay together; the first part keeps at
    least one picture of every class. A picture's place depends on seed and content, not on its
    name or row. Returns sorted row numbers per part.

    >>> y, digests = np.zeros(8, np.int64), np.arange(64, dtype=np.uint8).reshape(8, 8)
    >>> [len(part) for part in split(y, digests, [0.25], seed=0)]
    [6, 2]
    """
    place = splitmix64(_words(digests) ^ key(SPLIT, seed))
    family = families(digests)
    # A picture filed under two classes belongs, with its twins, to the one that is met first.
    owner = np.full(int(family.max(initial=-1)) + 1, -1, np.int64)
    owner[family[::-1]] = y[::-1]
    part = np.zeros(len(y), np.int64)
    for label in np.unique(owner):
        rows = np.flatnonzero(owner[family] == label)
        rows = rows[np.lexsort((rows, family[rows], place[rows]))]
        starts = np.flatnonzero(np.diff(family[rows], prepend=-1))
        _deal(part, np.split(rows, starts[1:]), [wanted(len(rows), share) for share in shares])
    for label in np.setdiff1d(y, y[part == 0]):
        part[family == family[np.flatnonzero(y == label)[0]]] = 0
    return [np.flatnonzero(part == number) for number in range(len(shares) + 1)]


def families(digests: npt.NDArray[np.uint8]) -> Rows:
    """Number the distinct digests: identical pictures have the same number, shape (N,)."""
    whole = np.ascontiguousarray(digests).view(f"V{digests.shape[1]}").ravel()
    return np.unique(whole, return_inverse=True)[1].reshape(-1).astype(np.int64, copy=False)


def wanted(n: int, share: float) -> int:
    """How many of a class's ``n`` pictures a share asks for: at least one when there are two.

    >>> wanted(100, 0.15), wanted(2, 0.15), wanted(1, 0.15)
    (15, 1, 0)
    """
    return max(1, round(n * share)) if n > 1 and share > 0 else 0


def _deal(part: Rows, blocks: list[Rows], wants: list[int]) -> None:
    """Deal one class, given as blocks of identical pictures; what is not dealt stays in part 0."""
    for number, want in enumerate(wants, start=1):
        rest: list[Rows] = []
        spare = len(blocks) - 1  # one block always stays
        for block in blocks:
            # The first block may overshoot, so that the part is not left without the class.
            fits = len(block) <= want or (want == wants[number - 1] and len(block) < 2 * want)
            if spare > 0 and want > 0 and fits:
                part[block] = number
                want -= len(block)
                spare -= 1
            else:
                rest.append(block)
        blocks = rest


def _words(digests: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(digests[:, :8]).view("<u8").ravel().astype(np.uint64)
