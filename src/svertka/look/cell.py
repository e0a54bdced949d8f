"""The record of one cell's arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.look.plain import packed
from svertka.records import Record

Values = npt.NDArray[np.float64]
Positions = tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, eq=False)
class Cell(Record):
    """How one number of a layer's output comes of the numbers before it.

    ``at`` is the number's place in the output: its channel, then y, x. ``window`` (channels,
    places...) holds the numbers that it is made of, ``weights`` the filter in the same shape, None
    where the layer has none. ``channels`` says which channels of the layer before they are, and
    ``positions`` for each axis where they lie there; ``inside`` (places...) is False for padding,
    whose positions lie outside, and for taps of a transposed convolution that meet no number
    (None). An ``add`` has one row of the window for each branch. ``numbers`` are the others that
    take part, by name: bias, divisor, mean, variance, ... ``result`` is what the arithmetic gives
    in double precision, ``output`` what torch gave.
    """

    kind: str
    formula: str
    at: tuple[int, ...]
    window: Values
    channels: tuple[int, ...]
    positions: Positions
    inside: npt.NDArray[np.bool_]
    result: float
    weights: Values | None = None
    numbers: dict[str, float] = field(default_factory=dict)
    layer: str = ""
    output: float = float("nan")

    @property
    def products(self) -> Values | None:
        """Each number of the window times its weight; None where there are no weights."""
        return None if self.weights is None else self.window * self.weights

    @property
    def sum(self) -> float:
        """The sum of the products, or of the window where there are no weights."""
        products = self.products
        return float((self.window if products is None else products).sum())

    def to_dict(self) -> dict[str, Any]:
        """The arithmetic as plain JSON types; the window, the filter and the products packed."""
        products = self.products
        return {
            "kind": "cell",
            "layer": self.layer,
            "layer_kind": self.kind,
            "formula": self.formula,
            "at": list(self.at),
            "channels": list(self.channels),
            "positions": [list(axis) for axis in self.positions],
            "inside": self.inside.tolist(),
            "window": packed(self.window.astype(np.float32)),
            "weights": None if self.weights is None else packed(self.weights.astype(np.float32)),
            "products": None if products is None else packed(products.astype(np.float32)),
            "sum": self.sum,
            "numbers": self.numbers,
            "result": self.result,
            "output": self.output,
        }

    def __str__(self) -> str:
        where = ", ".join(map(str, self.at))
        size = "x".join(map(str, self.window.shape))
        numbers = "".join(f", {name} {value:.6g}" for name, value in self.numbers.items())
        outside = int((~self.inside).sum())
        padding = f", {outside} places of it padding" if outside else ""
        return (
            f"{self.layer}[{where}], {self.kind}: {self.formula}\n"
            f"window {size}{padding}; sum {self.sum:.6g}{numbers}; result {self.result:.6g}"
        )
