"""A net as an SVG picture for a slide: one file, no scripts, no fonts, nothing from elsewhere."""

from __future__ import annotations

from html import escape

from svertka.export import labels
from svertka.export.cards import sheet
from svertka.export.flow import flow_of
from svertka.export.labels import Lang
from svertka.export.layout import BOTTOM, HIGH, MARGIN, TOP, WIDE, common, place
from svertka.export.shapes import SMALL, SUB, TITLE, Line, Node, Picture, Rect, Word, n, width_of
from svertka.grammar import Plan

LEAST = 900.0  # small nets are not blown up beyond this
_ARROW = 8.0
# (light fill, light stroke, dark fill, dark stroke), as on the page
_COLOURS = {
    "conv": ("#dcebf8", "#5b9bd0", "#1b2f45", "#3f79ad"),
    "pool": ("#dbefe7", "#5fae92", "#18342d", "#3f8a72"),
    "dense": ("#fbe5d3", "#d98d57", "#3b271b", "#a06a42"),
    "plain": ("#f0ede5", "#b5ae9f", "#262d37", "#56616f"),
    "input": ("#ffffff", "#8a93a1", "#12161d", "#77818f"),
    "part": ("#ece6f7", "#9a83cc", "#2b2440", "#7d68ad"),
    "frame": ("none", "#b5ae9f", "none", "#56616f"),
    "card": ("#ffffff", "#9a83cc", "#191f28", "#7d68ad"),
    "badge": ("#1a2130", "#fbfaf7", "#e9ecf1", "#12161d"),
}
_PAPER = ("#fbfaf7", "#12161d")
_INK = ("#1a2130", "#e9ecf1")
_SOFT = ("#515a6b", "#a9b2c0")
_ACCENT = ("#c2410c", "#ff9f70")
_FONT = "'Golos Text','Segoe UI',Roboto,'Noto Sans','DejaVu Sans',Arial,sans-serif"
_ROLES = {
    "title": (TITLE, "600", _INK),
    "sub": (SUB, "400", _SOFT),
    "shape": (SMALL, "400", _INK),
    "frame": (TITLE, "600", _INK),
    "badge": (SUB, "700", _PAPER),
    "name": (30.0, "700", _INK),
    "figures": (17.0, "400", _SOFT),
    "legend": (15.0, "400", _SOFT),
}
_LINES = {"line": (_SOFT, 1.7, ""), "skip": (_ACCENT, 2.8, ""), "side": (_SOFT, 1.7, "5 4")}


def svg(plan: Plan, lang: str = "en") -> str:
    """The net as a picture of 16 by 9 for a slide; it follows the viewer's light or dark mode.

    Skip connections are arcs, concatenations lanes into a bar; what repeats is drawn once. A
    definition that is used several times has a card of its own. ``lang`` is en or ru; raises
    `UnknownName` for another.

    >>> from svertka.grammar import resolve
    >>> text = svg(resolve("conv8-relu-pool-fc10"), "ru")
    >>> text.startswith("<svg"), "параметров" in text, "<script" in text
    (True, True, False)
    """
    chosen = labels.check_lang(lang)
    title = _clean(plan.name or "")
    figures = labels.figures(plan, chosen)
    least = max(width_of(title, 30, bold=True), width_of(figures, 17), LEAST)
    drawn = sheet(plan, flow_of(plan))
    placed = place(drawn, plan.input, chosen, least)
    wide = placed.width + 2 * MARGIN
    wide = max(wide, (placed.height + TOP + BOTTOM + MARGIN) * WIDE / HIGH)
    high = wide * HIGH / WIDE
    x, y = (wide - _drawn(placed.picture)) / 2, TOP + (high - TOP - BOTTOM - placed.height) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{160 * 12}" height="{90 * 12}" '
        'style="max-width: 100%; height: auto" '
        f'viewBox="0 0 {n(wide)} {n(high)}" font-family="{_FONT}" role="img">',
        f"<title>{escape(title or labels.word('part', chosen))}</title>",
        f"<desc>{escape(figures)}</desc>",
        f"<style>{_style()}</style>",
        f'<rect class="paper" width="{n(wide)}" height="{n(high)}" fill="{_PAPER[0]}"/>',
        _word(Word(title, MARGIN, 52, "name", "start")) if title else "",
        _word(Word(figures, MARGIN, 80 if title else 52, "figures", "start")),
        f'<g transform="translate({n(x)} {n(y)})">',
        *_picture(placed.picture),
        "</g>",
        *_legend(placed.picture, chosen, common(drawn), high - 22),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _drawn(picture: Picture) -> float:
    """How far the drawing reaches to the right."""
    return max(rect.x + rect.w for rect in picture.rects)


def _picture(picture: Picture) -> list[str]:
    badges = [rect for rect in picture.rects if rect.kind == "badge"]
    frames = [rect for rect in picture.rects if rect.kind in ("frame", "card")]
    boxes = [rect for rect in picture.rects if rect not in badges and rect not in frames]
    return [
        *map(_rect, [rect for rect in frames if rect.kind == "card"]),
        *map(_rect, [rect for rect in frames if rect.kind == "frame"]),
        *map(_line, picture.lines),
        *map(_rect, boxes),
        *map(_node, picture.nodes),
        *map(_rect, badges),
        *map(_word, picture.words),
    ]


