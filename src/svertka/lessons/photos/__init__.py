"""Two photographs that may be given away (see NOTICE), for lessons that look at one."""

from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt
from PIL import Image

PHOTOS = ("cat", "photographer")


def photo(name: str) -> npt.NDArray[np.uint8]:
    """A photograph, (height, width, 3) of 0 to 255: "cat", 300x300, or "photographer", 256x256.

    >>> photo("cat").shape, photo("photographer").shape
    ((300, 300, 3), (256, 256, 3))
    """
    with as_file(files(__name__) / f"{name}.jpg") as path, Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def grey(name: str) -> npt.NDArray[np.uint8]:
    """A photograph without its colours, (height, width) of 0, black, to 255, white.

    >>> int(grey("photographer").max())
    255
    """
    weights = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601: how bright each colour looks
    bright: npt.NDArray[np.uint8] = np.round(photo(name) @ weights).astype(np.uint8)
    return bright
