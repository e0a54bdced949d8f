"""``svertka.look_at``: one picture on its way through a network, as a page and as numbers."""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.contract import Task
from svertka.errors import UsageError
from svertka.look.activations import FAINT, Activations, LayerMaps, activations
from svertka.look.attribution import Attributions
from svertka.look.filters import FilterSet, filters
from svertka.look.plain import packed
from svertka.look.subject import Picture, Subject, as_subject
from svertka.look.watch import Call
from svertka.nets.weights.fetch import OnBytes
from svertka.nets.weights.known import known, known_nets
from svertka.page import render
from svertka.predict.softmax import probabilities_of
from svertka.records import Record
from svertka.store.atomic import utf8, write_atomic
from svertka.version import __version__
from svertka.workbench.carried import Carried, carried
from svertka.workbench.heat import heat_of, small
from svertka.workbench.pictures import data_uri

Floats = npt.NDArray[np.float32]

_BYTES = 4_700_000  # in base64 a third more; names and the page itself come on top: 8 MB in all
_FOR_MAPS = 0.5  # of them; the rest is for the arithmetic of cells
_FEWEST = 4  # maps of a layer, where there is room for so many
_LARGEST_HALF = 60_000.0  # beyond it half precision knows no numbers
_MOVING = ("drop", "flatten", "identity")  # nothing to see: the numbers are those before
_WEIGHT = {"conv": 1.0, "filters": 1.0, "fc": 1.0}  # of a layer's arithmetic
_LIGHT = 1 / 12
_ANSWERS = 10
_SIDE = 448  # pixels


@dataclass(frozen=True, eq=False)
class Seen:
    """A layer as the page shows it: the ``channels`` whose maps (channels, places...) it has, and
    the arithmetic of some of its cells, None where the page does not know it."""

    layer: LayerMaps
    channels: tuple[int, ...]
    maps: npt.NDArray[np.floating[Any]]
    cells: Carried | None
    field: tuple[Any, ...] | None

    def to_dict(self) -> dict[str, Any]:
        """The layer as plain JSON types."""
        half = self.maps.dtype == np.float16
        numbers = {name: getattr(self.layer, name) for name in ("low", "high", "mean", "zeros")}
        return {
            "name": self.layer.name,
            "kind": self.layer.kind,
            "shape": list(self.layer.shape),
            "near_empty": np.flatnonzero(self.layer.near_empty()).tolist(),
            **{n: packed(v.astype(np.float16) if half else v) for n, v in numbers.items()},
            "channels": list(self.channels),
            "maps": packed(self.maps),
            "cells": None if self.cells is None else self.cells.to_dict(),
            "field": None if self.field is None else [axis._asdict() for axis in self.field],
        }


@dataclass(frozen=True, eq=False)
class Look(Record):
    """What a network makes of one picture, layer by layer.

    ``seen`` has the numbers of all layers, ``layers`` what the page shows of them; ``filters`` are
    those of the first layer, ``heat`` the maps of what speaks for the answer, if asked for;
    ``channels`` how many the picture has.
    """

    name: str
    picture: str
    seen: Activations
    layers: tuple[Seen, ...]
    filters: FilterSet | None
    heat: Attributions | None
    command: str
    created: str
    task: Task = "classes"
    channels: int = 0

    @property
    def probabilities(self) -> Floats | None:
        """The answer, (classes,); None of a network that answers otherwise."""
        logits = self.seen.answer
        return probabilities_of(logits[None], self.task)[0] if logits.ndim == 1 else None

    def best(self, most: int = _ANSWERS) -> list[tuple[str, float, float]]:
        """The likeliest classes, each with its probability and its logit."""
        shares, classes = self.probabilities, self.seen.classes
        if shares is None:
            return []
        order = np.argsort(-shares, kind="stable")[:most].tolist()
        return [
            (classes[i] if classes else str(i), float(shares[i]), float(self.seen.answer[i]))
            for i in order
        ]

    def save(self, path: str | Path) -> None:
        """Write one page that opens from disk; raises ``StoreError``."""
        write_atomic(Path(path), utf8(render(self.to_dict())))

    def to_dict(self) -> dict[str, Any]:
        """What the page draws, as plain JSON types."""
        pixels = self.seen.pixels
        return {
            "kind": "look",
            "format": 1,
            "svertka": __version__,
            "created": self.created,
            "command": self.command,
            "name": self.name,
            "picture": {
                "name": self.picture,
                "image": None if pixels is None else data_uri(pixels, _SIDE),
                "size": None if pixels is None else list(pixels.shape[:2]),
                "channels": self.channels,
            },
            "answer": [
                {"class": name, "probability": share, "logit": logit}
                for name, share, logit in self.best()
            ],
            "classes": len(self.seen.answer) if self.seen.answer.ndim == 1 else 0,
            "faint": FAINT,
            "layers": [layer.to_dict() for layer in self.layers],
            "filters": None if self.filters is None else self.filters.to_dict(),
            "heat": None if self.heat is None else small(self.heat),
        }

    def __str__(self) -> str:
        lines = [f"{self.name} looks at {self.picture or 'a picture'}", ""]
        lines += [f"{share:8.2%}  {name}" for name, share, _ in self.best(5)]
        return "\n".join([*lines, "", str(self.seen)])


