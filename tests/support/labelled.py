"""Pictures with any number of labels, which a small net learns in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

NET = "conv8-bn-relu-pool-conv16-bn-relu-pool-conv16-bn-relu-gap-fc{classes}"
LABELS = ("bar", "dot", "frame")


def pictures(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noisy grey 20x20 pictures (n, 20, 20, 1) and labels (n, 3), each there or not by itself."""
    generator = np.random.default_rng(seed)
    y = (generator.random((n, 3)) < (0.5, 0.4, 0.3)).astype(np.uint8)
    x = generator.integers(0, 60, size=(n, 20, 20, 1), dtype=np.uint8)
    for picture, (bar, dot, frame) in zip(x, y, strict=True):
        row, column = generator.integers(2, 13, size=2)
        if bar:
            picture[row + 4, 1:-1] = 200
        if dot:
            picture[row : row + 3, column : column + 3] = 250
        if frame:
            picture[[0, -1]] = picture[:, [0, -1]] = 220
    return x, y


def text(row: np.ndarray) -> str:
    """The labels of a row of y as a table has them."""
    return "|".join(name for name, on in zip(LABELS, row, strict=True) if on) or "|"


def save_table(folder: Path, n: int = 60, *, columns: bool = False) -> Path:
    """PNG files with a table of their labels: one column, or one of 0 and 1 for each."""
    x, y = pictures(n)
    (folder / "images").mkdir(parents=True)
    lines = ["image," + (",".join(LABELS) if columns else "labels")]
    for i, (picture, row) in enumerate(zip(x, y, strict=True)):
        Image.fromarray(picture[..., 0]).save(folder / "images" / f"{i:03}.png")
        lines.append(f"{i:03}.png," + (",".join(map(str, row)) if columns else text(row)))
    (folder / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
