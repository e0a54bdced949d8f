"""Pictures that stay in their files: for sets that would not fit the disk when decoded.

Only an index is kept, of what was found when all were decoded for the first time; a batch is
decoded when it is read, on all cores: in the background of a step only where another device
computes it. Order, parts and numbers are those of decoded pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.dataset import Pixels
from svertka.data.decode import Form, decode_all, decoders
from svertka.data.items import Item
from svertka.data.packed import digest
from svertka.errors import DataError

Rows = npt.NDArray[np.int64]

_BLOCK = 256  # pictures that are decoded at once where all are asked for


class Undecoded:
    """Pictures as an array (N, H, W, C) of uint8 gives them, decoded where they are read.

    ``digests`` (N, 16) are those of the pictures when they were first decoded: ``DataError`` names
    one that has changed since, or cannot be read any more.
    """

    dtype, ndim = np.dtype(np.uint8), 4

    def __init__(self, items: Sequence[Item], form: Form, digests: npt.NDArray[np.uint8]) -> None:
        self.items, self.form, self._digests = items, form, digests

    def __len__(self) -> int:
        return len(self.items)

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's: (N, H, W, C)."""
        return (len(self.items), *self.form.size, self.form.channels)

    def __getitem__(self, rows: Any) -> Pixels:
        if isinstance(rows, slice):
            rows = range(*rows.indices(len(self)))
        wanted = np.asarray(rows, np.int64)
        x = np.empty((wanted.size, *self.shape[1:]), np.uint8)
        # in the order of the files: neighbours are read one after the other
        order = np.argsort(wanted, axis=None, kind="stable")
        for place, picture in zip(order, self._decoded(wanted.ravel()[order]), strict=True):
            x[place] = picture
        return x if wanted.ndim else x[0]

    def __iter__(self) -> Iterator[Pixels]:
        for start in range(0, len(self), _BLOCK):
            yield from self[start : start + _BLOCK]

    def _decoded(self, rows: Rows) -> Iterator[Pixels]:
        with decoders() as pool:
            items = (self.items[row] for row in rows.tolist())
            for row, found in zip(rows.tolist(), decode_all(pool, items, self.form), strict=True):
                if isinstance(found, str) or digest(found.x) != self._digests[row].tobytes():
                    why = found if isinstance(found, str) else "another picture than it was"
                    raise DataError(
                        f"{self.items[row].id} has changed since this set was opened ({why}). "
                        "Bring the old file back, or open the pictures again and train anew."
                    )
                yield found.x