def _rect(rect: Rect) -> str:
    fill, stroke, _, _ = _COLOURS[rect.kind]
    dash = ' stroke-dasharray="7 5"' if rect.kind == "frame" else ""
    return (
        f'<rect class="{rect.kind}" x="{n(rect.x)}" y="{n(rect.y)}" width="{n(rect.w)}" '
        f'height="{n(rect.h)}" rx="{n(rect.radius)}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="1.5"{dash}/>'
    )


def _line(line: Line) -> str:
    (colour, _), width, dash = _LINES[line.role]
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    path = (
        f'<path class="{line.role}" d="{line.d}" fill="none" stroke="{colour}" '
        f'stroke-width="{width}"{dashes}/>'
    )
    if not line.arrow:
        return path
    (x, y), a, b = line.end, _ARROW, _ARROW * 0.55
    head = {
        "right": [(x, y), (x - a, y - b), (x - a, y + b)],
        "down": [(x, y), (x - b, y - a), (x + b, y - a)],
        "up": [(x, y), (x - b, y + a), (x + b, y + a)],
    }[line.arrow]
    points = " ".join(f"{n(px)},{n(py)}" for px, py in head)
    return f'{path}<polygon class="head-{line.role}" points="{points}" fill="{colour}"/>'


def _node(node: Node) -> str:
    x, y, r = node.x, (node.top + node.bottom) / 2, (node.bottom - node.top) / 2
    ink = f'stroke="{_INK[0]}" stroke-width="2.4" stroke-linecap="round"'
    style = f'fill="{_PAPER[0]}" stroke="{_ACCENT[0]}" stroke-width="2.2"'
    if r > 20:
        body = (
            f'<rect class="node" x="{n(x - 9)}" y="{n(node.top)}" width="18" '
            f'height="{n(2 * r)}" rx="6" {style}/>'
        )
    else:
        body = f'<circle class="node" cx="{n(x)}" cy="{n(y)}" r="{n(r)}" {style}/>'
    sign = (
        f"M{n(x - 6)},{n(y)}h12M{n(x)},{n(y - 6)}v12"
        if node.kind == "add"
        else f"M{n(x - 2.6)},{n(y - 6)}v12M{n(x + 2.6)},{n(y - 6)}v12"
    )
    return f'{body}<path class="sign" d="{sign}" {ink}/>'


def _word(word: Word) -> str:
    size, weight, (colour, _) = _ROLES[word.role]
    return (
        f'<text class="{word.role}-text" x="{n(word.x)}" y="{n(word.y)}" '
        f'text-anchor="{word.anchor}" font-size="{n(size)}" font-weight="{weight}" '
        f'fill="{colour}">{escape(_clean(word.text))}</text>'
    )


def _legend(picture: Picture, lang: Lang, common: str, y: float) -> list[str]:
    """What the colours and signs mean, of those in the picture."""
    kinds = {rect.kind for rect in picture.rects}
    signs = {node.kind for node in picture.nodes}
    roles = {line.role for line in picture.lines}
    x = MARGIN
    parts = []
    for kind in ("conv", "pool", "dense", "part"):
        if kind in kinds:
            parts.append(_rect(Rect(x, y - 13, 22, 16, kind, 4)))
            told = labels.word(kind, lang)
            if kind == "conv" and common:
                told += f", {labels.word('common', lang)} {common}"
            x = _told(parts, told, x + 30, y)
    if "skip" in roles:
        parts.append(_line(Line(f"M{n(x)},{n(y - 5)}h26", (x + 30, y - 5), "right", "skip")))
        x = _told(parts, labels.word("skip", lang), x + 38, y)
    for kind in ("add", "concat"):
        if kind in signs:
            parts.append(_node(Node(kind, x + 11, y - 16, y + 6)))
            x = _told(parts, labels.word(kind, lang), x + 30, y)
    return parts


def _told(parts: list[str], text: str, x: float, y: float) -> float:
    parts.append(_word(Word(text, x, y, "legend", "start")))
    return x + width_of(text, 15) + 26


def _style() -> str:
    """The colours of dark mode; those of light mode stand on the elements themselves."""
    rules = [f".paper{{fill:{_PAPER[1]}}}"]
    for kind, (_, _, fill, stroke) in _COLOURS.items():
        rules.append(f".{kind}{{fill:{fill};stroke:{stroke}}}")
    for role, (_, _, (_, dark)) in _ROLES.items():
        rules.append(f".{role}-text{{fill:{dark}}}")
    for role, ((_, dark), _, _) in _LINES.items():
        rules.append(f".{role}{{stroke:{dark}}}.head-{role}{{fill:{dark}}}")
    rules.append(f".node{{fill:{_PAPER[1]};stroke:{_ACCENT[1]}}}.sign{{stroke:{_INK[1]}}}")
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"


def _clean(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable())
