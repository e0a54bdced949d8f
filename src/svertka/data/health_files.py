"""What the heads of picture files tell before a pixel is decoded: format, channels, depth, size."""

from __future__ import annotations

import io
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from svertka.data.contract import InputContract
from svertka.data.decode import Form, decode, decoders, orientation, quiet
from svertka.data.files import File
from svertka.data.finding import MOST, Example, Finding
from svertka.data.items import Item, Labelled, in_groups
from svertka.data.raw import FORMATS, BadPicture, read

_SQUASHED = 1.5  # times wider or taller than it was
_LOST = 0.3  # of a picture's detail, beyond what is kept
_CUT, _CUT_SEEN = 0.1, 2000  # share of a picture that is cut off before it is looked at; how many
_GROUP, _ROOM = 512, 64 << 20  # files at once, and bytes where they are read in order
_PNG_DEPTH = 24  # the place of the depth in a PNG
_DEPTHS = {"1": 1, "I": 32, "F": 32}
_COLOURS = {
    **dict.fromkeys(("1", "L", "I", "F"), "grey"),
    **dict.fromkeys(("LA", "PA", "RGBA", "La", "RGBa"), "transparent"),
    **dict.fromkeys(("P", "RGB", "RGBX", "YCbCr", "HSV", "LAB"), "colour"),
}


@dataclass(frozen=True)
class Head:
    """One file: its format, (height, width) as it is to be seen, kind of channels, bits each."""

    format: str
    size: tuple[int, int]
    colour: str
    depth: int


@dataclass(frozen=True)
class Survey:
    """The heads of files by id; ``labelled`` is None where pictures do not come from files."""

    heads: dict[str, Head] = field(default_factory=dict)
    labelled: Labelled | None = None

    def to_dict(self) -> dict[str, Any]:
        """Sizes and formats in numbers."""
        kinds = Counter((h.format, h.colour, h.depth) for h in self.heads.values())
        sizes = Counter(head.size for head in self.heads.values())
        return {
            "files": len(self.heads),
            "formats": [
                {"format": name, "channels": colour, "depth": depth, "count": n}
                for (name, colour, depth), n in kinds.most_common()
            ],
            "sizes": [
                {"width": width, "height": height, "count": n}
                for (height, width), n in sizes.most_common(MOST)
            ],
            "different_sizes": len(sizes),
            **_spread(sizes),
        }

    def path(self, name: str) -> str:
        """Where a file lies on disk; empty for what is no file."""
        return self._paths.get(name, "")

    @cached_property
    def _paths(self) -> dict[str, str]:
        files = self.labelled.files if self.labelled else []
        return {file.id: file.path for file in files if isinstance(file, File)}


def survey(labelled: Labelled | None) -> Survey:
    """Read the head of every file; those that have none are left to decoding, which says why."""
    if labelled is None:
        return Survey()
    heads: dict[str, Head] = {}
    with decoders() as pool:
        for group in in_groups(labelled.files, _GROUP, _ROOM):
            for name, head in pool.map(_head, group):
                if head is not None:
                    heads[name] = head
    return Survey(heads, labelled)


def _head(item: str | Item) -> tuple[str, Head | None]:
    name = item if isinstance(item, str) else item.id
    try:
        return name, _read_head(read(item) if isinstance(item, str) else item.read())
    except BadPicture:
        return name, None


def _read_head(data: bytes) -> Head | None:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if orientation(image, head_only=True) >= 5:
                width, height = height, width
            return Head(str(image.format), (height, width), _colour(image), _depth(image, data))
    except Exception:  # noqa: BLE001 - whatever a damaged file makes a decoder throw
        return None


