"""The machine: the only reader of the environment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Where decoded pictures are kept: ``$XDG_CACHE_HOME/svertka`` or the system's equivalent.

    The folder is not created here. Source: the XDG base directory specification, by which a
    relative value is ignored.

    >>> cache_folder().name
    'svertka'
    """
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        base = os.environ.get(variable, "")
        if base and Path(base).is_absolute():
            return Path(base) / "svertka"
    try:
        return Path.home() / ".cache" / "svertka"
    except RuntimeError:  # no home folder is known: a container without a user entry
        return Path(tempfile.gettempdir()) / "svertka"
