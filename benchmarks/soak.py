"""A training killed again and again, at any moment, must end as if nothing had happened.

    python benchmarks/soak.py [--kills 50] [--seed 0]

Every part that has a memory takes part: convolution, batch norm, dropout, augmentation, the average
of weights, momentum. `svertka train` is killed (SIGKILL) at a random moment of its life, from its
first import to its report, then `svertka resume`, until so many kills are done; a checkpoint is
written after every step, so that many kills fall into a write. Then the weights, the checkpoint
and the lines of metrics without their times are compared, bit for bit, with a run that nobody
disturbed. The result goes to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

NET = "conv8-bn-relu-pool-(id | conv8-bn-relu)-drop0.2-pool-fc256-relu-drop0.5-fc{classes}"
TIMED = ("seconds", "images_per_second")
# The command as it is, but that a checkpoint is due after every step.
COMMAND = """
import sys
from svertka.cli import main
from svertka.train import clock
clock.Clock.time_to_save = lambda self: True
sys.exit(main())
"""


@dataclass(frozen=True)
class Outcome:
    """Where the kills fell, and what differs in the end: nothing, if all is well."""

    moments: dict[str, int]
    differences: tuple[str, ...]
    seconds: float


def soak(place: Path, *, kills: int, seed: int, data: str = "digits", epochs: int = 2) -> Outcome:
    """Train in ``place``, undisturbed, and killed at random moments until ``kills`` are done."""
    words = ["train", data, "--net", NET, "--epochs", str(epochs), "--set", "batch=32"]
    words += ["--set", "learning_rate=0.05", "--set", "augment.rotate=10"]
    start, whole = time.monotonic(), place / "whole"
    process = begin([*words, "--out", str(whole)])
    while not (whole / "checkpoint" / "state.json").is_file() and process.poll() is None:
        time.sleep(0.01)
    ready = time.monotonic() - start  # what a sitting needs before its first step
    end_of(process)
    steps = time.monotonic() - start - ready
    moments, draw, found, number = Counter[str](), random.Random(seed), set[str](), 0
    while sum(moments.values()) < kills:
        number, killed = number + 1, place / f"killed-{number + 1}"
        done = False
        while not done and sum(moments.values()) < kills:
            # One in five on its way to the first step, the others spread over all of the training.
            late = draw.random() < 0.8
            after = ready + draw.uniform(0, 2 * steps / kills) if late else draw.uniform(0, ready)
            moment = kill_after(going(words, killed), after, killed)
            done = moment is None
            moments.update([moment] if moment else [])
        end_of(begin(going(words, killed)))
        found.update(differences(whole, killed))
    return Outcome(dict(moments), tuple(sorted(found)), time.monotonic() - start)


def going(words: list[str], folder: Path) -> list[str]:
    """The command that begins a run, or goes on with it."""
    begun = (folder / "run.json").is_file()
    return ["resume", str(folder)] if begun else [*words, "--out", str(folder)]


def begin(words: list[str]) -> subprocess.Popen[bytes]:
    """Start a command."""
    command = [sys.executable, "-c", COMMAND, *words, "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def end_of(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a command, which must be a good one."""
    if process.wait():
        raise SystemExit(f"The command failed by itself: {process.args}")


def kill_after(words: list[str], seconds: float, folder: Path) -> str | None:
    """Start a command and kill it; where it was, by what it left, None if it was over by then."""
    process = begin(words)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return moment_of(folder)
    end_of(process)
    return None


def moment_of(folder: Path) -> str:
    """What the process was doing when it was killed."""
    if not (folder / "checkpoint" / "state.json").is_file():
        return "before the first checkpoint"
    left = [path.name for path in folder.rglob(".*.tmp")]
    if any("tensors" in name or "state" in name for name in left):
        return "inside a write of a checkpoint"
    if len(list((folder / "checkpoint").glob("*.safetensors"))) > 1:
        return "between the two files of a checkpoint"
    if left:
        return "inside another write"
    return "in its report" if (folder / "model.json").is_file() else "in a step or at the start"


def differences(whole: Path, killed: Path) -> list[str]:
    """The names of what is not the same."""
    parts = {"weights": weights, "checkpoint": checkpoint, "metrics": metrics}
    return [name for name, part in parts.items() if part(whole) != part(killed)]


def weights(folder: Path) -> str:
    """The checksum of the model."""
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def checkpoint(folder: Path) -> str:
    """The checksum of the last checkpoint's tensors: optimizer, average, best weights."""
    (tensors,) = (folder / "checkpoint").glob("*.safetensors")
    return hashlib.sha256(tensors.read_bytes()).hexdigest()


def metrics(folder: Path) -> list[dict[str, object]]:
    """Epochs and scores without times; of a line that was written twice, the latter."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    kept = {(line["event"], line.get("epoch")): line for line in lines}
    return [
        {name: value for name, value in line.items() if name not in TIMED}
        for key, line in sorted(kept.items(), key=str)
        if key[0] in ("epoch", "scores")
    ]


def main() -> None:
    from tables import publish, table

    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--epochs", type=int, default=2)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        outcome = soak(Path(place), kills=given.kills, seed=given.seed, epochs=given.epochs)
    rows = [(moment, str(count)) for moment, count in sorted(outcome.moments.items())]
    same = "nothing" if not outcome.differences else ", ".join(outcome.differences)
    total = sum(outcome.moments.values())
    title = f"A training killed {total} times, and one that was not: what differs is {same}"
    again = (
        f"python benchmarks/soak.py --kills {given.kills} --seed {given.seed} "
        f"--epochs {given.epochs}"
    )
    publish("soak", title, table(("killed", "times"), rows), again)
    sys.exit(bool(outcome.differences))


if __name__ == "__main__":
    main()
