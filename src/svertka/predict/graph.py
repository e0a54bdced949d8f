"""A network as an ONNX file that takes pictures as they are and answers with probabilities."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

from svertka.data import InputContract, to_tensor
from svertka.errors import MissingExtra, UsageError
from svertka.predict.fast import folded

INPUT, LOGITS, PROBABILITIES = "pictures", "logits", "probabilities"
_WRITERS = ("onnx", "onnxscript")


def can_write() -> bool:
    """Whether the packages are here that write ONNX files."""
    return all(find_spec(name) is not None for name in _WRITERS)


def onnx_model(module: nn.Module, contract: InputContract, about: Mapping[str, str]) -> bytes:
    """The bytes of an ONNX file of ``module``; ``about`` becomes its metadata.

    Input ``pictures``, uint8 (N, H, W, C) of the contract's size, any N: the normalisation is in
    the graph. Outputs ``logits`` and ``probabilities``, float32 (N, K), in the order of the
    classes. Raises ``MissingExtra``, and ``UsageError`` for a net that ONNX cannot hold: HOG.
    """
    if not can_write():
        raise MissingExtra("onnx", "onnx")
    answering = _Answering(folded(module).to("cpu"), contract).eval()
    pictures = torch.zeros(2, *contract.size, contract.channels, dtype=torch.uint8)
    try:
        with _silent(), torch.no_grad():
            program: Any = torch.onnx.export(
                answering,
                (pictures,),
                dynamo=True,
                dynamic_shapes={INPUT: {0: torch.export.Dim.DYNAMIC}},
                input_names=[INPUT],
                output_names=[LOGITS, PROBABILITIES],
                verbose=False,
            )
    except torch.onnx.OnnxExporterError as error:
        lacking = re.search(r"No ONNX function found for .*?'([\w.]+)'", str(error))
        reason = f": torch writes no {lacking[1]} there" if lacking else ""
        raise UsageError(
            f"This net cannot be written as ONNX{reason}. `svertka net NET --as pytorch` writes "
            "source that takes its weights."
        ) from error
    return _cleaned(program.model_proto, about)


class _Answering(nn.Module):
    """Pictures to logits and probabilities: what a predictor does around its network."""

    def __init__(self, net: nn.Module, contract: InputContract) -> None:
        super().__init__()
        self.net, self.contract = net, contract

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 (N, H, W, C) to logits and probabilities (N, K)."""
        logits: Tensor = self.net(to_tensor(pictures, self.contract))
        labels = self.contract.task == "labels"
        return logits, torch.sigmoid(logits) if labels else torch.softmax(logits, 1)


def _cleaned(model: Any, about: Mapping[str, str]) -> bytes:
    """The file without the exporter's notes, which name files of this machine; with ``about``."""
    onnx = import_module("onnx")
    graph = model.graph
    for part in (*graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    del graph.metadata_props[:]
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "N"
    del graph.value_info[:]  # shapes inside: every reader infers them
    onnx.helper.set_model_props(model, dict(about))
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


@contextmanager
def _silent() -> Iterator[None]:
    """The exporter warns of packages that nobody needs here, and of torch's own future."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
