"""What a lesson shows: records of numbers, each drawn by a part of the page.

Wherever a text is wanted, a ``Both`` is read in the reader's language and a plain string is a name
that is the same in every language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.lessons.pictures import Picture
from svertka.lessons.words import Both, Words, plain_words
from svertka.look.plain import packed

Numbers = npt.ArrayLike
_LISTED = 1024  # numbers of a heat-map; more are packed


def plain(value: Any) -> Any:
    """Plain JSON types: arrays as lists, floats with seven digits, what is no number as null.

    >>> plain({"a": np.float32(0.1), "b": (1, float("nan"))})
    {'a': 0.1, 'b': [1, None]}
    """
    if isinstance(value, Both):
        return value.to_dict()
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item() if value.dtype != np.float32 else float(f"{value:.7g}"))
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return value if value.is_integer() else float(f"{value:.7g}")
    return value


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A view: what stands above it, and its numbers as plain JSON."""

    title: Words | None = None

    def to_dict(self) -> dict[str, Any]:
        """The view as plain JSON types; its ``type`` tells the page how to draw it."""
        return {"type": type(self).__name__.lower(), "title": plain_words(self.title), **self.own()}

    def own(self) -> dict[str, Any]:
        """What this kind of view has and others have not."""
        names = [one.name for one in fields(self) if one.name != "title"]
        return {name: plain(getattr(self, name)) for name in names}


@dataclass(frozen=True)
class Heat(Shown):
    """A matrix (H, W) as colours; the number under the pointer is told.

    ``signed``: blue below zero, orange above. ``rows`` and ``columns`` name what changes along the
    sides (a number or a name each), ``form`` is that of a number: "", ".2", "%".
    """

    values: Numbers
    signed: bool = False
    rows: Sequence[float | Words] = ()
    columns: Sequence[float | Words] = ()
    row_title: Words | None = None
    column_title: Words | None = None
    form: str = ""
    low: float | None = None
    high: float | None = None

    def own(self) -> dict[str, Any]:
        """The numbers as rows, or packed where they are many."""
        values = np.asarray(self.values, dtype=float)
        many = values.size > _LISTED
        rows = packed(values.astype(np.float32)) if many else plain(np.round(values, 6))
        return {**super().own(), "values": rows}


@dataclass(frozen=True)
class Grid(Shown):
    """A small matrix (H, W) written out; ``marked`` cells (row, column) stand out.

    ``pixels``: its numbers are those of a picture, and each stands on its grey, 0 black, 255 white.
    """

    values: Numbers
    marked: Sequence[tuple[int, int]] = ()
    form: str = ""
    pixels: bool = False

    def own(self) -> dict[str, Any]:
        """The numbers as rows."""
        return {**super().own(), "values": plain(np.asarray(self.values))}


@dataclass(frozen=True)
class Pictures(Shown):
    """A row of pictures, each with what stands below it."""

    items: Sequence[Picture]

    def own(self) -> dict[str, Any]:
        """The pictures, inside the page."""
        return {"items": [item.to_dict() for item in self.items]}


@dataclass(frozen=True)
class Table(Shown):
    """Rows of numbers and words; ``forms`` says how each column's numbers are written."""

    columns: Sequence[Words]
    rows: Sequence[Sequence[Any]]
    forms: Sequence[str] = ()


@dataclass(frozen=True)
class Line:
    """One line: a value for each x, perhaps with an interval; ``x`` is its own where given."""

    label: Words
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    x: Numbers | None = None


@dataclass(frozen=True)
class Lines(Shown):
    """Lines over one axis, linear or logarithmic."""

    x: Numbers
    lines: Sequence[Line]
    x_title: Words | None = None
    y_title: Words | None = None
    log_x: bool = False
    log_y: bool = False
    form: str = ""

    def own(self) -> dict[str, Any]:
        """The lines, each with its x."""
        drawn = [
            {
                "label": plain_words(line.label),
                "x": plain(np.asarray(self.x if line.x is None else line.x, dtype=float)),
                "y": plain(np.asarray(line.y, dtype=float)),
                "low": None if line.low is None else plain(np.asarray(line.low, dtype=float)),
                "high": None if line.high is None else plain(np.asarray(line.high, dtype=float)),
            }
            for line in self.lines
        ]
        own = super().own()
        del own["x"]
        return {**own, "lines": drawn}


