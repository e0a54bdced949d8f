"""What a diagram is drawn with, and how wide its words are."""

from __future__ import annotations

from dataclasses import dataclass, field

TITLE, SUB, SMALL = 17.0, 13.5, 12.5
RADIUS = 15.0
GAP = 30.0
_NARROW, _WIDE = set("ijltfrI.,:;'|!()[]/· "), set("mwMWшщжюмфыШЩЖЮМФЫ@%…")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """An upper bound of a text's width in common sans-serif fonts, in units of the diagram.

    >>> 60 < width_of("conv 64", 17, bold=True) < 90
    True
    """
    ems = sum(
        0.37 if sign in _NARROW else 0.95 if sign in _WIDE else 0.72 if sign.isupper() else 0.63
        for sign in text
    )
    return ems * size * (1.08 if bold else 1.0)


@dataclass(frozen=True, slots=True)
class Rect:
    """A box; ``kind`` is its colour."""

    x: float
    y: float
    w: float
    h: float
    kind: str
    radius: float = 9.0


@dataclass(frozen=True, slots=True)
class Word:
    """A text; ``anchor`` is start, middle or end of ``x``."""

    text: str
    x: float
    y: float
    role: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    """A path; ``arrow`` is the direction of its head: right, down, up or none."""

    d: str
    end: tuple[float, float]
    arrow: str = ""
    role: str = "line"


@dataclass(frozen=True, slots=True)
class Node:
    """Where branches meet: add or concat; a tall one reaches from ``top`` to ``bottom``."""

    kind: str
    x: float
    top: float
    bottom: float


@dataclass
class Picture:
    """Everything drawn, in layers from back to front."""

    rects: list[Rect] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    def line(self, x: float, y: float, x2: float, arrow: bool = True) -> None:
        """A straight line to the right."""
        if x2 - x > 0.5:
            d = f"M{n(x)},{n(y)}H{n(x2)}"
            self.lines.append(Line(d, (x2, y), "right" if arrow else ""))

    def elbow(self, points: list[tuple[float, float]], arrow: str = "", role: str = "line") -> None:
        """A line of right angles with round corners."""
        self.lines.append(Line(rounded(points), points[-1], arrow, role))


def n(value: float) -> str:
    """A coordinate in few digits."""
    return f"{value:.1f}".removesuffix(".0")


def rounded(points: list[tuple[float, float]], radius: float = 9.0) -> str:
    """The path through points, its corners rounded.

    >>> rounded([(0, 0), (50, 0), (50, 40)])
    'M0,0L41,0Q50,0 50,9L50,40'
    """
    parts = [f"M{n(points[0][0])},{n(points[0][1])}"]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        r = min(radius, _far(before, here) / 2, _far(here, after) / 2)
        start, stop = _towards(here, before, r), _towards(here, after, r)
        parts.append(f"L{n(start[0])},{n(start[1])}")
        parts.append(f"Q{n(here[0])},{n(here[1])} {n(stop[0])},{n(stop[1])}")
    parts.append(f"L{n(points[-1][0])},{n(points[-1][1])}")
    return "".join(parts)


def _far(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: tuple[float, float], b: tuple[float, float], r: float) -> tuple[float, float]:
    far = _far(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * r / far, a[1] + (b[1] - a[1]) * r / far
