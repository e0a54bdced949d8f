"""How fast pictures get ready: augmentation, batches, packing a folder, opening it again.

    python benchmarks/data.py [--repeats 15] [--files 10000]

Medians of interleaved repeats, and the fastest of them in brackets; two threads of torch. A table
in Markdown goes to the screen, with the machine and the versions below it.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL
import torch
from PIL import Image

from svertka import data
from svertka.data.contract import InputContract
from svertka.runtime import processor_name, usable_cores

THREADS = 2


def noise(*shape: int) -> np.ndarray:
    """Random bytes."""
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def augmentations() -> dict[str, Callable[[], int]]:
    """Work by name; each returns how many pictures it handled."""
    drawings = data.policy_for(data.open_data("digits"))
    clothes = data.policy_for(data.open_data("fashion"))
    crops = data.AugmentPolicy(shift=0.125, flip=True, outside="reflection")
    scenes = crops.model_copy(
        update={"rotate": 10.0, "scale": 0.2, "brightness": 0.1, "contrast": 0.2, "erase": 0.25}
    )
    cases = {
        f"augment 28x28 grey, {drawings}": (noise(256, 28, 28, 1), drawings),
        f"augment 28x28 grey, {clothes}": (noise(256, 28, 28, 1), clothes),
        f"augment 32x32 colour, {crops}": (noise(256, 32, 32, 3), crops),
        f"augment 32x32 colour, {scenes}": (noise(256, 32, 32, 3), scenes),
    }
    return {name: augmentation(x, policy) for name, (x, policy) in cases.items()}


def augmentation(x: np.ndarray, policy: data.AugmentPolicy) -> Callable[[], int]:
    """One batch, as training asks for it."""

    def work() -> int:
        data.augment(x, seed=0, epoch=1, indices=np.arange(len(x)), policy=policy)
        return len(x)

    return work


def batches() -> Callable[[], int]:
    """Taking, augmenting and normalising 32x32 colour pictures."""
    pictures = data.Pictures(noise(4096, 32, 32, 3), np.zeros(4096), [""] * 4096)
    policy = data.AugmentPolicy(shift=0.125, flip=True, outside="reflection")
    half = (0.5, 0.5, 0.5)
    contract = InputContract(size=(32, 32), channels=3, mean=half, std=half, classes=("a", "b"))

    def work() -> int:
        for rows in data.batch_rows(4096, size=128, seed=0, epoch=1):
            data.load(pictures, rows, contract, seed=0, epoch=1, policy=policy)
        return 4096

    return work


def rates(work: dict[str, Callable[[], int]], repeats: int) -> dict[str, list[float]]:
    """Pictures per second of each, interleaved so that all meet the same weather."""
    for run in work.values():
        run()
    found: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, run in work.items():
            start = time.perf_counter()
            count = run()
            found[name].append(count / (time.perf_counter() - start))
    return found


def folder(count: int) -> dict[str, list[float]]:
    """A folder of 28x28 PNGs, opened for the first time and again."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = f"{place}/cache"
        for number in range(count):
            path = Path(place, "set", str(number % 10), f"{number}.png")
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(
                np.random.default_rng(number).integers(0, 256, (28, 28), np.uint8)
            ).save(path)
        time.sleep(0.2)
        found = []
        for _ in range(4):
            start = time.perf_counter()
            data.open_data(Path(place, "set"))
            found.append(count / (time.perf_counter() - start))
    return {f"open {count} PNGs, first time": found[:1], "open them again": found[1:]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--files", type=int, default=10_000)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    work = {**augmentations(), "batches 32x32 colour, b128, taken to normalised": batches()}
    table = {**rates(work, options.repeats), **folder(options.files)}
    print("| work | pictures/s, median (fastest) |\n| --- | --- |")
    for name, found in table.items():
        print(f"| {name} | {np.median(found):,.0f} ({max(found):,.0f}) |")
    print(
        f"\n{processor_name()}, {usable_cores()} cores, {THREADS} threads, load "
        f"{os.getloadavg()[0]:.1f}; Python {platform.python_version()}, torch {torch.__version__}, "
        f"NumPy {np.__version__}, Pillow {PIL.__version__}; n = {options.repeats}"
    )


if __name__ == "__main__":
    main()
