"""A plan as a table of plain text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from svertka.grammar.columns import Columns

if TYPE_CHECKING:
    from svertka.grammar.plan import LayerPlan, Plan

HEAD = ("layer", "word", "output", "parameters", "multiply-adds", "sees", "note")
RIGHT = (False, False, True, True, True, True, False)
SPARED = ("sees", "multiply-adds", "word", "parameters")
_IN = "    "


def table(plan: Plan, width: int | None = None) -> str:
    """One row a layer: path, word, output, parameters, multiply-adds, receptive field, note.

    Where ``width`` is not enough a note goes on a line of its own; where that is not enough
    either columns are left out, and a line below names them.
    """
    rows = [_row(layer) for layer in plan.layers]
    total = ("total", "", _size(plan.output), f"{plan.parameters:,}", f"{plan.multiply_adds:,}")
    rows.append((*total, "", ""))
    lines = Columns(HEAD, tuple(rows), RIGHT).lines()[0]
    left_out: tuple[str, ...] = ()
    if width is not None and max(map(len, lines)) > width:
        bare = tuple(row[:-1] for row in rows)
        lines, left_out = Columns(HEAD[:-1], bare, RIGHT[:-1], SPARED).lines(width)
        noted = zip(lines[1:], (row[-1] for row in rows), strict=True)
        lines[1:] = ["\n".join([line, *_folded(note, width, _IN)]) for line, note in noted]
    rule = "─" * max(len(part) for line in lines for part in line.split("\n"))
    body = [lines[0], rule, *lines[1:-1], rule, lines[-1]]
    feet = [*_feet(plan), *([f"no room here for: {', '.join(left_out)}"] if left_out else [])]
    around = [_folded(text, width) for text in (_title(plan), *feet)]
    return "\n".join([*around[0], "", *body, *(line for foot in around[1:] for line in foot)])


def _folded(text: str, width: int | None, begin: str = "") -> list[str]:
    if width is None:
        return [begin + text]
    room = max(width, 2 * len(_IN))
    return textwrap.wrap(text, room, initial_indent=begin, subsequent_indent=_IN)


def _title(plan: Plan) -> str:
    assumed = ", as of the built-in digits: the text states none" if plan.assumed else ""
    name = f"{plan.name}: " if plan.name else ""
    # A net that ends otherwise, such as an autoencoder, has no use for the number of classes.
    classes = f", {plan.classes:,} classes" if plan.output == (plan.classes,) else ""
    return f"{name}input {_size(plan.input)}{classes}{assumed}"


def _feet(plan: Plan) -> list[str]:
    layers = "layer" if plan.depth == 1 else "layers"
    feet = [f"{plan.depth} {layers} with weights on the longest way", *_field(plan)]
    feet += [f"activations {_bytes(plan.activation_bytes)} a picture in float32"]
    if plan.side_parameters:
        rest = plan.parameters - plan.side_parameters
        feet.append(f"{rest:,} parameters without the side classifiers")
    return [*feet, *plan.notes]


def _field(plan: Plan) -> list[str]:
    """The receptive field in words: the rows below the last map see the whole picture."""
    size, picture = plan.receptive_field, plan.input[1:]
    if size is None or not any(len(layer.output) > 1 and not layer.side for layer in plan.layers):
        return []
    beyond = f", more than the picture's {_size(picture)}"
    larger = any(one > other for one, other in zip(size, picture, strict=True))
    return [
        f"receptive field {_size(size)}{beyond if larger else ''}: what a place of the last "
        "map sees"
    ]


def _row(layer: LayerPlan) -> tuple[str, ...]:
    return (
        layer.path,
        layer.word,
        _size(layer.output),
        f"{layer.parameters:,}" if layer.parameters else "",
        f"{layer.multiply_adds:,}" if layer.multiply_adds else "",
        _size(layer.receptive_field),
        layer.note,
    )


def _size(shape: tuple[int, ...] | None) -> str:
    return "by place" if shape is None else "x".join(map(str, shape))


def _bytes(count: int) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count_next = count / 1000
        count = count_next  # type: ignore[assignment]
    return f"{count:.4g} {unit}"
