"""A net as a plan, and in other forms; no framework is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from svertka.errors import UsageError
from svertka.export import text_of
from svertka.grammar import Plan, resolve
from svertka.nets.catalogue import find
from svertka.workbench.limits import MOST_CLASSES, MOST_PLACES
from svertka.workbench.wanted import a_text, whole


def net(
    text: str,
    *,
    input: tuple[int, ...] | None = None,
    classes: int | None = None,
) -> Plan:
    """The plan of a net: every layer with its shape, cost and receptive field.

    ``text`` is a name of the catalogue or a text; ``input`` is (channels, height, width). Raises
    ``UsageError``.

    >>> net("resnet18").parameters
    11689512
    """
    shape = None if input is None else _shape(input)
    count = None if classes is None else whole("classes", classes, 1, MOST_CLASSES)
    return resolve(find(a_text("net", text)), input=shape, classes=count)


def net_as(net: str | Plan, form: str, *, lang: str = "en") -> str:
    """A net as source, ``pytorch`` or ``keras``, or as a diagram: ``svg``, ``mermaid``, ``dot``.

    ``net`` is a plan, a name of the catalogue or a text; ``lang`` is the language of a diagram's
    words, en or ru. Raises `UnknownName` with the nearest names.

    >>> print(net_as("fc10", "mermaid").splitlines()[0])
    flowchart LR
    """
    plan = net if isinstance(net, Plan) else resolve(find(a_text("net", net)))
    return text_of(plan, form, lang)


def _shape(input: object) -> tuple[int, ...]:
    if not isinstance(input, Sequence) or isinstance(input, str | bytes) or not input:
        raise UsageError(f"input is {input!r}. Expected (channels, height, width): (3, 224, 224).")
    return tuple(whole("A number of input", number, 1, MOST_PLACES) for number in input)
