"""PyTorch's training loop as its tutorials write it, and the same with what an expert would add."""

from __future__ import annotations

import itertools

import torch
from cases import CLASSES, Case, floats, pictures
from torch import nn
from torch_nets import build
from worker import Clock

Batches = list[tuple[torch.Tensor, torch.Tensor]]


def batches_of(case: Case) -> Batches:
    """The batches of an epoch, ready in memory."""
    x, y = pictures(case)
    planes = torch.from_numpy(floats(x)).permute(0, 3, 1, 2).contiguous()
    return list(zip(planes.split(case.batch), torch.from_numpy(y).split(case.batch), strict=True))


def loop(case: Case, how: str, clock: Clock) -> None:
    tuned = how == "tuned"
    batches, model = batches_of(case), build(case.family, case.channels, CLASSES)
    if tuned:
        model.to(memory_format=torch.channels_last)
        batches = [(x.to(memory_format=torch.channels_last), y) for x, y in batches]
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    clock.ready(sum(p.numel() for p in model.parameters()), torch=torch.__version__)
    for inputs, labels in itertools.cycle(batches):
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=tuned):
            outputs = model(inputs)
            loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        clock.step()
