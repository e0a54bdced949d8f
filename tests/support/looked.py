"""Networks to look into: a run that nobody had to train, and a module of another make."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from svertka.data import InputContract
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.store import DataCard, ModelCard, RunFolder

NET = "conv8-bn-relu-pool-(id + conv8-bn-relu-conv8-bn)-relu-(id | conv4k1-relu)-gap-fc3"
CONTRACT = InputContract(
    size=(12, 14), channels=3, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.25), classes=("a", "b", "c")
)


def restless(module: nn.Module, seed: int = 0) -> nn.Module:
    """The module with weights and running statistics as training would have moved them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.modules.batchnorm._BatchNorm) and part.running_var is not None:
                part.running_mean.normal_(0, 0.3, generator=generator)
                part.running_var.uniform_(0.5, 2, generator=generator)
                if part.affine:
                    part.weight.normal_(1, 0.2, generator=generator)
                    part.bias.normal_(0, 0.2, generator=generator)
        for parameter in module.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.05)
    return module


def a_run(path: Path, net: str = NET, contract: InputContract = CONTRACT) -> RunFolder:
    """A finished run of a net."""
    shape = (contract.channels, *contract.size)
    module = restless(build(resolve(net, input=shape, classes=len(contract.classes))))
    counts = {"train": 1, "val": 1}
    data = DataCard(name="d", source="d", key="0", counts=counts, class_counts={})
    folder = RunFolder.create("d", out=path)
    recipe = {"seed": 0, "weights": None}
    card = ModelCard(name="d-1", created="now", net=net, input=contract, data=data, recipe=recipe)
    folder.save_model(module.state_dict(), card)
    return folder


def pixels(n: int, contract: InputContract = CONTRACT, seed: int = 0) -> np.ndarray:
    """Noise in the contract's form, (n, H, W, C)."""
    shape = (n, *contract.size, contract.channels)
    return np.random.default_rng(seed).integers(256, size=shape, dtype=np.uint8)


class Block(nn.Module):
    """Torchvision's way: one ReLU used twice, in place, and a sum in place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.conv2(out)
        out += x
        return self.relu(out)


class Foreign(nn.Module):
    """A module with functional steps: a padding and a pool that are no modules, drop-out that
    draws random numbers."""

    def __init__(self, classes: int = 4) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 5, stride=2, padding=2)
        self.block = Block(6)
        self.head = nn.Linear(6, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(torch.relu(self.stem(x)), 2)
        x = self.block(x)
        x = nn.functional.dropout(x, 0.5, self.training)
        return self.head(x.mean((2, 3)))


def foreign() -> Foreign:
    """The same one each time."""
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        return restless(Foreign()).eval()  # type: ignore[return-value]
