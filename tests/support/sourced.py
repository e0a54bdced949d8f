"""Source that svertka wrote, run as a module of its own."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import torch
from torch import nn

from svertka.errors import NetTextError
from svertka.grammar import Plan, resolve
from svertka.nets.catalogue import find

_count = itertools.count()
SIZES = (32, 48, 64, 96, 128, 160, 224, 256, 299)


def module_of(text: str, folder: Path) -> ModuleType:
    """The source as an imported module."""
    path = folder / f"source{next(_count)}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small(name: str) -> Plan:
    """A net of the catalogue for the smallest square picture that it takes, with seven classes."""
    whole = resolve(find(name))
    if len(whole.input) != 3 or whole.input[1] < SIZES[0]:
        return whole
    for size in SIZES:
        try:
            return resolve(find(name), input=(whole.input[0], size, size), classes=7)
        except NetTextError:
            continue
    raise AssertionError(name)


def shaken(net: nn.Module, seed: int = 0) -> nn.Module:
    """The net with numbers in all that begins as zeros and ones, so that nothing is hidden."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in net.state_dict().items():
        if tensor.dtype == torch.float32 and tensor.dim() == 1:
            tensor.uniform_(0.5, 1.5, generator=generator)
            if name.endswith(("bias", "mean")):
                tensor.sub_(1)
    return net.eval()
