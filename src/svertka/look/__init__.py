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
    from svertka.look.attribution import Attributions, attribute
    from svertka.look.borders import Borders, borders
    from svertka.look.cell import Cell
    from svertka.look.cells import arithmetic, cell
    from svertka.look.dream import Dream, dream
    from svertka.look.effective import Effective, effective
    from svertka.look.embedding import Embedding, embed, nearest, suspects
    from svertka.look.excite import Excited, excited, patches
    from svertka.look.field import Window, window
    from svertka.look.filters import FilterSet, filters
    from svertka.look.flow import Recorder, gradient_flow
    from svertka.look.recorded import Flow, read_flow
    from svertka.look.response import Changes, Response, respond, respond_each
    from svertka.look.subject import Subject, as_subject
    from svertka.look.thresholds import Thresholds, confused, thresholds
    from svertka.look.watch import still, watch

_HOME = {
    "Activations": "activations",
    "Attributions": "attribution",
    "Borders": "borders",
    "Cell": "cell",
    "Changes": "response",
    "Dream": "dream",
    "Effective": "effective",
    "Embedding": "embedding",
    "Excited": "excite",
    "FilterSet": "filters",
    "Flow": "recorded",
    "Recorder": "flow",
    "Response": "response",
    "Subject": "subject",
    "Thresholds": "thresholds",
    "Window": "field",
    "activations": "activations",
    "arithmetic": "cells",
    "as_subject": "subject",
    "attribute": "attribution",
    "borders": "borders",
    "cell": "cells",
    "confused": "thresholds",
    "dream": "dream",
    "effective": "effective",
    "embed": "embedding",
    "excited": "excite",
    "filters": "filters",
    "gradient_flow": "flow",
    "nearest": "embedding",
    "patches": "excite",
    "read_flow": "recorded",
    "respond": "response",
    "respond_each": "response",
    "still": "watch",
    "suspects": "embedding",
    "thresholds": "thresholds",
    "watch": "watch",
    "window": "field",
}

__all__ = [
    "Activations",
    "Attributions",
    "Borders",
    "Cell",
    "Changes",
    "Dream",
    "Effective",
    "Embedding",
    "Excited",
    "FilterSet",
    "Flow",
    "Recorder",
    "Response",
    "Subject",
    "Thresholds",
    "Window",
    "activations",
    "arithmetic",
    "as_subject",
    "attribute",
    "borders",
    "cell",
    "confused",
    "dream",
    "effective",
    "embed",
    "excited",
    "filters",
    "gradient_flow",
    "nearest",
    "patches",
    "read_flow",
    "respond",
    "respond_each",
    "still",
    "suspects",
    "thresholds",
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
