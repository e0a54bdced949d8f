"""The pieces of a diagram: each knows its size, and draws itself on the flow's line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from svertka.export.shapes import GAP, RADIUS, SMALL, SUB, TITLE, Picture, Rect, Word, width_of

STACK = 5.0  # by which the boxes behind a repeated one show
PAD = 11.0
HEAD = 30.0  # above what a frame holds
INSIDE = 18.0
_LINE = 84.0  # of ``3×3 · relu``


class Block:
    """A piece ``w`` long that reaches ``up`` and ``down`` from the flow's line.

    An arrow may point at the start of a ``solid`` one.
    """

    w: float
    up: float
    down: float
    solid: bool = True

    def beside(self, before: Block | None, after: Block | None) -> None:
        """Learn the neighbours."""

    def draw(self, out: Picture, x: float, y: float) -> None:
        """Draw with the left end of the flow's line at (x, y)."""
        raise NotImplementedError


@dataclass
class BoxBlock(Block):
    """Lines of text in a coloured box: the first is bold, the last may be the shape."""

    lines: Sequence[str]
    kind: str
    shape: str = ""
    times: int = 1
    taller: float = 0.0
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self._together()
        words = [width_of(self.lines[0], TITLE, bold=True) if self.lines else 0.0]
        words += [width_of(line, SUB) for line in self.lines[1:]]
        words += [width_of(self.shape, SMALL)]
        self.w = max(58.0, math.ceil(max(words) + 2 * PAD)) + (2 * STACK if self.times > 1 else 0)
        self.grow(2 * PAD + self._text_height())

    def _together(self) -> list[str]:
        """The lines, the second and third in one where that makes the box no wider."""
        first, *rest = self.lines
        joined = " · ".join(rest)
        room = max(_LINE, width_of(first, TITLE, bold=True), width_of(self.shape, SMALL))
        return [first, joined] if rest and width_of(joined, SUB) <= room else [first, *rest]

    @property
    def front(self) -> float:
        """How wide the box itself is, without those behind it."""
        return self.w - (2 * STACK if self.times > 1 else 0)

    @property
    def top(self) -> float:
        """How far the boxes reach up from the flow's line."""
        return self.h / 2 + (2 * STACK if self.times > 1 else 0)

    def grow(self, height: float) -> None:
        """Become this high, and what is added to it."""
        self.h = height + self.taller
        self.up = self.down = self.h / 2
        if self.times > 1:
            self.up += 2 * STACK + 6

    def _text_height(self) -> float:
        rows = len(self.lines) - 1
        return 18.0 + 17.0 * rows + (18.0 if self.shape else 0.0)

    def draw(self, out: Picture, x: float, y: float) -> None:
        w = self.front
        top = y - self.h / 2
        for back in (2, 1) if self.times > 1 else ():
            out.rects.append(Rect(x + back * STACK, top - back * STACK, w, self.h, self.kind))
        out.rects.append(Rect(x, top, w, self.h, self.kind))
        row = y - self._text_height() / 2 + 14
        for at, line in enumerate(self.lines):
            out.words.append(Word(line, x + w / 2, row, "title" if at == 0 else "sub"))
            row += 18
        if self.shape:
            out.words.append(Word(self.shape, x + w / 2, row + 1, "shape"))
        if self.times > 1:
            badge(out, self.times, x + w + STACK, top - STACK)
            out.line(x + w, y, x + self.w, arrow=False)


def badge(out: Picture, times: int, x: float, y: float) -> None:
    """How often: a small label on a corner."""
    text = f"×{times}"
    w = width_of(text, SUB, bold=True) + 12
    out.rects.append(Rect(x - w / 2 - 4, y - 10, w, 20, "badge", 10))
    out.words.append(Word(text, x - 4, y + 5, "badge"))


@dataclass
class RowBlock(Block):
    """Blocks one after another, joined by arrows."""

    blocks: Sequence[Block]
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        for before, block, after in zip(
            (None, *self.blocks), self.blocks, (*self.blocks[1:], None), strict=False
        ):
            block.beside(before, after)
        self.w = sum(block.w for block in self.blocks) + GAP * max(0, len(self.blocks) - 1)
        self.up = max([5.0, *(block.up for block in self.blocks)])
        self.down = max([5.0, *(block.down for block in self.blocks)])
        self.solid = bool(self.blocks) and self.blocks[0].solid

    def draw(self, out: Picture, x: float, y: float) -> None:
        for at, block in enumerate(self.blocks):
            if at:
                out.line(x, y, x + GAP, block.solid)
                x += GAP
            block.draw(out, x, y)
            x += block.w


@dataclass
class FrameBlock(Block):
    """A frame with a title around a row; ``times`` tells that it repeats."""

    title: str
    row: RowBlock
    times: int = 1
    kind: str = "frame"
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        badge_w = 46.0 if self.times > 1 else 0.0
        least = width_of(self.title, TITLE, bold=True) + 2 * INSIDE + badge_w
        self.w = max(self.row.w + 2 * INSIDE + (8 if self.row.solid else 0), least)
        self.up = self.row.up + HEAD + 6
        self.down = self.row.down + INSIDE
        self.solid = False

    def draw(self, out: Picture, x: float, y: float) -> None:
        top = y - self.up + 6
        out.rects.insert(0, Rect(x, top, self.w, self.up + self.down - 6, self.kind, 12))
        out.words.append(Word(self.title, x + 14, top + 21, "frame", "start"))
        if self.times > 1:
            badge(out, self.times, x + self.w - 26, top)
        start = x + (self.w - self.row.w) / 2 + (4 if self.row.solid else 0)
        out.line(x, y, start, self.row.solid)
        self.row.draw(out, start, y)
        out.line(start + self.row.w, y, x + self.w, arrow=False)


@dataclass
class SideBlock(Block):
    """A box that hangs below the flow, which goes on."""

    box: BoxBlock
    drop: float = 40.0
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        self.w, self.up, self.solid = self.box.w, 5.0, False
        self.down = self.drop + self.box.up + self.box.down

    def draw(self, out: Picture, x: float, y: float) -> None:
        middle = x + self.box.w / 2
        out.line(x, y, x + self.w, arrow=False)
        self.box.draw(out, x, y + self.drop + self.box.up)
        out.elbow([(middle, y), (middle, y + self.drop)], "down", "side")


JOINT = 2 * RADIUS
