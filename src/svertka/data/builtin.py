"""The data that comes with the package, and the whole of Fashion-MNIST where a system has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from svertka.data.arrays import pack_arrays, read_npz
from svertka.data.assemble import Label
from svertka.data.contract import InputContract
from svertka.data.idx import pack_idx
from svertka.data.packed import Packed
from svertka.errors import DataError

FOLDER = Path(__file__).parent / "builtin"
FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist

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
    """One built-in set, as ``svertka data`` lists it."""

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
    if item.name == "fashion-full":
        if not FASHION_FOLDER.is_dir():
            raise DataError(
                f"fashion-full needs the files of Fashion-MNIST in {FASHION_FOLDER}. On Debian "
                f"and Ubuntu: apt install dataset-fashion-mnist. Elsewhere, name the folder that "
                f"holds the four IDX files, or train on 'fashion', which comes with the package."
            )
        packed = pack_idx(FASHION_FOLDER, size=size, contract=contract, classes=item.classes)
        return packed, label
    arrays = read_npz(FOLDER / f"{item.name}.npz")
    arrays["classes"] = np.array(item.classes)
    return pack_arrays(arrays, item.name, size=size, contract=contract), label
