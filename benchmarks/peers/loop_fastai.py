"""fastai's Learner."""

from __future__ import annotations

from functools import partial

import fastai
import torch
import vision_operators  # noqa: F401 - before fastai, which imports torchvision
from cases import CLASSES, Case
from endless import endless
from fastai.callback.core import Callback
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.losses import CrossEntropyLossFlat
from fastai.optimizer import SGD
from loop_torch import batches_of
from torch_nets import build
from worker import Clock


class Tell(Callback):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def after_batch(self) -> None:
        self.clock.step()


def loop(case: Case, how: str, clock: Clock) -> None:
    batches, model = batches_of(case), build(case.family, case.channels, CLASSES)
    loaders = DataLoaders(endless(batches), endless(batches))
    optimizer = partial(SGD, mom=0.9)
    loss = CrossEntropyLossFlat()
    learner = Learner(loaders, model, loss_func=loss, opt_func=optimizer, cbs=[Tell(clock)])
    count = sum(p.numel() for p in model.parameters())
    clock.ready(count, fastai=fastai.__version__, torch=torch.__version__)
    learner.fit(1, lr=0.01)
