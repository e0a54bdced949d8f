"""Places for all of a diagram on one slide of 16 by 9."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from svertka.export import labels
from svertka.export.blocks import Block, BoxBlock, FrameBlock, RowBlock, SideBlock
from svertka.export.cards import Card, Sheet, key_of, spliced
from svertka.export.flow import LIGHT, Box, Flow, Group, Join
from svertka.export.forks import DeepBlock, LanesBlock, SkipBlock
from svertka.export.graph import KINDS
from svertka.export.labels import Lang, Symbols
from svertka.export.shapes import GAP, Picture

ROWS = 46.0
MARGIN = 40.0
TOP = 96.0  # title and figures
BOTTOM = 50.0  # legend
WIDE, HIGH = 16, 9
_PLAIN: Symbols = {}
_MANY = 6
_LARGE = 1300.0  # up to here letters are large enough: rather fewer rows than larger ones


@dataclass
class Placed:
    """A picture with its size."""

    picture: Picture
    width: float
    height: float


class Maker:
    """Blocks of a sheet's items; the shape is shown where it is one and not many."""

    def __init__(self, sheet: Sheet, lang: Lang) -> None:
        self.sheet, self.lang = sheet, lang
        self.common = common(sheet)

    def overview(self, shape: tuple[int, ...]) -> list[Block]:
        """The blocks of the whole net, after its input."""
        flow = spliced(self.sheet.flow, self.sheet.carded)
        straight = not any(isinstance(item, Join) for item in flow)
        taller = straight and any(len(item.output) > 1 for item in flow)
        first = BoxBlock([labels.word("input", self.lang)], "input", labels.shape(shape),
                         taller=_tall(shape) if taller else 0)  # fmt: skip
        blocks = [first, *(self.block(item, _PLAIN, True, taller) for item in flow)]
        growing = [block for block in blocks if isinstance(block, BoxBlock) and block.taller]
        for block in growing:
            block.grow(max(one.h - one.taller for one in growing))
        return blocks

    def card(self, card: Card) -> FrameBlock:
        """A card: the definition's title, and what it stands for."""
        flow = spliced(card.flow, self.sheet.carded)
        blocks = [self.block(item, card.symbols, False, False) for item in flow]
        title = card.title
        if card.side:
            title = (
                f"{title}: {labels.word('side', self.lang)}, {labels.word('training', self.lang)}"
            )
        return FrameBlock(title, RowBlock(blocks), kind="card")

    def block(self, item: Box | Group | Join, symbols: Symbols, shapes: bool, tall: bool) -> Block:
        taller = _tall(item.output) if tall else 0.0
        shape = labels.shape(item.output) if shapes else ""
        if isinstance(item, Box):
            kind = KINDS.get(item.layers[0].kind, "plain")
            alone = item.layers[0].kind in LIGHT
            lines = labels.lines(item, self.lang, symbols, self.common)
            return BoxBlock(lines, kind, "" if alone else shape, item.times, taller)
        if isinstance(item, Join):
            return self.join(item, symbols, shapes)
        if key_of(item) in self.sheet.carded:
            if item.side:
                return SideBlock(BoxBlock([item.call], "part"))
            own = symbols.get(item.chain.path, {})
            call = _call(item) if symbols is _PLAIN else [own.get("call", str(item.chain.name))]
            return BoxBlock(call, "part", shape, item.times, taller)
        blocks = [self.block(inner, symbols, shapes, False) for inner in item.flow]
        return FrameBlock(item.call, RowBlock(blocks), item.times)

    def join(self, item: Join, symbols: Symbols, shapes: bool) -> Block:
        lanes = item.layer.kind == "concat" and all(item.flows)
        rows = [
            RowBlock([self.block(inner, symbols, shapes and not lanes, False) for inner in flow])
            for flow in item.flows
        ]
        if lanes:
            return LanesBlock(rows, item.layer.kind, labels.shape(item.output) if shapes else "")
        full = [row for row in rows if row.blocks]
        if len(full) == 1 and len(rows) == 2:
            flow = next(flow for flow in item.flows if flow)
            if any(inner.output[1:] != item.output[1:] for inner in flow):
                return DeepBlock(full[0], item.layer.kind)
        return SkipBlock(rows, item.layer.kind)


