"""Pictures that are arrays already: ``.npz`` files and (x, y) from Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.contract import InputContract
from svertka.data.dataset import PARTS, Pixels, Problem, middle
from svertka.data.idx import is_idx, read_idx, read_idx_folder
from svertka.data.labels import Labels, flags_in, to_known
from svertka.data.npz import read_npy, read_npz
from svertka.data.packed import UNSPLIT, Packed, describe
from svertka.data.pixels import (
    Range,
    range_of,
    resized,
    to_uint8,
    with_axes,
    with_channels,
)
from svertka.data.ranges import range_like
from svertka.errors import DataError

Array = npt.NDArray[Any]

_PICTURES = ("x", "images", "pictures", "data", "image")
_LABELS = ("y", "labels", "targets", "label", "target")
_NAMES = ("classes", "class_names", "label_names", "target_names")
_PART = {"train": 0, "val": 1, "valid": 1, "validation": 1, "test": 2}


def pack_arrays(
    arrays: Mapping[str, Array],
    what: str,
    *,
    size: tuple[int, int] | None = None,
    contract: InputContract | None = None,
) -> Packed:
    """Arrays named x and y, or x_train, y_train, x_test, ..., as one packed array.

    Names follow NumPy's, Keras's and MedMNIST's habits in any case: x, images or data; y, labels
    or targets; train, val or test before or after; ``classes`` names the classes. Labels (N, K) of
    0 and 1 give a picture any number of them. A ``contract`` fits pictures and labels to a network
    that is trained already.
    """
    x, y = _find(arrays, _PICTURES, what), _find(arrays, _LABELS, what)
    if not x or set(x) != set(y):
        raise DataError(
            f"{what} has the arrays {', '.join(sorted(arrays)) or 'none'}. Expected x and y, or "
            f"x_train and y_train with x_test and y_test."
        )
    order = sorted(x)
    _check_lengths(x, y, what)
    names = next((arrays[name] for name in _NAMES if name in arrays), None)
    labels, classes = encode({part: y[part] for part in order}, names, what)
    places = np.concatenate([labels[part] for part in order])
    if contract is not None:
        places, classes = to_known(places, classes, contract, what), contract.classes
    pixels, span, notes = _pixels({part: x[part] for part in order}, what, size, contract)
    counts = {part: len(x[part]) for part in order}
    return Packed(
        x=pixels,
        y=places,
        part=np.repeat(order, list(counts.values())).astype(np.int64),
        ids=_ids(counts),
        classes=classes,
        fit="exact" if size is None else "resize",
        margin=(0, 0) if contract is None else _margin(pixels, contract),
        value_range=span,
        problems=tuple(notes),
        columns=_columns(arrays, len(pixels)),
        **describe(pixels),
    )


def _columns(arrays: Mapping[str, Array], n: int) -> dict[str, tuple[str, ...]]:
    """Other arrays with a value for each picture, as text: what pictures may be grouped by."""
    taken = {*_PICTURES, *_LABELS, *_NAMES}
    return {
        name: tuple(_clean(value) for value in values.tolist())
        for name, values in arrays.items()
        if name.lower() not in taken and values.shape == (n,) and values.dtype.kind in "iubSU"
    }


def _pixels(
    x: Mapping[int, Array],
    what: str,
    size: tuple[int, int] | None,
    contract: InputContract | None,
) -> tuple[Pixels, Range, list[Problem]]:
    """All parts as one uint8 array (N, H, W, C); the range is that of the first, train."""
    shaped = [with_axes(pictures, f"{what}: x") for pictures in x.values()]
    shapes = {pictures.shape[1:] for pictures in shaped}
    if len(shapes) > 1:
        raise DataError(f"{what}: pictures of different shapes, {shapes}. Give all parts one.")
    if contract is None:
        span = range_of(shaped[0], f"{what}: x")
        notes = _notes(next(iter(x.values())), shaped[0], span)
    else:
        span, notes = contract.value_range, []
    first = [] if contract is not None else [to_uint8(shaped[0], span)]
    rest = [_read(pictures, span, what, notes) for pictures in shaped[len(first) :]]
    pieces = [np.ascontiguousarray(piece) for piece in (*first, *rest)]
    whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
    if contract is not None:
        return _brought(whole, contract, notes), span, notes
    return whole if size is None else resized(whole, size), span, notes


def _read(pictures: Array, span: Range, what: str, notes: list[Problem]) -> Pixels:
    """Pictures in 8 bits where training had ``span``; what is worth knowing goes to ``notes``."""
    like, note = range_like(pictures, span, f"{what}: x")
    notes += [Problem(".", note)] if note else []
    return to_uint8(pictures, like)


def fitted(x: Pixels, contract: InputContract, notes: list[Problem]) -> Pixels:
    """Pictures (N, H, W, C) of any size in a network's form; what that took goes to ``notes``."""
    whole = _brought(x, contract, notes)
    return middle(whole, _margin(whole, contract))


