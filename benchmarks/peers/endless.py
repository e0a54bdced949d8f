"""The same batches for ever, as a data loader of PyTorch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from loop_torch import Batches
from torch.utils.data import DataLoader, IterableDataset


class Endless(IterableDataset):
    def __init__(self, batches: Batches) -> None:
        self.batches = batches

    def __iter__(self) -> Iterator:
        return itertools.cycle(self.batches)

    def __len__(self) -> int:
        return 10**9


def endless(batches: Batches) -> DataLoader:
    return DataLoader(Endless(batches), batch_size=None)