def _call(group: Group) -> list[str]:
    """``block(64)``; more than two numbers stand below the name, at most three in a line."""
    numbers = [str(number) for _, number in group.chain.arguments]
    if len(numbers) <= 2:
        return [group.call]
    size = math.ceil(len(numbers) / math.ceil(len(numbers) / 3))
    rows = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return [str(group.chain.name), *map(", ".join, rows)]


def common(sheet: Sheet) -> str:
    """The light layers after every convolution, where there are many and all have the same."""
    found = [box.followers for box in _convs(sheet.flow)]
    return found[0] if len(found) >= _MANY and len(set(found)) == 1 else ""


def _convs(flow: Flow) -> list[Box]:
    found: list[Box] = []
    for item in flow:
        if isinstance(item, Box):
            found += [item] if item.layers[0].kind == "conv" else []
        elif isinstance(item, Group):
            found += _convs(item.flow)
        else:
            found += [box for inner in item.flows for box in _convs(inner)]
    return found


def _tall(shape: tuple[int, ...]) -> float:
    """Boxes are as much taller as the picture is larger, by its doublings."""
    return 11.0 * math.log2(max(shape[1:])) if len(shape) > 1 else 0.0


def rows_of(blocks: Sequence[Block], width: float, gap: float) -> list[list[Block]]:
    """Rows no longer than ``width``, as words of a text are set."""
    rows: list[list[Block]] = []
    length = math.inf
    for block in blocks:
        if length + gap + block.w > width:
            rows.append([block])
            length = block.w
        else:
            rows[-1].append(block)
            length += gap + block.w
    return rows


def place(sheet: Sheet, shape: tuple[int, ...], lang: Lang, least: float) -> Placed:
    """The picture whose letters come out largest on a slide; its title needs ``least``."""
    maker = Maker(sheet, lang)
    blocks = maker.overview(shape)
    cards = [maker.card(card) for card in sheet.cards]
    longest = max(block.w for block in (*blocks, *cards))
    total = sum(block.w + GAP for block in blocks)
    widths = [longest + step * max(0.0, total - longest) / 60 for step in range(61)]
    slides = [(_slide(blocks, cards, width, least), width) for width in widths]
    enough = max(_LARGE, 1.02 * min(slides)[0])
    best = min(
        (len(rows_of(blocks, width, GAP)), slide, width)
        for slide, width in slides
        if slide <= enough
    )[-1]
    out = Picture()
    width, height = _draw(blocks, cards, best, out)
    return Placed(out, max(width, least), height)


def _slide(blocks: Sequence[Block], cards: Sequence[Block], width: float, least: float) -> float:
    """How wide the slide must be that holds this."""
    wide, high = _draw(blocks, cards, width, None)
    across = max(wide, least) + 2 * MARGIN
    return max(across, (high + TOP + BOTTOM + MARGIN) * WIDE / HIGH)


def _draw(
    blocks: Sequence[Block], cards: Sequence[Block], width: float, out: Picture | None
) -> tuple[float, float]:
    """Draw rows, then cards below them, from (0, 0) on; without ``out`` only measure."""
    y = far = 0.0
    leave: tuple[float, float] | None = None
    for row in rows_of(blocks, width, GAP):
        whole = RowBlock(row)
        line = y + whole.up
        if out is not None:
            if leave is not None:
                _turn(out, leave, (0.0, line), y, whole.solid)
            whole.draw(out, 0.0, line)
        far = max(far, whole.w)
        leave = (whole.w, line)
        y = line + whole.down + ROWS
    y += 6 if cards else -ROWS
    for row in rows_of(cards, max(far, max((card.w for card in cards), default=0)), GAP):
        x, up, down = 0.0, max(card.up for card in row), max(card.down for card in row)
        for card in row:
            if out is not None:
                card.draw(out, x, y + up)
            x += card.w + GAP
        far = max(far, x - GAP)
        y += up + down + GAP
    return far, y - (GAP if cards else 0)


def _turn(
    out: Picture, start: tuple[float, float], stop: tuple[float, float], top: float, arrow: bool
) -> None:
    """From the end of a row to the start of the next."""
    middle = top - ROWS / 2
    (x, y), (x2, y2) = start, stop
    points = [(x, y), (x + 14, y), (x + 14, middle), (x2 - 16, middle), (x2 - 16, y2), (x2, y2)]
    out.elbow(points, "right" if arrow else "")
