"""What one can see inside a network: numbers first, each a record; the page draws them.

Names are looked up when they are used: importing this package loads neither NumPy nor torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from svertka.look.subject import Subject, as_subject
    from svertka.look.watch import still, watch

_HOME = {
    "Subject": "subject",
    "as_subject": "subject",
    "still": "watch",
    "watch": "watch",
}

__all__ = ["Subject", "as_subject", "still", "watch"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
