"""The heat-maps of a page: quickly made, and small."""

from __future__ import annotations

from typing import Any

import numpy as np

from svertka.errors import MissingExtra
from svertka.look.attribution import Attributions, attribute
from svertka.look.honesty import QUICK
from svertka.look.plain import packed
from svertka.look.subject import Picture, Subject


def heat_of(subject: Subject, picture: Picture) -> Attributions:
    """The heat-maps that a page shows: all that can be had, quickly."""
    try:
        return attribute(subject, picture, effort=QUICK)
    except MissingExtra:
        return attribute(subject, picture, methods=["grad_cam", "occlusion"], effort=QUICK)


def small(heat: Attributions) -> dict[str, Any]:
    """The heat-maps as a page carries them: half as large, each as shares of its ``most``."""
    found = heat.to_dict() | {"effort": vars(QUICK).copy()}
    for one, plain in zip(heat.of, found["of"], strict=True):
        most = float(np.abs(one.map).max(initial=0)) or 1.0
        plain |= {"most": most, "map": packed((one.map / most).astype(np.float16))}
        plain["sum"] = float(one.map.sum(dtype=np.float64))
    return found
