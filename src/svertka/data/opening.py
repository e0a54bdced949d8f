"""One door for every source of labelled pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from svertka.data.arrays import pack_arrays, read_npz
from svertka.data.assemble import Label, assemble
from svertka.data.builtin import BUILTIN, pack_builtin
from svertka.data.dataset import Dataset
from svertka.data.idx import is_idx_folder, pack_idx
from svertka.data.packed import Packed
from svertka.errors import UnknownName, UsageError

Source = str | Path | tuple[npt.ArrayLike, npt.ArrayLike]
Size = int | tuple[int, int] | None


def open_data(
    source: Source, *, size: Size = None, seed: int = 0, val_share: float = 0.15
) -> Dataset:
    """Open labelled pictures: a built-in name, a folder, an ``.npz`` file or arrays (x, y).

    ``size`` is (height, width) or a side, in pixels; without it the pictures' own size serves.
    ``seed`` and ``val_share`` decide which pictures of the training part are kept to validate on.

    >>> open_data("digits").counts
    {'train': 5951, 'val': 1049, 'test': 1000}
    """
    shape = _shape(size)
    if not 0 < val_share < 1:
        raise UsageError(f"val_share is {val_share}. Expected a share between 0 and 1, say 0.15.")
    packed, label = _pack(source, shape)
    return assemble(packed, label, seed=seed, val_share=val_share)


def _pack(source: Source, size: tuple[int, int] | None) -> tuple[Packed, Label]:
    if isinstance(source, tuple):
        arrays = {name: np.asarray(values) for name, values in zip("xy", source, strict=True)}
        packed = pack_arrays(arrays, "the arrays", size=size)
        return packed, Label("arrays", "arrays in memory", flip=_mirrors(packed))
    item = next((b for b in BUILTIN if b.name == source), None)
    if item is not None:
        return pack_builtin(item, size)
    path = Path(source)
    label = Label(path.resolve().name or "pictures", str(source))
    if path.is_dir() and is_idx_folder(path):
        return pack_idx(path, size=size), label
    if path.is_file() and path.suffix.lower() == ".npz":
        packed = pack_arrays(read_npz(path), str(path), size=size)
        return packed, Label(path.stem, str(source), flip=_mirrors(packed))
    raise UnknownName("data set", str(source), [b.name for b in BUILTIN])


def _mirrors(packed: Packed) -> bool:
    """Whether a mirrored picture keeps its class: colour photographs do, letters do not."""
    return bool(packed.x.shape[-1] == 3)


def _shape(size: Size) -> tuple[int, int] | None:
    if size is None:
        return None
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < 1:
        raise UsageError(f"size is {size}. Expected whole numbers of pixels, at least 1.")
    return int(height), int(width)
