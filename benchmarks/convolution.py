"""Convolutions alone, forward and backward: torch's, ours, and what the processor could do.

    python benchmarks/convolution.py [--rounds 9]

The nets are those of ``make bench-peers``. Every convolution of a net is computed by itself, in
bfloat16, channels innermost, once as torch does and once as svertka does in training (products of
matrices where maps are small); both in turn, medians. "At the matrix product's rate" is what the
same multiplications would take in the product of two 2048x2048 matrices, measured beside them. No
step can be shorter than its convolutions: the last column is the most images a second that a net
could make if all else took no time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from peers.cases import CASES, SIDE, Case
from svertka import runtime
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find
from svertka.nets.convolution import Conv2d
from tables import publish, table

Layer = tuple[Conv2d, tuple[int, ...], bool]


def layers_of(case: Case) -> dict[tuple[Any, ...], tuple[Layer, int]]:
    """The different convolutions of a net, each with its pictures' shape, whether anything before
    it learns, and how often it occurs."""
    shape = (case.channels, case.side, case.side)
    net = build(resolve(find(case.text), input=shape, classes=10))
    found: dict[tuple[Any, ...], Layer] = {}
    counts: Counter[tuple[Any, ...]] = Counter()

    def note(layer: Conv2d, given: tuple[torch.Tensor], _: torch.Tensor) -> None:
        (x,) = given
        name = (tuple(x.shape[1:]), tuple(layer.weight.shape), layer.stride)
        found[name] = (layer, (case.batch, *x.shape[1:]), not counts)
        counts[name] += 1

    for module in net.modules():
        if isinstance(module, Conv2d):
            module.register_forward_hook(note)
    net.eval()(torch.zeros(1, *shape))
    return {name: (layer, counts[name]) for name, layer in found.items()}


def work(layer: Layer, kind: type[nn.Conv2d]) -> Callable[[], object]:
    """A function that computes the layer, what flows back to its pictures and to its weights."""
    own, shape, first = layer
    channels, filters = own.in_channels, own.out_channels
    conv = kind(channels, filters, own.kernel_size, own.stride, own.padding, bias=False)
    conv.to(torch.bfloat16, memory_format=torch.channels_last)  # type: ignore[call-overload]
    x = torch.randn(shape).to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
    x.requires_grad_(not first)
    grad = torch.randn_like(conv(x))
    inputs = [conv.weight] if first else [x, conv.weight]
    return lambda: torch.autograd.grad(conv(x), inputs, grad)


def product() -> Callable[[], object]:
    """A function that computes the product of two large matrices."""
    a, b = torch.randn(2, SIDE, SIDE).to(torch.bfloat16)
    return lambda: a @ b


def medians(ways: list[Callable[[], object]], rounds: int) -> list[float]:
    """Seconds of each, all in turn."""
    times: list[list[float]] = [[] for _ in ways]
    for number in range(rounds + 2):
        for way, taken in zip(ways, times, strict=True):
            start = time.perf_counter()
            way()
            if number > 1:  # the first ones make ready
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def measure(case: Case, rounds: int) -> tuple[list[list[str]], list[str]]:
    """A row for every different convolution, and one for the whole net."""
    rows, totals, beside = [], [0.0, 0.0, 0.0], product()
    for name, (layer, count) in layers_of(case).items():
        ways = [work(layer, nn.Conv2d), work(layer, Conv2d), beside]
        theirs, ours, each = medians(ways, rounds)
        own, shape, first = layer
        _, _, high, wide = own(torch.zeros(1, *shape[1:])).shape
        operations = 2 * shape[0] * high * wide * own.weight.numel() * (2 if first else 3)
        ideal = operations / (2 * SIDE**3) * each
        (channels, side, _), (filters, _, size, _), _ = name
        seen = f"{channels}x{side}x{side} to {filters}, {size}x{size}"
        figures = (theirs, ours, ideal)
        rows.append([case.name, seen, str(count), *(f"{1e3 * s:.2f}" for s in figures)])
        totals = [t + count * s for t, s in zip(totals, figures, strict=True)]
    most = f"{case.batch / totals[1]:,.0f}"
    return rows, [case.name, *(f"{1e3 * s:.1f}" for s in totals), most]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=9)
    given = options.parse_args()
    runtime.keep_memory()
    torch.manual_seed(0)
    rows, wholes = [], []
    for case in CASES.values():
        if case.name != "lenet5":
            more, whole = measure(case, given.rounds)
            rows += more
            wholes.append(whole)
    ways = ["torch, ms", "svertka, ms", "at the matrix product's rate, ms"]
    all_of = table(["net", *ways, "images/s at most"], wholes)
    each = table(["net", "convolution", "times", *ways], rows)
    title = "Convolutions alone, forward and backward, in bfloat16"
    command = f"python benchmarks/convolution.py --rounds {given.rounds}"
    publish("convolution", title, f"{all_of}\n\n{each}", command)


if __name__ == "__main__":
    main()
