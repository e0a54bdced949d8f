"""Batches of an epoch: which pictures, read, augmented and normalised.

    for rows in batch_rows(len(data.train), size=128, seed=0, epoch=1):
        x, y = load(data.train, rows, data.contract, seed=0, epoch=1, policy=policy)

Nothing here has a state: an interrupted epoch goes on at ``batch_rows(...)[k:]``.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch

from svertka.data.augmentation import AugmentPolicy, augment
from svertka.data.balance import balanced_order
from svertka.data.contract import InputContract
from svertka.data.counter import order
from svertka.data.dataset import Pictures
from svertka.data.tensors import as_tensor, to_tensor

Item = TypeVar("Item")


def batch_rows(
    n: int,
    *,
    size: int,
    seed: int,
    epoch: int,
    balance: npt.NDArray[np.int64] | None = None,
) -> list[npt.NDArray[np.int64]]:
    """The rows of each batch of an epoch, all of one size; what does not fill a batch waits.

    Another epoch leaves others out. Fewer pictures than ``size`` make one smaller batch. With
    ``balance``, the classes (n,), all of these come equally often, and rows are the visits of
    `svertka.data.balance.balanced_order`.

    >>> [len(rows) for rows in batch_rows(10, size=4, seed=0, epoch=1)]
    [4, 4]
    """
    rows = order(seed, epoch, n) if balance is None else balanced_order(seed, epoch, balance)
    return [rows[i : i + size] for i in range(0, max(n - size, 0) + 1, size)]


def load(
    pictures: Pictures,
    rows: npt.NDArray[np.int64],
    contract: InputContract,
    *,
    seed: int = 0,
    epoch: int = 0,
    policy: AugmentPolicy | None = None,
    device: torch.device | str = "cpu",
) -> tuple[torch.Tensor, torch.Tensor]:
    """One batch: x (n, C, H, W) float32, normalised and augmented, and y (n,) int64, or (n, K)
    uint8 of labels.

    Rows beyond the last picture are further visits: they begin again at the first, but are bent
    in another way.

    >>> from svertka.data import open_data
    >>> digits = open_data("digits")
    >>> x, y = load(digits.train, np.array([5, 7]), digits.contract)
    >>> x.shape, y.shape
    (torch.Size([2, 1, 28, 28]), torch.Size([2]))
    """
    places = rows % max(1, len(pictures))
    x: npt.NDArray[np.uint8] | torch.Tensor = pictures.take(places, whole=policy is not None)
    if policy is not None:
        raw = as_tensor(x).to(device, non_blocking=True)
        x = augment(
            raw, seed=seed, epoch=epoch, indices=rows, policy=policy, margin=pictures.margin
        )
    labels = torch.from_numpy(pictures.y[places]).to(device, non_blocking=True)
    return to_tensor(x, contract, device), labels


def ahead(items: Iterable[Item], depth: int = 2) -> Generator[Item, None, None]:
    """The same items, in order, made in one background thread while the last ones are in use.

    Pays where another device computes or a disk is waited for. An error of the maker is raised
    at its place; a consumer that stops early stops the maker.

    >>> list(ahead(range(3)))
    [0, 1, 2]
    """
    made: queue.Queue[tuple[bool, Item | BaseException | None]] = queue.Queue(depth)
    stop = threading.Event()

    def put(entry: tuple[bool, Item | BaseException | None]) -> bool:
        while not stop.is_set():
            try:
                made.put(entry, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in items:
                if not put((True, item)):
                    return
            put((False, None))
        except BaseException as error:  # noqa: BLE001 - raised again by the consumer
            put((False, error))

    worker = threading.Thread(target=work, name="svertka-ahead", daemon=True)
    worker.start()
    try:
        while True:
            more, entry = made.get()
            if not more:
                if isinstance(entry, BaseException):
                    raise entry
                return
            yield entry  # type: ignore[misc]
    finally:
        stop.set()
        worker.join()
