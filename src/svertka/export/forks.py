"""Branches in a diagram: skips as arcs, lanes into a join, the U of a net that goes down and up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from svertka.export.blocks import JOINT, Block, BoxBlock, RowBlock
from svertka.export.shapes import GAP, RADIUS, SMALL, Node, Picture, Word, width_of

LEAD = 26.0
BETWEEN = 18.0
ARC = 24.0
BAR = 18.0


@dataclass
class SkipBlock(Block):
    """One lane on the flow's line, short ones above it, skips as arcs above all."""

    lanes: Sequence[RowBlock]
    kind: str
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        full = [lane for lane in self.lanes if lane.blocks]
        self.main = max(full, key=lambda lane: lane.w, default=RowBlock(()))
        self.others = [lane for lane in full if lane is not self.main]
        self.skips = len(self.lanes) - len(full)
        if not full:
            self.skips -= 1  # one of them is the line itself
        self.inner = max(lane.w for lane in (self.main, *self.others))
        self.w = LEAD + max(self.inner, 20.0) + GAP + JOINT
        self.up = max(self.main.up, RADIUS)
        for lane in self.others:
            self.up += BETWEEN + lane.up + lane.down
        self.up += ARC * self.skips
        self.down = max(self.main.down, RADIUS)
        self.solid = False

    def draw(self, out: Picture, x: float, y: float) -> None:
        start, joint = x + LEAD, x + self.w - RADIUS
        out.line(x, y, start, self.main.solid)
        self.main.draw(out, start, y)
        out.line(start + self.main.w, y, joint - RADIUS)
        top = y - max(self.main.up, RADIUS)
        for lane in self.others:
            at = top - BETWEEN - lane.down
            top = at - lane.up
            out.elbow([(x + 4, y), (x + 4, at), (start, at)], "right" if lane.solid else "")
            lane.draw(out, start, at)
            out.elbow([(start + lane.w, at), (joint, at), (joint, y - RADIUS)], "down")
        for skip in range(self.skips):
            at = top - ARC * (skip + 0.6)
            points = [(x + 4, y), (x + 4, at), (joint, at), (joint, y - RADIUS)]
            out.elbow(points, "down", "skip")
        out.nodes.append(Node(self.kind, joint, y - RADIUS, y + RADIUS))


@dataclass
class LanesBlock(Block):
    """Lanes one below another that lead into a bar: a concatenation, or a sum of several."""

    lanes: Sequence[RowBlock]
    kind: str
    shape: str = ""
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        self.inner = max(lane.w for lane in self.lanes)
        self.bar = max(BAR, width_of(self.shape, SMALL) if self.shape else 0.0)
        self.w = LEAD + 14 + self.inner + GAP + self.bar
        height = sum(lane.up + lane.down for lane in self.lanes)
        height += BETWEEN * (len(self.lanes) - 1)
        self.up = self.down = height / 2
        self.solid = False

    def draw(self, out: Picture, x: float, y: float) -> None:
        start, bar = x + LEAD + 14, x + self.w - (self.bar + BAR) / 2
        top = y - self.up
        ends = []
        out.line(x, y, x + 10, arrow=False)
        for lane in self.lanes:
            at = top + lane.up
            top = at + lane.down + BETWEEN
            role = "line" if lane.blocks else "skip"
            stop = start if lane.blocks else bar
            path = (
                [(x + 10, y), (x + 10, at), (stop, at)]
                if abs(at - y) > 1
                else [(x + 10, y), (stop, at)]
            )
            out.elbow(path, "right" if lane.solid or not lane.blocks else "", role)
            if lane.blocks:
                lane.draw(out, start, at)
                out.line(start + lane.w, at, bar)
            ends.append(at)
        out.nodes.append(Node(self.kind, bar + BAR / 2, ends[0] - 16, ends[-1] + 16))
        if self.shape:
            out.words.append(Word(self.shape, bar + BAR / 2, ends[0] - 22, "shape"))
        out.line(bar + BAR, y, x + self.w, arrow=False)


