"""A survey: what a network makes of many pictures, and how it came to, as a page and as numbers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.contract import Task
from svertka.look.borders import Borders
from svertka.look.effective import Effective
from svertka.look.embedding import Embedding, Nearest, Suspects
from svertka.look.plain import packed
from svertka.look.recorded import FIGURES, Flow
from svertka.look.response import Responses
from svertka.look.thresholds import Confused, Thresholds
from svertka.page import render
from svertka.records import Record
from svertka.store.atomic import utf8, write_atomic
from svertka.version import __version__
from svertka.workbench.filterset import LayerFilters, Thumbnails

_FLOW_STEPS = 24
_DOUBTS, _PAIRS = 60, 40  # that a page shows; the record has them all


@dataclass(frozen=True, eq=False)
class Survey(Record):
    """What a network makes of the pictures of a ``part`` of data that it has not learned.

    ``embedding`` has the pictures that all of it speaks of; ``neighbours`` are those of each,
    ``thumbnails`` small pictures of them; without pictures all that needs them is None or empty.
    ``responses`` are the network's own and those of networks beside it, ``fields`` what cells of
    its convolutions really see and ``borders`` how much of it is padding, ``filters`` those of some
    layers, ``flow`` what was recorded while it learned, None where nobody did; ``flows`` the same
    of this network and of those beside it, by their names.
    """

    name: str
    data: str
    part: str
    task: Task
    embedding: Embedding | None
    neighbours: tuple[Nearest, ...]
    suspects: Suspects | None
    thresholds: Thresholds | None
    confused: Confused | None
    responses: Responses | None
    fields: tuple[Effective, ...]
    borders: tuple[Borders, ...]
    filters: tuple[LayerFilters, ...]
    flow: Flow | None
    flows: tuple[tuple[str, Flow], ...]
    thumbnails: Thumbnails | None
    command: str
    created: str

    @property
    def accuracy(self) -> float | None:
        """The share of right answers among pictures with a known class; None without any."""
        if self.embedding is None:
            return None
        known = self.embedding.y >= 0
        right = (self.embedding.answers == self.embedding.y)[known]
        return float(right.mean()) if known.any() else None

    def save(self, path: str | Path) -> None:
        """Write one page that opens from disk; raises ``StoreError``."""
        write_atomic(Path(path), utf8(render(self.to_dict())))

    def write_numbers(self, path: str | Path) -> None:
        """Write every array of the survey into an ``.npz``; raises ``StoreError``."""
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **self._arrays())
        write_atomic(Path(path), file.getvalue())

    def to_dict(self) -> dict[str, Any]:
        """What the page draws, as plain JSON types."""
        seen, flow, small = self.embedding, self.flow, self.thumbnails
        return {
            "kind": "survey",
            "format": 1,
            "svertka": __version__,
            "created": self.created,
            "command": self.command,
            "name": self.name,
            "data": self.data,
            "part": self.part,
            "task": self.task,
            "n": 0 if seen is None else len(seen),
            "accuracy": self.accuracy,
            "embedding": None if seen is None else seen.to_dict(),
            "neighbours": self._neighbours(),
            "suspects": self._suspects(),
            "thresholds": None if self.thresholds is None else self.thresholds.to_dict(),
            "confused": None if self.confused is None else self.confused.to_dict(),
            "responses": [] if self.responses is None else self.responses.to_dict()["of"],
            "fields": [field.to_dict() for field in self.fields],
            "borders": [border.to_dict() for border in self.borders],
            "filters": [layer.to_dict() for layer in self.filters],
            "flow": None if flow is None else flow.to_dict(),
            "flows": [
                {"name": name, "flow": one.thinned(_FLOW_STEPS).to_dict()}
                for name, one in self.flows
            ],
            "thumbnails": None if small is None else small.to_dict(),
        }

    def _neighbours(self) -> dict[str, Any] | None:
        if not self.neighbours:
            return None
        return {
            "places": [one.places.tolist() for one in self.neighbours],
            "cosine": packed(np.array([one.cosine for one in self.neighbours], np.float32)),
        }

    def _suspects(self) -> dict[str, Any] | None:
        """The first of them, and how many there are."""
        if self.suspects is None:
            return None
        every = self.suspects.to_dict()
        return {
            "doubts": every["doubts"][:_DOUBTS],
            "doubts_in_all": len(every["doubts"]),
            "pairs": every["pairs"][:_PAIRS],
            "pairs_in_all": len(every["pairs"]),
            "distance": every["distance"][:_PAIRS],
            "cosine": every["cosine"][:_PAIRS],
        }

    def __str__(self) -> str:
        told: list[Any] = [one for one in (self.embedding, self.suspects) if one is not None]
        told = ["\n".join(map(str, told))] if told else []
        told += [one for one in (self.confused, self.responses) if one is not None]
        told += ["\n".join(map(str, many)) for many in (self.fields, self.borders) if many]
        told += list(self.filters)
        told += [] if self.flow is None else [self.flow]
        return "\n\n".join(map(str, [self._headline(), *told]))

    def _headline(self) -> str:
        if self.embedding is None:
            return f"{self.name} without pictures: its filters and fields"
        of = f"{self.part} part of {self.data}" if self.data else "pictures"
        right = "" if self.accuracy is None else f", {self.accuracy:.1%} of the answers are right"
        return f"{self.name} and the {of}: {len(self.embedding):,} pictures{right}"

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        arrays = self._pictured()
        for one in self.responses.of if self.responses else ():
            arrays[f"response/{one.name}/shifts"] = one.shifts
            arrays[f"response/{one.name}/shift_accuracy"] = one.shift_accuracy
            arrays[f"response/{one.name}/shift_change"] = one.shift_change
            for kind, line in (("rotation", one.rotation), ("scale", one.scale)):
                arrays |= {f"response/{one.name}/{kind}_{k}": v for k, v in vars(line).items()}
            arrays |= {f"response/{one.name}/noise_{k}": v for k, v in vars(one.noise).items()}
        arrays |= {f"field/{field.layer}": field.weights for field in self.fields}
        for border in self.borders:
            every = {"paths": border.paths, "outside": border.outside, "changes": border.changes}
            arrays |= {f"border/{border.layer}/{k}": v for k, v in every.items() if v is not None}
        for layer in self.filters:
            arrays |= layer.arrays()
        if self.flow is not None:
            arrays["flow/layers"] = np.array(self.flow.layers, np.str_)
            arrays["flow/steps"] = self.flow.steps
            arrays |= {f"flow/{name}": getattr(self.flow, name) for name in FIGURES}
        return arrays

    def _pictured(self) -> dict[str, npt.NDArray[Any]]:
        """What is known of the pictures."""
        seen = self.embedding
        if seen is None or self.suspects is None:
            return {}
        arrays: dict[str, npt.NDArray[Any]] = {
            "ids": np.array(seen.ids, np.str_),
            "classes": np.array(seen.classes, np.str_),
            "rows": seen.rows,
            "y": seen.y,
            "probabilities": seen.probabilities,
            "features": seen.features,
            "pca": seen.pca,
            "pairs": self.suspects.pairs,
            "pairs_cosine": self.suspects.cosine,
            "pairs_distance": self.suspects.distance,
        }
        return arrays if seen.tsne is None else arrays | {"tsne": seen.tsne}
