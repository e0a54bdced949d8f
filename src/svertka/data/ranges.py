"""By which range the values of a new picture are read for a set, or a network, that has its own.

Nothing is guessed silently: what is read by another range than the set's is told in a note, and
what fits no range is refused.
"""

from __future__ import annotations

import numpy as np

from svertka.data.pixels import FULL, UNIT, Array, Range, range_of, white_for
from svertka.errors import DataError

_MANY = 255.0  # more than 8 bits hold
_HALF_STEP = 0.5 / 255  # of a range: what rounding to 8 bits forgives
_NEARLY_UNIT = 2.0  # values up to here are 0..1 with an overshoot, not a black 0..255


def is_deep(span: Range) -> bool:
    """Whether a range is that of pictures with more than 8 bits."""
    return span[0] == 0 and span[1] > _MANY


def white_of(top: int, white: float | None) -> tuple[float, str]:
    """White for whole numbers up to ``top`` in a set whose white is ``white``, and a note on it.

    ``white`` is None in sets of 8 bits: more bits are then read by their own depth. Values a
    little above a set's white are cut there, for one camera took them; far above it, the depth is
    another one.

    >>> white_of(4000, 4095.0), white_of(40000, None)[0]
    ((4095.0, ''), 65535.0)
    """
    if white is not None and top <= white:
        return white, ""
    if white is not None and white > _MANY and top <= 2 * white:
        return white, f"values up to {top:,} were cut at {white:,.0f}, white of the training part"
    own = white_for(top)
    bits = int(own).bit_length()
    return own, f"{bits}-bit values up to {top:,}: 0..{own:,.0f} was brought to 8 bits, 0..255"


def range_like(x: Array, span: Range, what: str = "x") -> tuple[Range, str]:
    """The range by which new values ``x`` are read where training had ``span``, and a note.

    DataError where no reading makes sense.

    >>> range_like(np.array([[0.0, 0.9]]), (0.0, 65535.0))
    ((0.0, 1.0), '')
    """
    own = range_of(x, what)
    if x.size == 0:
        return span, ""
    low, high = float(x.min()), float(x.max())
    margin = _HALF_STEP * (span[1] - span[0])
    within = span[0] - margin <= low and high <= span[1] + margin
    if span[0] != 0:
        room = (span[1] - span[0]) / 2
        if x.dtype == np.bool_ or low < span[0] - room or high > span[1] + room:
            raise DataError(_stranger(what, x, span))
        return span, "" if within else _cut(low, high, span)
    if x.dtype == np.bool_:
        return UNIT, ""
    if x.dtype == np.uint8:
        return _bytes(high, span)
    if low < -(_HALF_STEP if high <= _NEARLY_UNIT else margin):
        raise DataError(_stranger(what, x, span))
    if x.dtype.kind in "iu":
        return _whole(int(high), span, own)
    return _fractions(x, high, span, what, within=within)


def _bytes(high: float, span: Range) -> tuple[Range, str]:
    if span == FULL:
        return FULL, ""
    if span[1] < _MANY and high <= span[1]:
        return span, ""
    if span == UNIT:
        return FULL, ""
    return FULL, f"8-bit values were read as 0..255; training had {_text(span)}"


def _whole(high: int, span: Range, own: Range) -> tuple[Range, str]:
    if span == FULL and high <= _MANY:
        return FULL, ""
    if high <= span[1]:
        return span, _faint(high, span)
    white, note = white_of(high, span[1] if is_deep(span) else None)
    if is_deep(span) and white == span[1]:
        return span, note
    return own, note if high > _MANY or span != UNIT else ""


def _fractions(x: Array, high: float, span: Range, what: str, *, within: bool) -> tuple[Range, str]:
    usual = span == FULL or is_deep(span)
    if high <= 1 + _HALF_STEP and (usual or span == UNIT):
        return UNIT, ""
    if high <= _NEARLY_UNIT and (usual or span == UNIT):
        raise DataError(
            f"{what} has values up to {high:g}, a little above 1. Expected 0..1 or "
            f"{_text(FULL if span == UNIT else span)}: cut them first, np.clip(x, 0, 1)."
        )
    if within:
        return span, _faint(high, span)
    if span not in (FULL, UNIT) and high <= 2 * span[1]:
        return span, _cut(0, high, span)
    if span == UNIT and high <= _MANY * (1 + _HALF_STEP):
        return FULL, "values were read as 0..255; training had 0..1"
    raise DataError(_stranger(what, x, span))


def _cut(low: float, high: float, span: Range) -> str:
    return f"values from {low:g} to {high:g} were cut to {_text(span)}, the range in training"


def _faint(high: float, span: Range) -> str:
    """A note where values fill so little of a range that they may have another one."""
    if is_deep(span) and high <= _MANY:
        other = "8-bit pictures, give them as uint8"
    elif 4 <= span[1] <= _MANY and span != FULL and high <= 1:
        other = "pictures of 0..1, scale them"
    else:
        return ""
    return f"values never pass {high:g} and were read as {_text(span)}, as in training: for {other}"


def _stranger(what: str, x: Array, span: Range) -> str:
    high = "" if span in (FULL, UNIT) else " or as uint8" * (span[0] == 0)
    return (
        f"{what} has {x.dtype} values from {float(x.min()):g} to {float(x.max()):g}, and training "
        f"had {_text(span)}. Give pictures with values of that range{high}."
    )


def _text(span: Range) -> str:
    return f"{span[0]:g}..{span[1]:g}"
