"""A net in other forms: plain source, diagrams. Texts out, no framework needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from svertka.errors import UnknownName

if TYPE_CHECKING:
    from svertka.grammar import Plan

FORMS = {
    "pytorch": "Python source that needs torch alone",
    "keras": "Python source for Keras 3",
    "svg": "a diagram for a slide",
    "mermaid": "a diagram as Mermaid text",
    "dot": "a diagram in the language of Graphviz",
}
DRAWN = ("svg", "mermaid", "dot")
LANGS = ("en", "ru")


def text_of(plan: Plan, form: str, lang: str = "en") -> str:
    """A net in one of `FORMS`; ``lang`` is the language of a diagram's words, en or ru.

    Raises `UnknownName` with the nearest names, and `UsageError` where Keras lacks a layer.

    >>> from svertka.grammar import resolve
    >>> text_of(resolve("conv8-relu-pool-fc10"), "mermaid").splitlines()[0]
    'flowchart LR'
    """
    if form not in FORMS:
        raise UnknownName("form", form, FORMS)
    write: Callable[..., str] = getattr(import_module(f"svertka.export.{form}"), form)
    return write(plan, lang) if form in DRAWN else write(plan)
