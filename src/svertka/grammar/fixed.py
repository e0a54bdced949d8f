"""Shape rules of the layers whose numbers are fixed: known kernels, oriented gradients."""

from __future__ import annotations

from svertka.grammar.draft import (
    Draft,
    Flow,
    Setting,
    fail,
    misuse,
    need_places,
    one,
    spelled,
    times,
)
from svertka.grammar.expand import Plain
from svertka.grammar.windows import seen


def filters(plain: Plain, flow: Flow, where: Setting) -> Draft:
    """Each named kernel on each input channel; the output lists them channel by channel."""
    _need_two_axes(plain, flow, where)
    if not plain.options:
        misuse(where, plain.span, "filters needs names in brackets: filters(vertical, diagonal).")
    channels = flow.shape[0] * len(plain.options)
    output = (channels, *flow.shape[1:])
    products = channels * 9 * output[1] * output[2]
    field = seen(flow, (3, 3), (1, 1), (1, 1), (1, 1))
    settings = {"names": plain.options}
    word = spelled(plain)
    return Draft("filters", word, flow.shape, output, field, settings, 0, products)


def hog(plain: Plain, flow: Flow, where: Setting) -> Draft:
    """Histograms of gradient directions in cells, normalised in overlapping blocks of cells.

    The output has a place for each block and a channel for each (row, column, orientation) in it.
    Source: Dalal, Triggs: Histograms of Oriented Gradients for Human Detection, 2005.
    """
    _need_two_axes(plain, flow, where)
    cell, block = one(plain, "c", 8, where), one(plain, "b", 2, where)
    orientations = one(plain, "o", 9, where)
    if max(cell, block, orientations) > 64:
        misuse(where, plain.span, "The numbers of hog are from 1 to 64.")
    places = tuple(n // cell - block + 1 for n in flow.shape[1:])
    if min(places) < 1:
        message = (
            f"A block of {block}x{block} cells of {cell}x{cell} pixels does not fit a "
            f"{times(flow.shape[1:])} input. Use smaller cells, such as c4, or b1."
        )
        fail(where, plain.span, message)
    output = (block * block * orientations, *places)
    # the gradient at a pixel takes its neighbours in
    wide, step = (cell * block + 2,) * 2, (cell, cell)
    field = seen(flow, wide, step, (1, 1), (1, 1))
    settings = {"cell": cell, "block": block, "orientations": orientations}
    return Draft("hog", spelled(plain), flow.shape, output, field, settings)


def _need_two_axes(plain: Plain, flow: Flow, where: Setting) -> None:
    if need_places(plain, flow.shape, where) != 2:
        fail(where, plain.span, f"{plain.kind} works on pictures of height and width only.")
