"""A comparison as text: small tables of at most 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from svertka.evaluate.paired import COMPARED
from svertka.evaluate.scores import TITLES

NET, SHORT = 22, 18  # columns of a net's name: in a table, in a pair
_PAIRS = 15
NONE = "—"


def written(value: dict[str, Any]) -> str:
    """The tables of ``comparison.json``."""
    nets = value["nets"]
    scored = [net for net in nets if net["figures"]]
    lines = [_head(value)]
    if scored:
        lines += [""]
        lines += [*_scores(scored, _compared(value)), "", *_costs(scored), ""]
        lines += _times(scored, value["batch"], value["thresholds"])
    if value["pairs"]:
        lines += ["", *_pairs(value)]
    failed = [(net, run) for net in nets for run in net["runs"] if run["reason"]]
    if failed:
        lines += ["", "failed:"]
        for net, run in failed:
            text = f"{_name(net, NET)}, seed {run['seed']}: {_first(run['reason'])}"
            lines += textwrap.wrap(text, 80, initial_indent="  ", subsequent_indent="      ")
    return "\n".join(lines)


def _head(value: dict[str, Any]) -> str:
    part = {"test": "test", "val": "validation"}[value["part"]]
    epochs = value["epochs"]
    length = f"{epochs} {'epoch' if epochs == 1 else 'epochs'}" if epochs else ""
    if value["budget"] is not None:
        length = f"{value['budget']:g} s"
    seeds = f"{value['seeds']} seeds" if value["seeds"] > 1 else "1 seed"
    words = [f"{value['data']['name']}: {value['n']:,} {part} pictures", f"{seeds} of each net"]
    if value["n_in_all"] > value["n"]:
        words.insert(1, f"{value['n_in_all']:,} in all")
    return "; ".join([*words, *([f"{length} a run"] if length else [])])


def _scores(nets: Sequence[dict[str, Any]], compared: Sequence[str]) -> list[str]:
    rows = [["net", *(word for name in compared for word in (TITLES[name], "95% interval"))]]
    for net in nets:
        row = [_name(net, NET)]
        for name in compared:
            figure = net["figures"][name]
            row += [f"{100 * figure['value']:.2f}%"]
            row += [f"{100 * figure['low']:.2f} to {100 * figure['high']:.2f}%"]
        rows.append(row)
    return _table(rows)


def _compared(value: dict[str, Any]) -> Sequence[str]:
    """The figures that are compared; a comparison that does not say so is one of classes."""
    return tuple(value.get("compared", COMPARED["classes"]))


def _costs(nets: Sequence[dict[str, Any]]) -> list[str]:
    rows = [["net", "parameters", "multiply-adds", "memory"]]
    for net in nets:
        peak = f"{net['peak_bytes'] / 1e6:,.0f} MB" if net["peak_bytes"] else NONE
        costs = [_count(net[name]) for name in ("parameters", "multiply_adds")]
        rows.append([_name(net, NET), *costs, peak])
    return _table(rows)


def _count(number: float | None) -> str:
    return NONE if number is None else f"{number:,.0f}"


def _times(nets: Sequence[dict[str, Any]], batch: int, thresholds: Sequence[float]) -> list[str]:
    to = [f"to {100 * threshold:g}%" for threshold in thresholds]
    rows = [["images/s:", "training", "1 by 1", f"{batch} at once", *to]]
    for net in nets:
        answers = net["answering_images_per_second"]
        speeds = [net["training_images_per_second"], answers.get("1"), answers.get(str(batch))]
        seconds = [NONE if s is None else f"{s:.1f} s" for s in net["seconds_to"]]
        rows.append([_name(net, NET), *map(_count, speeds)])
        rows[-1] += seconds
    return _table(rows)


def _pairs(value: dict[str, Any]) -> list[str]:
    """The differences in the first figure, the largest first."""
    nets, name = value["nets"], _compared(value)[0]
    pairs = sorted(value["pairs"], key=lambda pair: abs(pair[name]["value"]), reverse=True)
    rows = []
    for pair in pairs[:_PAIRS]:
        figure, a, b = pair[name], pair["a"], pair["b"]
        low, high = figure["low"], figure["high"]
        if figure["value"] < 0:  # the better one first
            a, b, low, high = b, a, -high, -low
        between = f"{_signed(low)} to {_signed(high)}"
        p = "<0.001" if figure["p_holm"] < 0.001 else f"{figure['p_holm']:.3f}"
        both = f"{_name(nets[a], SHORT)} - {_name(nets[b], SHORT)}"
        rows.append([both, f"{100 * abs(figure['value']):.2f}", between, p])
        rows[-1].append("real" if figure["real"] else NONE)
    lines = _table([[f"difference in {TITLES[name]}", "points", "95% interval", "p", ""], *rows])
    if len(pairs) > _PAIRS:
        lines.append(f"... and {len(pairs) - _PAIRS} more pairs: see the report")
    return [*lines, "", *_meaning(value)]


def _meaning(value: dict[str, Any]) -> list[str]:
    if value["seeds"] == 1:
        test = "McNemar's test" if value["test"]["method"] == "McNemar" else "paired t-test"
        text = (
            f'"real": more than other pictures would change ({test}). How much another '
            "training would, one seed cannot tell: give --seeds 3"
        )
    else:
        text = '"real": more than other pictures and other trainings would change (paired t-test)'
    pairs = len(value["pairs"])
    corrected = f"; p is corrected for {pairs} pairs (Holm)" if pairs > 1 else ""
    return textwrap.wrap(f"{text}{corrected}.", 80)


def _signed(value: float) -> str:
    return f"{100 * value:+.2f}"


def _name(net: dict[str, Any], width: int) -> str:
    """The net's name on one line; of a long one both ends, for texts often begin alike."""
    text = "".join(c if c.isprintable() else " " for c in net["net"])
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    tail = width // 3
    return f"{text[: width - tail - 1]}…{text[-tail:]}"


def _first(reason: str) -> str:
    return next((line.strip() for line in reason.splitlines() if line.strip()), NONE)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Names to the left, everything else to the right, two blanks between."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [c.rjust(w) for c, w in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines
