"""Layers that the page can compute itself: their numbers, and where each window lies.

The geometry is that of `svertka.look.windows`: one filter of one channel tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka.errors import UsageError
from svertka.look import pointwise, windows
from svertka.look.cells import arithmetic
from svertka.look.kinds import kind_of
from svertka.look.watch import Call

Floats = npt.NDArray[np.float32]
Lines = tuple[tuple[tuple[int, ...], ...], ...]
_POOLS: dict[str, Callable[..., Any]] = {
    "maxpool": windows.maxpool,
    "avgpool": windows.avgpool,
}
_EVEN: dict[str, Callable[..., Any]] = {
    "adaptivemaxpool": windows.adaptivemax,
    "adaptiveavgpool": windows.adaptiveavg,
}


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer whose cells the page can compute.

    ``x`` and ``output`` are (channels, places...), of an ``add`` the branches' channels one after
    another. ``lines`` say for each axis, and each line of cells along it, where the window lies in
    ``x``, and ``seen`` which of its channels an output channel sees.
    """

    kind: str
    formula: str
    x: Floats
    output: Floats
    lines: Lines
    seen: Callable[[int], Sequence[int]]
    weights: Floats | None = None
    numbers: dict[str, Floats] = field(default_factory=dict)
    padding_counts: bool = False


def computable(call: Call) -> Layer | None:
    """The layer as the page computes it; None for what it does not compute, such as a class derived
    from a known layer that computes something else."""
    found = _known(call)
    return found if found is None or _torchs(call.module) or _agrees(call) else None


def _torchs(module: torch.nn.Module) -> bool:
    """Whether a layer is as torch or this package made it: what it computes is known."""
    return type(module).__module__.partition(".")[0] in ("torch", "svertka")


def _agrees(call: Call) -> bool:
    """Whether a layer of somebody's own gives at its corners and its largest number what its kind
    would: a convolution that pads or scales in its own way does not."""
    output = call.output[0]
    shape = output.shape
    most = np.unravel_index(int(output.argmax()), shape)
    try:
        for at in (most, (0,) * len(shape), tuple(n - 1 for n in shape)):
            arithmetic(call, [int(i) for i in at])
    except UsageError:
        return False
    return True


def _known(call: Call) -> Layer | None:
    """The layer by its kind."""
    module: Any = call.module
    kind = kind_of(module)
    axes = call.output.dim() - 2
    if not call.inputs or not 0 <= axes <= 3:
        return None
    inputs, output = [_numbers(x[0]) for x in call.inputs], _numbers(call.output[0])
    x = inputs[0]
    if kind in ("conv", "filters"):
        return _conv(module, kind, x, output)
    if kind in _POOLS | _EVEN:
        return _pool(module, kind, x, output)
    if kind == "fc":
        return _dense(module, x, output) if axes == 0 else None
    if kind == "gap":
        lines = tuple((tuple(range(n)),) for n in x.shape[1:])
        means = output.reshape(len(x), *(1 for _ in lines))
        return Layer("gap", "Σ window / divisor", x, means, lines, _own)
    return _pointwise(module, kind, inputs, output)


def _dense(module: Any, x: Floats, output: Floats) -> Layer:
    numbers, count = _bias(module), len(x)
    formula = "Σ inputs · weights + bias" if numbers else "Σ inputs · weights"
    weights = _numbers(module.weight)
    return Layer("fc", formula, x, output, (), lambda _: range(count), weights, numbers)


def _pointwise(module: Any, kind: str, inputs: Sequence[Floats], output: Floats) -> Layer | None:
    """Layers whose number depends on those of the same place."""
    if any(part.shape != output.shape for part in inputs):
        return None
    lines = tuple(tuple((i,) for i in range(n)) for n in output.shape[1:])
    if kind == "add":
        formula = " + ".join(f"x{i}" for i in range(1, len(inputs) + 1))
        branches, n = np.concatenate(inputs), len(output)
        return Layer("add", formula, branches, output, lines, lambda c: range(c, len(branches), n))
    if kind == "bn" and module.running_mean is not None:
        formula, numbers = _norm(module)
        return Layer("bn", formula, inputs[0], output, lines, _own, None, numbers)
    if type(module) in pointwise.ACTIVATIONS:
        formula = pointwise.activation(module, np.zeros(1), (0,), kind).formula
        return Layer(kind, formula, inputs[0], output, lines, _own)
    return None


def _conv(module: Any, kind: str, x: Floats, output: Floats) -> Layer | None:
    if getattr(module, "padding_mode", "zeros") != "zeros":
        return None
    if kind == "filters":
        weights, groups = _numbers(module.kernels), len(x)
    else:
        weights, groups = _numbers(module.weight), module.groups
    if weights.ndim != output.ndim + 1:
        return None  # a picture without a batch
    # One filter of one channel tells where the windows of all of them lie.
    first = torch.from_numpy(weights[:1, :1])
    geometry = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "kernel_size": (3, 3)}
    if kind == "conv":
        geometry = {name: getattr(module, name) for name in geometry}
    twin = SimpleNamespace(weight=first, bias=None, groups=1, padding_mode="zeros", **geometry)
    blank = np.zeros((1, *x.shape[1:]))
    lines = _lines(lambda at: windows.conv(twin, blank, at), output)
    each, share = len(weights) // groups, weights.shape[1]
    numbers = _bias(module)
    formula = "Σ window · filter + bias" if numbers else "Σ window · filter"
    return Layer(
        "conv",
        formula,
        x,
        output,
        lines,
        lambda c: range(c // each * share, c // each * share + share),
        weights,
        numbers,
    )


def _pool(module: Any, kind: str, x: Floats, output: Floats) -> Layer | None:
    if getattr(module, "divisor_override", None) is not None:
        return None
    axes = f"Pool{output.ndim - 1}d"
    if not any(one.__name__.endswith(axes) for one in type(module).__mro__):
        return None  # a picture without a batch
    blank = np.zeros((1, *x.shape[1:]))
    if kind in _POOLS:
        lines = _lines(lambda at: _POOLS[kind](module, blank, at), output)
    else:
        lines = _lines(lambda at: _EVEN[kind](blank, at, output.shape), output)
    largest = kind.endswith("maxpool")
    if largest:
        return Layer("maxpool", "max window", x, output, lines, _own)
    counts = getattr(module, "count_include_pad", False)
    return Layer("avgpool", "Σ window / divisor", x, output, lines, _own, padding_counts=counts)


def _lines(cell: Callable[[tuple[int, ...]], Any], output: Floats) -> Lines:
    """Where the window of each line of cells lies along each axis: an axis knows no other."""
    places = output.shape[1:]
    found = [cell((0, *(min(i, n - 1) for n in places))).positions for i in range(max(places))]
    return tuple(tuple(p[axis] for p in found[:n]) for axis, n in enumerate(places))


def _norm(module: Any) -> tuple[str, dict[str, Floats]]:
    names = {"mean": module.running_mean, "variance": module.running_var}
    formula = "(x − mean) / √(variance + epsilon)"
    if module.affine:
        names |= {"weight": module.weight, "bias": module.bias}
        formula += " · weight + bias"
    numbers = {name: _numbers(values) for name, values in names.items()}
    numbers["epsilon"] = np.full(len(module.running_mean), module.eps, np.float64)
    return formula, numbers


def _own(channel: int) -> Sequence[int]:
    return (channel,)


def _bias(module: Any) -> dict[str, Floats]:
    bias = getattr(module, "bias", None)
    return {} if bias is None else {"bias": _numbers(bias)}


def _numbers(tensor: torch.Tensor) -> Floats:
    return tensor.detach().float().cpu().numpy()
