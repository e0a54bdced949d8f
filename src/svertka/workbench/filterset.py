"""The filters of one layer as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.look.dream import Dream
from svertka.look.excite import Excited
from svertka.look.filters import FilterSet
from svertka.look.plain import packed
from svertka.records import Record
from svertka.workbench.pictures import sprite

_PAIRS = 40
_SIDE = 96  # pixels of a dream


@dataclass(frozen=True)
class Thumbnails:
    """Small pictures side by side in one: ``image`` is a data URI, each is ``size`` (height, width)
    pixels, ``columns`` of them in a row."""

    image: str
    size: tuple[int, int]
    columns: int

    def to_dict(self) -> dict[str, Any]:
        """The pictures as plain JSON types."""
        return {"image": self.image, "size": list(self.size), "columns": self.columns}


@dataclass(frozen=True, eq=False)
class Best:
    """For each of F filters the T pictures that excite it most: their ``place`` (F, T) among the
    ``pictures``, the ``values`` (F, T) there, and the ``windows`` (F, T, axes, first and last
    pixel) that the strongest cell sees of pictures of ``size``; ``patches`` are what is in them."""

    place: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]
    windows: npt.NDArray[np.int64]
    ids: tuple[str, ...]
    size: tuple[int, int]
    pictures: Thumbnails
    patches: Thumbnails

    def to_dict(self) -> dict[str, Any]:
        """The pictures as plain JSON types."""
        return {
            "place": self.place.tolist(),
            "values": self.values.tolist(),
            "windows": self.windows.tolist(),
            "ids": list(self.ids),
            "size": list(self.size),
            "pictures": self.pictures.to_dict(),
            "patches": self.patches.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class LayerFilters(Record):
    """The ``filters`` of a layer, some of which are ``shown`` (F,) by their ``planes`` (F, P).

    What excites them is read off the layer ``heard``, the activation that follows at once; a dream
    raises ``raised``, which has a gradient everywhere. ``excited`` and ``best`` are of a ``part``
    of data, None without; ``dead`` are filters that no picture woke, None where the layer heard
    cannot be silent.
    """

    filters: FilterSet
    kind: str
    heard: str
    raised: str
    shown: tuple[int, ...]
    planes: npt.NDArray[np.int64]
    excited: Excited | None
    dead: tuple[int, ...] | None
    part: str
    best: Best | None
    dreams: tuple[Dream, ...]

    def to_dict(self) -> dict[str, Any]:
        """The filters as plain JSON types."""
        found, partner = self.filters, self.filters.partners
        alike = found.alike()
        return {
            "layer": found.layer,
            "kind": self.kind,
            "heard": self.heard,
            "raised": self.raised,
            "shape": list(found.weights.shape),
            "lengths": packed(found.lengths),
            "distance": None if found.distance is None else packed(found.distance),
            "partner": partner.tolist(),
            "cosine": packed(found.cosines[np.arange(len(partner)), partner]),
            "alike": [list(pair) for pair in alike[:_PAIRS]],
            "alike_in_all": len(alike),
            "active": None if self.excited is None else packed(self.excited.active),
            "dead": None if self.dead is None else list(self.dead),
            "n": 0 if self.excited is None else self.excited.n,
            "part": self.part,
            "shown": list(self.shown),
            "planes": self.planes.tolist(),
            "weights": packed(self._drawn(found.weights)),
            "before": None if found.before is None else packed(self._drawn(found.before)),
            "best": None if self.best is None else self.best.to_dict(),
            "dreams": self._dreams(),
        }

    def __str__(self) -> str:
        lines = [str(self.filters)]
        if self.dead is not None and self.excited is not None:
            names = ", ".join(map(str, self.dead[:16]))
            lines.append(f"dead for all of {self.excited.n:,} pictures: {names or 'none'}")
        return "\n".join(lines)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All of it as arrays, by name."""
        found: dict[str, npt.NDArray[Any]] = {
            "weights": self.filters.weights,
            "cosines": self.filters.cosines,
        }
        for name, value in (("before", self.filters.before), ("distance", self.filters.distance)):
            if value is not None:
                found[name] = value
        if self.excited is not None:
            names = ("pictures", "values", "places", "active")
            found |= {name: getattr(self.excited, name) for name in names}
        if self.dreams:
            found["dreams"] = np.stack([one.values for one in self.dreams])
            found["dreamt"] = np.array([one.channel for one in self.dreams])
        return {f"filters/{self.filters.layer}/{name}": value for name, value in found.items()}

    def _drawn(self, weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The planes that are drawn, (F, P, rows, columns)."""
        cut: npt.NDArray[np.float32] = weights[np.array(self.shown)[:, None], self.planes]
        tall = [*cut.shape[2:], 1, 1][:2]  # of a layer without places each weight is a plane
        return cut.reshape(*cut.shape[:2], *tall)

    def _dreams(self) -> dict[str, Any] | None:
        pixels = [one.pixels for one in self.dreams if one.pixels is not None]
        if not pixels:
            return None
        return {
            "channels": [one.channel for one in self.dreams],
            "start": [one.course[0] for one in self.dreams],
            "end": [one.course[-1] for one in self.dreams],
            "steps": len(self.dreams[0].course) - 1,
            "images": Thumbnails(*sprite(np.stack(pixels), _SIDE)).to_dict(),
        }
