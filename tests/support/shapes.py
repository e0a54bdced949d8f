"""A tiny problem that a tiny net learns in a second: a dot, nothing, or a ring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

NET = "conv8-bn-relu-pool-conv8-bn-relu-gap-fc3"
CLASSES = ("dot", "flat", "ring")


def pictures(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noisy grey 12x12 pictures: a dot, nothing, or a ring."""
    generator = np.random.default_rng(seed)
    y = np.arange(n) % 3
    x = generator.integers(0, 90, size=(n, 12, 12, 1), dtype=np.uint8)
    for picture, label in zip(x, y, strict=True):
        row, column = generator.integers(2, 8, size=2)
        if label == 0:
            picture[row : row + 3, column : column + 3] += 150
        if label == 2:
            picture[row - 1 : row + 4, column - 1 : column + 4] += 120
            picture[row : row + 3, column : column + 3] -= 120
    return x, y


def save_folder(place: Path, n: int = 90, seed: int = 0) -> Path:
    """The pictures as PNG files, one folder for each class."""
    x, y = pictures(n, seed)
    for i, (picture, label) in enumerate(zip(x, y, strict=True)):
        path = place / CLASSES[label] / f"{i:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture[..., 0]).save(path)
    return place
