"""What `svertka check` says of a small folder with something wrong of every kind."""

from __future__ import annotations

from typing import Any

from payloads import contract, data, picture
from svertka.data.finding import WORDS, Example, Finding

_VALUES: dict[str, Any] = {
    "by_label": {"4": 1, "9": 2},
    "most": "colour",
    "least": 10,
    "width": 128,
    "height": 96,
}
_PAIRS = ("leaks", "conflicts", "copies", "mirrored")


def example(kind: str, number: int) -> Example:
    """An example as the library writes them."""
    images = (picture("4", number), picture("9", number + 1))
    if kind in _PAIRS:
        return Example(
            ids=(f"train/4/{number}.png", f"test/9/copy of {number}.png"),
            labels=("4", "9" if kind == "conflicts" else "4"),
            parts=("train", "test"),
            reason="mirrored" if kind == "mirrored" else "alike",
            values={"likeness": 0.9931},
            command=f"rm -- train/4/{number}.png",
            images=images,
        )
    if kind == "doubts":
        return Example(
            ids=(f"test/4/{number}.png",),
            labels=("4",),
            parts=("test",),
            better="9",
            values={"better_probability": 0.97, "label_probability": 0.012},
            command=f"mv -n -- test/4/{number}.png test/9/",
            images=images[:1],
        )
    if kind == "label_doubts":
        return Example(
            ids=(f"{number}.png",),
            labels=("4|9" if number else "",),
            parts=("train",),
            better="4" if number else "9",
            values={"better_probability": 0.97, "label_probability": 0.03},
            images=images[:1],
        )
    if kind in ("uneven", "few"):
        return Example(labels=(str(number),), values={"count": 7 + number})
    if kind == "rows":
        why = "labelled '4' and '9' in tables: the first is used"
        return Example(ids=(f"train/4/{number}.png",), reason=why)
    if kind in ("unused", "remarks"):
        return Example(ids=(f"train/4/{number}.png",), reason="empty file (0 bytes)")
    reason = "PNG, grey, 16 bits" if kind in ("colours", "depths") else "40x30"
    return Example(ids=(f"train/4/{number}.png",), reason=reason, images=images[:1])


def checked(examples: int = 3) -> dict[str, Any]:
    """A health as JSON."""
    findings = [
        Finding(kind, examples, tuple(example(kind, i) for i in range(examples)), _VALUES)
        for kind in WORDS
    ]
    return {
        "kind": "health",
        "format": 1,
        "svertka": "0.1.0",
        "created": "2026-03-14T09:26:53+00:00",
        "command": "svertka check digits --run runs/digits-1",
        **data(),
        "contract": contract(),
        "files": {
            "files": 120,
            "formats": [
                {"format": "JPEG", "channels": "colour", "depth": 8, "count": 100},
                {"format": "PNG", "channels": "grey", "depth": 16, "count": 20},
            ],
            "sizes": [
                {"width": 240, "height": 180, "count": 100},
                {"width": 40, "height": 30, "count": 20},
            ],
            "different_sizes": 2,
            "width": [40, 240.0, 240],
            "height": [30, 180.0, 180],
            "shape": [1.3333, 1.3333, 1.3333],
            "sides": [{"to": 64, "count": 20}, {"to": 128, "count": 0}, {"to": 256, "count": 100}],
        },
        "judge": {
            "name": "digits-1",
            "path": "runs/digits-1",
            "judged": {"test": 1000, "val": 1050},
            "accuracy": 0.983,
            "trained_on": 5950,
        },
        "findings": [found.to_dict() for found in findings],
    }
