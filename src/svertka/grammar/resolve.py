"""Text or tree to plan: definitions expanded, shapes, cost and receptive fields known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from svertka.errors import UsageError
from svertka.grammar.draft import Flow
from svertka.grammar.expand import Expander
from svertka.grammar.field import START
from svertka.grammar.naming import Named
from svertka.grammar.parse import parse
from svertka.grammar.plan import Plan
from svertka.grammar.shape import Shaper
from svertka.grammar.tree import Net
from svertka.grammar.words import RESERVED

DIGITS = (1, 28, 28)
DIGITS_CLASSES = 10


def resolve(
    net: str | Net,
    *,
    input: Sequence[int] | None = None,
    classes: int | None = None,
    values: Mapping[str, int] | None = None,
    strict: bool = False,
) -> Plan:
    """The plan of a net for an input (channels, then places along each axis) and classes.

    What is not given is taken from the text, and else from the built-in digits (1x28x28, 10
    classes). ``values`` gives names a number; ``strict`` makes a stride that does not divide an
    error. Raises `NetTextError` and `ShapeError` with the text, a caret and a remedy.

    >>> plan = resolve("conv6k5-relu-pool-conv16k5p0-relu-pool-fc120-relu-fc{classes}")
    >>> plan.parameters, plan.output, plan.receptive_field
    (51902, (10,), (16, 16))
    >>> [layer.path for layer in plan.layers][:4]
    ['conv1', 'relu1', 'pool1', 'conv2']
    """
    tree = parse(net) if isinstance(net, str) else net
    text = str(tree) if not tree.source else tree.source
    given = {name.lower(): number for name, number in (values or {}).items()}
    if given:
        _check_values(tree, given)
        tree = tree.with_values(given)
        text = str(tree)
    if not tree.source:
        tree = replace(tree, source=str(tree))
    size = tuple(input or tree.input or DIGITS)
    count = classes or tree.classes or DIGITS_CLASSES
    _check_input(size, count)
    expander = Expander(tree, {"classes": count, "channels": size[0]})
    flow = Flow(size, (START,) * (len(size) - 1))
    shaper = Shaper(tree.source, size[1:], count, strict)
    scope, _ = shaper.group(expander.net(tree), flow, "end")
    named = Named([])
    chain = named.scope(scope, "", False)
    return Plan(
        text=text,
        input=size,
        classes=count,
        layers=tuple(named.layers),
        tree=chain,
        name=tree.name,
        notes=tuple(dict.fromkeys(shaper.notes)),
        assumed=not (input or tree.input),
    )


def _check_values(tree: Net, given: Mapping[str, int]) -> None:
    known = set(re.findall(r"[^\W\d]\w*", str(tree)))
    for name, number in given.items():
        if not name.isidentifier() or name in RESERVED:
            raise UsageError(f"{name!r} cannot be given a value; names are letters: N=2.")
        if not 0 <= number <= 10**7:
            raise UsageError(f"{name} = {number}: a value is a whole number from 0 to 10,000,000.")
        if name not in known:
            raise UsageError(f"The text has no name {name!r}, so it cannot be given a number.")
        if any(name == definition.name for definition in tree.definitions):
            raise UsageError(f"{name!r} is a chain of the text, not a number.")


def _check_input(size: tuple[int, ...], classes: int) -> None:
    if not 1 <= len(size) <= 4 or min(size) < 1:
        shown = "x".join(map(str, size))
        message = f"The input {shown} is not channels x places: 1x28x28, 3x224x224, 1x512, 784."
        raise UsageError(message)
    if classes < 1:
        raise UsageError(f"{classes} classes: there must be at least 1.")
