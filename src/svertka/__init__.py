"""svertka: design, train, look inside and serve convolutional networks.

>>> import svertka
>>> run = svertka.train("digits", budget="60s")  # doctest: +SKIP
>>> print(run.scores)  # doctest: +SKIP
>>> run.predict("scans/").save_csv("out.csv")  # doctest: +SKIP
"""

from __future__ import annotations

import sys
from types import ModuleType

from svertka.version import __version__

TYPE_CHECKING = False  # typing takes longer to load than all of this, and Ctrl-C must wait for it
if TYPE_CHECKING:
    from typing import Any

    from svertka import look
    from svertka.data.opening import open_data
    from svertka.errors import SvertkaError
    from svertka.lessons.registry import lesson
    from svertka.predict.pretrained import pretrained
    from svertka.workbench.building import build
    from svertka.workbench.check import check
    from svertka.workbench.classifier import Classifier
    from svertka.workbench.compare import compare
    from svertka.workbench.comparison import Comparison
    from svertka.workbench.folds import Folds
    from svertka.workbench.looking import look_at
    from svertka.workbench.networks import net, net_as
    from svertka.workbench.run import Run
    from svertka.workbench.training import train

__all__ = [
    "Classifier",
    "Comparison",
    "Folds",
    "Run",
    "SvertkaError",
    "__version__",
    "build",
    "check",
    "compare",
    "lesson",
    "look",
    "look_at",
    "net",
    "net_as",
    "open_data",
    "pretrained",
    "train",
]

_HOME = {
    "Classifier": "svertka.workbench.classifier",
    "Comparison": "svertka.workbench.comparison",
    "Folds": "svertka.workbench.folds",
    "Run": "svertka.workbench.run",
    "SvertkaError": "svertka.errors",
    "build": "svertka.workbench.building",
    "check": "svertka.workbench.check",
    "compare": "svertka.workbench.compare",
    "lesson": "svertka.lessons.registry",
    "look": "svertka.look",
    "look_at": "svertka.workbench.looking",
    "net": "svertka.workbench.networks",
    "net_as": "svertka.workbench.networks",
    "open_data": "svertka.data.opening",
    "pretrained": "svertka.predict.pretrained",
    "train": "svertka.workbench.training",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: importing svertka alone loads nothing heavy."""
    if name not in _HOME:
        raise AttributeError(f"module 'svertka' has no attribute {name!r}")
    from importlib import import_module

    home = import_module(_HOME[name])
    return home if home.__name__ == f"svertka.{name}" else getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """``svertka.train`` is the function, although a room has that name too: Python binds every
    sub-package to its parent when it is first imported, and here that binding is let go."""

    @property
    def train(self) -> Any:
        return __getattr__("train")

    @train.setter
    def train(self, room: ModuleType) -> None:
        pass


sys.modules[__name__].__class__ = _Package
