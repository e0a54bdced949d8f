"""Training steps of one net by every library, in turns within one run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peers.cases import SIDE, Case
from peers.environments import Missing, python_of

WORKER = Path(__file__).with_name("worker.py")


@dataclass(frozen=True)
class Arm:
    """A library as it is measured: its words in the table, its environment, its Keras backend.

    ``peer`` is false for what ours is not judged by: ourselves, the processor, and settings that
    the library's own introduction does not show.
    """

    title: str
    environment: str
    backend: str = ""
    peer: bool = True


ARMS = {
    "svertka": Arm("svertka", "svertka", peer=False),
    "matrix": Arm("matrix product", "svertka", peer=False),
    "keras-tf": Arm("Keras on TensorFlow", "tensorflow", "tensorflow"),
    "keras-tf-bf16": Arm("Keras on TensorFlow, mixed_bfloat16", "tensorflow", "tensorflow"),
    "keras-jax": Arm("Keras on JAX", "jax", "jax"),
    "keras-torch": Arm("Keras on torch", "torch", "torch"),
    "pytorch": Arm("PyTorch as in its tutorials", "torch"),
    "lightning": Arm("Lightning", "torch"),
    "fastai": Arm("fastai", "fastai"),
    "lightning-bf16": Arm("Lightning, bf16-mixed", "torch", peer=False),
    "pytorch-tuned": Arm("PyTorch, bf16 and channels-last by hand", "torch", peer=False),
}


class Broken(Exception):
    """A worker said that it cannot go on, in words."""


@dataclass
class Worker:
    """A process that makes steps when it is told to; ``hello`` is what it said of itself."""

    arm: str
    case: Case
    limit: float
    hello: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = {"KERAS_BACKEND": ARMS[self.arm].backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment = os.environ | {name: value for name, value in settings.items() if value}
        self.process = subprocess.Popen(
            [python_of(ARMS[self.arm].environment), WORKER, self.arm, self.case.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.hello = self._answer()

    def step(self, seconds: float) -> float:
        """The mean seconds of a step, over at least one step and about so many seconds."""
        assert self.process.stdin is not None
        print(seconds, file=self.process.stdin, flush=True)
        return float(self._answer()["step"])

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        watch = threading.Timer(self.limit, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        if not line:
            raise Broken(f"no answer, or none within {self.limit:g} s")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise Broken(answer["error"])
        return answer


def measure(
    case: Case, arms: list[str], rounds: int, seconds: float, starts: int
) -> dict[str, Any]:
    """For every arm its fastest start, with the medians of all, and why an arm has none: plain JSON
    types.

    In some of its processes a library is ten times as slow as in others, for no reason that can be
    seen (Keras in bfloat16): each is begun several times.
    """
    found = [_begun(case, arms, rounds, seconds) for _ in range(starts)]
    told: dict[str, dict[str, Any]] = {}
    for arm in arms:
        whole = [one[arm] for one in found if "step" in one[arm]]
        told[arm] = found[0][arm]
        if whole:
            best = min(whole, key=lambda answer: float(answer["step"]))
            told[arm] = best | {"starts": [answer["step"] for answer in whole]}
    return {"case": case.name, "rounds": rounds, "seconds": seconds, "arms": told}


def _begun(case: Case, arms: list[str], rounds: int, seconds: float) -> dict[str, dict[str, Any]]:
    """A process of every arm, all in turns: its steps and their median."""
    workers: dict[str, Worker] = {}
    told: dict[str, dict[str, Any]] = {}
    try:
        for arm in arms:
            print(f"  {case.name}: {ARMS[arm].title}", flush=True)
            try:
                # XLA may take a minute for a large net: the first step has time
                worker = Worker(arm, case, limit=300)
                workers[arm] = worker
                first = worker.step(0)
                worker.step(seconds)
            except (Broken, Missing, OSError) as error:
                told[arm] = {"error": str(error)}
                if arm in workers:
                    workers.pop(arm).close()
                continue
            told[arm] = {"first": first, "steps": [], **worker.hello}
        for _ in range(rounds):
            for arm, worker in workers.items():
                told[arm]["steps"].append(worker.step(seconds))
    finally:
        for worker in workers.values():
            worker.close()
    for answer in told.values():
        if "steps" in answer:
            answer["step"] = statistics.median(answer["steps"])
    _same_net(told)
    return told


def _same_net(told: dict[str, dict[str, Any]]) -> None:
    counts = {arm: answer["parameters"] for arm, answer in told.items() if "step" in answer}
    counts.pop("matrix", None)
    assert len(set(counts.values())) <= 1, f"not the same net: {counts}"


def speed(case: Case, answer: dict[str, Any]) -> float:
    """Pictures a second."""
    return case.batch / float(answer["step"])


def share(case: Case, told: dict[str, dict[str, Any]]) -> float | None:
    """Our step's arithmetic in a second as a share of the matrix product's in the same run.

    Forward, and backward for weights and for inputs: three products, but for the pictures
    themselves, whose gradient nobody needs.
    """
    ours, matrix = told.get("svertka", {}), told.get("matrix", {})
    if "step" not in ours or "step" not in matrix:
        return None
    versions = ours["versions"]
    products = 3 * int(versions["multiply_adds"]) - int(versions["first_layer"])
    rate = 2 * SIDE**3 / float(matrix["step"])
    return 2 * products * speed(case, ours) / rate