def _margin(x: Pixels, contract: InputContract) -> tuple[int, int]:
    """What lies around pictures that were brought to a network's form."""
    return (0, 0) if x.shape[1:3] == contract.size else contract.margin


def _brought(x: Pixels, contract: InputContract, notes: list[Problem]) -> Pixels:
    """Pictures in a network's form, margin and all; of its very size already, without one."""
    if x.shape[-1] != contract.channels:
        x = with_channels(x, contract.channels)
        notes.append(
            Problem(
                ".",
                "colour turned to grey"
                if contract.channels == 1
                else "grey given three equal channels",
            )
        )
    if x.shape[1:3] == contract.size:
        return x
    if x.shape[1:3] != contract.kept:
        (height, width), (high, wide) = x.shape[1:3], contract.kept
        notes.append(Problem(".", f"resized from {width}x{height} to {wide}x{high}"))
    return resized(x, contract.kept)


def fit_pictures(
    x: Array, contract: InputContract, what: str = "x"
) -> tuple[Pixels, tuple[Problem, ...]]:
    """An array of pictures of any accepted shape, type and size in a trained network's form.

    >>> from svertka.data import open_data
    >>> contract = open_data("digits").contract
    >>> fit_pictures(np.zeros((5, 784)), contract)[0].shape
    (5, 28, 28, 1)
    """
    notes: list[Problem] = []
    shaped = np.ascontiguousarray(_read(with_axes(x, what), contract.value_range, what, notes))
    return fitted(shaped, contract, notes), tuple(notes)


def read_unlabelled(
    path: Path, contract: InputContract
) -> tuple[Pixels, tuple[str, ...], tuple[Problem, ...]]:
    """Pictures of ``.npz``, ``.npy`` or IDX files in a trained network's form, their ids, notes.

    Labels are neither needed nor read. DataError where the file has no pictures.
    """
    if path.suffix.lower() == ".npy":
        x = {UNSPLIT: read_npy(path)}
    elif is_idx(path) and path.is_file():
        x = {UNSPLIT: read_idx(path)}
    else:
        arrays = read_idx_folder(path) if path.is_dir() else read_npz(path)
        x = dict(sorted(_find(arrays, _PICTURES, str(path)).items()))
        if not x and len(arrays) == 1:
            x = {UNSPLIT: next(iter(arrays.values()))}
        if not x:
            names = ", ".join(sorted(arrays)) or "none"
            raise DataError(f"{path} has the arrays {names}. Expected one with pictures named x.")
    parts = [fit_pictures(pictures, contract, str(path)) for pictures in x.values()]
    ids = _ids({part: len(pictures) for part, pictures in x.items()})
    notes = tuple(note for _, found in parts for note in found)
    return np.concatenate([pictures for pictures, _ in parts]), ids, notes