@dataclass
class DeepBlock(Block):
    """A skip that stays on the line, above a lane that goes down and comes up again: one of a U.

    A box that begins or ends the lane, a pool or what undoes it, stands on the way down or up.
    """

    lane: RowBlock
    kind: str
    w: float = field(init=False)
    up: float = field(init=False)
    down: float = field(init=False)

    def __post_init__(self) -> None:
        blocks = list(self.lane.blocks)
        self.first = _box(blocks[0]) if len(blocks) > 1 else None
        blocks = blocks[1:] if self.first else blocks
        self.last = _box(blocks[-1]) if len(blocks) > 1 else None
        blocks = blocks[:-1] if self.last else blocks
        self.row = RowBlock(blocks)
        # a row of several is entered and left at the top of its boxes: that takes less room
        self.entry = _box(blocks[0]) if len(blocks) > 1 else None
        self.exit = _box(blocks[-1]) if len(blocks) > 1 else None
        self.up = RADIUS
        self.solid = False
        self.beside(None, None)

    def beside(self, before: Block | None, after: Block | None) -> None:
        """What stands on the way down begins below the neighbours, and may reach under a box."""
        downs = [block.down for block in (before, after) if block is not None]
        ends = [end for end in (self.first, self.last) if end is not None]
        below = max([RADIUS + 10, *downs]) + 12
        self.middle = below + max([0.0, *(end.top for end in ends)])
        bottom = self.middle + max([0.0, *(end.h / 2 for end in ends)])
        self.level = bottom + 16 + self.row.up
        self.down = self.level + self.row.down
        need = 14 + sum(end.front / 2 for end in ends)
        if self._reach() < need:
            self.entry = self.exit = None
        slack = max(0.0, need - self._reach())
        self.far = self._reach() + slack
        self.start = -self.entry.front / 2 if self.entry else GAP + 4 + slack / 2
        left = 0.0 if self.first is None else self.first.front / 2
        left = max(left, -self.start)
        right = RADIUS if self.last is None else self.last.w - self.last.front / 2
        right = max(right, self.start + self.row.w - self.far)
        self.lead = max(14.0, left + 10 - _room(before))
        self.w = self.lead + self.far + max(RADIUS, right + 10 - _room(after))

    def _reach(self) -> float:
        """From where the ways part to where they meet, as the row asks for it."""
        start = -self.entry.front / 2 if self.entry else GAP + 4
        end = start + self.row.w
        return end - self.exit.w + self.exit.front / 2 if self.exit else end + GAP + 4

    def draw(self, out: Picture, x: float, y: float) -> None:
        split, joint = x + self.lead, x + self.lead + self.far
        low, start = y + self.level, x + self.lead + self.start
        out.line(x, y, split, arrow=False)
        self.row.draw(out, start, low)
        if self.entry:
            self._way(out, self.first, [(split, y), (split, low - self.entry.top)], "down")
        else:
            arrow = "right" if self.row.solid else ""
            self._way(out, self.first, [(split, y), (split, low), (start, low)], arrow)
        end = (joint, low - self.exit.top) if self.exit else (start + self.row.w, low)
        corner = [] if self.exit else [(joint, low)]
        self._way(out, self.last, [end, *corner, (joint, y + RADIUS)], "up")
        out.elbow([(split, y), (joint - RADIUS, y)], "right", "skip")
        out.line(joint + RADIUS, y, x + self.w, arrow=False)
        out.nodes.append(Node(self.kind, joint, y - RADIUS, y + RADIUS))

    def _way(
        self, out: Picture, box: BoxBlock | None, points: list[tuple[float, float]], arrow: str
    ) -> None:
        """A line down or up, through the box that stands on it."""
        if box is None:
            out.elbow(points, arrow)
            return
        up = arrow == "up"
        x = points[-1][0] if up else points[0][0]
        middle = points[-1 if up else 0][1] - (RADIUS if up else 0) + self.middle
        top, bottom = (x, middle - box.top), (x, middle + box.h / 2)
        out.elbow([*points[:-1], bottom] if up else [points[0], top], "up" if up else "down")
        out.elbow([top, points[-1]] if up else [bottom, *points[1:]], arrow)
        box.draw(out, x - box.front / 2, middle)


def _box(block: Block) -> BoxBlock | None:
    return block if isinstance(block, BoxBlock) else None


def _room(block: Block | None) -> float:
    """How far another piece may reach under this one: half a box, the other half is another's."""
    return GAP + block.front / 2 if isinstance(block, BoxBlock) else 0.0
