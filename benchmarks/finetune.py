"""Fine-tuned against from scratch: few colour pictures, an unseen drawing style, equal time.

    python benchmarks/finetune.py --budget 2m --seeds 3

The pictures are src/svertka/lessons/emoji.zip: glyphs of twenty kinds, three drawing styles to
learn from, a fourth to be tested on (tools/emoji_set.py). Each run is a fresh `svertka train`
process with that budget for everything; both arms take the recommended recipe, the one with
ImageNet weights (efficientnet_lite0), the other with the house's net for such pictures. Intervals:
bootstrap over the test pictures, of the mean over the seeds. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tables import publish, table

PICTURES = Path(__file__).parent.parent / "src/svertka/lessons/emoji.zip"
ARMS = {"from scratch": "none", "fine-tuned": "imagenet"}
RESAMPLES = 10_000


@dataclass(frozen=True)
class Outcome:
    """One run: which test pictures it got right, in how many seconds and epochs, with which net."""

    right: npt.NDArray[np.bool_]
    f1_macro: float
    seconds: float
    epochs: int
    net: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--budget", default="2m", help="of each run, as for svertka train")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        with zipfile.ZipFile(PICTURES) as archive:
            archive.extractall(place)
        os.environ["XDG_CACHE_HOME"] = str(Path(place) / "cache")
        runs = {
            arm: [one(Path(place), weights, given.budget, seed) for seed in range(given.seeds)]
            for arm, weights in ARMS.items()
        }
    rows = [row(arm, runs[arm]) for arm in ARMS]
    scratch, tuned = (np.stack([run.right for run in runs[arm]]) for arm in ARMS)
    gain, low, high = interval(tuned.mean(0) - scratch.mean(0))
    rows.append(("gain", f"{gain:+.1f}", f"{low:+.1f} to {high:+.1f}", "", "", "", ""))
    head = ("", "accuracy %", "95% interval", "each seed", "F1 macro %", "epochs", "net")
    title = (
        f"{scratch.shape[1]} glyphs of an unseen style, {given.budget} a run, {given.seeds} seeds"
    )
    again = f"python benchmarks/finetune.py --budget {given.budget} --seeds {given.seeds}"
    publish(f"finetune-{given.budget}", title, table(head, rows), again)


def one(place: Path, weights: str, budget: str, seed: int) -> Outcome:
    """One process on the extracted pictures."""
    out = place / f"run-{weights}-{seed}"
    words = ["svertka", "train", str(place / "emoji"), "--weights", weights, "--budget", budget]
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", *words, "--seed", str(seed), "--out", str(out), "--quiet"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - start
    card = json.loads((out / "model.json").read_text())
    lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    scores = next(line for line in lines if line["event"] == "scores")
    with (out / "predictions.csv").open(newline="", encoding="utf-8") as file:
        answers = list(csv.DictReader(file))
    right = np.array([Path(answer["id"]).parent.name == answer["label"] for answer in answers])
    if abs(right.mean() - scores["metrics"]["accuracy"]["value"]) > 1e-9:
        raise SystemExit("predictions.csv and the scores disagree")
    print(f"{weights} seed {seed}: {100 * right.mean():.2f}% in {seconds:.0f} s", flush=True)
    return Outcome(
        right,
        scores["metrics"]["f1_macro"]["value"],
        seconds,
        max(line["epoch"] for line in lines if line["event"] == "epoch"),
        card["net_name"],
    )


def row(arm: str, runs: list[Outcome]) -> tuple[str, ...]:
    """One arm's line of the table."""
    mean, low, high = interval(np.stack([run.right for run in runs]).mean(0))
    return (
        arm,
        f"{mean:.1f}",
        f"{low:.1f} to {high:.1f}",
        ", ".join(f"{100 * run.right.mean():.1f}" for run in runs),
        f"{100 * np.mean([run.f1_macro for run in runs]):.1f}",
        f"{np.mean([run.epochs for run in runs]):.0f}",
        runs[0].net,
    )


def interval(values: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """The mean over pictures in per cent, and where 95% of its resamples lie."""
    random = np.random.default_rng(0)
    resampled = values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(1)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return 100 * float(values.mean()), 100 * float(low), 100 * float(high)


if __name__ == "__main__":
    main()
