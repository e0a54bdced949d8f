"""Pictures answered a second: plain torch, our engines, and the libraries used by hand.

    python benchmarks/predict.py [--net resnet18] [--side 224] [--batches 1 32] [--rounds 7]

From uint8 pictures to logits, normalisation included. Every way is a process of its own, since an
allocator cannot be set twice; they wait for each other and take turns, so that whatever else the
machine does meets them alike. Medians over the rounds; ratios to plain torch are medians of the
ratios within a round. Weights are random, the logits as small as trained ones: the last column is
the largest difference of a logit from plain torch's, as a share of the largest logit. Results go to
benchmarks/results/.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from tables import publish, table

PLAIN = "plain torch"
WAYS = (
    PLAIN,
    "svertka exact",
    "svertka fast",
    "svertka onnxruntime",
    "svertka openvino",
    "onnxruntime by hand",
    "OpenVINO by hand",
)
PACKAGES = ("onnxruntime", "openvino")


@dataclass(frozen=True)
class Case:
    """A net, the side of its pictures, how many at once."""

    net: str
    side: int
    batch: int


def work(way: str, case: Case, pipe: Connection) -> None:
    """Send the logits; then wait for a time, answer for so long, send the seconds of a batch."""
    try:
        answer, chosen = opened(way, case)
        x = pictures(case, case.batch)
        answer(x)
        pipe.send((answer(x), chosen))
    except Exception as error:  # noqa: BLE001 - a library that is missing or fails is a row without figures
        pipe.send((None, str(error).splitlines()[0]))
        return
    while (seconds := pipe.recv()) is not None:
        start, times = time.perf_counter(), 0
        while times == 0 or time.perf_counter() - start < seconds:
            answer(x)
            times += 1
        pipe.send((time.perf_counter() - start) / times)


def pictures(case: Case, count: int) -> np.ndarray:
    shape = (count, case.side, case.side, 3)
    return np.random.default_rng(0).integers(256, size=shape, dtype=np.uint8)


def opened(way: str, case: Case) -> tuple[Callable[[np.ndarray], np.ndarray], str]:
    """What answers, and the precision that it computes in."""
    from svertka import runtime
    from svertka.data import InputContract, Pictures
    from svertka.grammar import resolve
    from svertka.nets.build import build
    from svertka.nets.catalogue import find
    from svertka.predict import Predictor
    from svertka.predict.choice import with_engine
    from svertka.predict.graph import onnx_model
    from svertka.predict.trial import Trial

    plan = resolve(find(case.net), input=(3, case.side, case.side))
    contract = InputContract(
        size=(case.side, case.side),
        channels=3,
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
        classes=tuple(map(str, range(plan.classes))),
    )
    runtime.set_threads()
    module = build(plan).eval()
    as_if_trained(module, pictures(case, 8))
    if way == PLAIN:
        return plain(module, contract.mean, contract.std), "fp32"
    if way.endswith("by hand"):
        by_hand = {"onnxruntime": onnxruntime, "OpenVINO": openvino}[way.split()[0]]
        return by_hand(onnx_model(module, contract, {}), case)
    exact = Predictor(module.to(memory_format=channels_last()), contract)
    x = pictures(case, 32)
    trial = Trial.of(exact, Pictures(x, np.zeros(32, np.int64), tuple(map(str, range(32)))))
    predictor = with_engine(exact, way.split()[1], trial)
    if predictor.engine.name != way.split()[1]:
        raise RuntimeError(predictor.engine.remark)
    return predictor.logits, predictor.engine.precision


def as_if_trained(module: Any, x: np.ndarray) -> None:
    """Logits as small as trained ones: what rounding does to a probability depends on them."""
    import torch

    last = [part for part in module.modules() if isinstance(part, torch.nn.Linear)][-1]
    with torch.inference_mode():
        logits = module(torch.from_numpy(x).permute(0, 3, 1, 2).float().div_(64).sub_(2))
    last.weight.data /= 2 * logits.std().item()


def channels_last() -> Any:
    import torch

    return torch.channels_last


def plain(module: Any, mean: tuple[float, ...], std: tuple[float, ...]) -> Callable[..., Any]:
    """As in torch's tutorials: float32, rows of channels, evaluation mode, no gradients."""
    import torch

    means, stds = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))

    def answer(x: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            batch = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous().float().div_(255)
            return module(batch.sub_(means).div_(stds)).numpy()

    return answer


def onnxruntime(model: bytes, _: Case) -> tuple[Callable[..., Any], str]:
    """With the library's own settings."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return lambda x: session.run(["logits"], {"pictures": x})[0], "fp32"


def openvino(model: bytes, case: Case) -> tuple[Callable[..., Any], str]:
    """With the library's own settings, compiled for batches of this size."""
    from svertka.predict.engines import openvino_library  # imported so, it reports to nobody

    core = openvino_library().Core()
    network = core.read_model(model)
    network.reshape([case.batch, case.side, case.side, 3])
    compiled = core.compile_model(network, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
    precision = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
    return lambda x: compiled({"pictures": x})["logits"], {"bf16": "bf16"}.get(precision, precision)


def measure(case: Case, rounds: int, seconds: float) -> list[list[str]]:
    """The rows of one case."""
    context = multiprocessing.get_context("spawn")
    ends, processes, found = {}, [], {}
    for way in WAYS:
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(way, case, theirs))
        process.start()
        processes.append(process)
        found[way] = ours.recv()
        if found[way][0] is not None:
            ends[way] = ours
        else:
            print(f"{way}: {found[way][1]}")
    times: dict[str, list[float]] = {way: [] for way in ends}
    for _ in range(rounds):
        for way, end in ends.items():
            end.send(seconds)
            times[way].append(end.recv())
    for end in ends.values():
        end.send(None)
    for process in processes:
        process.join()
    return [row(way, case, times, found) for way in ends]


def row(
    way: str, case: Case, times: dict[str, list[float]], found: dict[str, tuple[Any, str]]
) -> list[str]:
    logits, precision = found[way]
    base = found[PLAIN][0]
    batch = statistics.median(times[way])
    ratios = [a / b for a, b in zip(times[PLAIN], times[way], strict=True)]
    apart = float(np.abs(logits - base).max() / np.abs(base).max())
    spread = f"{min(ratios):.2f}-{max(ratios):.2f}"
    return [
        way,
        precision,
        str(case.batch),
        f"{1000 * batch:.1f}",
        f"{case.batch / batch:.1f}",
        f"{statistics.median(ratios):.2f}",
        spread,
        f"{apart:.1e}",
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--net", default="resnet18")
    options.add_argument("--side", type=int, default=224)
    options.add_argument("--batches", type=int, nargs="+", default=[1, 32])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=float, default=2.0, help="of a way in a round")
    given = options.parse_args()
    rows = []
    for batch in given.batches:
        rows += measure(Case(given.net, given.side, batch), given.rounds, given.seconds)
    head = ["way", "computes in", "batch", "ms", "pictures/s", "times plain", "spread", "apart"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    title = f"Answers of {given.net} at {given.side}x{given.side} ({versions})"
    batches = " ".join(map(str, given.batches))
    again = (
        f"python benchmarks/predict.py --net {given.net} --side {given.side} --batches {batches} "
        f"--rounds {given.rounds} --seconds {given.seconds:g}"
    )
    publish(f"predict-{given.net}-{given.side}", title, table(head, rows), again)


if __name__ == "__main__":
    main()
