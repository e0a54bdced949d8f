"""What a call asks for, checked before a picture is read or a folder made."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from svertka.errors import UsageError
from svertka.grammar import parse
from svertka.nets.catalogue import find
from svertka.workbench.duration import seconds
from svertka.workbench.limits import MOST_EPOCHS, MOST_SEED


@dataclass(frozen=True)
class Wanted:
    """The plain numbers of a training; ``budget`` in seconds."""

    epochs: int | None
    budget: float | None
    seed: int


def wanted(
    net: object,
    *,
    weights: object = None,
    epochs: object = None,
    budget: object = None,
    seed: object = 0,
    settings: Mapping[str, Any] | None = None,
) -> Wanted:
    """Everything that can be known to be wrong without the data; raises ``UsageError``.

    >>> wanted("lenet5", budget="2m")
    Wanted(epochs=None, budget=120.0, seed=0)
    """
    number = whole("seed", seed, 0, MOST_SEED)
    count = None if epochs is None else whole("epochs", epochs, 1, MOST_EPOCHS)
    length = None if budget is None else seconds(budget)
    if count is not None and length is not None:
        raise UsageError(f"epochs={count} and budget={budget} came together. Give one of the two.")
    if net is not None:
        parse(find(a_text("net", net)))
    if not (weights is None or isinstance(weights, str)):
        raise UsageError(
            f"weights is {_shown(weights)}. Expected 'imagenet', 'none', or the name of a file or "
            "of a run's folder."
        )
    if settings:
        from svertka.train.recipe import Recipe
        from svertka.train.settings import with_settings

        with_settings(Recipe(epochs=1), settings)
    return Wanted(count, length, number)


def whole(name: str, value: object, least: int, most: int) -> int:
    """``value`` as a plain int within the range; raises ``UsageError``.

    >>> whole("seed", 7, 0, 9)
    7
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or not least <= number <= most:
        raise UsageError(
            f"{name} is {_shown(value)}. Expected a whole number from {least:,} to {most:,}."
        )
    return number


def a_text(name: str, value: object) -> str:
    """``value``, which must be a str; raises ``UsageError``."""
    if not isinstance(value, str):
        raise UsageError(
            f"{name} is {_shown(value)}. Expected a name of the catalogue or a text, such as "
            "'resnet18' or 'conv8-relu-pool-fc10'."
        )
    return value


def checked_path(name: str, value: object) -> None:
    """Raises ``UsageError`` where ``value`` is neither a str nor a path, or holds a zero byte."""
    if not isinstance(value, str | os.PathLike) or "\0" in os.fspath(value):
        raise UsageError(f"{name} is {_shown(value)}. Expected a path, such as 'runs/digits-1'.")


def checked_source(value: object) -> None:
    """Raises ``UsageError`` for what cannot be pictures to predict: see ``Run.predict``."""
    if isinstance(value, str | os.PathLike) or hasattr(value, "__array__"):
        return
    if not isinstance(value, Iterable) or isinstance(value, bytes | bytearray | Mapping):
        raise UsageError(
            f"The pictures are {_shown(value)}. Expected an array (N, H, W, C), a file, a folder, "
            "or a list of files and folders."
        )


def checked_callback(value: object) -> None:
    """Raises ``UsageError`` where events could not be told to ``value``."""
    if value is not None and not callable(value):
        raise UsageError(f"on_event is {_shown(value)}. Expected a function of one event.")


def _shown(value: object) -> str:
    """A value as it was written, shortened; a large thing by its kind.

    >>> _shown("abc"), _shown(None), _shown([1, 2])
    ("'abc'", 'None', 'a list')
    """
    if value is None or isinstance(value, str | bytes | bool | float):
        text = repr(value)
        return text if len(text) <= 60 else f"{text[:57]}..."
    if isinstance(value, int):
        digits = value.bit_length() * math.log10(2)
        return str(value) if digits < 40 else f"a number of {digits:,.0f} digits"
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"
