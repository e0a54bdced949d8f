"""JPEG pixels by simplejpeg, where it is installed (extra ``fast``): the same ones, sooner.

Both it and Pillow stand on libjpeg-turbo; what it will not decode, damaged files above all, is left
to Pillow, so that the same files are read with and without it.
"""

from __future__ import annotations

from PIL import Image

from svertka.data.dataset import Pixels

try:
    import simplejpeg
except Exception:  # noqa: BLE001 - a build that does not fit throws what it likes
    simplejpeg = None

_SPACES = {"L": "GRAY", "RGB": "RGB"}


def sooner(image: Image.Image, data: bytes) -> Pixels | None:
    """The pixels (H, W, C) of an opened, not yet loaded JPEG at its (drafted) size.

    ``data`` are the bytes of its file. None: load it yourself.
    """
    if simplejpeg is None or image.format != "JPEG" or image.mode not in _SPACES:
        return None
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(
            data,
            colorspace=_SPACES[image.mode],
            min_height=image.height,
            min_width=image.width,
            min_factor=1.0,
        )
    except Exception:  # noqa: BLE001 - Pillow shall say what is wrong
        return None
    if pixels.shape[:2] != (image.height, image.width):
        return None
    return pixels
