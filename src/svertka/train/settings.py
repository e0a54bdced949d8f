"""A recipe with some of its settings changed by name, as a command line gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

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
        fault = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(map(str, fault["loc"]))
        raise UsageError(f"{name} cannot be {fault['input']!r}: {fault['msg']}.") from error
