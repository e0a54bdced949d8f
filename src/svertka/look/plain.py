"""Arrays in JSON, by one rule for all records of this room.

What grows with layers or classes alone is lists of numbers; what grows with maps, filters or
places is packed: ``{"shape", "dtype", "base64"}``, little-endian bytes in C order, exact.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt


def packed(array: npt.NDArray[Any]) -> dict[str, Any]:
    """An array as plain JSON types.

    >>> packed(np.float32([1, 2]))
    {'shape': [2], 'dtype': 'float32', 'base64': 'AACAPwAAAEA='}
    """
    dense = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return {
        "shape": list(array.shape),
        "dtype": array.dtype.name,
        "base64": base64.b64encode(dense.tobytes()).decode(),
    }


def unpacked(value: Mapping[str, Any]) -> npt.NDArray[Any]:
    """The array that `packed` gave.

    >>> unpacked(packed(np.arange(3)))
    array([0, 1, 2])
    """
    kind = np.dtype(value["dtype"])
    array = np.frombuffer(base64.b64decode(value["base64"]), kind.newbyteorder("<"))
    return array.reshape(value["shape"]).astype(kind)
