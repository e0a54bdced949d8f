"""Names that come over the network, turned into paths that never leave the chosen folders."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from svertka.errors import SvertkaError
from svertka.store import RunFolder

_SHOWN = 60  # signs of a name in a message
_SIGNS = "\\/" + (':*?"<>|' if sys.platform == "win32" else "")  # that are more than a name


class NotHere(SvertkaError):
    """Nothing in the chosen folders is called so, or the name leads out of them."""


@dataclass(frozen=True)
class Places:
    """The folder of runs, in which a name never leads out: not by ``..``, not by an absolute path,
    not by a link. Names of data are looked up in a list instead: ``datasets``."""

    runs: Path

    def run(self, name: str) -> RunFolder:
        """The run called ``name`` in the folder of runs; raises ``NotHere``."""
        path = within(self.runs, name, deep=False)
        if path is None or not path.is_dir():
            raise NotHere(f"There is no run {shown(name)} in {self.runs.name}/.")
        return RunFolder(path)


def within(root: Path, name: str, *, deep: bool = True) -> Path | None:
    """The path ``name`` below ``root``; None where it is none or leads out, by links too.

    ``deep`` allows for more than one part.

    >>> within(Path("runs"), "../secret"), within(Path("runs"), "/etc"), within(Path("runs"), "")
    (None, None, None)
    """
    parts = name.split("/")
    if (len(parts) > 1 and not deep) or not all(map(_plain, parts)):
        return None
    path = root.joinpath(*parts)
    try:
        real, home = path.resolve(), root.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, a name too long
        return None
    return path if real != home and real.is_relative_to(home) else None


def _plain(part: str) -> bool:
    """Whether a part of a path is a plain name on this system."""
    signs = not any(sign in _SIGNS or ord(sign) < 32 or ord(sign) == 127 for sign in part)
    return signs and bool(part.strip(". ")) and len(part.encode("utf-8", "replace")) <= 255


def shown(name: str) -> str:
    """A name from outside, short and quoted."""
    return repr(name if len(name) <= _SHOWN else name[:_SHOWN] + "…")