@dataclass(frozen=True)
class Bars(Shown):
    """Bars side by side, each a number with its name, perhaps with an interval (low, high)."""

    labels: Sequence[Words]
    values: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    form: str = ""


@dataclass(frozen=True)
class Scatter(Shown):
    """Points (x, y) with a name each; points of one ``group`` look alike."""

    x: Numbers
    y: Numbers
    labels: Sequence[Words]
    groups: Sequence[Words] = ()
    x_title: Words | None = None
    y_title: Words | None = None
    log_x: bool = False
    log_y: bool = False
    form_x: str = ""
    form_y: str = ""

    def own(self) -> dict[str, Any]:
        """The points, coordinate by coordinate."""
        places = {name: plain(np.asarray(getattr(self, name), dtype=float)) for name in "xy"}
        return {**super().own(), **places}


@dataclass(frozen=True)
class Net(Shown):
    """A network's plan (what `svertka.net` gives) as diagram and table."""

    net: Any

    def own(self) -> dict[str, Any]:
        """The plan."""
        return {"net": self.net.to_dict()}


@dataclass(frozen=True)
class Field(Net):
    """A network's plan, to point at a number of a layer and see what it looks at."""

    def own(self) -> dict[str, Any]:
        """What of the plan is needed: layers with places, each field once."""
        plan = self.net.to_dict()
        layers: list[dict[str, Any]] = []
        for layer in plan["layers"]:
            kept = {name: layer[name] for name in ("path", "kind", "output", "field")}
            before = layers[-1] if layers else {"output": None, "field": None}
            alike = all(kept[name] == before[name] for name in ("output", "field"))
            if len(kept["output"]) == 3 and kept["field"] and not alike:
                layers.append(kept)
        return {"net": {"name": plan["name"], "input": plan["input"], "layers": layers}}


@dataclass(frozen=True)
class Node:
    """A node of a computational graph: an input or an operation, its value and its gradient.

    ``of`` names the nodes that it is computed from, ``local`` the derivative by each of them.
    """

    name: str
    label: Words
    value: float
    gradient: float | None = None
    of: Sequence[str] = ()
    local: Sequence[float] = ()


@dataclass(frozen=True)
class Graph(Shown):
    """A computational graph: values go forward, gradients back."""

    nodes: Sequence[Node]

    def own(self) -> dict[str, Any]:
        """The nodes, in the order in which they are computed."""
        return {"nodes": [plain(vars(node)) for node in self.nodes]}


@dataclass(frozen=True)
class Convolution(Shown):
    """A filter that slides: ``input`` (C, H, W), ``filters`` (N, C, kh, kw), ``bias`` (N).

    ``after`` is what follows: "none", "relu", "max", "average", "relu-max", "relu-average"; the
    pooling square has ``side``. ``separate``: each channel gives a map of its own. ``editable``:
    the reader may change the numbers.
    """

    input: Numbers
    filters: Numbers
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    bias: Sequence[float] = ()
    after: str = "none"
    side: int = 2
    separate: bool = False
    editable: bool = True

    def own(self) -> dict[str, Any]:
        """The numbers as lists."""
        arrays = {name: plain(np.asarray(getattr(self, name))) for name in ("input", "filters")}
        return {**super().own(), **arrays}


@dataclass(frozen=True)
class Sizes(Shown):
    """The size calculator: the output of a filter of ``kernel`` on an input of ``size``."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    channels: int = 1
    filters: int = 1


@dataclass(frozen=True)
class RecordView(Shown):
    """Any record of svertka, drawn as its own page draws it."""

    record: Any

    def own(self) -> dict[str, Any]:
        """The record."""
        return {"record": self.record.to_dict()}


@dataclass(frozen=True)
class Outcome:
    """What an experiment found: numbers by name, for texts and tests, and views by name."""

    numbers: Mapping[str, Any] = field(default_factory=dict)
    views: Mapping[str, Shown] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Both as plain JSON types."""
        return {
            "numbers": plain(self.numbers),
            "views": {name: view.to_dict() for name, view in self.views.items()},
        }
