"""A survey: what a network makes of many pictures, and how it came to, as a page and as numbers."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

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

_DOUBTS, _PAIRS = 60, 40  # that a page shows; the record has them all


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
class Survey(Record):
    """What a network makes of the pictures of a ``part`` of data that it has not learned.

    ``embedding`` has the pictures that all of it speaks of; ``neighbours`` are those of each,
    ``thumbnails`` small pictures of them. ``responses`` are the network's own and those of networks
    beside it, ``fields`` what cells of its convolutions really see, ``flow`` what was recorded
    while it learned, None where nobody did.
    """

    name: str
    data: str
    part: str
    embedding: Embedding
    neighbours: tuple[Nearest, ...]
    suspects: Suspects
    thresholds: Thresholds | None
    confused: Confused | None
    responses: Responses | None
    fields: tuple[Effective, ...]
    flow: Flow | None
    thumbnails: Thumbnails
    command: str
    created: str

    @property
    def accuracy(self) -> float | None:
        """The share of right answers among pictures with a known class; None without any."""
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
        suspects = self.suspects.to_dict()
        return {
            "kind": "survey",
            "format": 1,
            "svertka": __version__,
            "created": self.created,
            "command": self.command,
            "name": self.name,
            "data": self.data,
            "part": self.part,
            "n": len(self.embedding),
            "accuracy": self.accuracy,
            "embedding": self.embedding.to_dict(),
            "neighbours": {
                "places": [one.places.tolist() for one in self.neighbours],
                "cosine": packed(np.array([one.cosine for one in self.neighbours], np.float32)),
            },
            "suspects": {
                "doubts": suspects["doubts"][:_DOUBTS],
                "doubts_in_all": len(suspects["doubts"]),
                "pairs": suspects["pairs"][:_PAIRS],
                "pairs_in_all": len(suspects["pairs"]),
                "distance": suspects["distance"][:_PAIRS],
                "cosine": suspects["cosine"][:_PAIRS],
            },
            "thresholds": None if self.thresholds is None else self.thresholds.to_dict(),
            "confused": None if self.confused is None else self.confused.to_dict(),
            "responses": [] if self.responses is None else self.responses.to_dict()["of"],
            "fields": [field.to_dict() for field in self.fields],
            "flow": None if self.flow is None else self.flow.to_dict(),
            "thumbnails": self.thumbnails.to_dict(),
        }

    def __str__(self) -> str:
        of = f"{self.part} part of {self.data}" if self.data else "pictures"
        right = "" if self.accuracy is None else f", {self.accuracy:.1%} of the answers are right"
        lines = [f"{self.name} and the {of}: {len(self.embedding):,} pictures{right}", ""]
        lines += [str(self.embedding), str(self.suspects)]
        if self.confused is not None:
            lines += ["", str(self.confused)]
        if self.responses is not None:
            lines += ["", str(self.responses)]
        if self.fields:
            lines += ["", *map(str, self.fields)]
        if self.flow is not None:
            lines += ["", str(self.flow)]
        return "\n".join(lines)

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        seen = self.embedding
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
        if seen.tsne is not None:
            arrays["tsne"] = seen.tsne
        for one in self.responses.of if self.responses else ():
            arrays[f"response/{one.name}/shifts"] = one.shifts
            arrays[f"response/{one.name}/shift_accuracy"] = one.shift_accuracy
            arrays[f"response/{one.name}/shift_change"] = one.shift_change
            for kind, line in (("rotation", one.rotation), ("scale", one.scale)):
                arrays |= {f"response/{one.name}/{kind}_{k}": v for k, v in vars(line).items()}
            arrays |= {f"response/{one.name}/noise_{k}": v for k, v in vars(one.noise).items()}
        arrays |= {f"field/{field.layer}": field.weights for field in self.fields}
        if self.flow is not None:
            arrays["flow/layers"] = np.array(self.flow.layers, np.str_)
            arrays["flow/steps"] = self.flow.steps
            arrays |= {f"flow/{name}": getattr(self.flow, name) for name in FIGURES}
        return arrays
