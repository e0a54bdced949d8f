"""Other networks' tensors into ours: the k-th that they use is the k-th that our text uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

import torch
from torch import Tensor, nn

from svertka.errors import StoreError
from svertka.nets.modules import Side
from svertka.nets.weights.names import FAMILIES, in_order_of_use

_COUNTER = "num_batches_tracked"


@dataclass(frozen=True)
class Loaded:
    """What came of loading: names of our tensors that were filled, and that are still as drawn.

    ``new`` are those of the last layer when the classes differ, and of side classifiers that the
    file lacks. ``spare`` are the file's tensors that our net has no use for: side classifiers.
    """

    filled: tuple[str, ...]
    new: tuple[str, ...]
    spare: tuple[str, ...]


def load_weights(module: nn.Module, tensors: Mapping[str, Tensor], source: str = "") -> Loaded:
    """Fill a built net with another network's tensors, by our names or by the order of use.

    Fully connected layers may be stored as convolutions. A last layer for other classes, and side
    classifiers that only one of the two has, are left out and told in the answer. ``source`` names
    the tensors in errors. Raises StoreError at the first tensor that does not fit; then nothing
    has been changed.

    >>> from svertka.grammar import resolve
    >>> from svertka.nets.build import build
    >>> ours = build(resolve("conv2k1-gap-fc{classes}", input=(3, 4, 4), classes=5))
    >>> theirs = {"conv1.weight": torch.ones(2, 3, 1, 1), "conv1.bias": torch.ones(2)}
    >>> theirs |= {"fc.weight": torch.ones(7, 2), "fc.bias": torch.ones(7)}
    >>> load_weights(ours, theirs).new
    ('fc.weight', 'fc.bias')
    """
    source = source or "weights"
    own = {name: value for name, value in module.state_dict().items() if _COUNTER not in name}
    given = {name: value for name, value in tensors.items() if _COUNTER not in name}
    left: tuple[str, ...] = ()
    if given.keys() >= own.keys():
        order = list(own)
    else:
        order = _order(given, source)
        sides = tuple(f"{name}." for name, part in module.named_modules() if isinstance(part, Side))
        own, order, left = _without_sides(own, order, sides)
    pairs = _paired(own, {name: given[name] for name in order}, source)
    with torch.no_grad():
        for name, value in pairs.items():
            own[name].copy_(value.reshape(own[name].shape))
    new = tuple(name for name in own if name not in pairs)
    return Loaded(tuple(pairs), new + left, tuple(name for name in given if name not in order))


def _order(given: Mapping[str, Tensor], source: str) -> list[str]:
    order = in_order_of_use(given)
    if order is None:
        families = "; ".join(family.name for family in FAMILIES)
        raise StoreError(
            f"{source}: names such as {next(iter(given), 'none')!r} belong to no family that "
            f"svertka knows. Known: svertka's own names; {families}."
        )
    return order


def _without_sides(
    own: dict[str, Tensor], order: list[str], sides: tuple[str, ...]
) -> tuple[dict[str, Tensor], list[str], tuple[str, ...]]:
    """Both lists without side classifiers, unless both have them; and those of ours left out."""
    ours = tuple(name for name in own if name.startswith(sides)) if sides else ()
    theirs = [name for name in order if _is_side(name)]
    if order == list(own) or len(ours) == len(theirs):
        return own, order, ()
    main = {name: value for name, value in own.items() if name not in ours}
    return main, [name for name in order if name not in theirs], ours


def _is_side(name: str) -> bool:
    return name.lower().startswith("aux")


def _paired(own: dict[str, Tensor], given: dict[str, Tensor], source: str) -> dict[str, Tensor]:
    """Our names with their tensors, without a last layer for other classes."""
    classes = own[next(reversed(own))].shape[0] if own else 0
    others = given[next(reversed(given))].shape[0] if given else 0
    pairs = {}
    for number, (mine, theirs) in enumerate(zip_longest(own, given), 1):
        if mine is None or theirs is None or not _fits(own[mine], given[theirs]):
            head = mine and theirs and _is_head(own[mine], given[theirs], classes, others)
            if not head:
                raise StoreError(
                    f"{source}: not the weights of this net. Tensor {number} in the order of use "
                    f"is {_told(theirs, given)} there and {_told(mine, own)} in the net."
                )
        else:
            pairs[mine] = given[theirs]
    return pairs


def _fits(mine: Tensor, theirs: Tensor) -> bool:
    """The same shape, or a fully connected layer stored as a convolution, or the other way."""
    same_numbers = mine.shape[:1] == theirs.shape[:1] and mine.numel() == theirs.numel()
    return mine.shape == theirs.shape or (same_numbers and 2 in (mine.ndim, theirs.ndim))


def _is_head(mine: Tensor, theirs: Tensor, classes: int, others: int) -> bool:
    """Whether the two differ in their classes alone."""
    if classes == others or (mine.shape[0], theirs.shape[0]) != (classes, others):
        return False
    return mine[0].numel() == theirs[0].numel()


def _told(name: str | None, tensors: dict[str, Tensor]) -> str:
    if name is None:
        return "nothing"
    return f"{name} {'x'.join(map(str, tensors[name].shape)) or 'scalar'}"
