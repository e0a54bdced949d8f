"""Pictures to tensors: photographs to random crops, small PNGs, against Pillow picture by picture.

    python benchmarks/pictures.py [--photographs 600] [--drawings 10000] [--repeats 5]

The other way is the usual one: a data set whose every picture is opened with Pillow, cropped or
shifted, mirrored and normalised by itself, read through torch's DataLoader with 0, 1, 2 or 4
workers; the best of them is shown. Photographs are 500x375 JPEGs, resized to 256x256 and cropped
to 224x224 at random; drawings are 28x28 PNGs, shifted by up to two pixels. Ours opens the folder
(first epoch: decoded into the cache, at 256x256; later: from the cache) and cuts and mirrors whole
batches. Rounds are interleaved; medians.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from svertka import data
from tables import publish, table

WORKERS = (0, 1, 2, 4)
BATCH = 64


class OneByOne(TorchDataset):
    """Pictures of a folder of class folders, each opened and augmented by itself."""

    def __init__(self, folder: Path, size: int, photographs: bool) -> None:
        self.paths = sorted(folder.glob("*/*"))
        self.size, self.photographs = size, photographs

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, place: int) -> tuple[torch.Tensor, int]:
        path = self.paths[place]
        with Image.open(path) as image:
            picture = self._crop(image.convert("RGB")) if self.photographs else image.copy()
        values = torch.from_numpy(np.asarray(picture, np.float32) / 255.0)
        if self.photographs:
            values = values.permute(2, 0, 1).contiguous()
            if torch.rand(()) < 0.5:
                values = values.flip(-1)
            return (values - 0.45) / 0.225, int(path.parent.name)
        down, across = torch.randint(-2, 3, (2,)).tolist()
        return (values.roll((down, across), (0, 1))[None] - 0.3) / 0.3, int(path.parent.name)

    def _crop(self, image: Image.Image) -> Image.Image:
        """A random square of a picture a little larger than it, as usual in training."""
        spare = self.size // 7
        large = image.resize((self.size + spare, self.size + spare), Image.Resampling.BILINEAR)
        left, above = np.random.randint(spare + 1, size=2).tolist()
        return large.crop((left, above, left + self.size, above + self.size))


def make(folder: Path, count: int, photographs: bool) -> None:
    """``count`` files in ten classes."""
    rng = np.random.default_rng(0)
    for number in range(count):
        path = folder / str(number % 10) / f"{number}.{'jpg' if photographs else 'png'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not photographs:
            Image.fromarray(rng.integers(0, 256, (28, 28), np.uint8)).save(path)
            continue
        small = Image.fromarray(rng.integers(0, 256, (24, 32, 3), np.uint8))
        large = np.asarray(small.resize((500, 375), Image.Resampling.BICUBIC), np.int16)
        noisy = np.clip(large + rng.integers(-20, 21, large.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(path, quality=90)


def seconds(batches: Iterable[tuple[torch.Tensor, torch.Tensor]], count: int) -> float:
    """Pictures per second of one epoch."""
    start = time.perf_counter()
    seen = sum(len(x) for x, _ in batches)
    return min(seen, count) / (time.perf_counter() - start)


def theirs(folder: Path, size: int, photographs: bool, workers: int) -> Callable[[], float]:
    pictures = OneByOne(folder, size, photographs)

    def epoch() -> float:
        loader = DataLoader(pictures, BATCH, shuffle=True, num_workers=workers)
        return seconds(loader, len(pictures))

    return epoch


def ours(folder: Path, size: int, photographs: bool, *, first: bool) -> Callable[[], float]:
    """An epoch over all files; ``first`` begins without a cache, and opening counts: all files are
    opened, and what fills no batch waits for another epoch."""
    cache = Path(os.environ["XDG_CACHE_HOME"])
    epochs = iter(range(1, 10**6))
    policy = data.AugmentPolicy(shift=2 / 28, outside="reflection", flip=photographs)
    # The form is given, as weights or a run give it; a folder alone would choose its own.
    channels, spare = (3, size // 14) if photographs else (1, 0)
    form = data.InputContract(
        size=(size, size),
        margin=(spare, spare),
        channels=channels,
        mean=(0.45,) * channels,
        std=(0.225,) * channels,
        classes=tuple("0123456789"),
    )

    def epoch() -> float:
        if first:
            shutil.rmtree(cache, ignore_errors=True)
        start = time.perf_counter()
        # Nothing is compared with anything here: that belongs to splitting, not to reading.
        dataset = data.open_in_form(folder, form, group="none")
        opened = time.perf_counter() - start
        each = opened / sum(len(part) for part in dataset.parts.values()) if first else 0.0
        number, count, start = next(epochs), 0, time.perf_counter()
        for part in dataset.parts.values():
            for rows in data.batch_rows(len(part), size=BATCH, seed=0, epoch=number):
                options = {"seed": 0, "epoch": number, "policy": policy}
                count += len(data.load(part, rows, dataset.contract, **options)[0])
        return 1 / (each + (time.perf_counter() - start) / count)

    return epoch


def measure(ways: dict[str, Callable[[], float]], repeats: int) -> dict[str, float]:
    """The median rate of each way; all in turn, so that they meet the same weather."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            found[name].append(way())
    return {name: float(np.median(rates)) for name, rates in found.items()}


def compared(folder: Path, size: int, photographs: bool, repeats: int) -> list[list[str]]:
    """Rows of the table for one folder."""
    ways = {f"{n} workers": theirs(folder, size, photographs, n) for n in WORKERS}
    ways |= {"first": ours(folder, size, photographs, first=True)}
    ways |= {"later": ours(folder, size, photographs, first=False)}
    rates = measure(ways, repeats)
    best = max((name for name in rates if "workers" in name), key=rates.__getitem__)
    what = "photographs to 224" if photographs else "drawings of 28x28"
    rows = [[f"{what}: Pillow one by one, {best}", f"{rates[best]:,.0f}", "1.0"]]
    for name, told in (("first", "svertka, first epoch"), ("later", "svertka, later epochs")):
        ratio = f"{rates[name] / rates[best]:.1f}"
        rows.append([f"{what}: {told}", f"{rates[name]:,.0f}", ratio])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=int, default=600)
    parser.add_argument("--drawings", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", "This DataLoader will create")  # 4 workers on 2 cores
    rows = []
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = f"{place}/cache"
        for name, count, size in (
            ("photographs", options.photographs, 224),
            ("drawings", options.drawings, 28),
        ):
            folder = Path(place, name)
            make(folder, count, name == "photographs")
            rows += compared(folder, size, name == "photographs", options.repeats)
    head = ["pictures to tensors", "pictures/s", "ratio"]
    command = (
        f"python benchmarks/pictures.py --photographs {options.photographs} "
        f"--drawings {options.drawings} --repeats {options.repeats}"
    )
    note = (
        f"Medians of {options.repeats}; batches of {BATCH}. Wanted: photographs 1.3 in the first "
        "epoch and 5 in later ones, drawings 8 once they are opened. The first epoch writes the "
        "cache."
    )
    publish("pictures", "Pictures to tensors", f"{table(head, rows)}\n\n{note}", command)


if __name__ == "__main__":
    main()
