"""Shape rules of the layers that make a picture larger."""

from __future__ import annotations

from math import prod

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
from svertka.grammar.windows import FIRST_FILTERS, LONGEST_AXIS, groups_of, short, sliding

LARGEST_KERNEL = 64
LARGEST_STRIDE = 16


def deconv(plain: Plain, flow: Flow, where: Setting) -> Draft:
    """A transposed convolution; unless ``p`` is given the size is multiplied by the stride."""
    rank = need_places(plain, flow.shape, where)
    kernel, stride, dilation = sliding(plain, rank, where, kernel=2, stride=2)
    padding, added = _fitting(plain, kernel, stride, dilation, where)
    filters = one(plain, "count", FIRST_FILTERS << min(flow.pools, 20), where)
    groups = groups_of(plain, flow.shape[0], filters, where)
    bias = "b" in plain.keys or where.after != "bn"
    places = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + 1 + o
        for n, k, s, p, d, o in zip(
            flow.shape[1:], kernel, stride, padding, dilation, added, strict=True
        )
    )
    if min(places) < 1 or max(places) > LONGEST_AXIS:
        fail(where, plain.span, f"The output would be {times(places)}: use a smaller p or stride.")
    weights = flow.shape[0] * (filters // groups) * prod(kernel)
    seen = flow.field and tuple(
        field.transposed(axis, *numbers)
        for axis, *numbers in zip(flow.field, kernel, stride, padding, dilation, strict=True)
    )
    return Draft(
        "deconv",
        spelled(plain) if plain.count else f"deconv{filters}{spelled(plain)[6:]}",
        flow.shape,
        (filters, *places),
        short(seen),
        {
            "filters": filters,
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "output_padding": added,
            "dilation": dilation,
            "groups": groups,
            "bias": bias,
        },
        weights + filters * bias,
        weights * prod(flow.shape[1:]),
    )


def _fitting(
    plain: Plain, kernel: Shape, stride: Shape, dilation: Shape, where: Setting
) -> tuple[Shape, Shape]:
    """The padding, and what is added at the end, that make the output stride times the input."""
    if max(kernel) > LARGEST_KERNEL or max(stride) > LARGEST_STRIDE:
        limits = f"a kernel of at most {LARGEST_KERNEL} and a stride of at most {LARGEST_STRIDE}"
        misuse(where, plain.span, f"deconv takes {limits}.")
    for k, s, d in zip(kernel, stride, dilation, strict=True):
        if len({tap * d % s for tap in range(k)}) < s:
            message = f"A kernel of {k} leaves holes at stride {s}: use k{s} or larger."
            fail(where, plain.span, message)
    rank = len(kernel)
    spare = [d * (k - 1) + 1 - s for k, s, d in zip(kernel, stride, dilation, strict=True)]
    padding = tuple((number + 1) // 2 for number in spare)
    added = tuple(number % 2 for number in spare)
    if "p" in plain.keys:
        padding, added = per_axis(plain, "p", 0, rank, where), (0,) * rank
    added = per_axis(plain, "o", 0, rank, where) if "o" in plain.keys else added
    if any(o >= max(s, d) for o, s, d in zip(added, stride, dilation, strict=True) if o):
        misuse(where, plain.span, "o must be smaller than the stride or the dilation.")
    return padding, added


def up(plain: Plain, flow: Flow, where: Setting) -> Draft:
    """Nearest-neighbour up-sampling."""
    rank = need_places(plain, flow.shape, where)
    factor = per_axis(plain, "count", 2, rank, where)
    if not all(1 <= f <= 16 for f in factor):
        misuse(where, plain.span, "up takes a factor from 1 to 16.")
    places = tuple(n * f for n, f in zip(flow.shape[1:], factor, strict=True))
    if max(places) > LONGEST_AXIS:
        fail(where, plain.span, f"The output would be {times(places)}: use less up-sampling.")
    seen = flow.field and tuple(
        field.up(axis, f) for axis, f in zip(flow.field, factor, strict=True)
    )
    output = (flow.shape[0], *places)
    return Draft("up", spelled(plain), flow.shape, output, short(seen), {"factor": factor})
