"""Sources, splits, the decode-once cache, augmentation, batches and the input contract.

Names are looked up when they are used: importing this package loads neither NumPy nor torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from svertka.data.augmentation import AugmentPolicy, augment, policy_for
    from svertka.data.batches import ahead, batch_rows, load
    from svertka.data.builtin import BUILTIN, Builtin
    from svertka.data.contract import InputContract
    from svertka.data.counter import order
    from svertka.data.dataset import Dataset, Pictures, Problem
    from svertka.data.opening import open_data, open_in_form, open_like
    from svertka.data.reading import find_pictures, read_pictures
    from svertka.data.tensors import to_tensor

_HOME = {
    "AugmentPolicy": "augmentation",
    "BUILTIN": "builtin",
    "Builtin": "builtin",
    "Dataset": "dataset",
    "InputContract": "contract",
    "Pictures": "dataset",
    "Problem": "dataset",
    "ahead": "batches",
    "augment": "augmentation",
    "batch_rows": "batches",
    "find_pictures": "reading",
    "load": "batches",
    "open_data": "opening",
    "open_in_form": "opening",
    "open_like": "opening",
    "order": "counter",
    "policy_for": "augmentation",
    "read_pictures": "reading",
    "to_tensor": "tensors",
}

__all__ = [
    "BUILTIN",
    "AugmentPolicy",
    "Builtin",
    "Dataset",
    "InputContract",
    "Pictures",
    "Problem",
    "ahead",
    "augment",
    "batch_rows",
    "find_pictures",
    "load",
    "open_data",
    "open_in_form",
    "open_like",
    "order",
    "policy_for",
    "read_pictures",
    "to_tensor",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
