"""Pictures inside a lesson: arrays as PNG, so that they stay small."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from svertka.lessons.words import Words, plain_words


@dataclass(frozen=True)
class Picture:
    """A picture or a map, (H, W) or (H, W, 3), with what stands below it.

    uint8 is shown as it is. Other numbers are stretched from the smallest to the largest, or to
    ``low`` and ``high``; ``signed`` maps have zero at mid-grey.
    """

    pixels: npt.ArrayLike
    caption: Words | None = None
    signed: bool = False
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The picture as a data address, and which numbers are black and white."""
        values = np.asarray(self.pixels)
        low, high = self._ends(values)
        wide = high - low or 1.0
        grey = values if values.dtype == np.uint8 else np.clip((values - low) / wide, 0, 1) * 255
        stream = io.BytesIO()
        Image.fromarray(np.round(grey).astype(np.uint8)).save(stream, "PNG", optimize=True)
        return {
            "picture": f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}",
            "caption": plain_words(self.caption),
            "low": float(f"{low:.6g}"),
            "high": float(f"{high:.6g}"),
            "signed": self.signed,
            "size": [int(values.shape[1]), int(values.shape[0])],
        }

    def _ends(self, values: npt.NDArray[Any]) -> tuple[float, float]:
        if values.dtype == np.uint8:
            return 0.0, 255.0
        if self.signed:
            most = float(self.high if self.high is not None else np.abs(values).max())
            return -most, most
        low = float(values.min()) if self.low is None else self.low
        return low, float(values.max()) if self.high is None else self.high
