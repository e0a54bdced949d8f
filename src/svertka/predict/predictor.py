"""Batched inference."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from svertka import runtime
from svertka.data import InputContract, Pictures, to_tensor
from svertka.data.views import Views, views_of
from svertka.errors import StoreError, UsageError
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.predict.engine import EXACT, Engine
from svertka.predict.modes import evaluating, exact
from svertka.predict.predictions import Predictions
from svertka.predict.softmax import probabilities_of
from svertka.predict.sources import read_any
from svertka.store import RunFolder
from svertka.store.folder import MODEL
from svertka.store.tensors import load_into

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Answer = Callable[[Pixels], Floats]

_VALUES_AT_ONCE = 5_000_000  # of a batch's pictures: 20 MB in float32, some hundred inside a net


class Predictor:
    """A network that answers: evaluation mode, float32, the same batches everywhere.

    It takes a module as it is, without changing it, so that training validates with what
    prediction will do later: a saved run gives bit for bit what the trained module gave, on the
    same kind of device with the same number of threads. With several ``views`` of each picture
    its logits are their mean. Where pictures have labels, those are given whose probability
    reaches their ``thresholds`` (0.5 for all, if None).

    The same pictures in the same order give the same bits. In another company a picture's
    probabilities may differ by rounding, some 1e-6: for a batch of another size the libraries
    choose other kernels. ``answering_by`` makes a predictor of another engine, which is close,
    not equal: see ``svertka.predict.choice``.

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
        thresholds: Sequence[float] | None = None,
    ) -> None:
        self.module, self.contract, self.views = module, contract, views
        height, width = contract.size
        values = height * width * contract.channels
        most = max(1, min(256, _VALUES_AT_ONCE // values))
        self.batch = batch or 1 << (most.bit_length() - 1)
        self.engine = EXACT
        self.thresholds = tuple(thresholds) if thresholds else None
        if contract.task == "labels" and self.thresholds is None:
            self.thresholds = (0.5,) * len(contract.classes)
        self._answer: Answer | None = None

    @classmethod
    def open(cls, folder: RunFolder | str | Path, *, device: str | None = None) -> Predictor:
        """The network of a finished run; reads ``model.json`` and ``model.safetensors`` alone.

        Raises ``StoreError`` when they are missing, damaged or do not fit each other.
        """
        run = folder if isinstance(folder, RunFolder) else RunFolder.open(folder)
        tensors, card = run.load_model()
        source = str(run.path / MODEL)
        return cls.of(
            card.net,
            card.input,
            tensors,
            views=card.views,
            device=device,
            source=source,
            thresholds=card.thresholds,
        )

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
        thresholds: Sequence[float] | None = None,
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
        return cls(placed, contract, views=views, thresholds=thresholds)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the columns."""
        return self.contract.classes

    @property
    def device(self) -> torch.device:
        """Where the network's weights are."""
        tensors = self.module.parameters()
        return next((tensor.device for tensor in tensors), torch.device("cpu"))

    def seeing(self, views: Views) -> Predictor:
        """The same predictor with other ``views`` of each picture."""
        twin = copy.copy(self)
        twin.views = views
        return twin

    def answering_by(self, answer: Answer | None, engine: Engine) -> Predictor:
        """The same predictor whose logits ``answer`` computes of uint8 pictures (N, H, W, C)."""
        twin = copy.copy(self)
        twin._answer, twin.engine = answer, engine
        return twin

    def logits(self, x: Pixels | Pictures) -> Floats:
        """The network's outputs (N, K) for pictures ``x`` (N, H, W, C) of the contract's size.

        Of a part of a data set only one batch at a time is read.
        """
        take = x.take if isinstance(x, Pictures) else x.__getitem__
        self._check(take(np.arange(0)))
        result = np.empty((len(x), len(self.classes)), np.float32)
        with self._answering() as answer:
            for start in range(0, len(x), self.batch):
                rows = np.arange(start, min(start + self.batch, len(x)))
                answers = [answer(view) for view in views_of(take(rows), self.views)]
                result[rows] = sum(answers[1:], answers[0]) / np.float32(len(answers))
        return result

    @contextmanager
    def _answering(self) -> Iterator[Answer]:
        """From pictures to logits by the engine, else by the module as it is at this moment."""
        if self._answer is not None:
            yield self._answer
            return
        module, device = _channels_last(self.module), self.device
        with evaluating(module), exact(device), torch.inference_mode():
            yield lambda x: module(to_tensor(x, self.contract, device)).float().cpu().numpy()

    def probabilities(self, x: Pixels | Pictures) -> Floats:
        """Those of classes, (N, K), every row summing to 1; or of each label by itself."""
        return probabilities_of(self.logits(x), self.contract.task)

    def predict(self, source: npt.NDArray[Any] | str | Path | Sequence[str | Path]) -> Predictions:
        """Answers for pictures: an array, a file, a folder, or several files and folders.

        Arrays may have any shape, type and size that training accepts, in memory or in ``.npz``
        and ``.npy`` files. Files that cannot be read are listed in ``problems``; raises
        ``DataError`` when none can.
        """
        pictures, ids, problems = read_any(source, self.contract)
        p = self.probabilities(pictures)
        found = Predictions.of(p, self.classes, ids, problems, thresholds=self.thresholds)
        return replace(found, engine=self.engine)

    def _check(self, x: Pixels) -> None:
        expected = (*self.contract.size, self.contract.channels)
        if x.ndim != 4 or x.shape[1:] != expected or x.dtype != np.uint8:
            sizes = "x".join(map(str, expected))
            raise UsageError(
                f"An array of {x.dtype} of shape {x.shape} came in; the network takes uint8 of "
                f"shape (N, {', '.join(map(str, expected))}): pictures of {sizes}. "
                "Resize the pictures, or give their files instead."
            )


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
