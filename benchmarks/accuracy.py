"""What a training reaches and how long it takes, process start to finish, over several seeds.

    python benchmarks/accuracy.py digits --seeds 3
    python benchmarks/accuracy.py digits --seeds 3 --budget 5m
    python benchmarks/accuracy.py fashion-full --seeds 3

Each seed is a fresh `svertka train` process, timed from outside; the accuracy is that of the test
part, which training never sees. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import publish, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--budget", help="as for svertka train; its default without it")
    parser.add_argument("--net")
    given = parser.parse_args()

    extra = [
        w for name in ("budget", "net") if (v := getattr(given, name)) for w in (f"--{name}", v)
    ]
    command = ["svertka", "train", given.data, *extra]
    runs = [one(command, seed) for seed in range(given.seeds)]
    rows = [
        (
            str(seed),
            f"{100 * run['accuracy']:.2f}%",
            f"{100 * run['val_accuracy']:.2f}%",
            f"{run['seconds']:.1f}",
            f"{run['epochs']:.1f}",
            f"{run['speed']:,.0f}",
        )
        for seed, run in enumerate(runs)
    ]
    mean = statistics.mean(run["accuracy"] for run in runs)
    longest = max(run["seconds"] for run in runs)
    rows.append(("mean", f"{100 * mean:.2f}%", "", f"at most {longest:.1f}", "", ""))
    head = ("seed", "test accuracy", "validation", "seconds in all", "epochs", "images/s")
    tested = f"{runs[0]['tested']:,} pictures of the test part, {runs[0]['net']}"
    name = "-".join(["accuracy", given.data.replace("/", "_"), *extra[1::2]])
    options = " ".join([given.data, "--seeds", str(given.seeds), *extra])
    again = f"python benchmarks/accuracy.py {options}"
    publish(name, f"`{' '.join(command)}`: {tested}", table(head, rows), again)


def one(command: list[str], seed: int) -> dict[str, float | str]:
    """One process: what it reached and how long it took."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "run"
        words = [sys.executable, "-m", *command, "--seed", str(seed), "--out", str(out), "--quiet"]
        start = time.monotonic()
        subprocess.run([*words, "--json"], check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - start
        card = json.loads((out / "model.json").read_text())
        lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    scores = next(line for line in lines if line["event"] == "scores")
    epochs = [line for line in lines if line["event"] == "epoch"]
    best = next(line for line in epochs if line["epoch"] == card["best_epoch"])
    seen = epochs[-1]["step"] * card["recipe"]["batch"]
    return {
        "accuracy": scores["metrics"]["accuracy"]["value"],
        "val_accuracy": best["val_accuracy"],
        "seconds": seconds,
        "epochs": seen / card["data"]["counts"]["train"],
        "speed": statistics.median(line["images_per_second"] for line in epochs),
        "tested": scores["n"],
        "net": card["net_name"] or "a net of its own",
    }


if __name__ == "__main__":
    main()
