"""One door for every source of labelled pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from svertka.data.arrays import pack_arrays
from svertka.data.assemble import Label, assemble, assemble_like
from svertka.data.builtin import BUILTIN, pack_builtin, pack_idx
from svertka.data.contract import InputContract
from svertka.data.dataset import Dataset, printable
from svertka.data.files import closed, is_there, safe
from svertka.data.grouping import ALIKE, Cut
from svertka.data.idx import is_idx_folder
from svertka.data.npz import read_npz
from svertka.data.packed import Packed
from svertka.data.packing import Progress, pack
from svertka.data.sources import KINDS, name_of, shards_of, source_of, source_of_shards
from svertka.errors import DataError, UnknownName, UsageError

Source = str | Path | tuple[npt.ArrayLike, npt.ArrayLike]
Size = int | tuple[int, int] | None

# A class called so looks different in a mirror: single letters, and sides.
_ONE_WAY = re.compile(r"[^\W\d_]|.*\b(left|right|clockwise|лев\w*|прав\w*)\b.*", re.IGNORECASE)


def open_data(
    source: Source,
    *,
    size: Size = None,
    seed: int = 0,
    val_share: float | None = None,
    group: str = ALIKE,
    fold: tuple[int, int] | None = None,
    on_progress: Progress | None = None,
) -> Dataset:
    """Open labelled pictures: a built-in name, a folder, a file or arrays (x, y).

    Files are ``.npz``, tables of paths and labels, Parquet, archives and WebDataset shards.
    A built-in name goes before a folder of that name: write ``./digits`` for the folder.
    ``size`` is (height, width) or a side, in pixels; without it small pictures keep their size.
    ``seed`` and ``val_share`` decide which pictures are kept from training to validate on, where
    the source has no such part; None is 15%, and of very many pictures 5,000. ``on_progress``
    hears (files done, all) while files are decoded. ``group`` says what is never divided:
    near-duplicates ("alike"), also a column of the table or a pattern in the ids, or "none";
    ``fold`` (i, k) makes the i-th of k parts of the pictures to train on the test part.
    UnknownName, UsageError and DataError say what is wrong with the source.

    >>> open_data("digits").counts
    {'train': 5951, 'val': 1049, 'test': 1000}
    """
    cut = Cut(seed, val_share, group, fold)
    packed, label = _pack(source, _shape(size), None, on_progress)
    return assemble(packed, label, cut)


def open_in_form(
    source: Source,
    contract: InputContract,
    *,
    seed: int = 0,
    val_share: float | None = None,
    group: str = ALIKE,
    fold: tuple[int, int] | None = None,
    on_progress: Progress | None = None,
) -> Dataset:
    """Open labelled pictures for training in a form that is given: that of weights, or of a run.

    Like ``open_data``, parts and all, but nothing is measured: the contract stays as it is.

    >>> contract = open_data("digits").contract.model_copy(update={"size": (32, 32)})
    >>> open_in_form("digits", contract).train.take([0]).shape
    (1, 32, 32, 1)
    """
    cut = Cut(seed, val_share, group, fold)
    packed, label = _pack(source, None, contract, on_progress)
    opened = assemble(packed, label, cut)
    return replace(opened, contract=contract)


def open_like(
    source: Source, contract: InputContract, *, on_progress: Progress | None = None
) -> Dataset:
    """Open labelled pictures for a trained network: in its form, with its classes, uncut.

    Parts that the source names are kept; pictures without a part all go to test. DataError where
    a class is not one of the network's.

    >>> contract = open_data("digits").contract
    >>> open_like("digits", contract).counts
    {'train': 7000, 'val': 0, 'test': 1000}
    """
    packed, label = _pack(source, None, contract, on_progress)
    return assemble_like(packed, label, contract)


def _pack(
    source: Source,
    size: tuple[int, int] | None,
    contract: InputContract | None,
    on_progress: Progress | None,
) -> tuple[Packed, Label]:
    if isinstance(source, tuple):
        return _pack_tuple(source, size, contract)
    if not isinstance(source, str | Path):
        kind = type(source).__name__
        raise UsageError(f"The data is a {kind}. Expected a name, a path or a tuple (x, y).")
    item = next((b for b in BUILTIN if b.name == source), None)
    if item is not None:
        return pack_builtin(item, size, contract)
    path, shown = Path(source), safe(str(source))
    if shards := shards_of(str(source)):
        packed = pack(
            source_of_shards(shards), size=size, contract=contract, on_progress=on_progress
        )
        label = Label(name_of(shards[0]).rstrip("0123456789").rstrip("-_.") or "shards", shown)
        return packed, Label(label.name, shown, flip=mirrors(packed))
    if why := closed(path):
        raise DataError(
            f"{printable(shown)} cannot be opened: {why}. Expected {KINDS}: give its own path, and "
            f"the right to read it."
        )
    if not is_there(path) or not str(source).strip():
        hint = "A folder or file of that name does not exist either."
        raise UnknownName("data set", printable(shown), [b.name for b in BUILTIN], hint)
    label = Label(name_of(path.resolve()) or "pictures", shown)
    if path.is_dir() and is_idx_folder(path):
        return pack_idx(path, label, size, contract)
    if path.is_file() and path.suffix.lower() == ".npz":
        label = Label(safe(path.stem), shown)
        packed = pack_arrays(read_npz(path), shown, size=size, contract=contract)
    elif (found := source_of(path)) is not None:
        packed = pack(found, size=size, contract=contract, on_progress=on_progress)
    else:
        raise DataError(f"{printable(shown)} is nothing that is read. Expected {KINDS}.")
    return packed, Label(label.name, label.source, flip=mirrors(packed))


def _pack_tuple(
    source: tuple[npt.ArrayLike, npt.ArrayLike],
    size: tuple[int, int] | None,
    contract: InputContract | None,
) -> tuple[Packed, Label]:
    if len(source) != 2:
        raise UsageError(f"A tuple of {len(source)} arrays was given. Expected (x, y).")
    arrays = {name: np.asarray(values) for name, values in zip("xy", source, strict=True)}
    packed = pack_arrays(arrays, "the arrays", size=size, contract=contract)
    return packed, Label("arrays", "arrays in memory", flip=mirrors(packed))


def mirrors(packed: Packed) -> bool:
    """Whether a mirrored picture keeps its class: photographs do; letters, digits, sides do not.

    A guess by colour and by the names of the classes.
    """
    named = any(_ONE_WAY.fullmatch(name) for name in packed.classes)
    return bool(packed.x.shape[-1] == 3) and not named


def _shape(size: Size) -> tuple[int, int] | None:
    if size is None:
        return None
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < 1:
        raise UsageError(f"size is {size}. Expected whole numbers of pixels, at least 1.")
    return int(height), int(width)
