"""From a cold start to a given accuracy on the test part, by svertka and by others' examples."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from peers.environments import HOME, Missing, python_of
from svertka.data import open_data

EXAMPLES = Path(__file__).with_name("examples")


@dataclass(frozen=True)
class Race:
    """Data by svertka's name, the accuracy to reach, our ``--budget``, and everyone's limit."""

    name: str
    data: str
    target: float
    budget: str
    limit: float


@dataclass(frozen=True)
class Runner:
    """An example: its words in the table, its file, its environment, its Keras backend."""

    title: str
    file: str
    environment: str
    backend: str = ""


RACES = {
    race.name: race
    for race in (
        Race("digits", "digits", 0.990, "20s", 120),
        Race("fashion", "fashion-full", 0.920, "52s", 230),
    )
}
RUNNERS = {
    "svertka": Runner("svertka train", "", "svertka"),
    "pytorch": Runner("PyTorch's MNIST example", "mnist_pytorch.py", "torch"),
    "keras": Runner(
        "Keras' mnist_convnet (TensorFlow)", "mnist_keras.py", "tensorflow", "tensorflow"
    ),
    "fastai": Runner("fastai's vision example", "vision_fastai.py", "fastai"),
}


def run(race: Race, runner: str, seed: int) -> dict[str, Any]:
    """One run: when it reached the target, or what it reached at best; plain JSON types."""
    print(f"  {race.name}: {RUNNERS[runner].title}, seed {seed}", flush=True)
    try:
        if runner == "svertka":
            return _ours(race, seed)
        return _theirs(race, RUNNERS[runner], seed)
    except Missing as error:
        return {"error": str(error)}


def _ours(race: Race, seed: int) -> dict[str, Any]:
    """The whole command, report included: its test part is scored once, at the end."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "run"
        words = ["svertka", "train", race.data, "--budget", race.budget, "--seed", str(seed)]
        words += ["--out", str(out), "--quiet", "--json"]
        start = time.monotonic()
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - start
        if done.returncode:
            return {"error": (done.stderr.strip().splitlines() or ["it failed"])[-1]}
        lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    scores = next(line for line in lines if line["event"] == "scores")
    accuracy = scores["metrics"]["accuracy"]["value"]
    return _told(race, [(seconds, accuracy)], seconds) | {"budget": race.budget}


def _theirs(race: Race, runner: Runner, seed: int) -> dict[str, Any]:
    """An example, stopped at the first epoch that reaches the target, or at the limit."""
    settings = {"KERAS_BACKEND": runner.backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment = os.environ | {name: value for name, value in settings.items() if value}
    command = [python_of(runner.environment), EXAMPLES / runner.file, _arrays(race), str(seed)]
    curve: list[tuple[float, float]] = []
    start = time.monotonic()
    # Its messages go to a file: a pipe that nobody reads would fill up and stop it.
    with tempfile.TemporaryFile("w+") as messages:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=messages, text=True, env=environment
        )
        watch = threading.Timer(race.limit, process.kill)
        watch.start()
        assert process.stdout is not None
        for line in process.stdout:
            try:
                curve.append((time.monotonic() - start, float(line)))
            except ValueError:
                continue  # something that the library says of itself
            if curve[-1][1] >= race.target:
                process.kill()
        process.wait()
        watch.cancel()
        seconds = time.monotonic() - start
        if not curve and seconds < race.limit:
            messages.seek(0)
            return {"error": (messages.read().strip().splitlines() or ["it printed nothing"])[-1]}
    return _told(race, curve, seconds)


def _told(race: Race, curve: list[tuple[float, float]], seconds: float) -> dict[str, Any]:
    reached = next((at for at, accuracy in curve if accuracy >= race.target), None)
    best = max((accuracy for _, accuracy in curve), default=None)
    return {"reached": reached, "best": best, "epochs": len(curve), "seconds": seconds}


def _arrays(race: Race) -> Path:
    """The data as others' examples read them: what we split to validate on is theirs to train."""
    path = HOME / f"{race.data}.npz"
    if not path.exists():
        data = open_data(race.data)
        assert data.test is not None
        parts = (data.train, data.val)
        everything = [part.take(np.arange(len(part))) for part in (*parts, data.test)]
        HOME.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half.npz")
        np.savez(
            half,
            x_train=np.concatenate(everything[:2])[..., 0],
            y_train=np.concatenate([part.y for part in parts]),
            x_test=everything[2][..., 0],
            y_test=data.test.y,
        )
        half.replace(path)
    return path
