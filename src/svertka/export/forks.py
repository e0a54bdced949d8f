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
        single = len(blocks) > 1
        self.first = blocks.pop(0) if single and isinstance(blocks[0], BoxBlock) else None
        self.last = blocks.pop() if len(blocks) > 1 and isinstance(blocks[-1], BoxBlock) else None
        self.row = RowBlock(blocks)
        ends = [end for end in (self.first, self.last) if end is not None]
        self.half = max([RADIUS, *(end.w / 2 for end in ends)])
        # a box on the way down may stand below the one before the fork
        self.lead = RADIUS if self.first is None else 14.0
        self.middle = max([0.0, *(end.up + end.down for end in ends)])
        self.w = self.lead + self.row.w + 2 * (GAP + 4) + RADIUS
        self.up = RADIUS
        self.solid = False
        self.clear(0.0)

    def clear(self, down: float) -> None:
        """What stands on the way down begins below the neighbours."""
        self.top = max(down, RADIUS + 10) + 12
        between = self.middle + 14 if self.middle else 10
        self.level = self.top + between + self.row.up
        self.down = self.level + self.row.down

    def draw(self, out: Picture, x: float, y: float) -> None:
        split, joint = x + self.lead, x + self.w - RADIUS
        low = y + self.level
        middle = y + self.top + self.middle / 2
        out.line(x, y, split, arrow=False)
        start = split + GAP + 4
        self._way(out, self.first, [(split, y), (split, low), (start, low)], middle,
                  "right" if self.row.solid else "")  # fmt: skip
        self.row.draw(out, start, low)
        end = start + self.row.w
        self._way(out, self.last, [(end, low), (joint, low), (joint, y + RADIUS)], middle, "up")
        out.elbow([(split, y), (joint - RADIUS, y)], "right", "skip")
        out.nodes.append(Node(self.kind, joint, y - RADIUS, y + RADIUS))

    def _way(
        self, out: Picture, box: Block | None, points: list[tuple[float, float]], middle: float,
        arrow: str,
    ) -> None:  # fmt: skip
        if not isinstance(box, BoxBlock):
            out.elbow(points, arrow)
            return
        x = points[1][0] if arrow != "up" else points[-1][0]
        if arrow == "up":
            out.elbow([points[0], points[1], (x, middle + box.h / 2)], "up")
            out.elbow([(x, middle - box.h / 2), points[-1]], "up")
        else:
            out.elbow([points[0], (x, middle - box.h / 2)], "down")
            out.elbow([(x, middle + box.h / 2), (x, points[-1][1]), points[-1]], arrow)
        box.draw(out, x - box.w / 2, middle)
