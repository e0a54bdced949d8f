"""The record of what answered: which engine, in which precision, and how it was checked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from svertka.records import Record
from svertka.runtime import Precision


@dataclass(frozen=True)
class Engine(Record):
    """What computed the answers, and what is known of its errors.

    ``difference`` is the most by which it moved a probability of float32's on the ``pictures`` of
    the run's validation part; None where it could not be checked. ``remark`` says why another
    engine was not taken.

    >>> print(Engine("fast", "bf16", 0.0042, 32))
    engine fast (bf16): no probability of 32 validation pictures moved by more than 0.0042
    """

    name: str = "exact"
    precision: Precision = "fp32"
    difference: float | None = 0.0
    pictures: int = 0
    remark: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types."""
        return {"kind": "engine", **asdict(self)}

    def __str__(self) -> str:
        words = f"engine {self.name} ({self.precision})"
        if self.name != "exact" and self.difference is not None:
            found = f"moved by more than {self.difference:.2g}"
            words += f": no probability of {self.pictures} validation pictures {found}"
        return f"{words}; {self.remark}" if self.remark else words


EXACT = Engine()
