"""The one place of hooks: what goes into chosen layers of any module, and what comes out.

    with still(module), watch(module, ["conv1", "fc"]) as calls:
        module(x)
    calls["conv1"].output          # a copy, without history

A layer is a module, its name the module's path. A module that one pass runs several times (a ReLU
that a block uses twice) has its further calls as ``relu:2``, ``relu:3``. Values are copied when
they are seen: a later layer that works in place (``nn.ReLU(inplace=True)``, ``out += identity``)
changes nothing in them. Only what was asked for is kept; with ``on_call`` nothing is kept at all,
so a whole network can be looked through a layer at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from svertka.errors import UnknownName
from svertka.predict.modes import evaluating, exact


@dataclass(eq=False, slots=True)
class Call:
    """One layer run once: copies of its ``inputs`` (if asked for) and its ``output``.

    ``gradient`` is that of the output, in its shape, filled in when somebody calls ``backward``
    or ``torch.autograd.grad``; None before, and where the layer had no part in the result.
    ``live`` is the output with its history, for whoever wants gradients of the layer itself; None
    where they were not asked for.
    """

    name: str
    module: nn.Module
    inputs: tuple[Tensor, ...]
    output: Tensor
    gradient: Tensor | None = None
    live: Tensor | None = None


def layers_of(module: nn.Module) -> tuple[str, ...]:
    """The paths of all parts that have no parts themselves, as the module lists them.

    >>> layers_of(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.ReLU())))
    ('0', '1.0')
    """
    return tuple(name for name, part in module.named_modules() if not any(part.children()))


@contextmanager
def still(module: nn.Module, *, gradients: bool = False) -> Iterator[None]:
    """Look without touching: evaluation mode, full float32, and afterwards everything as it was.

    Training modes of every part, torch's random state and the parameters' ``grad`` are put back,
    after errors, too. Without ``gradients`` nothing of what happens inside is recorded for them.
    """
    tensors = [*module.parameters(), *module.buffers()]
    devices = {tensor.device for tensor in tensors if tensor.is_cuda}
    here = tensors[0].device if tensors else torch.device("cpu")
    held = [(parameter, parameter.grad) for parameter in module.parameters()]
    for parameter, _ in held:
        parameter.grad = None
    try:
        with (
            torch.random.fork_rng(list(devices)),
            evaluating(module),
            exact(here),
            torch.inference_mode(False),
            torch.set_grad_enabled(gradients),
        ):
            yield
    finally:
        for parameter, gradient in held:
            parameter.grad = gradient


@contextmanager
def watch(
    module: nn.Module,
    layers: Sequence[str] | None = None,
    *,
    inputs: bool = False,
    gradients: bool = False,
    on_call: Callable[[Call], None] | None = None,
) -> Iterator[dict[str, Call]]:
    """Record ``layers`` (paths; None is all of ``layers_of``) while the block runs the module.

    Yields the calls by name, in the order in which they happen: the last pass over a layer counts.
    ``inputs`` copies what goes in, too; ``gradients`` lets `Call.gradient` be filled in, for which
    the input or the weights must require them. ``on_call`` gets each call and nothing is kept.
    The mode of the module is the caller's: see `still`. Raises UnknownName.

    >>> net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(inplace=True))
    >>> with still(net), watch(net, ["0"]) as calls:
    ...     _ = net(torch.ones(1, 2))
    >>> calls["0"].output.shape
    torch.Size([1, 2])
    """
    calls: dict[str, Call] = {}
    counts: dict[str, int] = {}
    entering: dict[str, tuple[Tensor, ...]] = {}
    keep = on_call or (lambda call: calls.__setitem__(call.name, call))

    def enter(path: str, _part: nn.Module, given: tuple[Any, ...]) -> None:
        # before the layer runs: it may work in place
        entering[path] = tuple(x.detach().clone() for x in given if isinstance(x, Tensor))

    def leave(
        path: str, numbers: set[int], part: nn.Module, _given: tuple[Any, ...], output: Any
    ) -> None:
        counts[path] = number = counts.get(path, 0) + 1
        tensor, copies = first_tensor(output), entering.pop(path, ())
        if tensor is None or numbers.isdisjoint((0, number)):
            return
        name = path if number == 1 else f"{path}:{number}"
        call = Call(name, part, copies, tensor.detach().clone())
        if gradients and tensor.requires_grad:
            call.live = tensor.clone()  # a later layer may work in place
            tensor.register_hook(partial(_fill, call))  # type: ignore[no-untyped-call]
        keep(call)

    with ExitStack() as hooks:
        hooks.callback(module.register_forward_pre_hook(lambda *_: counts.clear()).remove)
        for path, (part, numbers) in _wanted(module, layers).items():
            if inputs:
                hooks.callback(part.register_forward_pre_hook(partial(enter, path)).remove)
            hooks.callback(part.register_forward_hook(partial(leave, path, numbers)).remove)
        yield calls


def innermost(x: Tensor) -> Tensor:
    """The same pictures with channels innermost in memory, which convolutions run through faster.

    >>> innermost(torch.zeros(2, 3, 4, 4)).stride()
    (48, 1, 12, 3)
    """
    return x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x


def first_tensor(output: Any) -> Tensor | None:
    """The tensor that a layer returns, the first one where it returns several; None without."""
    if isinstance(output, Tensor):
        return output
    parts = output.values() if isinstance(output, dict) else output
    if not isinstance(output, list | tuple | dict):
        return None
    return next((found for part in parts if (found := first_tensor(part)) is not None), None)


def _fill(call: Call, gradient: Tensor) -> None:
    call.gradient = gradient.detach().clone()


def _wanted(
    module: nn.Module, layers: Sequence[str] | None
) -> dict[str, tuple[nn.Module, set[int]]]:
    """Modules by path, each with the numbers of the calls asked for; 0 is all of them."""
    parts = dict(module.named_modules())
    found: dict[str, tuple[nn.Module, set[int]]] = {}
    for name in layers_of(module) if layers is None else layers:
        path, colon, number = name.partition(":")
        if path not in parts or (colon and not number.isdecimal()):
            raise UnknownName("layer", name, [path for path in parts if path])
        _, numbers = found.setdefault(path, (parts[path], set()))
        numbers.add(int(number) if colon else 0)
    return found
