"""What can compute a network's logits faster than torch does in float32, each on its own terms."""

from __future__ import annotations

import hashlib
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from svertka import runtime
from svertka.data import to_tensor
from svertka.errors import MissingExtra, StoreError
from svertka.predict.fast import fast
from svertka.predict.graph import INPUT, LOGITS, can_write, onnx_model
from svertka.runtime import Precision
from svertka.store.atomic import write_atomic

if TYPE_CHECKING:
    from svertka.predict.predictor import Predictor

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Answer = Callable[[Pixels], Floats]

_EXTRAS = {"onnxruntime": "onnx", "openvino": "openvino"}
_KEPT = 8  # ONNX files in the cache


@dataclass(frozen=True)
class Candidate:
    """One way to answer: an engine's ``name`` and the precision that it computes in."""

    name: str
    precision: Precision

    def open(self, exact: Predictor) -> Answer:
        """From pictures (N, H, W, C) to logits (N, K); raises ``MissingExtra`` and what engines
        raise."""
        if self.name == "fast":
            return _fast(exact, self.precision)
        if not installed(self.name):
            raise MissingExtra(self.name, _EXTRAS[self.name])
        model = _kept_model(exact)
        if self.name == "onnxruntime":
            return onnxruntime_answer(model)
        return _OpenVino(model, self.precision).answer


def installed(name: str) -> bool:
    """Whether an engine of an extra is here."""
    return find_spec(name) is not None and can_write()


def _fast(exact: Predictor, precision: Precision) -> Answer:
    device = exact.device
    if device.type == "cpu":
        runtime.keep_memory()  # for this process, as training does: large blocks cost fresh pages
    module = fast(exact.module, bf16=precision == "bf16")

    def answer(x: Pixels) -> Floats:
        with torch.inference_mode(), torch.autocast(device.type, enabled=False):
            return module(to_tensor(x, exact.contract, device)).cpu().numpy()  # type: ignore[no-any-return]

    return answer


def onnxruntime_answer(model: bytes) -> Answer:
    """What onnxruntime computes from the bytes of `onnx_model`, with as many threads as torch."""
    engine: Any = import_module("onnxruntime")
    options = engine.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = engine.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda x: session.run([LOGITS], {INPUT: np.ascontiguousarray(x)})[0]


class _OpenVino:
    """A network compiled for the batches that come: of known sizes it is a third faster.

    Sizes are powers of two; what is missing to the next one is filled with black pictures.
    """

    def __init__(self, model: bytes, precision: Precision) -> None:
        self.core, self.model = openvino_library().Core(), model
        self.settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "INFERENCE_PRECISION_HINT": {"bf16": "bf16", "fp32": "f32"}[precision],
        }
        self.requests: dict[int, Any] = {}

    def answer(self, x: Pixels) -> Floats:
        """The logits (N, K) of pictures (N, H, W, C)."""
        size = 1 << (len(x) - 1).bit_length()
        if size not in self.requests:
            network = self.core.read_model(self.model)
            network.reshape([size, *x.shape[1:]])
            self.requests[size] = self.core.compile_model(
                network, "CPU", self.settings
            ).create_infer_request()
        full = np.zeros((size, *x.shape[1:]), np.uint8)
        full[: len(x)] = x
        found: Floats = self.requests[size].infer({INPUT: full})[LOGITS]
        return found[: len(x)].copy()


def openvino_library() -> Any:
    """The library, without the message that its import sends to its makers: nothing leaves us."""
    if "openvino" in sys.modules:
        return sys.modules["openvino"]
    teller = "openvino_telemetry"
    before = sys.modules.get(teller)
    sys.modules[teller] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, about Python's future
            return import_module("openvino")
    finally:
        del sys.modules[teller]
        if before is not None:
            sys.modules[teller] = before


def _kept_model(exact: Predictor) -> bytes:
    """The network as ONNX; writing it takes seconds, so that the last few are kept on disk."""
    versions = [torch.__version__, exact.contract.model_dump_json(), repr(exact.module)]
    key = hashlib.sha256("\n".join(versions).encode())
    for name, tensor in exact.module.state_dict().items():
        key.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    place = runtime.cache_folder() / "onnx-1" / f"{key.hexdigest()}.onnx"
    model = _whole(place)
    if model is None:
        model = onnx_model(exact.module, exact.contract, {})
        _keep(place, model)
    return model


def _whole(place: Path) -> bytes | None:
    """A file of the cache; None where there is none, or a damaged one."""
    try:
        model = place.read_bytes()
        import_module("onnx").load_model_from_string(model)
        os.utime(place)
    except Exception:  # noqa: BLE001 - whatever a damaged file makes protobuf throw
        return None
    return model


def _keep(place: Path, model: bytes) -> None:
    """Write a file of the cache and remove those used longest ago; a full disk is no error."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(place, model)
        others = sorted(place.parent.glob("*.onnx"), key=lambda path: path.stat().st_mtime)
        for old in others[:-_KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, StoreError):
        return
