"""A recipe with some of its settings changed by name, as a command line gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from svertka.data import AugmentPolicy
from svertka.errors import UnknownName, UsageError
from svertka.train.recipe import Recipe

# These say how long and from where, and have options of their own.
_OWN = {"epochs", "budget", "seed", "weights"}
NAMES = tuple(name for name in Recipe.model_fields if name not in _OWN)
AUGMENT_NAMES = tuple(f"augment.{name}" for name in AugmentPolicy.model_fields)


def with_settings(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """``recipe`` with ``settings``; values may be texts, "none" is none, "augment.flip" is inside.

    Raises ``UnknownName`` with the nearest names, ``UsageError`` for a value that cannot be.

    >>> changed = with_settings(Recipe(epochs=1), {"channels_last": "no", "augment.shift": "0.1"})
    >>> changed.channels_last, str(changed.augment)
    (False, 'shift 0.1')
    """
    values = recipe.model_dump()
    for name, value in settings.items():
        if name not in (*NAMES, *AUGMENT_NAMES):
            raise UnknownName("setting", name, (*NAMES, *AUGMENT_NAMES))
        wanted = None if str(value).lower() in ("none", "null") else value
        outer, _, inner = name.partition(".")
        if inner:
            values[outer] = {**(values[outer] or {}), inner: wanted}
        else:
            values[outer] = wanted
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = ".".join(map(str, fault["loc"]))
        raise UsageError(f"{name} cannot be {fault['input']!r}: {_expected(fault)}.") from error


# pydantic's kinds of fault, in words of ours; what it would say itself is for programmers.
_EXPECTED = {
    "literal_error": "expected {expected}",
    "bool_type": "expected yes or no",
    "bool_parsing": "expected yes or no",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "int_type": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "finite_number": "expected a finite number",
    "greater_than": "expected more than {gt:g}",
    "greater_than_equal": "expected {ge:g} or more",
    "less_than": "expected less than {lt:g}",
    "less_than_equal": "expected {le:g} or less",
    "string_type": "expected a text",
}


def _expected(fault: ErrorDetails) -> str:
    words = _EXPECTED.get(fault["type"])
    return fault["msg"] if words is None else words.format(**fault.get("ctx", {}))
