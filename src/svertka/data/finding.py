"""One kind of thing that is wrong with pictures: how often, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST = 1000  # examples of one kind

# Of each kind: what it is, and what to do. `{a}` is filled in by the finding's numbers.
# page/src/texts/health.ts has their Russian.
WORDS = {
    "leaks": (
        "pictures that stand in two parts, exactly or nearly, so that a score shows memory",
        "look at both; keep the one in the later part and delete the other",
    ),
    "conflicts": (
        "pictures that stand under two classes, exactly or nearly",
        "look at both and delete the one that is filed wrongly",
    ),
    "rows": (
        "pictures that rows of tables give two classes",
        "training uses the first row: leave only the right one in the table",
    ),
    "doubts": (
        "labels that the network doubts, surer of another class than it usually is of that class",
        "look at each; where the label is wrong, move the file to the class that is right",
    ),
    "label_doubts": (
        "single labels that the network doubts",
        "it is surer that the picture has the label, or has it not, than it usually is of such "
        "pictures: look at each, and where it is right, correct the labels in the table",
    ),
    "unused": (
        "files that cannot be used",
        "mend, move or delete them; training leaves them out",
    ),
    "copies": (
        "copies within a part, exact or nearly, which count twice",
        "nothing has to be done, or delete one of each two; training never divides them into two "
        "parts, unless --group none says so",
    ),
    "mirrored": (
        "mirror images in two parts, which a network that learns from mirrored pictures has seen",
        "keep the one in the later part and delete the other",
    ),
    "uneven": (
        "classes with less than half of the pictures of the largest: accuracy hides them",
        "judge by the mean over classes; more pictures of these help most",
    ),
    "few": (
        "classes with fewer than {least} pictures to learn from",
        "add pictures, or put the class together with another",
    ),
    "colours": (
        "pictures whose channels are not those of most ({most})",
        "nothing has to be done: all are brought to one form; if one class alone is so, a network "
        "can learn that instead of the class, so save all alike",
    ),
    "depths": (
        "pictures whose depth is not that of most ({most} bits a channel)",
        "save all with the same depth, black and white at the same values",
    ),
    "squashed": (
        "pictures whose shape is changed by more than {most}, so that what they show is distorted",
        "cut them out around the object, or add a border, nearer to {width}x{height}",
    ),
    "cut": (
        "pictures that lose more than {most} of their detail when they are cut to the middle",
        "cut them out around the object, nearer to {width}x{height}",
    ),
    "small": (
        "pictures less than half of {width}x{height}, which are enlarged and blurred",
        "replace them by larger ones or delete them; nothing is gained by enlarging them yourself",
    ),
    "blank": (
        "pictures of a single shade",
        "delete them",
    ),
    "remarks": (
        "remarks on reading the pictures",
        "nothing has to be done",
    ),
}
GRAVE = (
    "leaks",
    "conflicts",
    "rows",
    "doubts",
    "label_doubts",
    "unused",
    "mirrored",
)  # a score or a training suffers


@dataclass(frozen=True)
class Example:
    """One or two pictures by their ids, with the class and the part of each.

    ``reason`` says more; ``values`` are numbers by name; ``better`` is the class that a network
    gives; ``command`` deals with just these pictures. ``rows`` are places in the data set, and
    ``images`` the pictures as data URIs.
    """

    ids: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    reason: str = ""
    values: dict[str, float] = field(default_factory=dict)
    better: str = ""
    command: str = ""
    rows: tuple[int, ...] = ()
    images: tuple[str, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The example as plain JSON types."""
        return {
            "ids": list(self.ids),
            "labels": list(self.labels),
            "parts": list(self.parts),
            "reason": self.reason,
            "values": self.values,
            "better": self.better,
            "command": self.command,
            "images": list(self.images),
        }


@dataclass(frozen=True)
class Finding:
    """All of one ``kind`` of ``WORDS``: how many, the first of them, and what to do.

    ``command`` deals with the kind as a whole, where one command can.

    >>> print(Finding("blank", 2).title)
    pictures of a single shade
    """

    kind: str
    count: int
    examples: tuple[Example, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    command: str = ""

    @property
    def title(self) -> str:
        """What was found, in words."""
        return WORDS[self.kind][0].format(**self.values)

    @property
    def action(self) -> str:
        """What to do about it, in words."""
        return WORDS[self.kind][1].format(**self.values)

    @property
    def grave(self) -> bool:
        """Whether a score or a training suffers from it."""
        return self.kind in GRAVE

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain JSON types."""
        return {
            "kind": self.kind,
            "grave": self.grave,
            "count": self.count,
            "title": self.title,
            "action": self.action,
            "command": self.command,
            "values": self.values,
            "examples": [example.to_dict() for example in self.examples],
        }
