"""The same net without one of its ideas, by its text: what an idea does is seen where it is left
out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from svertka.errors import UsageError
from svertka.grammar.parse import parse
from svertka.grammar.tree import (
    Aux,
    Branches,
    Call,
    Chain,
    Layer,
    Net,
    Number,
    Optional,
    Repeat,
    Step,
)

Steps = tuple[Step, ...]
Change = Callable[[Step], Steps]
"""From one step to those that stand in its place."""


def without_norm(text: str) -> str:
    """The text of a net without its batch norm; convolutions have their biases back.

    Raises `NetTextError` if the text is not one of the language.

    >>> without_norm("block(n) = (id + conv{n}-bn-relu-conv{n}-bn)-relu; block(8)*2-gap-fc10")
    'block(n) = (id + conv{n}-relu-conv{n})-relu\\nblock(8)*2-gap-fc10'
    """
    return _changed(parse(text), lambda step: () if _is(step, "bn") else (step,))


def without_skips(text: str) -> str:
    """The text of a net without its shortcuts, so that there is one way through each block.

    Of branches that are added the deepest stays (all of them, if they are equally deep); of those
    that are concatenated the input itself goes. Raises `NetTextError` as `parse` does.

    >>> without_skips("down(n) = (conv{n}k1s2-bn + conv{n}s2-bn-relu-conv{n}-bn)-relu; down(8)-fc")
    'down(n) = conv{n}s2-bn-relu-conv{n}-bn-relu\\ndown(8)-fc'
    >>> without_skips("(id | bn-relu-conv8)*3-gap-fc10")
    '[bn-relu-conv8]*3-gap-fc10'
    """
    net = parse(text)
    bodies = {definition.name: definition.body for definition in net.definitions}

    def change(step: Step) -> Steps:
        if not isinstance(step, Branches):
            return (step,)
        depths = [_depth(chain, bodies) for chain in step.chains]
        least = max(depths) if step.sign == "+" else min(1, max(depths))
        kept = [chain for chain, d in zip(step.chains, depths, strict=True) if d >= least]
        return kept[0].steps if len(kept) == 1 else (replace(step, chains=tuple(kept)),)

    return _changed(net, change)


WITHOUT: dict[str, Callable[[str], str]] = {"skip": without_skips, "bn": without_norm}


def without(text: str, *ideas: str) -> str:
    """The text of a net without each of ``ideas``, which are among `WITHOUT`.

    Raises `NetTextError` as `parse` does, `UsageError` where the net has no such thing.

    >>> without("(id + conv8-bn-relu)-gap-fc10", "skip", "bn")
    'conv8-relu-gap-fc10'
    """
    for idea in ideas:
        changed = WITHOUT[idea](text)
        if changed == str(parse(text)):
            raise UsageError(f"The net has no {idea} to do without: leave the switch out.")
        text = changed
    return text


def _changed(net: Net, change: Change) -> str:
    """The text after ``change``; a net that is another one now has lost its name."""
    lines = tuple(_chain(line, change) for line in net.lines)
    definitions = tuple(replace(d, body=_chain(d.body, change)) for d in net.definitions)
    changed = replace(net, lines=lines, definitions=definitions)
    return str(changed if changed == net else replace(changed, name=None))


def _chain(chain: Chain, change: Change) -> Chain:
    """The chain after ``change`` of every step; what becomes empty is the input itself."""
    return Chain(_inside(chain, change) or (Layer("id"),))


def _inside(chain: Chain, change: Change) -> Steps:
    return tuple(new for step in chain.steps for new in _steps(step, change))


def _steps(step: Step, change: Change) -> Steps:
    """What stands in the place of a step, whose parts are changed first."""
    match step:
        case Chain():
            inside = _inside(step, change)
            return (Chain(inside),) if inside else ()
        case Branches(chains=chains):
            return change(replace(step, chains=tuple(_chain(chain, change) for chain in chains)))
        case Aux(chain=chain):
            return (replace(step, chain=_chain(chain, change)),)
        case Repeat(step=inner) | Optional(step=inner):
            new = _steps(inner, change)
            return (replace(step, step=_one(new)),) if new else ()
        case _:
            return change(step)


def _one(steps: Steps) -> Step:
    alone = len(steps) == 1 and not isinstance(steps[0], Repeat | Optional)
    return steps[0] if alone else Chain(steps)


def _is(step: Step, kind: str) -> bool:
    return isinstance(step, Layer) and step.kind == kind


def _depth(step: Step, bodies: Mapping[str, Chain]) -> int:
    """The layers on the longest way through a step, ``id`` not counted.

    A definition that is not among ``bodies`` counts as one, so does a number without a value.
    """
    match step:
        case Layer():
            return int(step.kind != "id")
        case Call(name=name):
            rest = {other: body for other, body in bodies.items() if other != name}
            return _depth(bodies[name], rest) if name in bodies else 1
        case Chain(steps=steps):
            return sum(_depth(inner, bodies) for inner in steps)
        case Branches(chains=chains):
            return max(_depth(chain, bodies) for chain in chains)
        case Repeat(step=inner, times=times):
            return _depth(inner, bodies) * (int(times.value) if isinstance(times, Number) else 1)
        case Optional(step=inner):
            return _depth(inner, bodies)
        case Aux():
            return 0
