"""How an output's size comes of the input's, with the numbers put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svertka.grammar.plan import LayerPlan


def spoken(n: int, f: int, s: int, p: int) -> str:
    """The size formula with its numbers: ``(32 + 2·2 − 5)/1 + 1 = 32``."""
    exact = (n + 2 * p - f) / s + 1
    result = f"{exact:.2f}".rstrip("0").rstrip(".")
    return f"({n} + 2·{p} − {f})/{s} + 1 = {result}"


def formula(layer: LayerPlan) -> str:
    """The size formula of a layer for each axis, equal ones once; "" if the size stays as it is."""
    keys = layer.settings
    if layer.kind not in ("conv", "deconv", "maxpool", "avgpool", "up"):
        return ""
    rank = range(len(layer.input) - 1)
    return ", ".join(dict.fromkeys(_axis(layer, keys, axis) for axis in rank))


def _axis(layer: LayerPlan, keys: dict[str, tuple[int, ...]], axis: int) -> str:
    n, out = layer.input[1 + axis], layer.output[1 + axis]
    if layer.kind == "up":
        return f"{n}·{keys['factor'][axis]} = {out}"
    kernel, s, p = keys["kernel"][axis], keys["stride"][axis], keys["padding"][axis]
    f = keys["dilation"][axis] * (kernel - 1) + 1 if "dilation" in keys else kernel
    if layer.kind == "deconv":
        added = keys["output_padding"][axis]
        return f"({n} − 1)·{s} − 2·{p} + {f}{f' + {added}' if added else ''} = {out}"
    found = spoken(n + (keys["tail"][axis] if "tail" in keys else 0), f, s, p)
    return found if found.endswith(f"= {out}") else f"{found}, so {out}"
