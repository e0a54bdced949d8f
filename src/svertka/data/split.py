"""Which picture goes to which part: stratified, seeded, what belongs together kept together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from svertka.data.counter import SPLIT, key, splitmix64
from svertka.data.labels import Labels

Rows = npt.NDArray[np.int64]
ALWAYS = -1  # the fold of what every fold trains on


def split(
    y: Labels, digests: npt.NDArray[np.uint8], shares: Sequence[float], seed: int, *together: Rows
) -> list[Rows]:
    """Cut pictures into a first part (what remains) and one part for each of ``shares``.

    ``digests`` (N, >=8) holds a hash of each picture; ``together`` are more numberings (N,): equal
    numbers stay in one part, as identical pictures do. The parts of a class follow the shares as
    nearly as that allows; the first part keeps at least one picture of every class. A picture's
    place depends on seed and content, not on its name or row. Labels (N, K) are cut so that each
    of them follows the shares: see ``_by_labels``. Returns sorted row numbers per part.

    >>> y, digests = np.zeros(8, np.int64), np.arange(64, dtype=np.uint8).reshape(8, 8)
    >>> [len(part) for part in split(y, digests, [0.25], seed=0)]
    [6, 2]
    """
    family, blocks = _blocks(digests, seed, together)
    if y.ndim == 2:
        part = _by_labels(y == 1, family, blocks, shares)
        return [np.flatnonzero(part == number) for number in range(len(shares) + 1)]
    labels, label = np.unique(y, return_inverse=True)
    sizes = np.bincount(label)
    want = np.array([[wanted(n, share) for n in sizes.tolist()] for share in shares], np.int64)
    lack = np.concatenate([[sizes - want.sum(axis=0)], want])  # pictures of a class, by part
    part = np.zeros(len(y), np.int64)
    mixed, pure = _by_class(blocks, label, len(labels))
    for rows in mixed:
        counts = np.bincount(label[rows], minlength=len(labels))
        cost = (counts / sizes) @ (counts - 2 * lack).T
        part[rows] = number = int(cost.argmin())
        lack[number] -= counts
    for place in range(len(labels)):
        _deal(part, pure[place], lack[1:, place].tolist())
    for place in np.setdiff1d(label, label[part == 0]):
        part[family == family[np.flatnonzero(label == place)[0]]] = 0
    return [np.flatnonzero(part == number) for number in range(len(shares) + 1)]


def cut_folds(
    y: Labels, digests: npt.NDArray[np.uint8], folds: int, seed: int, *together: Rows
) -> Rows:
    """The fold of each picture (N,), 0 to ``folds`` - 1, or ``ALWAYS``: trained on in every fold.

    ``together`` is as in ``split``. Each class is spread over the folds as evenly as what belongs
    together allows, the largest first (as scikit-learn's StratifiedGroupKFold). A class that
    stands in one group alone cannot be both learned and asked for: that group is trained on always.
    Labels (N, K) are spread so that each of them is even: see ``_dealt``.

    >>> cut_folds(np.array([0, 0, 1, 1, 2]), np.eye(5, 8, dtype=np.uint8), 2, 0).tolist()
    [1, 0, 1, 0, -1]
    """
    family, blocks = _blocks(digests, seed, together)
    if y.ndim == 2:
        return _folds_by_labels(y == 1, family, _dealt(y == 1, blocks, np.full(folds, 1 / folds)))
    labels, label = np.unique(y, return_inverse=True)
    sizes = np.bincount(label)
    pairs = np.unique(np.stack([label, family]), axis=1)
    alone = np.bincount(pairs[0], minlength=len(labels)) < 2
    fold = np.full(len(y), ALWAYS, np.int64)
    have = np.zeros((folds, len(labels)))
    for rows in sorted(blocks, key=len, reverse=True):  # stable: equal ones stay in seeded order
        counts = np.bincount(label[rows], minlength=len(labels))
        if not alone[label[rows]].any():
            crowd = have @ (counts / sizes)
            number = int(np.lexsort((have.sum(axis=1), crowd.round(9)))[0])
            fold[rows] = number
            have[number] += counts
    return fold


def families(digests: npt.NDArray[np.uint8], *together: Rows) -> Rows:
    """Number what belongs together, shape (N,): identical pictures, and what ``together`` joins.

    >>> families(np.eye(4, 8, dtype=np.uint8), np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]))
    array([0, 0, 0, 1])
    """
    whole = np.ascontiguousarray(digests).view(f"V{digests.shape[1]}").ravel()
    same = np.unique(whole, return_inverse=True)[1].reshape(-1).astype(np.int64, copy=False)
    return joined(same, *together) if together else same


def joined(*numberings: Rows, pairs: Rows | None = None) -> Rows:
    """One numbering (N,) in which rows are equal that a chain of equal numbers, or of ``pairs``
    (M, 2) of rows, connects; numbered in the order of their first rows.

    >>> joined(np.array([5, 3, 3, 0]), pairs=np.array([[0, 3]])).tolist()
    [0, 1, 1, 0]
    """
    n = len(numberings[0])
    starts, ends = ([], []) if pairs is None else ([pairs[:, 0]], [pairs[:, 1]])
    for numbers in numberings:
        _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        starts.append(np.arange(n))
        ends.append(first[inverse.reshape(-1)])
    start, end = np.concatenate(starts), np.concatenate(ends)
    graph = coo_array((np.ones(len(end), np.int8), (start, end)), shape=(n, n))
    found: Rows = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def wanted(n: int, share: float) -> int:
    """How many of a class's ``n`` pictures a share asks for: at least one when there are two.

    >>> wanted(100, 0.15), wanted(2, 0.15), wanted(1, 0.15)
    (15, 1, 0)
    """
    return max(1, round(n * share)) if n > 1 and share > 0 else 0


def _blocks(
    digests: npt.NDArray[np.uint8], seed: int, together: Sequence[Rows]
) -> tuple[Rows, list[Rows]]:
    """The families, and their rows in seeded order: that of the first of each family's places."""
    family = families(digests, *together)
    place = splitmix64(_words(digests) ^ key(SPLIT, seed))
    first = np.full(int(family.max(initial=-1)) + 1, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(first, family, place)
    order = np.lexsort((np.arange(len(family)), family, first[family]))
    starts = np.flatnonzero(np.diff(family[order], prepend=-1))
    return family, np.split(order, starts[1:]) if len(order) else []


def _by_labels(
    y: npt.NDArray[np.bool_], family: Rows, blocks: list[Rows], shares: Sequence[float]
) -> Rows:
    """The part (N,) of pictures with labels ``y`` (N, K); the first keeps one of every label."""
    part = _dealt(y, blocks, np.array([1 - sum(shares), *shares]))
    for label in np.flatnonzero(y.any(axis=0) & ~y[part == 0].any(axis=0)).tolist():
        part[family == family[np.flatnonzero(y[:, label])[0]]] = 0
    return part


def _folds_by_labels(y: npt.NDArray[np.bool_], family: Rows, fold: Rows) -> Rows:
    """The folds (N,), where a label that stands in one alone leaves a family to train on always."""
    for own in y.T[y.any(axis=0)]:
        first, *others = np.unique(fold[own]).tolist()
        if not others and first != ALWAYS:
            fold[family == family[np.flatnonzero(own)[0]]] = ALWAYS
    return fold


def _dealt(y: npt.NDArray[np.bool_], blocks: list[Rows], share: npt.NDArray[np.float64]) -> Rows:
    """The part (N,) of pictures with any number of labels ``y`` (N, K), blocks kept whole.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011): the label with the fewest
    pictures left comes next, for it is the hardest to divide fairly; each of its blocks goes to
    the part that lacks most of that label, of equals to the one that lacks most pictures. What
    has no label comes last.
    """
    held = np.array([y[rows].sum(axis=0) for rows in blocks]).reshape(len(blocks), y.shape[1])
    sizes = np.array([len(rows) for rows in blocks])
    lack, room = np.outer(share, y.sum(axis=0)), share * len(y)
    number = np.full(len(blocks), -1, np.int64)
    left = held.sum(axis=0)
    while left.any():
        label = int(np.where(left > 0, left, len(y) + 1).argmin())
        chosen = np.flatnonzero((number < 0) & (held[:, label] > 0))
        for block in chosen[np.argsort(-held[chosen, label], kind="stable")].tolist():
            number[block] = to = int(np.lexsort((-room.round(9), -lack[:, label].round(9)))[0])
            lack[to] -= held[block]
            room[to] -= sizes[block]
        left = left - held[chosen].sum(axis=0)
    for block in np.flatnonzero(number < 0).tolist():
        number[block] = to = int(room.round(9).argmax())
        room[to] -= sizes[block]
    part = np.zeros(len(y), np.int64)
    for rows, to in zip(blocks, number.tolist(), strict=True):
        part[rows] = to
    return part


def _by_class(blocks: list[Rows], label: Rows, classes: int) -> tuple[list[Rows], list[list[Rows]]]:
    """Blocks that hold several classes, the largest first; of each class the others."""
    mixed: list[Rows] = []
    pure: list[list[Rows]] = [[] for _ in range(classes)]
    for rows in blocks:
        held = label[rows]
        (pure[held[0]] if (held == held[0]).all() else mixed).append(rows)
    return sorted(mixed, key=len, reverse=True), pure


def _deal(part: Rows, blocks: list[Rows], wants: list[int]) -> None:
    """Deal one class, given as blocks that stay whole; what is not dealt stays in part 0."""
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