def encode(
    labels: Mapping[int, Array], names: Array | None, what: str
) -> tuple[dict[int, Labels], tuple[str, ...]]:
    """Labels of any kind as places in a tuple of class names, or (N, K) as 0 and 1 for each name.

    Without ``names`` the classes are the distinct labels in order: numbers by value, else text; of
    columns of 0 and 1 they are the columns' numbers. Columns with a single 1 in every row are
    another way to write one class.

    >>> encode({0: np.array(["cat", "ant", "cat"])}, None, "y")
    ({0: array([1, 0, 1])}, ('ant', 'cat'))
    """
    flat = {part: _flat(values, what) for part, values in labels.items()}
    if len({values.shape[1:] for values in flat.values()}) > 1:
        shapes = ", ".join(str(values.shape) for values in flat.values())
        raise DataError(f"{what}: labels of different shapes, {shapes}. Give all parts one.")
    every = np.concatenate(list(flat.values())) if flat else np.zeros(0, np.int64)
    if every.ndim == 2:
        names = np.arange(every.shape[1]) if names is None else names.ravel()
        if len(names) != every.shape[1]:
            raise DataError(
                f"{what}: {len(names)} classes are named, and labels have {every.shape[1]} columns."
                " Expected a name for each column."
            )
        classes = tuple(map(_clean, names.tolist()))
        places = every.argmax(axis=1) if (every.sum(axis=1) == 1).all() else every
    elif names is None:
        values, places = np.unique(every, return_inverse=True)
        classes = tuple(_clean(v) for v in values.tolist())
    else:
        classes = tuple(_clean(v) for v in names.ravel().tolist())
        places = every
        if every.dtype.kind not in "iu" or (len(every) and not _within(every, len(classes))):
            raise DataError(
                f"{what}: {len(classes)} classes are named, so labels must be whole numbers from "
                f"0 to {len(classes) - 1}; they are {every.dtype} from {every.min()} to "
                f"{every.max()}."
            )
    ends = np.cumsum([len(values) for values in flat.values()])
    pieces = np.split(places.astype(np.int64) if places.ndim == 1 else places, ends[:-1])
    return dict(zip(flat, pieces, strict=True)), classes


def _flat(values: Array, what: str) -> Array:
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if (flags := flags_in(values)) is not None:
        return flags
    if values.ndim != 1:
        raise DataError(
            f"{what}: labels have shape {values.shape}. Expected one per picture, or a row of 0 "
            "and 1 with a column for each label."
        )
    if values.dtype.kind == "f":
        if not (np.isfinite(values).all() and (values == np.floor(values)).all()):
            raise DataError(
                f"{what}: labels are fractions or not numbers. Expected classes: whole numbers or "
                f"names."
            )
        return values.astype(np.int64)
    if values.dtype.kind == "b":
        return values.astype(np.int64)
    if values.dtype.kind not in "iuUS":
        raise DataError(f"{what}: labels are {values.dtype}. Expected whole numbers or names.")
    return values


def _within(values: Array, count: int) -> bool:
    return int(values.min()) >= 0 and int(values.max()) < count


def _clean(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _find(arrays: Mapping[str, Array], words: tuple[str, ...], what: str) -> dict[int, Array]:
    """The arrays with one of these names, by part."""
    pattern = re.compile(
        rf"(?:(?P<before>{'|'.join(_PART)})_)?(?:{'|'.join(words)})(?:_(?P<after>{'|'.join(_PART)}))?",
        re.IGNORECASE,
    )
    found: dict[int, Array] = {}
    for name, array in arrays.items():
        match = pattern.fullmatch(name)
        if match is None:
            continue
        part_name = match["before"] or match["after"]
        part = UNSPLIT if part_name is None else _PART[part_name.lower()]
        if part in found:
            raise DataError(f"{what}: {name!r} is the second array of its kind. Leave one of them.")
        found[part] = array
    if UNSPLIT in found and len(found) > 1:
        # x beside x_test: what has no part is what one trains on
        found[0] = found.pop(UNSPLIT)
    return found


def _check_lengths(x: Mapping[int, Array], y: Mapping[int, Array], what: str) -> None:
    for part, pictures in x.items():
        if pictures.ndim == 0 or y[part].ndim == 0 or len(pictures) != len(y[part]):
            counts = f"pictures of shape {pictures.shape}, labels of shape {y[part].shape}"
            raise DataError(f"{what}: {counts}. Expected one label for each picture.")


def _ids(counts: Mapping[int, int]) -> tuple[str, ...]:
    return tuple(
        f"{PARTS[part]}/{i}" if part != UNSPLIT else str(i)
        for part, n in counts.items()
        for i in range(n)
    )


def _notes(raw: Array, shaped: Array, span: tuple[float, float]) -> list[Problem]:
    notes = []
    if raw.ndim == 2:
        side = shaped.shape[1]
        reason = f"rows of {raw.shape[1]} values were read as {side}x{side} grey pictures"
        notes.append(Problem(".", reason))
    if span not in ((0.0, 255.0), (0.0, 1.0)):
        reason = f"values from {span[0]:g} to {span[1]:g} were scaled to 8 bits, 0..255"
        notes.append(Problem(".", reason))
    return notes
