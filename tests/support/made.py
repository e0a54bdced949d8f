"""Pictures made from a number, and folders of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image


def picture(
    seed: int, shape: tuple[int, ...] = (9, 7), dtype: type = np.uint8, top: int = 256
) -> npt.NDArray[np.integer]:
    """Noise of a shape."""
    return np.random.default_rng(seed).integers(0, top, shape).astype(dtype)


def put(path: Path, pixels: npt.NDArray[np.integer]) -> None:
    """A picture at a path, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def pets(root: Path) -> Path:
    """Two classes of twelve grey pictures, 7x9."""
    for number in range(24):
        put(root / ("cat", "dog")[number % 2] / f"{number}.png", picture(number))
    return root
