"""The catalogue: one ``.net`` text for each architecture, readable from top to bottom."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from svertka.errors import UnknownName

_HERE = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """The names of all nets of the catalogue, sorted.

    >>> "resnet18" in names()
    True
    """
    return tuple(sorted(path.stem for path in _HERE.glob("*.net")))


def find(net: str) -> str:
    """The text of a net by its name in the catalogue; a text of the language is returned as it is.

    Raises `UnknownName` if ``net`` reads as a name but is not in the catalogue.

    >>> find("lenet5").splitlines()[2]
    'input 1x28x28'
    >>> find("conv8-relu-fc10")
    'conv8-relu-fc10'
    >>> find("resnet19")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    svertka.errors.UnknownName: There is no net 'resnet19'. Did you mean: ...
    """
    name = net.strip().lower()
    if name in names():
        return (_HERE / f"{name}.net").read_text(encoding="utf-8")
    if name.replace("_", "").isalnum() and not _is_word(name):
        raise UnknownName("net", name, names(), "Or give a text, such as conv8-relu-pool-fc10.")
    return net


def _is_word(name: str) -> bool:
    """Whether the name alone is a text of the language, as ``fc10`` is."""
    from svertka.errors import NetTextError
    from svertka.grammar import parse

    try:
        parse(name)
    except NetTextError:
        return False
    return True
