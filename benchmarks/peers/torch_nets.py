"""The nets in plain PyTorch, written as in its tutorials and in torchvision."""

from __future__ import annotations

import torch
from torch import nn


def build(family: str, channels: int, classes: int) -> nn.Module:
    return {"lenet": lenet, "vgg": vgg, "resnet": ResNet18}[family](channels, classes)


def lenet(channels: int, classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, classes),
    )


def vgg(channels: int, classes: int) -> nn.Module:
    layers: list[nn.Module] = []
    for width in (64, 128, 256):
        for before in (channels, width):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU(inplace=True)]
        layers.append(nn.MaxPool2d(2))
        channels = width
    head = (nn.Flatten(), nn.Linear(4096, 256), nn.ReLU(inplace=True), nn.Linear(256, classes))
    return nn.Sequential(*layers, *head)


class Block(nn.Module):
    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.side: nn.Module = nn.Identity()
        if stride != 1:
            conv = nn.Conv2d(before, width, 1, stride, bias=False)
            self.side = nn.Sequential(conv, nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += self.side(x)
        return self.relu(y)


class ResNet18(nn.Sequential):
    def __init__(self, channels: int, classes: int) -> None:
        blocks = []
        before = 64
        for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            blocks += [Block(before, width, stride), Block(width, width, 1)]
            before = width
        super().__init__(
            nn.Conv2d(channels, 64, 7, 2, 3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
            *blocks,
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(512, classes),
        )
