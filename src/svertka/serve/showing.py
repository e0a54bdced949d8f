"""What the studio shows of a data set: its facts, its pictures by class, and what training does
to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data import AugmentPolicy, Dataset, Pictures
from svertka.data.augmentation import augment
from svertka.data.labels import having
from svertka.errors import UnknownName, UsageError
from svertka.train import Recipe, choose_net, choose_recipe
from svertka.train.origin import contract_for, default_start, origin_of
from svertka.workbench.pictures import data_uri

SIDE = 112  # pixels of a picture on the page
PAGE = 60  # pictures of a page
_MOST_BENT = 120  # pictures bent for one answer
_EXAMPLES = 6


def facts(dataset: Dataset) -> dict[str, Any]:
    """The record of the data set with a few pictures of each class."""
    return {**dataset.to_dict(), "task": dataset.task, "examples": _examples(dataset)}


def start(dataset: Dataset, budget: float | None = None) -> dict[str, Any]:
    """How a training begins that names neither net nor weights: both, the form of the pictures
    that reach the net, and the seconds that are recommended."""
    net, weights = default_start(dataset) or (choose_net(dataset, budget), None)
    contract = dataset.contract
    if weights is not None:
        contract = contract_for(origin_of(weights, net), contract)
    return {
        "net": net,
        "weights": weights,
        "input": [contract.channels, *contract.size],
        "budget": choose_recipe(dataset).budget,
    }


def page(
    dataset: Dataset, *, part: str = "", label: int | None = None, start: int = 0, count: int = PAGE
) -> dict[str, Any]:
    """Pictures ``start`` to ``start + count`` of a part and a class, of all where none is named.

    Raises ``UnknownName`` for a part and ``UsageError`` for a class that the data does not have.
    """
    if part and part not in dataset.parts:
        raise UnknownName("part", part, list(dataset.parts))
    if label is not None and not 0 <= label < len(dataset.classes):
        raise UsageError(
            f"There is no class {label}: the data has {len(dataset.classes)}, counted from 0."
        )
    found, total = [], 0
    start, count = max(0, start), min(max(1, count), PAGE)
    for name, pictures in dataset.parts.items():
        if part in ("", name):
            rows = _rows(pictures, label)
            wanted = rows[max(0, start - total) : max(0, start + count - total)]
            found += _shown(dataset, name, pictures, wanted)
            total += len(rows)
    return {"total": total, "from": start, "count": count, "pictures": found}


@dataclass(frozen=True)
class Preview:
    """Which pictures of the training part are bent: ``count`` of a class from ``start`` on, as
    ``epochs`` epochs from ``epoch`` on see them in a training with ``seed``."""

    seed: int = 0
    epoch: int = 1
    epochs: int = 8
    label: int | None = None
    start: int = 0
    count: int = 8


def augmented(dataset: Dataset, recipe: Recipe, wish: Preview) -> dict[str, Any]:
    """Pictures as training sees them, and as they are: a function of seed, epoch and index alone.

    ``dataset`` must be cut by ``wish.seed``, as a training with it cuts it: an index is a place in
    the training part.
    """
    train, epochs = dataset.train, max(1, min(wish.epochs, 12))
    count = max(1, min(wish.count, _MOST_BENT // epochs))
    rows = _rows(train, wish.label)
    chosen = rows[max(0, wish.start) : max(0, wish.start) + count]
    seen = range(max(1, wish.epoch), max(1, wish.epoch) + epochs)
    bent = [bend(train, chosen, recipe.augment, wish.seed, epoch) for epoch in seen]
    pictures = _shown(dataset, "train", train, chosen)
    for place, picture in enumerate(pictures):
        picture["bent"] = [data_uri(batch[place], SIDE) for batch in bent]
    return {
        "policy": None if recipe.augment is None else recipe.augment.model_dump(mode="json"),
        "seed": wish.seed,
        "epochs": list(seen),
        "total": len(rows),
        "from": max(0, wish.start),
        "pictures": pictures,
    }


def bend(
    train: Pictures,
    rows: npt.NDArray[np.int64],
    policy: AugmentPolicy | None,
    seed: int,
    epoch: int,
) -> npt.NDArray[np.uint8]:
    """The pictures at ``rows`` (n,) as an epoch sees them, (n, H, W, C), rounded to 8 bits."""
    if policy is None or len(rows) == 0:
        return train.take(rows)
    raw = train.take(rows, whole=True)
    batch = augment(raw, seed=seed, epoch=epoch, indices=rows, policy=policy, margin=train.margin)
    return np.asarray(np.rint(batch.clamp(0, 255).numpy()), np.uint8)


def _rows(pictures: Pictures, label: int | None) -> npt.NDArray[np.int64]:
    if label is None:
        return np.arange(len(pictures))
    return np.flatnonzero(having(pictures.y, label))


def _shown(
    dataset: Dataset, part: str, pictures: Pictures, rows: npt.NDArray[np.int64]
) -> list[dict[str, Any]]:
    """The pictures at ``rows`` with what is known of each; ``labels`` are places of classes."""
    return [
        {
            "part": part,
            "index": int(row),
            "id": str(pictures.ids[row]),
            "labels": [i for i in range(len(dataset.classes)) if _has(pictures, row, i)]
            if pictures.y.ndim == 2
            else [int(pictures.y[row])]
            if pictures.y[row] >= 0
            else [],
            "picture": data_uri(picture, SIDE),
        }
        for row, picture in zip(rows, pictures.take(rows), strict=True)
    ]


def _has(pictures: Pictures, row: int, place: int) -> bool:
    return bool(pictures.y[row, place] == 1)


def _examples(dataset: Dataset) -> dict[str, list[str]]:
    """The first training pictures of each class; of very many classes only the first are shown."""
    found = {}
    for place, name in enumerate(dataset.classes[:40]):
        rows = _rows(dataset.train, place)[:_EXAMPLES]
        found[name] = [data_uri(picture, 48) for picture in dataset.train.take(rows)]
    return found
