"""A net as a plan, and in other forms; no framework is loaded."""

from __future__ import annotations

from svertka.export import text_of
from svertka.grammar import Plan, resolve
from svertka.nets.catalogue import find


def net(
    text: str,
    *,
    input: tuple[int, ...] | None = None,
    classes: int | None = None,
) -> Plan:
    """The plan of a net: every layer with its shape, cost and receptive field.

    ``text`` is a name of the catalogue or a text; ``input`` is (channels, height, width).

    >>> net("resnet18").parameters
    11689512
    """
    return resolve(find(text), input=input, classes=classes)


def net_as(net: str | Plan, form: str, *, lang: str = "en") -> str:
    """A net as source, ``pytorch`` or ``keras``, or as a diagram: ``svg``, ``mermaid``, ``dot``.

    ``net`` is a plan, a name of the catalogue or a text; ``lang`` is the language of a diagram's
    words, en or ru. Raises `UnknownName` with the nearest names.

    >>> print(net_as("fc10", "mermaid").splitlines()[0])
    flowchart LR
    """
    plan = net if isinstance(net, Plan) else resolve(find(net))
    return text_of(plan, form, lang)
