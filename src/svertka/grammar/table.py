"""A plan as a table of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svertka.grammar.plan import LayerPlan, Plan

HEAD = ("layer", "word", "output", "parameters", "multiply-adds", "sees", "note")
RIGHT = (False, False, True, True, True, True, False)


def table(plan: Plan) -> str:
    """One row a layer: path, word, output, parameters, multiply-adds, receptive field, note."""
    rows = [HEAD, *(_row(layer) for layer in plan.layers)]
    total = ("total", "", _size(plan.output), f"{plan.parameters:,}", f"{plan.multiply_adds:,}")
    rows.append((*total, _size(plan.receptive_field), ""))
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, RIGHT, strict=True)
        ).rstrip()
        for row in rows
    ]
    rule = "─" * (sum(widths[:-1]) + 2 * (len(widths) - 2))
    return "\n".join(
        [_title(plan), "", lines[0], rule, *lines[1:-1], rule, lines[-1], *_feet(plan)]
    )


def _title(plan: Plan) -> str:
    assumed = ", as of the built-in digits: the text states none" if plan.assumed else ""
    name = f"{plan.name}: " if plan.name else ""
    return f"{name}input {_size(plan.input)}, {plan.classes:,} classes{assumed}"


def _feet(plan: Plan) -> list[str]:
    feet = [f"{plan.depth} layers with weights on the longest way"]
    feet += [f"activations {_bytes(plan.activation_bytes)} a picture in float32"]
    if plan.side_parameters:
        rest = plan.parameters - plan.side_parameters
        feet.append(f"{rest:,} parameters without the side classifiers")
    return [*feet, *plan.notes]


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
