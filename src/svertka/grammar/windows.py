"""Shape rules of the layers with a sliding window: convolutions and pools."""

from __future__ import annotations

from math import prod
from operator import gt
from typing import NoReturn

from svertka.grammar import field
from svertka.grammar.draft import (
    Draft,
    Flow,
    Setting,
    Shape,
    fail,
    misuse,
    need_places,
    one,
    per_axis,
    spelled,
    times,
)
from svertka.grammar.expand import Plain
from svertka.grammar.formula import spoken

LONGEST_PERIOD = 64
LARGEST_KERNEL = 4096
LONGEST_AXIS = 1 << 20
FIRST_FILTERS = 32


def conv(plain: Plain, flow: Flow, where: Setting) -> Draft:
    """A convolution; padding keeps the size at stride 1 unless ``p`` is given."""
    rank = need_places(plain, flow.shape, where)
    kernel, stride, dilation = sliding(plain, rank, where, kernel=3, stride=1)
    padding, tail = _conv_padding(plain, flow.shape[1:], kernel, stride, dilation, where)
    filters = one(plain, "count", FIRST_FILTERS << min(flow.pools, 20), where)
    groups = groups_of(plain, flow.shape[0], filters, where)
    bias = "b" in plain.keys or where.after != "bn"
    before = tuple(n + t for n, t in zip(flow.shape[1:], tail, strict=True))
    places = _places(plain, before, kernel, stride, padding, dilation, where)
    weights = filters * (flow.shape[0] // groups) * prod(kernel)
    return Draft(
        "conv",
        spelled(plain) if plain.count else f"conv{filters}{spelled(plain)[4:]}",
        flow.shape,
        (filters, *places),
        seen(flow, kernel, stride, padding, dilation),
        {
            "filters": filters,
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "tail": tail,
            "dilation": dilation,
            "groups": groups,
            "bias": bias,
        },
        weights + filters * bias,
        weights * prod(places),
        _floors(before, kernel, stride, padding, dilation),
    )


def _conv_padding(
    plain: Plain, places: Shape, kernel: Shape, stride: Shape, dilation: Shape, where: Setting
) -> tuple[Shape, Shape]:
    """Padding on both sides of each axis, and the odd pixel that follows at its end (0 or 1)."""
    rank = len(places)
    if "t" not in plain.keys:
        same = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
        return per_axis(plain, "p", 0, rank, where) if "p" in plain.keys else same, (0,) * rank
    if "p" in plain.keys:
        misuse(where, plain.span, "t chooses the padding by itself: leave either p or t out.")
    numbers = zip(places, kernel, stride, dilation, strict=True)
    needed = [max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n) for n, k, s, d in numbers]
    return tuple(number // 2 for number in needed), tuple(number % 2 for number in needed)


def pool(plain: Plain, flow: Flow, where: Setting) -> Draft:
    """A maximum or mean of each window; the stride is the kernel unless ``s`` is given."""
    rank = need_places(plain, flow.shape, where)
    kernel = limited(plain, per_axis(plain, "count", 2, rank, where), where)
    stride = per_axis(plain, "s", 0, rank, where) if "s" in plain.keys else kernel
    padding = per_axis(plain, "p", 0, rank, where)
    ceil = "c" in plain.keys
    if min(stride) < 1:
        misuse(where, plain.span, "A stride is at least 1.")
    if any(2 * p > k for k, p in zip(kernel, padding, strict=True)):
        message = f"The padding of a pool is at most half its window: p{min(kernel) // 2} here."
        misuse(where, plain.span, message)
    if plain.kind == "avgpool" and rank == 3 and any(map(gt, kernel, flow.shape[1:])):
        misuse(where, plain.span, "A mean in three dimensions is of a window within the map.")
    ones = (1,) * rank
    places = _places(plain, flow.shape[1:], kernel, stride, padding, ones, where, ceil=ceil)
    return Draft(
        plain.kind,
        spelled(plain),
        flow.shape,
        (flow.shape[0], *places),
        seen(flow, kernel, stride, padding, ones),
        {"kernel": kernel, "stride": stride, "padding": padding, "ceil": ceil},
        note="" if ceil else _floors(flow.shape[1:], kernel, stride, padding, ones),
    )


def sliding(
    plain: Plain, rank: int, where: Setting, *, kernel: int, stride: int
) -> tuple[Shape, Shape, Shape]:
    found = (
        limited(plain, per_axis(plain, "k", kernel, rank, where), where),
        per_axis(plain, "s", stride, rank, where),
        per_axis(plain, "d", 1, rank, where),
    )
    if min(map(min, found)) < 1:
        misuse(where, plain.span, "Kernel, stride and dilation are at least 1.")
    return found


def limited(plain: Plain, kernel: Shape, where: Setting) -> Shape:
    if not 1 <= min(kernel) <= max(kernel) <= LARGEST_KERNEL:
        misuse(where, plain.span, f"A window is from 1 to {LARGEST_KERNEL:,} wide.")
    return kernel


def groups_of(plain: Plain, channels: int, filters: int, where: Setting) -> int:
    groups = one(plain, "g", 1, where)
    if channels % groups or filters % groups:
        message = (
            f"{groups} groups do not divide {channels} input channels and {filters} filters evenly."
        )
        fail(where, plain.span, message)
    return groups


def _places(
    plain: Plain,
    places: Shape,
    kernel: Shape,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    where: Setting,
    *,
    ceil: bool = False,
) -> Shape:
    """The output's size along each axis: (n + 2p - f)/s + 1, f being the dilated window."""
    result = []
    for n, k, s, p, d in zip(places, kernel, stride, padding, dilation, strict=True):
        f = d * (k - 1) + 1
        if n + 2 * p < f:
            _too_small(plain, places, kernel, (n, f, s, p, d), where)
        out = (n + 2 * p - f) // s + 1
        if (n + 2 * p - f) % s:
            if ceil:
                # a window that would begin in the padding after the picture is left out
                out += out * s < n + p
            elif where.strict:
                formula = spoken(n, f, s, p)
                fail(where, plain.span, f"{formula}: the stride does not divide (strict sizes).")
        if out > LONGEST_AXIS:
            fail(where, plain.span, f"The output would be {out:,} long: use less padding.")
        result.append(out)
    return tuple(result)


def _too_small(
    plain: Plain, places: Shape, kernel: Shape, numbers: tuple[int, ...], where: Setting
) -> NoReturn:
    n, f, s, p, d = numbers
    what = "filter" if plain.kind == "conv" else "window"
    largest = (n + 2 * p - 1) // d + 1
    formula = f"({n} + 2·{p} − {f})/{s} + 1 < 1"
    if plain.kind == "conv":
        key = f"k{largest} or smaller, or " if largest > 0 else ""
        remedy = f"Use {key}p{(f - n + 1) // 2} or more."
    else:
        remedy = (
            "Use a smaller window or one pool less; "
            f"{plain.kind}? is left out where it does not fit."
        )
    dilated = f" (dilated to {f})" if d > 1 else ""
    message = f"a {times(kernel)} {what}{dilated} does not fit a {times(places)} input: "
    message += f"{formula}. {remedy}"
    fail(where, plain.span, message)


def _floors(places: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape) -> str:
    """The note for a stride that does not divide, so that the last pixels are not seen."""
    for n, k, s, p, d in zip(places, kernel, stride, padding, dilation, strict=True):
        f = d * (k - 1) + 1
        if (n + 2 * p - f) % s:
            return f"{spoken(n, f, s, p)}, floored"
    return ""


def seen(
    flow: Flow, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape
) -> field.Field | None:
    if flow.field is None:
        return None
    numbers = zip(flow.field, kernel, stride, padding, dilation, strict=True)
    return short(tuple(field.window(*axis_numbers) for axis_numbers in numbers))


def short(found: field.Field | None) -> field.Field | None:
    """The field, or None where it repeats too slowly to be worth following."""
    if found is None or any(axis.period > LONGEST_PERIOD for axis in found):
        return None
    return found
