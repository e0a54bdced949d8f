"""The data that the studio offers: what is built in, and what lies in the folders it was given."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from svertka.data import Dataset, open_data
from svertka.data.archives import is_archive
from svertka.data.builtin import BUILTIN, FASHION_FOLDER
from svertka.data.decode import ENDINGS
from svertka.data.files import TABLES, safe
from svertka.data.idx import is_idx_folder
from svertka.data.names import part_called
from svertka.data.parquet import is_parquet
from svertka.data.sources import name_of
from svertka.serve.places import NotHere, shown

KEPT = 4  # data sets that stay open
FRESH = 15.0  # seconds for which a folder is believed to be as it was
_MOST = 500  # things of a folder that are offered
_SEEN = 200  # things of a folder that are looked at to tell what it is


@dataclass(frozen=True)
class Offer:
    """Data by their ``id``, which stands in addresses; ``source`` is what a command calls them."""

    id: str
    source: str
    built_in: bool

    @property
    def name(self) -> str:
        """What a run on them is called after."""
        return self.id if self.built_in else name_of(Path(self.source)) or "pictures"


@dataclass
class _Open:
    dataset: Dataset
    until: float


@dataclass
class Datasets:
    """Built-in data and what lies in ``roots``; what was opened stays open for a while.

    A root is a data set itself where it has parts, a table or folders of pictures; else every
    folder and archive in it is one. Ids hold no slash: ``digits``, ``photos``, ``photos:cats``.

    >>> [offer.id for offer in Datasets([]).offers()][:2]
    ['digits', 'fashion']
    """

    roots: Sequence[Path]
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _kept: OrderedDict[tuple[str, int], _Open] = field(default_factory=OrderedDict)

    def offers(self) -> Iterator[Offer]:
        """All that there is, built-in data first; looked up anew each time."""
        taken = set()
        for item in BUILTIN:
            if item.name != "fashion-full" or FASHION_FOLDER.is_dir():
                taken.add(item.name)
                yield Offer(item.name, item.name, built_in=True)
        for root in self.roots:
            path = root.resolve()
            base = _free(safe(path.name) or "data", taken)
            taken.add(base)
            if is_set(path):
                yield Offer(base, str(path), built_in=False)
                continue
            for child in _children(path, _MOST):
                if child.is_dir() or _is_packed(child):
                    yield Offer(f"{base}:{safe(child.name)}", str(child), built_in=False)

    def find(self, id: str) -> Offer:
        """The offer with this id; raises ``NotHere``: nothing that is not offered can be opened."""
        offers = list(self.offers())
        for offer in offers:
            if offer.id == id:
                return offer
        known = ", ".join(offer.id for offer in offers[:12])
        raise NotHere(
            f"There are no data {shown(id)} here. Known: {known}. "
            "More folders: svertka studio --data FOLDER"
        )

    def open(self, id: str, seed: int = 0) -> Dataset:
        """The data with this id, cut by ``seed``; raises ``NotHere`` and as ``open_data``."""
        offer = self.find(id)
        key = (offer.source, seed)
        if held := self._held(key):
            return held
        with self._opening:  # one at a time: it takes memory and all cores
            if held := self._held(key):  # opened while we waited
                return held
            start = time.monotonic()
            dataset = open_data(offer.source, seed=seed)
            now = time.monotonic()
            until = float("inf") if offer.built_in else now + max(FRESH, 20 * (now - start))
            self._kept.pop(key, None)
            self._kept[key] = _Open(dataset, until)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return dataset

    def _held(self, key: tuple[str, int]) -> Dataset | None:
        held = self._kept.get(key)
        return held.dataset if held is not None and held.until > time.monotonic() else None


def is_set(folder: Path) -> bool:
    """Whether a folder is a data set itself, rather than a folder of data sets.

    It is one where it holds a part (train, val, test), a table, IDX files, or a folder with
    pictures in it.
    """
    for child in _children(folder, _SEEN):
        if child.is_dir():
            if part_called(child.name) is not None or _has_picture(child):
                return True
        elif child.suffix.lower() in TABLES:
            return True
    return is_idx_folder(folder)


def _has_picture(folder: Path) -> bool:
    """Whether one of the first files of a folder is a picture by its name."""
    return any(p.suffix.lower() in ENDINGS for p in _children(folder, _SEEN) if p.is_file())


def _is_packed(path: Path) -> bool:
    known = is_archive(path) or is_parquet(path) or path.suffix.lower() in (".npz", *TABLES)
    return known and path.is_file()


def _children(folder: Path, most: int) -> list[Path]:
    """What lies in a folder, by name; hidden things and links that lead out of it are left out."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError:
        return []
    home = os.path.realpath(folder) + os.sep
    found = (folder / name for name in names[:most] if ":" not in name)
    return [path for path in found if os.path.realpath(path).startswith(home)]


def _free(name: str, taken: set[str]) -> str:
    base, number = name.replace(":", "-"), 1
    free = base
    while free in taken:
        number += 1
        free = f"{base}-{number}"
    return free