def _colour(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "transparent"
    mode = "I" if image.mode.startswith("I;") else image.mode
    return _COLOURS.get(mode, mode)


def _depth(image: Image.Image, data: bytes) -> int:
    if image.format == "PNG" and image.mode != "P":
        return data[_PNG_DEPTH]
    if image.mode.startswith("I;16"):
        return 16
    return _DEPTHS.get(image.mode, 8)


def _spread(sizes: Counter[tuple[int, int]]) -> dict[str, Any]:
    """Smallest, median and largest width and height, shapes (width / height) of nine in ten, and
    how many pictures have a longer side of up to 16, 32, 64, ... pixels."""
    if not sizes:
        return {}
    table = np.array(list(sizes), np.int64)
    times = np.array(list(sizes.values()))
    height, width = np.repeat(table, times, axis=0).T
    shape = np.quantile(width / height, [0.05, 0.5, 0.95])
    steps = np.ceil(np.log2(np.maximum(width, height))).astype(int)
    first = max(4, int(steps.min()))
    counts = np.bincount(np.maximum(steps - first, 0))
    return {
        "width": [int(width.min()), float(np.median(width)), int(width.max())],
        "height": [int(height.min()), float(np.median(height)), int(height.max())],
        "shape": [round(float(value), 4) for value in shape],
        "sides": [{"to": 2 ** (first + i), "count": int(n)} for i, n in enumerate(counts)],
    }


def file_findings(found: Survey, contract: InputContract) -> Iterator[Finding]:
    """Odd channels and depths, and pictures that the network's size does not suit."""
    if not found.heads:
        return
    yield from _odd(found, "colours", [head.colour for head in found.heads.values()])
    yield from _odd(found, "depths", [head.depth for head in found.heads.values()])
    height, width = contract.size
    size = {"width": width, "height": height}
    if contract.fit == "crop" or any(contract.margin):
        yield from _listed("cut", _cut(found, contract), {"most": "30%", **size})
    if contract.fit != "crop":
        shapes = _squashed(found, width / height)
        yield from _listed("squashed", shapes, {"most": "half", **size})
    small = [
        Example(ids=(name,), reason=_size(head))
        for name, head in found.heads.items()
        if 2 * head.size[0] < height or 2 * head.size[1] < width
    ]
    yield from _listed("small", small, size)


def _odd(found: Survey, kind: str, values: Sequence[str | int]) -> Iterator[Finding]:
    """The files whose value is not the most frequent one."""
    usual = Counter(values).most_common(1)[0][0]
    odd = [
        Example(ids=(name,), reason=f"{head.format}, {head.colour}, {head.depth} bits")
        for (name, head), value in zip(found.heads.items(), values, strict=True)
        if value != usual
    ]
    yield from _listed(kind, odd, {"most": usual})


def _squashed(found: Survey, shape: float) -> list[Example]:
    far = []
    for name, head in found.heads.items():
        factor = head.size[1] / head.size[0] / shape
        if max(factor, 1 / factor) > _SQUASHED:
            far.append((max(factor, 1 / factor), name, head))
    far.sort(key=lambda row: (-row[0], row[1]))
    return [
        Example(ids=(name,), reason=_size(head), values={"factor": factor})
        for factor, name, head in far
    ]


def _cut(found: Survey, contract: InputContract) -> list[Example]:
    """Pictures whose edges lie, to a large share, outside of the middle that is kept."""
    items = {item.id: item for item in (found.labelled.files if found.labelled else [])}
    wide = [(name, _kept(head.size, contract)) for name, head in found.heads.items()]
    seen = [(name, kept) for name, kept in wide if min(kept) < 1 - _CUT][:_CUT_SEEN]
    losing = []
    with quiet():
        for name, kept in seen:
            lost = _lost(items[name], kept)
            if lost > max(_LOST, 1 - min(kept)):
                losing.append((lost, name))
    losing.sort(key=lambda row: (-row[0], row[1]))
    return [
        Example(ids=(name,), reason=_size(found.heads[name]), values={"lost": lost})
        for lost, name in losing
    ]


def _kept(had: tuple[int, int], contract: InputContract) -> tuple[float, float]:
    """The shares of height and width that cutting to the middle keeps."""
    size, whole = contract.size, contract.kept
    if contract.fit != "crop":
        return size[0] / whole[0], size[1] / whole[1]
    factor = min(had[0] / whole[0], had[1] / whole[1])
    return factor * size[0] / had[0], factor * size[1] / had[1]


def _lost(item: Item, kept: tuple[float, float]) -> float:
    """The share of a picture's edges that lies outside of the middle."""
    side = 64
    try:
        x = decode(item, Form((side, side), 1)).x[..., 0].astype(np.float32)
    except BadPicture:
        return 0.0
    down, across = np.gradient(x)
    energy = np.hypot(down, across)
    top, left = (round(side * (1 - share) / 2) for share in kept)
    inside = energy[top : side - top, left : side - left].sum()
    return float(1 - inside / max(float(energy.sum()), 1e-6))


def _size(head: Head) -> str:
    return f"{head.size[1]}x{head.size[0]}"


def _listed(kind: str, examples: Iterable[Example], values: dict[str, Any]) -> Iterator[Finding]:
    found = list(examples)
    if found:
        yield Finding(kind, len(found), tuple(found[:MOST]), values)


def removal(found: Survey, *names: str) -> str:
    """The command that deletes files; empty where one of them is no file of its own."""
    paths = [found.path(name) for name in names]
    return shlex.join(["rm", "--", *paths]) if paths and all(paths) else ""


def moving(found: Survey, name: str, label: str, better: str) -> str:
    """The command that moves a file to another class; empty where folders are not the classes."""
    path, old, new = found.path(name), PurePosixPath(found.path(name)), ""
    pieces = list(old.parts[:-1])
    if path and found.labelled is not None and label in PurePosixPath(name).parts[:-1]:
        place = len(pieces) - 1 - pieces[::-1].index(label)
        new = str(PurePosixPath(*pieces[:place], better))
    return shlex.join(["mv", "-n", "--", path, f"{new}/"]) if new else ""
