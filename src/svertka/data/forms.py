"""The form that a folder's pictures get: size, channels, white; judged by training pictures."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from svertka.data.contract import InputContract
from svertka.data.decode import Decoded, Form, decode_all, peek
from svertka.data.items import Item
from svertka.data.packed import Fit
from svertka.data.pixels import white_for
from svertka.data.ranges import is_deep
from svertka.data.raw import BadPicture
from svertka.errors import DataError

LARGEST_SIDE = 128  # pixels, where no size is asked for: what a processor trains on in minutes
_SIZES_SEEN, _PIXELS_SEEN = 512, 64  # pictures of the sample
_LIKE = 1.15  # shapes (height / width) within this factor of the median count as one shape
_GLANCE = Form((32, 32), 3)


def choose_form(pool: Executor, files: Sequence[Item], size: tuple[int, int] | None) -> Form:
    """The form that suits training pictures, from an evenly spaced sample of them."""
    few = decode_all(pool, spaced(files, _PIXELS_SEEN), _GLANCE)
    glances = [found for found in few if isinstance(found, Decoded)]
    if size is None:
        # Where reading some means reading all, the glances have to do for the size as well.
        many = [] if any(file.serial for file in files) else spaced(files, _SIZES_SEEN)
        seen = [found for found in pool.map(_peek, many) if found is not None]
        size = choose_size(seen or [glance.size for glance in glances])
    tops = [glance.top for glance in glances if glance.top]
    # A few files with more bits do not decide for all others: most of them do.
    white = white_for(max(tops)) if 2 * len(tops) > len(glances) else None
    channels = 3 if any(glance.colour for glance in glances) else 1
    return Form(size, channels, "resize", white)


def choose_size(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """(height, width) for pictures of these sizes.

    Pictures of one size keep it, up to 128 pixels a side. Else the median, square where the
    shapes differ; at most 128 a side.

    >>> choose_size([(28, 28)] * 5), choose_size([(375, 500)] * 9)
    ((28, 28), (96, 128))
    >>> choose_size([(90, 60), (60, 90)])
    (73, 73)
    """
    if not sizes:
        return (32, 32)  # no picture can be read: the caller finds out, and says so
    height, width = np.asarray(sizes, np.float64).T
    shape = height / width
    middle = float(np.median(shape))
    low, high = np.quantile(shape, [0.1, 0.9])
    if low * _LIKE >= middle and high <= middle * _LIKE:
        size = np.array([np.median(height), np.median(width)])
    else:
        size = np.repeat(np.median(np.sqrt(height * width)), 2)
    size *= min(1.0, LARGEST_SIDE / size.max())
    tall, wide = np.maximum(1, np.rint(size)).astype(int).tolist()
    return tall, wide


def form_of(contract: InputContract) -> Form:
    """The form in which a trained network wants pictures from files."""
    if contract.channels not in (1, 3):
        raise DataError(
            f"The network reads {contract.channels} channels, and picture files hold 1 or 3. Give "
            f"arrays instead."
        )
    fit: Fit = "crop" if contract.fit == "crop" else "resize"
    white = contract.value_range[1] if is_deep(contract.value_range) else None
    return Form(contract.kept, contract.channels, fit, white)


def spaced(files: Sequence[Item], most: int) -> list[Item]:
    """At most ``most`` of the files, evenly spaced."""
    step = max(1, -(-len(files) // most))
    return list(files[::step])


def _peek(file: Item) -> tuple[int, int] | None:
    try:
        return peek(file)
    except BadPicture:
        return None
