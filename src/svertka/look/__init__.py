"""What one can see inside a network: numbers first, each a record; the page draws them.

Names are looked up when they are used: importing this package loads neither NumPy nor torch.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from svertka.look.activations import Activations, activations
    from svertka.look.cell import Cell
    from svertka.look.cells import arithmetic, cell
    from svertka.look.dream import Dream, dream
    from svertka.look.effective import Effective, effective
    from svertka.look.excite import Excited, excited, patches
    from svertka.look.field import Borders, Window, borders, window
    from svertka.look.filters import FilterSet, filters
    from svertka.look.subject import Subject, as_subject
    from svertka.look.watch import still, watch

_HOME = {
    "Activations": "activations",
    "Borders": "field",
    "Cell": "cell",
    "Dream": "dream",
    "Effective": "effective",
    "Excited": "excite",
    "FilterSet": "filters",
    "Subject": "subject",
    "Window": "field",
    "activations": "activations",
    "arithmetic": "cells",
    "as_subject": "subject",
    "borders": "field",
    "cell": "cells",
    "dream": "dream",
    "effective": "effective",
    "excited": "excite",
    "filters": "filters",
    "patches": "excite",
    "still": "watch",
    "watch": "watch",
    "window": "field",
}

__all__ = [
    "Activations",
    "Borders",
    "Cell",
    "Dream",
    "Effective",
    "Excited",
    "FilterSet",
    "Subject",
    "Window",
    "activations",
    "arithmetic",
    "as_subject",
    "borders",
    "cell",
    "dream",
    "effective",
    "excited",
    "filters",
    "patches",
    "still",
    "watch",
    "window",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__


class _Room(ModuleType):
    """``look.cell`` is the function, although a file has that name too: Python binds every file
    to its package when it is first imported, and here that binding is let go."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Room
