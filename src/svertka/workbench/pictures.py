"""The pictures that a report shows: few, small, kept beside the model as data URIs."""

from __future__ import annotations

import base64
import io
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from svertka.data import Dataset, Pictures
from svertka.data.labels import having
from svertka.evaluate import Mistake

FILE = "report.json"
MISTAKES = 24
_MISTAKE_SIDE, _EXAMPLE_SIDE = 128, 48  # pixels
_EXAMPLES_EACH, _EXAMPLES_IN_ALL = 6, 240
_PROBLEMS = 1000


def data_uri(picture: npt.NDArray[np.uint8], side: int) -> str:
    """A picture (H, W, C) as a PNG of at most ``side`` pixels a side, in a data URI.

    One channel is grey, three are colour, of other numbers the first is shown.

    >>> data_uri(np.zeros((2, 2, 1), np.uint8), 48)[:30]
    'data:image/png;base64,iVBORw0K'
    """
    plane = picture if picture.shape[-1] == 3 else picture[..., 0]
    image = Image.fromarray(np.ascontiguousarray(plane))
    image.thumbnail((side, side), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def sprite(pictures: npt.NDArray[np.uint8], side: int) -> tuple[str, tuple[int, int], int]:
    """Pictures (N, H, W, C) side by side in one, as a data URI; the (height, width) of each, at
    most ``side``, and how many stand in a row.

    Grey ones stay exact (PNG), coloured ones nearly (JPEG).

    >>> sprite(np.zeros((5, 8, 6, 1), np.uint8), 4)[1:]
    ((4, 3), 3)
    """
    colour = pictures.shape[-1] == 3
    height, width = pictures.shape[1:3]
    scale = min(1.0, side / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    columns = max(1, math.ceil(math.sqrt(len(pictures))))
    rows = max(1, -(-len(pictures) // columns))
    sheet = Image.new("RGB" if colour else "L", (columns * size[1], rows * size[0]))
    for i, picture in enumerate(pictures):
        image = Image.fromarray(np.ascontiguousarray(picture if colour else picture[..., 0]))
        if scale < 1:
            image = image.resize(size[::-1], Image.Resampling.BOX)
        sheet.paste(image, (i % columns * size[1], i // columns * size[0]))
    file = io.BytesIO()
    if colour:
        sheet.save(file, "JPEG", quality=85, subsampling=0)
    else:
        sheet.save(file, "PNG", optimize=True)
    kind = "jpeg" if colour else "png"
    uri = f"data:image/{kind};base64," + base64.b64encode(file.getvalue()).decode()
    return uri, size, columns


def report_pictures(
    dataset: Dataset, scored: Pictures, mistakes: tuple[Mistake, ...]
) -> dict[str, Any]:
    """What ``report.json`` holds: the worst mistakes, a few training pictures of each class, and
    the problems of the data; its size does not grow with the data."""
    return {
        "kind": "pictures",
        "format": 1,
        "mistakes": shown_mistakes(scored, mistakes),
        "examples": _examples(dataset),
        "problems": [
            {"path": str(problem.path), "reason": problem.reason}
            for problem in dataset.problems[:_PROBLEMS]
        ],
    }


def shown_mistakes(scored: Pictures, mistakes: tuple[Mistake, ...]) -> list[dict[str, Any]]:
    """Mistakes among the pictures that were scored, each with its picture."""
    return [_mistake(scored, mistake) for mistake in mistakes]


def _mistake(scored: Pictures, mistake: Mistake) -> dict[str, Any]:
    return {
        "id": mistake.id,
        "truth": mistake.truth,
        "predicted": mistake.predicted,
        "confidence": mistake.confidence,
        "truth_probability": mistake.truth_probability,
        "picture": data_uri(scored.take([mistake.index])[0], _MISTAKE_SIDE),
    }


def _examples(dataset: Dataset) -> dict[str, list[str]]:
    """The first training pictures of each class; of very many classes only the first are shown."""
    classes = dataset.classes[:_EXAMPLES_IN_ALL]
    each = min(_EXAMPLES_EACH, max(1, _EXAMPLES_IN_ALL // len(classes)))
    y = dataset.train.y
    rows = {name: np.flatnonzero(having(y, i))[:each] for i, name in enumerate(classes)}
    return {
        name: [data_uri(picture, _EXAMPLE_SIDE) for picture in dataset.train.take(places)]
        for name, places in rows.items()
        if len(places)
    }
