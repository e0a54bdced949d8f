"""Lightning's Trainer."""

from __future__ import annotations

import logging
import warnings

import lightning
import torch
from cases import CLASSES, Case
from endless import endless
from loop_torch import batches_of
from torch.nn import functional
from torch_nets import build
from worker import Clock


class Module(lightning.LightningModule):
    def __init__(self, net: torch.nn.Module) -> None:
        super().__init__()
        self.net = net

    def training_step(self, batch, batch_idx):
        x, y = batch
        return functional.cross_entropy(self.net(x), y)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.01, momentum=0.9)


class Tell(lightning.Callback):
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def on_train_batch_end(self, *args) -> None:
        self.clock.step()


def loop(case: Case, how: str, clock: Clock) -> None:
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    module = Module(build(case.family, case.channels, CLASSES))
    batches = endless(batches_of(case))
    trainer = lightning.Trainer(
        max_epochs=1,
        accelerator="cpu",
        precision=how,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[Tell(clock)],
    )
    count = sum(p.numel() for p in module.parameters())
    clock.ready(count, lightning=lightning.__version__, torch=torch.__version__)
    trainer.fit(module, batches)
