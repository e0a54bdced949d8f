"""What decoding has found so far: which pictures there are, and what was odd about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy.typing as npt

from svertka.data.dataset import Problem
from svertka.data.decode import Decoded, Form
from svertka.data.items import Item, Labelled
from svertka.data.packed import Fit
from svertka.data.pixels import DEPTHS, white_for

_NOTED = 1000  # pictures of which one thing is told by name


class Replan(Exception):
    """A training picture does not fit the form that a sample suggested."""

    def __init__(self, form: Form) -> None:
        self.form = form


@dataclass
class Tally:
    """What decoding has found so far."""

    form: Form
    kept: list[int] = field(default_factory=list)  # places in labelled.files
    tables: list[dict[str, npt.NDArray[Any]]] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    other_size: list[int] = field(default_factory=list)
    small: list[int] = field(default_factory=list)  # enlarged to more than twice their size
    greyed: list[int] = field(default_factory=list)
    shallow: list[int] = field(default_factory=list)  # 8 bits where the others have more
    tops: dict[int, int] = field(default_factory=dict)  # the largest values of 16-bit pictures

    def count(self, i: int, file: Item, found: Decoded) -> None:
        """Note what was decoded of ``file``, the ``i``-th of all."""
        self.kept.append(i)
        if found.top:
            self.tops[i] = found.top
        elif self.form.white is not None:
            self.shallow.append(i)
        if found.note:
            self.notes.append(Problem(file.id, found.note))
        if found.size != self.form.size:
            self.other_size.append(i)
        if any(2 * had < has for had, has in zip(found.size, self.form.size, strict=True)):
            self.small.append(i)
        if found.colour and self.form.channels == 1:
            self.greyed.append(i)


def check_form(form: Form, found: Decoded) -> None:
    """Raises ``Replan`` where a training picture needs another form."""
    if found.colour and form.channels == 1:
        raise Replan(replace(form, channels=3))
    if form.white is not None and found.top > form.white:
        raise Replan(replace(form, white=white_for(found.top)))


def unreadable(labelled: Labelled, tally: Tally) -> str:
    """Why there is no picture at all."""
    reasons = "".join(f"\n  {problem}" for problem in tally.notes[:5])
    files = len(labelled.files)
    return f"{labelled.place}: none of the {files:,} files is a readable picture:{reasons}"


def summary(labelled: Labelled, tally: Tally, fit: Fit) -> Iterator[Problem]:
    """What happened to pictures that are used all the same."""
    height, width = tally.form.size
    size = f"{width}x{height}"
    whats = [
        (tally.small, f"less than half of {size} and enlarged to it"),
        (tally.shallow, "8 bits among pictures with more: read as 0..255, black to white"),
        (tally.greyed, "in colour and turned to grey, as the training pictures are"),
    ]
    if fit == "exact":
        whats.append((tally.other_size, f"not {size}, as the training pictures are, and resized"))
    for places, what in whats:
        yield from (Problem(labelled.files[i].id, what) for i in places[:_NOTED])
        if len(places) > _NOTED:
            yield Problem(".", f"{len(places) - _NOTED:,} more pictures are {what}")


def depth_notes(labelled: Labelled, tally: Tally, white: float) -> Iterator[Problem]:
    """That pictures of more than 8 bits lose some, and which few of them set the scale for all."""
    yield Problem(".", f"16-bit files: values 0..{white:,.0f} were brought to 8 bits, 0..255")
    lower = max((depth for depth in DEPTHS if depth < white), default=0)
    bright = [i for i, top in tally.tops.items() if top > lower]
    if lower and 10 * len(bright) <= len(tally.tops):
        for i in bright[:_NOTED]:
            why = f"values up to {tally.tops[i]:,}, where most stay below {lower:,}: they turn dark"
            yield Problem(labelled.files[i].id, why)