def look_at(network: Any, picture: Picture, *, heat: bool = False) -> Look:
    """What a network makes of one picture: a ``Look``, whose page shows every layer's maps.

    ``network`` is a run or its folder, a catalogue net with known weights, or a torch module
    (``svertka.look.Subject`` says how it wants its pictures). With ``heat`` the answer is traced
    back to the picture by Grad-CAM, integrated gradients (where captum is installed) and occlusion,
    each tried for honesty, which takes a while.
    Raises UsageError, DataError, StoreError, UnknownName.

    >>> look = look_at("runs/digits-1", "scans/4.png")  # doctest: +SKIP
    >>> look.save("look.html")  # doctest: +SKIP
    """
    subject = as_subject(network)
    seen = activations(subject, picture)
    shown = [
        layer
        for layer in seen.layers
        if layer.kind not in _MOVING and len(layer.shape) < 5 and layer.name
    ] or list(seen.layers)
    if not shown:
        raise UsageError("The network has no layer with an output for one picture.")
    return Look(
        name=subject.name or "network",
        picture=Path(picture).name if isinstance(picture, str | Path) else "",
        seen=seen,
        layers=tuple(_shown(subject, picture, shown)),
        filters=_first(subject),
        heat=heat_of(subject, picture) if heat else None,
        command=_command(network, picture, heat),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        task=subject.task,
        channels=subject.view(picture).x.shape[1],
    )


def fetch(network: str | Path, on_bytes: OnBytes | None = None) -> None:
    """Download the weights of a catalogue net, if ``network`` names one and they are not here."""
    name = str(network).lower()
    if name in known_nets() and not Path(network).exists():
        known(name).get(on_bytes)


def write_numbers(network: Any, picture: Picture, path: Path) -> None:
    """Write every map of every layer, whole, into an ``.npz``; raises ``StoreError``."""
    subject = as_subject(network)
    names = [layer.name for layer in activations(subject, picture).layers]
    seen = activations(subject, picture, keep=names)
    arrays: dict[str, Any] = {f"maps/{name}": values for name, values in seen.maps.items()}
    arrays |= {"answer": seen.answer, "classes": np.array(seen.classes, np.str_)}
    if seen.pixels is not None:
        arrays["picture"] = seen.pixels
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    write_atomic(path, file.getvalue())


def _shown(subject: Subject, picture: Picture, layers: Sequence[LayerMaps]) -> Iterator[Seen]:
    """Maps and arithmetic of the layers, as much as a page may carry."""
    half = sum(_size(layer) for layer in layers) * 4 > _BYTES * _FOR_MAPS
    half = half and max(_strength(layer).max() for layer in layers) < _LARGEST_HALF
    width = 2 if half else 4
    room = _BYTES - 4 * width * sum(layer.shape[0] for layer in layers)
    shapes = [(layer.shape[0], _size(layer) // layer.shape[0]) for layer in layers]
    many = dict(zip(layers, _many(shapes, int(room * _FOR_MAPS / width)), strict=True))
    left = room * (1 - _FOR_MAPS) / 4
    weights = sum(_WEIGHT.get(layer.kind, _LIGHT) for layer in layers)
    by_name = {layer.name: layer for layer in layers}
    fields = {layer.path: layer.field for layer in subject.plan.layers} if subject.plan else {}
    found: list[Seen] = []

    def take(call: Call) -> None:
        nonlocal left, weights
        layer = by_name.get(call.name)
        if layer is None:
            return
        weight = _WEIGHT.get(layer.kind, _LIGHT)
        cells = carried(call, int(left * weight / weights))
        left, weights = left - (cells.count if cells else 0), weights - weight
        channels = np.sort(np.argsort(-_strength(layer), kind="stable")[: many[layer]])
        maps = call.output[0].float().cpu().numpy()[channels]
        field = fields.get(call.name)
        known = field is not None and len(field) == 2
        found.append(
            Seen(
                layer,
                tuple(channels.tolist()),
                maps.astype(np.float16 if half else np.float32),
                cells,
                field if known else None,
            )
        )

    subject.calls(subject.view(picture).x, list(by_name), inputs=True, on_call=take)
    yield from found


def _many(shapes: Sequence[tuple[int, int]], total: int) -> list[int]:
    """How many maps of each layer are shown, of (maps, places) each: all layers have as many
    numbers as they can, but for the small ones, and no more than ``total`` together.

    >>> _many([(1, 1), (10, 10), (10, 100)], 500)
    [1, 10, 3]
    """

    def at(level: int, fewest: int) -> list[int]:
        return [min(maps, max(fewest, level // places)) for maps, places in shapes]

    def cost(counts: list[int]) -> int:
        return sum(n * places for n, (_, places) in zip(counts, shapes, strict=True))

    fewest = next((n for n in range(_FEWEST, 1, -1) if cost(at(0, n)) <= total // 2), 1)
    low, high = 0, max(maps * places for maps, places in shapes) + 1
    while high - low > 1:
        level = (low + high) // 2
        low, high = (level, high) if cost(at(level, fewest)) <= total else (low, level)
    return at(low, fewest)


def _size(layer: LayerMaps) -> int:
    return int(np.prod(layer.shape))


def _strength(layer: LayerMaps) -> Floats:
    return np.maximum(np.abs(layer.low), np.abs(layer.high))


def _first(subject: Subject) -> FilterSet | None:
    """The first layer's filters, where they are pictures."""
    try:
        found = filters(subject)
    except UsageError:
        return None
    shape = found.weights.shape
    picturesque = len(shape) == 4 and shape[1] in (1, 3) and shape[0] <= 512
    return found if picturesque and found.weights.size <= 100_000 else None


def _command(network: Any, picture: Picture, heat: bool) -> str:
    """The command line that shows the same; empty where something is in memory only."""
    place = getattr(network, "path", network)
    if not isinstance(place, str | Path) or not isinstance(picture, str | Path):
        return ""
    words = ["svertka", "look", str(place), str(picture), "--out", "look.html"]
    return shlex.join([*words, "--heat"] if heat else words)
