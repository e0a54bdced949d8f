"""Networks that are open to be looked into: some stay open, and each is asked by one at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from svertka.errors import UsageError
from svertka.look.subject import Subject, as_subject
from svertka.nets.weights.known import known, known_nets
from svertka.serve.faults import Conflict
from svertka.serve.places import NotHere, Places, shown
from svertka.workbench.run import Run
from svertka.workbench.unlearned import Shown, unlearned

KEPT = 3


def written(run: Path) -> int:
    """When the network of a run was written: trained again under the same name, it is another.

    Raises ``Conflict`` where there is none yet.
    """
    try:
        return (run / "model.safetensors").stat().st_mtime_ns
    except OSError:
        raise Conflict(f"{run.name} has no network before its training has ended.") from None


@dataclass(eq=False)
class _Open:
    subject: Subject
    shown: Shown | None = None
    # What looks into a network hangs hooks into it, and would see another's pictures.
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Networks:
    """Runs by name and nets of the catalogue whose weights are on this machine."""

    places: Places
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[tuple[str, int], _Open] = field(default_factory=OrderedDict)

    @contextmanager
    def opened(self, run: str, net: str) -> Iterator[Subject]:
        """The network of ``run``, or else ``net``, for the block alone.

        Raises ``NotHere``, ``Conflict`` where the run has no network yet, ``StoreError``.
        """
        found = self._run(run) if run else self._net(net)
        with found.lock:
            yield found.subject

    def unlearned(self, run: str) -> Shown:
        """The pictures that a run has not learned; raises what `svertka.workbench` raises."""
        found = self._run(run)
        with found.lock:
            if found.shown is None:
                found.shown = unlearned(Run(self.places.run(run)))
            return found.shown

    @staticmethod
    def at_hand() -> list[str]:
        """The nets of the catalogue whose weights need no download."""
        return [name for name in known_nets() if known(name).at_hand()]

    def _run(self, name: str) -> _Open:
        folder = self.places.run(name)
        return self._keep((str(folder.path), written(folder.path)), folder)

    def _net(self, name: str) -> _Open:
        if not name:
            raise UsageError("Which network? Name a run or a net of the catalogue.")
        if name not in known_nets():
            raise NotHere(f"No weights are known for {shown(name)}.")
        if not known(name).at_hand():
            raise Conflict(
                f"The weights of {name} are not on this machine, and the studio fetches nothing. "
                f"Once: svertka predict PICTURE --net {name}"
            )
        return self._keep((name, 0), name)

    def _keep(self, key: tuple[str, int], source: object) -> _Open:
        with self._opening:
            if key not in self._kept:
                self._kept[key] = _Open(as_subject(source))
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]
