"""The arithmetic of layers without a sliding window: norms, activations, sums, dense layers.

As in `windows`, every function returns the `Cell` of one output number. What only moves numbers
(flatten, concat, up-sampling, padding) is run on the numbers of the places instead: the layer
itself says where a number comes from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from svertka.look.cell import Cell, Positions, Values
from svertka.look.windows import At, values_of

Step = tuple[str, float]


def norm(module: Any, x: Values, at: At) -> Cell:
    """Batch norm: by the running mean and variance, or the picture's own where none are kept."""
    channel = at[0]
    own = x[channel]
    running = module.running_mean is not None
    mean = float(values_of(module.running_mean)[channel]) if running else float(own.mean())
    variance = float(values_of(module.running_var)[channel]) if running else float(own.var())
    numbers = {"mean": mean, "variance": variance, "epsilon": module.eps}
    number = _at(x, at)
    result = (number - mean) / math.sqrt(variance + module.eps)
    formula = "(x − mean) / √(variance + epsilon)"
    if module.affine:
        numbers["weight"] = float(values_of(module.weight)[channel])
        numbers["bias"] = float(values_of(module.bias)[channel])
        result = result * numbers["weight"] + numbers["bias"]
        formula += " · weight + bias"
    return _single("bn", formula, x, at, result, numbers)


def dense(module: Any, x: Values, at: At) -> Cell:
    """Σ inputs · weights + bias of one neuron, the last number of ``at``."""
    row = x[at[:-1]]
    weights = values_of(module.weight)[at[-1]]
    numbers = {} if module.bias is None else {"bias": float(values_of(module.bias)[at[-1]])}
    result = float(row @ weights) + numbers.get("bias", 0.0)
    formula = "Σ inputs · weights + bias" if numbers else "Σ inputs · weights"
    channels = tuple(range(len(row)))
    inside = np.ones((), np.bool_)
    return Cell("fc", formula, at, row, channels, (), inside, result, weights, numbers)


def add(branches: Sequence[Values], at: At) -> Cell:
    """The sum of the branches' numbers at one place: a row of the window for each branch."""
    numbers = [_at(branch, at) for branch in branches]
    one = (1,) * (len(at) - 1)
    window = np.array(numbers).reshape(len(numbers), *one)
    positions = tuple((place,) for place in at[1:])
    formula = " + ".join(f"x{number}" for number in range(1, len(numbers) + 1))
    inside = np.ones(one, np.bool_)
    return Cell("add", formula, at, window, (at[0],), positions, inside, math.fsum(numbers))


def activation(module: Any, x: Values, at: At, kind: str) -> Cell:
    """One number bent by a function."""
    number = _at(x, at)
    if isinstance(module, torch.nn.PReLU):
        slopes = values_of(module.weight)
        formula, result = _leaky(float(slopes[at[0] if len(slopes) > 1 else 0]), number)
    else:
        formula, result = ACTIVATIONS[type(module)](module, number)
    return _single(kind, formula, x, at, result, {})


def moved(module: Any, inputs: Sequence[Values], at: At, kind: str) -> Cell:
    """One number of the input brought to another place, or a 0 of padding."""
    numbered, first = [], 1
    for x in inputs:
        numbered.append(torch.arange(first, first + x.size, dtype=torch.float64).view(1, *x.shape))
        first += x.size
    with torch.no_grad():
        number = int(module(*numbered)[(0, *at)])
    which, first = 0, 1
    while which < len(inputs) - 1 and number >= first + inputs[which].size:
        first += inputs[which].size
        which += 1
    x = inputs[which]
    numbers = {"input": float(which + 1)} if len(inputs) > 1 else {}
    if number == 0:
        window = np.zeros((1,) * x.ndim)
        outside: Positions = ((None,),) * (x.ndim - 1)
        inside = np.zeros((1,) * (x.ndim - 1), np.bool_)
        return Cell(kind, "0", at, window, (at[0],), outside, inside, 0.0, numbers=numbers)
    source = tuple(int(place) for place in np.unravel_index(number - first, x.shape))
    found = _single(kind, "x", x, source, float(x[source]), numbers)
    return Cell(
        *(kind, found.formula, at, found.window, found.channels, found.positions, found.inside),
        result=found.result,
        numbers=numbers,
    )


def _single(
    kind: str, formula: str, x: Values, at: At, result: float, numbers: dict[str, float]
) -> Cell:
    """A cell that is made of one number, at the same place."""
    one = (1,) * (len(at) - 1)
    window = np.full((1, *one), _at(x, at))
    positions = tuple((place,) for place in at[1:])
    inside = np.ones(one, np.bool_)
    return Cell(kind, formula, at, window, (at[0],), positions, inside, result, numbers=numbers)


def _at(x: Values, at: At) -> float:
    return float(x[at])


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _leaky(slope: float, x: float) -> Step:
    return f"x if x > 0 else {slope:g} · x", x if x > 0 else slope * x


def _clamp(low: float, high: float, x: float) -> Step:
    return f"min(max(x, {low:g}), {high:g})", min(max(x, low), high)


def _elu(alpha: float, x: float) -> Step:
    return f"x if x > 0 else {alpha:g} · (eˣ − 1)", x if x > 0 else alpha * math.expm1(x)


def _gelu(module: Any, x: float) -> Step:
    if module.approximate == "tanh":
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return "x/2 · (1 + tanh(√(2/π)(x + 0.044715 x³)))", x / 2 * (1 + math.tanh(inner))
    return "x · Φ(x)", x / 2 * (1 + math.erf(x / math.sqrt(2)))


_HARD = "min(max(x + 3, 0), 6) / 6"
ACTIVATIONS: dict[type[torch.nn.Module], Callable[[Any, float], Step]] = {
    torch.nn.ReLU: lambda _, x: ("max(0, x)", max(0.0, x)),
    torch.nn.ReLU6: lambda _, x: _clamp(0, 6, x),
    torch.nn.LeakyReLU: lambda m, x: _leaky(m.negative_slope, x),
    torch.nn.ELU: lambda m, x: _elu(m.alpha, x),
    torch.nn.GELU: _gelu,
    torch.nn.SiLU: lambda _, x: ("x / (1 + e⁻ˣ)", x * _sigmoid(x)),
    torch.nn.Mish: lambda _, x: ("x · tanh(ln(1 + eˣ))", x * math.tanh(_softplus(x))),
    torch.nn.Sigmoid: lambda _, x: ("1 / (1 + e⁻ˣ)", _sigmoid(x)),
    torch.nn.Tanh: lambda _, x: ("tanh x", math.tanh(x)),
    torch.nn.Hardtanh: lambda m, x: _clamp(m.min_val, m.max_val, x),
    torch.nn.Hardsigmoid: lambda _, x: (_HARD, min(max(x + 3, 0.0), 6.0) / 6),
    torch.nn.Hardswish: lambda _, x: (f"x · {_HARD}", x * min(max(x + 3, 0.0), 6.0) / 6),
    torch.nn.Softplus: lambda m, x: ("ln(1 + eˣ)", _softplus(m.beta * x) / m.beta),
    torch.nn.Identity: lambda _, x: ("x", x),
    torch.nn.Dropout: lambda _, x: ("x", x),
    torch.nn.Dropout1d: lambda _, x: ("x", x),
    torch.nn.Dropout2d: lambda _, x: ("x", x),
    torch.nn.Dropout3d: lambda _, x: ("x", x),
}
