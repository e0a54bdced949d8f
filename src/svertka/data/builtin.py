"""The data that comes with the package, and the whole of Fashion-MNIST where a system has it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.arrays import pack_arrays
from svertka.data.assemble import Label
from svertka.data.contract import InputContract
from svertka.data.idx import read_idx_folder
from svertka.data.npz import read_npz
from svertka.data.packed import Packed
from svertka.errors import DataError

FOLDER = Path(__file__).parent / "builtin"
FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist

# Of the 60,000 training labels, one byte each.
_FASHION_LABELS = "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7"
FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataclass(frozen=True)
class Builtin:
    """One built-in set, as ``svertka data`` lists it.

    >>> [item.name for item in BUILTIN]
    ['digits', 'fashion', 'fashion-full']
    """

    name: str
    about: str
    licence: str
    classes: tuple[str, ...]
    flip: bool


_DIGITS = "MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges; CC BY-SA 3.0"
_FASHION = "Fashion-MNIST, copyright 2017 Zalando SE; MIT"

BUILTIN = (
    Builtin(
        "digits",
        "8,000 handwritten digits, 28x28 grey: 7,000 to train and validate on, 1,000 to test on",
        _DIGITS,
        tuple("0123456789"),
        flip=False,
    ),
    Builtin(
        "fashion",
        "12,000 pieces of clothing, 28x28 grey: 10,000 to train and validate on, 2,000 to test on",
        _FASHION,
        FASHION_CLASSES,
        flip=True,
    ),
    Builtin(
        "fashion-full",
        "all 70,000 of Fashion-MNIST, from the system package dataset-fashion-mnist",
        _FASHION,
        FASHION_CLASSES,
        flip=True,
    ),
)


def pack_builtin(
    item: Builtin, size: tuple[int, int] | None, contract: InputContract | None
) -> tuple[Packed, Label]:
    """A built-in set as packed pictures."""
    label = Label(item.name, item.name, item.licence, item.flip)
    if item.name != "fashion-full":
        arrays = read_npz(FOLDER / f"{item.name}.npz")
    elif FASHION_FOLDER.is_dir():
        arrays = read_idx_folder(FASHION_FOLDER)
    else:
        raise DataError(
            f"fashion-full needs the files of Fashion-MNIST in {FASHION_FOLDER}. On Debian and "
            f"Ubuntu: apt install dataset-fashion-mnist. Elsewhere, name the folder that holds the "
            f"four IDX files, or train on 'fashion', which comes with the package."
        )
    return _pack(item, arrays, item.name, size, contract), label


def pack_idx(
    folder: Path,
    label: Label,
    size: tuple[int, int] | None,
    contract: InputContract | None,
) -> tuple[Packed, Label]:
    """An IDX folder as packed pictures; Fashion-MNIST is known by its labels, whatever its name."""
    arrays = read_idx_folder(folder)
    labels = arrays.get("y_train", np.zeros(0, np.uint8))
    if hashlib.sha256(labels.tobytes()).hexdigest() != _FASHION_LABELS:
        return pack_arrays(arrays, label.source, size=size, contract=contract), label
    fashion = next(item for item in BUILTIN if item.name == "fashion-full")
    packed = _pack(fashion, arrays, label.source, size, contract)
    return packed, Label(label.name, label.source, fashion.licence, fashion.flip)


def _pack(
    item: Builtin,
    arrays: dict[str, npt.NDArray[Any]],
    what: str,
    size: tuple[int, int] | None,
    contract: InputContract | None,
) -> Packed:
    named = {**arrays, "classes": np.array(item.classes)}
    return pack_arrays(named, what, size=size, contract=contract)
