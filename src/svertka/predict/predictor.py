"""Batched inference with the softmax of the house."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka import runtime
from svertka.data import InputContract, Pictures, to_tensor
from svertka.data.arrays import fit_pictures
from svertka.data.views import Views, views_of
from svertka.errors import StoreError, UsageError
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.predict.predictions import Predictions
from svertka.predict.sources import read_sources
from svertka.store import RunFolder
from svertka.store.folder import MODEL
from svertka.store.tensors import load_into

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_VALUES_AT_ONCE = 5_000_000  # of a batch's pictures: 20 MB in float32, some hundred inside a net


class Predictor:
    """A network that answers: evaluation mode, float32, the same batches everywhere.

    It takes a module as it is, without changing it, so that training validates with what
    prediction will do later: a saved run gives bit for bit what the trained module gave, on the
    same kind of device with the same number of threads. With several ``views`` of each picture
    its logits are their mean.

    >>> from svertka.data import InputContract
    >>> names = {"classes": ("a", "b"), "mean": (0.5,), "std": (0.5,)}
    >>> contract = InputContract(size=(2, 2), channels=1, **names)
    >>> net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2))
    >>> Predictor(net, contract).probabilities(np.zeros((3, 2, 2, 1), np.uint8)).shape
    (3, 2)
    """

    def __init__(
        self,
        module: torch.nn.Module,
        contract: InputContract,
        *,
        views: Views = "one",
        batch: int | None = None,
    ) -> None:
        self.module, self.contract, self.views = module, contract, views
        height, width = contract.size
        values = height * width * contract.channels
        self.batch = batch or max(1, min(256, _VALUES_AT_ONCE // values))

    @classmethod
    def open(cls, folder: RunFolder | str | Path, *, device: str | None = None) -> Predictor:
        """The network of a finished run; reads ``model.json`` and ``model.safetensors`` alone.

        Raises ``StoreError`` when they are missing, damaged or do not fit each other.
        """
        run = folder if isinstance(folder, RunFolder) else RunFolder.open(folder)
        tensors, card = run.load_model()
        source = str(run.path / MODEL)
        return cls.of(card.net, card.input, tensors, views=card.views, device=device, source=source)

    @classmethod
    def of(
        cls,
        net: str,
        contract: InputContract,
        tensors: Mapping[str, torch.Tensor],
        *,
        views: Views = "one",
        device: str | None = None,
        source: str = "the weights",
    ) -> Predictor:
        """The network with the text ``net`` and these weights; ``source`` names them in errors."""
        shape = (contract.channels, *contract.size)
        try:
            plan = resolve(net, input=shape, classes=len(contract.classes))
        except UsageError as error:
            raise StoreError(f"The net that belongs to {source} is wrong:\n{error}") from error
        module = build(plan)
        load_into(module, tensors, source)
        runtime.set_threads()  # as in training: another number rounds sums in another order
        placed = _channels_last(module).to(runtime.pick_device(device))
        return cls(placed, contract, views=views)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the columns."""
        return self.contract.classes

    def logits(self, x: Pixels | Pictures) -> Floats:
        """The network's outputs (N, K) for pictures ``x`` (N, H, W, C) of the contract's size.

        Of a part of a data set only one batch at a time is read.
        """
        take = x.take if isinstance(x, Pictures) else x.__getitem__
        self._check(take(np.arange(0)))
        module = _channels_last(self.module)
        device = next((tensor.device for tensor in module.parameters()), torch.device("cpu"))
        result = np.empty((len(x), len(self.classes)), np.float32)
        with _evaluating(module), _exact(device), torch.inference_mode():
            for start in range(0, len(x), self.batch):
                rows = np.arange(start, min(start + self.batch, len(x)))
                answers = [
                    module(to_tensor(view, self.contract, device)).float().cpu().numpy()
                    for view in views_of(take(rows), self.views)
                ]
                result[rows] = sum(answers[1:], answers[0]) / np.float32(len(answers))
        return result

    def probabilities(self, x: Pixels | Pictures) -> Floats:
        """The softmax of ``logits``, (N, K); every row sums to 1."""
        return softmax(self.logits(x))

    def predict(self, source: npt.NDArray[Any] | str | Path | Sequence[str | Path]) -> Predictions:
        """Answers for pictures: an array, a file, a folder, or several files and folders.

        Arrays may have any shape, type and size that training accepts, in memory or in ``.npz``
        and ``.npy`` files. Files that cannot be read are listed in ``problems``; raises
        ``DataError`` when none can.
        """
        if isinstance(source, np.ndarray):
            x, notes = fit_pictures(source, self.contract)
            pictures: Pixels | Pictures = x
            ids, problems = tuple(map(str, range(len(x)))), notes
        else:
            paths = [source] if isinstance(source, str | Path) else list(source)
            pictures, ids, problems = read_sources(paths, self.contract)
        return Predictions.of(self.probabilities(pictures), self.classes, ids, problems)

    def _check(self, x: Pixels) -> None:
        expected = (*self.contract.size, self.contract.channels)
        if x.ndim != 4 or x.shape[1:] != expected or x.dtype != np.uint8:
            sizes = "x".join(map(str, expected))
            raise UsageError(
                f"An array of {x.dtype} of shape {x.shape} came in; the network takes uint8 of "
                f"shape (N, {', '.join(map(str, expected))}): pictures of {sizes}. "
                "Resize the pictures, or give their files instead."
            )


def softmax(logits: Floats) -> Floats:
    """Probabilities (N, K) from logits (N, K): computed in float64, so that rows sum to 1.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]], np.float32)).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    p: Floats = (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)
    return p


def _channels_last(module: torch.nn.Module) -> torch.nn.Module:
    """``module`` itself where its filters lie channels-last, else a copy where they do.

    How filters lie decides which kernels run, and kernels round differently.
    """
    filters = [tensor for tensor in module.parameters() if tensor.ndim == 4]
    if all(tensor.is_contiguous(memory_format=torch.channels_last) for tensor in filters):
        return module
    twin = copy.deepcopy(module)
    for tensor in twin.parameters():
        if tensor.ndim == 4:
            tensor.data = tensor.data.contiguous(memory_format=torch.channels_last)
    return twin


@contextmanager
def _evaluating(module: torch.nn.Module) -> Iterator[None]:
    """Evaluation mode; every part gets the mode back that it had."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


@contextmanager
def _exact(device: torch.device) -> Iterator[None]:
    """Full float32 and the same algorithms each time, whatever the caller has switched on."""
    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with (
            torch.autocast(device.type, enabled=False),
            torch.backends.cudnn.flags(
                enabled=True, benchmark=False, deterministic=True, allow_tf32=False
            ),
        ):
            yield
    finally:
        torch.set_float32_matmul_precision(precision)
