"""Shards that stay on disk as they are, against the same decoded once: speed and memory.

    python benchmarks/undecoded.py [--photographs 600] [--repeats 5] [--most 8000]

Photographs are 500x375 JPEGs in plain tar shards, brought to 224x224 and mirrored in batches of
64: read from the cache into which they were decoded, and decoded from the shards for each batch.
Rounds are interleaved; medians. Memory is the peak of a process of its own that opens so many
pictures and reads them all once, less what it held before: what is kept in memory is an index.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from pictures import BATCH, make, measure
from svertka import data
from tables import publish, table

SIDE, DISTINCT, EACH = 224, 100, 1000  # pixels, pictures that differ, pictures of a shard


def shards(place: Path, count: int) -> Path:
    """``count`` photographs with their classes in plain tar files."""
    folder = place / f"shards-{count}"
    folder.mkdir()
    if not (place / "photographs").exists():
        make(place / "photographs", DISTINCT, photographs=True)
    paths = sorted((place / "photographs").glob("*/*"))
    for first in range(0, count, EACH):
        with tarfile.open(folder / f"{first // EACH:05}.tar", "w") as archive:
            for number in range(first, min(count, first + EACH)):
                path = paths[number % len(paths)]
                label = place / "label.cls"
                label.write_text(path.parent.name)
                archive.add(path, f"{number:07}.jpg")
                archive.add(label, f"{number:07}.cls")
    return folder


def opened(folder: Path, room: str) -> data.Dataset:
    """The set, decoded into the cache where there is ``room`` (GB)."""
    os.environ["SVERTKA_CACHE_GB"] = room
    # Nothing is compared with anything here: that belongs to splitting, not to reading.
    return data.open_data(folder, size=SIDE, group="none")


def epoch(dataset: data.Dataset, number: int) -> int:
    """Read all training pictures once; how many."""
    policy, count = data.AugmentPolicy(flip=True), 0
    for rows in data.batch_rows(len(dataset.train), size=BATCH, seed=0, epoch=number):
        options = {"seed": 0, "epoch": number, "policy": policy}
        count += len(data.load(dataset.train, rows, dataset.contract, **options)[0])
    return count


def rate(dataset: data.Dataset) -> float:
    """Pictures a second."""
    start = time.perf_counter()
    return epoch(dataset, 1) / (time.perf_counter() - start)


def child(folder: Path, room: str) -> None:
    """Print how many MB opening and one epoch took, and how many the cache on disk."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    epoch(opened(folder, room), 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    cache = Path(os.environ["XDG_CACHE_HOME"])
    disk = sum(file.stat().st_size for file in cache.rglob("*") if file.is_file())
    print(json.dumps([peak / 1e3, disk / 1e6]))


def held(place: Path, folder: Path, room: str) -> tuple[float, float]:
    """``child`` in a process and with a cache of its own."""
    cache = tempfile.mkdtemp(dir=place)
    words = [sys.executable, __file__, "--child", str(folder), room]
    told = subprocess.run(
        words, env=os.environ | {"XDG_CACHE_HOME": cache}, capture_output=True, check=True
    )
    memory, disk = json.loads(told.stdout)
    return memory, disk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--photographs", type=int, default=600)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--most", type=int, default=8000, help="photographs, for the memory")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(Path(options.child[0]), options.child[1])
        return
    with tempfile.TemporaryDirectory() as name:
        place, rows = Path(name), []
        folder = shards(place, options.photographs)
        os.environ["XDG_CACHE_HOME"] = str(place / "cache")
        packed = opened(folder, "100")
        os.environ["XDG_CACHE_HOME"] = str(place / "index")
        stays = opened(folder, "0")
        assert packed.train.decoded
        assert not stays.train.decoded
        assert packed.key == stays.key
        ways = {"decoded once": lambda: rate(packed), "from shards": lambda: rate(stays)}
        rates = measure(ways, options.repeats)
        for count in (options.most // 16, options.most // 4, options.most):
            folder = shards(place, count)
            for way, room in (("decoded once", "100"), ("from shards", "0")):
                memory, disk = held(place, folder, room)
                rows.append([way, f"{count:,}", f"{memory:,.0f}", f"{disk:,.1f}"])
    speed = table(["way", "pictures/s"], [[way, f"{r:,.0f}"] for way, r in rates.items()])
    memory = table(["way", "pictures", "memory, MB", "disk, MB"], rows)
    note = f"Medians of {options.repeats} epochs of {options.photographs} photographs."
    command = (
        f"python benchmarks/undecoded.py --photographs {options.photographs} "
        f"--repeats {options.repeats} --most {options.most}"
    )
    body = f"{speed}\n\n{note}\n\n{memory}"
    publish("undecoded", "Shards that stay as they are", body, command)


if __name__ == "__main__":
    main()
