"""From packed pictures to a data set: the parts, the input contract, what is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.data.contract import InputContract, kind_of_values
from svertka.data.dataset import PARTS, Dataset, Pictures, Problem
from svertka.data.grouping import Cut, kept_together
from svertka.data.labels import class_counts, numbered, task_of, text_of
from svertka.data.packed import UNSPLIT, Packed
from svertka.data.problems import serious_first
from svertka.data.split import ALWAYS, cut_folds, families, split
from svertka.errors import DataError

TRAIN, VAL, TEST = range(len(PARTS))
_TWINS_SHOWN = 100
KEPT_SHARE, MOST_KEPT = 0.15, 5_000  # of pictures that come without a part to judge by
FOLD_SHARE = 0.1  # of what a fold trains on, to choose its epoch by: the fold itself stays unseen

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Label:
    """What a data set is called, whence it came, whose it is; ``flip`` as in Dataset."""

    name: str
    source: str
    licence: str = ""
    flip: bool = False


def assemble(packed: Packed, label: Label, cut: Cut) -> Dataset:
    """Cut what is not cut yet, measure the training part, and name what is odd.

    DataError where fewer than two classes can be trained on, or a class of another part is
    missing from the training part.
    """
    parts, always = _parts(packed, cut)
    _check_classes(packed, parts, label.source)
    notes = [*packed.problems, *_small_classes(packed, parts), *_twins(packed, parts)]
    notes += _in_no_fold(packed, always)
    return _dataset(packed, parts, label, _contract(packed, parts[TRAIN]), tuple(notes))


def assemble_like(packed: Packed, label: Label, contract: InputContract) -> Dataset:
    """The same pictures for a trained network: its contract, no cutting.

    Pictures without a part of their own all go to test.
    """
    part = np.where(packed.part == UNSPLIT, TEST, packed.part)
    parts = [np.flatnonzero(part == p) for p in range(len(PARTS))]
    return _dataset(packed, parts, label, contract, packed.problems)


def _dataset(
    packed: Packed,
    parts: list[Rows],
    label: Label,
    contract: InputContract,
    problems: tuple[Problem, ...],
) -> Dataset:
    whole = Pictures(packed.x, packed.y, packed.ids, margin=packed.margin)
    train, val, test = (whole.select(rows) for rows in parts)
    return Dataset(
        name=label.name,
        source=label.source,
        train=train,
        val=val,
        test=test if len(test) else None,
        contract=contract,
        problems=serious_first(problems),
        key=packed.key(),
        licence=label.licence,
        flip=label.flip,
    )


def _parts(packed: Packed, cut: Cut) -> tuple[list[Rows], Rows]:
    """Row numbers of train, val and test, and of what no fold can ask for."""
    given = [np.flatnonzero(packed.part == p) for p in range(len(PARTS))]
    loose = np.flatnonzero(packed.part == UNSPLIT)
    whole = loose if len(loose) else given[TRAIN]
    none = np.zeros(0, np.int64)
    if not len(whole) or (not cut.fold and not len(loose) and len(given[VAL])):
        return given, none
    digests, together = kept_together(packed, cut.group)

    def divide(rows: Rows, shares: list[float]) -> list[Rows]:
        groups = (numbers[rows] for numbers in together)
        return [
            rows[part] for part in split(packed.y[rows], digests[rows], shares, cut.seed, *groups)
        ]

    if cut.fold:
        number, folds = cut.fold
        groups = (numbers[whole] for numbers in together)
        fold = cut_folds(packed.y[whole], digests[whole], folds, cut.seed, *groups)
        rest, held = whole[fold != number - 1], whole[fold == number - 1]
        share = cut.val_share or kept_share(len(rest), FOLD_SHARE)
        learnt = [rest, given[VAL]] if len(given[VAL]) else divide(rest, [share])
        return [*learnt, held], whole[fold == ALWAYS]
    share = cut.val_share or kept_share(len(whole))
    if len(loose):
        return divide(whole, [share, kept_share(len(whole))]), none
    return [*divide(whole, [share]), given[TEST]], none


def kept_share(pictures: int, share: float = KEPT_SHARE) -> float:
    """``share``, or what 5,000 pictures are: they tell a score to half a percent.

    >>> kept_share(1_000), kept_share(100_000)
    (0.15, 0.05)
    """
    return min(share, MOST_KEPT / pictures)


def _contract(packed: Packed, train: Rows) -> InputContract:
    height, width, channels = packed.x.shape[1:]
    n = len(train) * height * width
    mean = packed.sums[train].sum(axis=0) / n
    spread = np.sqrt(np.maximum(packed.squares[train].sum(axis=0) / n - mean**2, 0.0))
    spread[spread < 0.5] = 255.0  # a channel that never changes: leave its scale alone
    down, across = packed.margin
    return InputContract(
        size=(height - 2 * down, width - 2 * across),
        margin=packed.margin,
        channels=channels,
        dtype=kind_of_values(*packed.value_range),
        value_range=packed.value_range,
        mean=tuple((mean / 255.0).tolist()),
        std=tuple((spread / 255.0).tolist()),
        fit=packed.fit,
        classes=packed.classes,
        task=task_of(packed.y),
    )


def _check_classes(packed: Packed, parts: list[Rows], source: str) -> None:
    present, *others = (class_counts(packed.y[rows], len(packed.classes)) > 0 for rows in parts)
    for name, there in zip(PARTS[1:], others, strict=True):
        missing = [packed.classes[c] for c in np.flatnonzero(there & ~present)]
        if missing:
            raise DataError(
                f"{source}: {name} has pictures of {_some(missing)}, but train has none. A class "
                f"must be in train to be learnt: add pictures there, or correct the name."
            )
    if packed.y.ndim == 2 and not present.any():
        raise DataError(f"{source} has no picture with a label to train on. Expected some that do.")
    if packed.y.ndim == 1 and present.sum() < 2:
        only = f"only the class {packed.classes[0]!r}" if present.any() else "no class at all"
        raise DataError(
            f"{source} has {only} to train on. To tell pictures apart, at least two classes are "
            f"needed: one folder (or label) for each."
        )
    if not len(parts[VAL]):
        raise DataError(
            f"{source} leaves nothing to validate on: {_why_nothing(packed)}. Add pictures: at "
            f"least two that differ to a class."
        )


def _why_nothing(packed: Packed) -> str:
    """Why no picture can be spared: identical ones, and groups, must stay in one part."""
    family = families(packed.digests)
    distinct = int(family.max()) + 1
    number = numbered(packed.y)
    if distinct == len(family):
        if len(number) == len(np.unique(number)):
            return "every class has a single picture"
        return (
            "the pictures of each class are one group, and a group is not divided (--group "
            "identical divides pictures that only look alike, --group none all)"
        )
    pairs = np.unique(np.stack([family, number]), axis=1)
    owners = np.bincount(pairs[0])
    height, width = packed.x.shape[1:3]
    how = f"as {width}x{height} with 8 bits"
    if distinct == 1:
        told = f"all {len(family):,} pictures are identical {how}"
    elif len(pairs[0]) == len(np.unique(number)) < len(family):
        told = f"the pictures of each class are identical {how}"
    else:
        told = f"of {len(family):,} pictures only {distinct:,} differ {how}"
    shared = np.flatnonzero(owners > 1)
    if len(shared):
        rows = [int(np.argmax(number == c)) for c in pairs[1][pairs[0] == shared[0]]]
        names = [text_of(packed.y[row], packed.classes) for row in rows]
        told += f", and the same picture stands under different classes: {_some(names)}"
    return told


def _small_classes(packed: Packed, parts: list[Rows]) -> Iterator[Problem]:
    counts = [class_counts(packed.y[rows], len(packed.classes)) for rows in parts]
    for c, name in enumerate(packed.classes):
        missing = [
            part
            for part, rows, count in zip(PARTS, parts, counts, strict=True)
            if len(rows) and not count[c]
        ]
        total = sum(int(count[c]) for count in counts)
        if missing:
            pictures = "1 picture" if total == 1 else f"{total} pictures"
            where = f"{' and '.join(missing)} {'has' if len(missing) == 1 else 'have'}"
            yield Problem(".", f"class {name!r} has {pictures} in all: {where} none of it")


def _in_no_fold(packed: Packed, rows: Rows) -> Iterator[Problem]:
    if len(rows):
        there = class_counts(packed.y[rows], len(packed.classes)) > 0
        names = [packed.classes[c] for c in np.flatnonzero(there)]
        kind = "class" if packed.y.ndim == 1 else "label"
        yield Problem(
            ".",
            f"{len(rows):,} pictures of {_some(names)} are in no fold: a {kind} must stand in two "
            f"groups at least to be both learned and asked for",
        )


def _twins(packed: Packed, parts: list[Rows]) -> Iterator[Problem]:
    """Identical pictures that stand in two parts, or under two classes; the first of many."""
    found = list(_all_twins(packed, parts))
    yield from found[:_TWINS_SHOWN]
    if len(found) > _TWINS_SHOWN:
        yield Problem(".", f"{len(found) - _TWINS_SHOWN:,} more notes on identical pictures")


def _all_twins(packed: Packed, parts: list[Rows]) -> Iterator[Problem]:
    family = families(packed.digests)
    if len(family) == 0 or int(family.max()) + 1 == len(family):
        return
    part, number = np.full(len(packed.y), TRAIN), numbered(packed.y)
    for p, rows in enumerate(parts):
        part[rows] = p
    order = np.lexsort((part, family))
    starts = np.flatnonzero(np.diff(family[order], prepend=-1))
    for group in np.split(order, starts[1:]):
        first = group[0]
        twin = packed.ids[first]
        for other in group[1:]:
            if part[other] != part[first]:
                where = PARTS[part[first]]
                reason = f"identical to {twin} of {where}: its score shows memory, not skill"
                yield Problem(packed.ids[other], reason)
            if number[other] != number[first]:
                a, b = (text_of(packed.y[row], packed.classes) for row in (other, first))
                reason = f"filed under {a!r}, but {twin} is identical and under {b!r}"
                yield Problem(packed.ids[other], reason)


def _some(names: list[str], most: int = 5) -> str:
    shown = ", ".join(repr(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more classes"
