"""Numbers of any kind to uint8 pictures (N, H, W, C): axes, range, channels, size."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.dataset import Pixels
from svertka.errors import DataError

Array = npt.NDArray[Any]
Range = tuple[float, float]
FULL: Range = (0.0, 255.0)
UNIT: Range = (0.0, 1.0)
DEPTHS = (255, 1023, 4095, 16383, 65535)  # white in 8, 10, 12, 14 and 16 bits


def with_axes(x: Array, what: str = "x") -> Array:
    """The array as (N, H, W, C): grey gains its channel, torch's (N, C, H, W) is turned.

    Of other numbers of channels than 1 and 3, those before a larger square picture are turned.

    Rows of a square number of values, as scikit-learn keeps its digits, become square pictures.

    >>> with_axes(np.zeros((5, 64))).shape, with_axes(np.zeros((5, 3, 8, 9))).shape
    ((5, 8, 8, 1), (5, 8, 9, 3))
    """
    if x.ndim == 2 and x.shape[1] > 1 and int(x.shape[1] ** 0.5) ** 2 == x.shape[1]:
        side = int(x.shape[1] ** 0.5)
        return x.reshape(len(x), side, side, 1)
    if x.ndim == 3:
        return x[..., None]
    if x.ndim == 4:
        first, height, width = x.shape[1:]
        turned = (first in (1, 3) and width not in (1, 3)) or first < height == width > 3
        return x.transpose(0, 2, 3, 1) if turned else x
    raise DataError(
        f"{what} has shape {x.shape}. Expected (pictures, height, width) or (pictures, height, "
        f"width, channels); reshape it so."
    )


def range_of(x: Array, what: str = "x") -> Range:
    """The values that black and white have in an array, judged by its type and its extremes.

    uint8: 0..255. Other whole numbers from 0 up: as many bits as cameras have, 8, 10, 12, 14 or
    16. Fractions: 0..1 where they lie within it, 0..255 where they reach above 128 and stay
    within that; anything else: their minimum and maximum.

    >>> range_of(np.array([0, 4000], np.uint16)), range_of(np.array([0.0, 0.9]))
    ((0.0, 4095.0), (0.0, 1.0))
    """
    if x.dtype == np.uint8:
        return FULL
    if x.dtype == np.bool_:
        return (0.0, 1.0)
    if x.dtype.kind not in "iuf":
        raise DataError(f"{what} holds {x.dtype} values. Expected numbers: uint8, or float 0..1.")
    if x.size == 0:
        return FULL
    low, high = float(x.min()), float(x.max())
    if not np.isfinite([low, high]).all():
        bad = ~np.isfinite(x.reshape(len(x), -1)).all(axis=1)
        raise DataError(
            f"{what} holds values that are not finite numbers, in {bad.sum()} pictures, first in "
            f"picture {int(np.argmax(bad))}. Replace them, or leave those pictures out."
        )
    if x.dtype.kind in "iu" and low >= 0:
        return (0.0, white_for(int(high)))
    if low >= 0 and high <= 1:
        return (0.0, 1.0)
    if low >= 0 and 128 < high <= 255:
        return FULL
    return (low, high if high > low else low + 1.0)


def white_for(top: int) -> float:
    """White's value in pictures of whole numbers whose largest value is ``top``.

    >>> white_for(4000), white_for(4096)
    (4095.0, 16383.0)
    """
    return float(next((d for d in DEPTHS if top <= d), 2 ** int(top).bit_length() - 1))


def to_uint8(x: Array, span: Range) -> Pixels:
    """Values scaled so that ``span`` becomes 0..255, rounded and clipped."""
    if x.dtype == np.uint8 and span == FULL:
        return np.asarray(x, np.uint8)
    low, high = span
    if x.dtype == np.bool_ or span == FULL:
        scaled = x.astype(np.float32) * np.float32(255.0 if x.dtype == np.bool_ else 1.0)
    else:
        scaled = ((x - low) * (255.0 / (high - low))).astype(np.float32)
    whole: Array = np.clip(np.rint(scaled), 0, 255)
    return whole.astype(np.uint8)


def with_channels(x: Pixels, channels: int) -> Pixels:
    """Pictures (..., C) with 1 or 3 channels: grey repeated, or colour weighed to grey.

    The weights are ITU-R 601's, with Pillow's rounding.
    """
    if x.shape[-1] == channels:
        return x
    if x.shape[-1] == 1 and channels == 3:
        return np.repeat(x, 3, axis=-1)
    if x.shape[-1] == 3 and channels == 1:
        weights = np.array([19595, 38470, 7471], np.uint32)
        grey = (x.astype(np.uint32) @ weights + np.uint32(0x8000)) >> np.uint32(16)
        return grey.astype(np.uint8)[..., None]
    raise DataError(f"Pictures have {x.shape[-1]} channels; {channels} were expected.")


def resized(x: Array, size: tuple[int, int]) -> Array:
    """Pictures (N, H, W, C) at another (height, width): bilinear, smoothed when shrinking.

    uint8 or float32, as they come. Torch computes what Pillow does, to one step of 255, in a third
    of the time.
    """
    if x.shape[1:3] == tuple(size):
        return x
    # Imported here: what only looks at files needs no framework.
    from torch.nn import functional

    from svertka.data.tensors import as_tensor

    planes = as_tensor(x).permute(0, 3, 1, 2)
    small = functional.interpolate(planes, size, mode="bilinear", antialias=True)
    out: Array = small.permute(0, 2, 3, 1).contiguous().numpy()
    return out
