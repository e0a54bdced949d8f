"""Depth without and with additions: plain nets stall as they become deeper, residual ones learn.

    python benchmarks/depth.py --epochs 6 --seeds 3

The nets are the paper's own (He, Zhang, Ren, Sun: Deep Residual Learning, 2015), 18 and 34 layers,
the same but for the additions; data, recipe and epochs are the same for all four. Every run is one
of `svertka train`. Table and figure (the training loss of each epoch, mean over the seeds) go to
benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tables import RESULTS, publish, table

# name, colour, dashes: without colour the lines can still be told apart
NETS = (
    ("plain18", "#c2571a", "2 4"),
    ("plain34", "#c2571a", ""),
    ("resnet18", "#1f6f8b", "2 4"),
    ("resnet34", "#1f6f8b", ""),
)
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 64, 48, 110, 52


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="fashion")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()

    rows, curves = [], {}
    for net, *_ in NETS:
        runs = [one(given.data, net, given.epochs, seed) for seed in range(given.seeds)]
        curves[net] = [
            statistics.mean(losses) for losses in zip(*(r[0] for r in runs), strict=True)
        ]
        accuracies = [accuracy for _, accuracy in runs]
        each = ", ".join(f"{100 * accuracy:.1f}" for accuracy in accuracies)
        mean = f"{100 * statistics.mean(accuracies):.1f}%"
        rows.append((net, f"{curves[net][0]:.3f}", f"{curves[net][-1]:.3f}", mean, each))
        print(*rows[-1], flush=True)
    epochs, seeds = given.epochs, given.seeds
    mean = "one seed" if seeds == 1 else f"mean of {seeds} seeds"
    title = f"Plain and residual nets, {given.data}, {epochs} epochs, {mean}"
    head = ("net", "training loss, epoch 1", f"epoch {epochs}", "test accuracy", "each seed, %")
    again = f"python benchmarks/depth.py --data {given.data} --epochs {epochs} --seeds {seeds}"
    (RESULTS / "depth.svg").write_text(figure(curves, title))
    publish("depth", title, f"{table(head, rows)}\n\n![training loss](depth.svg)", again)


def one(data: str, net: str, epochs: int, seed: int) -> tuple[list[float], float]:
    """The training loss of every epoch and the accuracy on the test part."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "run"
        words = ["svertka", "train", data, "--net", net, "--epochs", str(epochs)]
        words += ["--seed", str(seed), "--out", str(out), "--quiet", "--json"]
        subprocess.run([sys.executable, "-m", *words], check=True, stdout=subprocess.DEVNULL)
        lines = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    losses = [line["train_loss"] for line in lines if line["event"] == "epoch"]
    scores = next(line for line in lines if line["event"] == "scores")
    return losses, scores["metrics"]["accuracy"]["value"]


def figure(curves: dict[str, list[float]], title: str) -> str:
    """The curves as an SVG that needs nothing else."""
    low = min(min(curve) for curve in curves.values())
    high = max(max(curve) for curve in curves.values())
    epochs = max(len(curve) for curve in curves.values())

    def x(epoch: int) -> float:
        return LEFT + (epoch - 1) / max(1, epochs - 1) * (WIDTH - LEFT - RIGHT)

    def y(loss: float) -> float:
        return TOP + (high - loss) / max(1e-9, high - low) * (HEIGHT - TOP - BOTTOM)

    def text(at: tuple[float, float], words: str, more: str = "") -> str:
        return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" {more}>{words}</text>'

    parts = [text((LEFT, 26), title, 'font-weight="600"')]
    parts += [
        text((x(epoch), HEIGHT - 28), str(epoch), 'text-anchor="middle"')
        for epoch in range(1, epochs + 1)
    ]
    parts.append(text((x(epochs), HEIGHT - 8), "epoch", 'text-anchor="end"'))
    for tick in range(5):
        loss = low + (high - low) * tick / 4
        line = f"M{LEFT} {y(loss):.1f}H{WIDTH - RIGHT}"
        parts.append(f'<path d="{line}" stroke="#8884" fill="none"/>')
        parts.append(text((LEFT - 8, y(loss) + 5), f"{loss:.2f}", 'text-anchor="end"'))
    names = sorted(((y(curves[net][-1]), net, colour) for net, colour, _ in NETS))
    for net, colour, dashes in NETS:
        points = " ".join(f"{x(i):.1f},{y(v):.1f}" for i, v in enumerate(curves[net], 1))
        style = f'stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}" fill="none"'
        parts.append(f'<polyline points="{points}" {style}/>')
    below = 0.0
    for at, net, colour in names:  # names of lines that end together move apart
        below = max(at + 5, below + 18)
        parts.append(text((WIDTH - RIGHT + 10, below), net, f'style="fill:{colour}"'))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="15" fill="#555">\n{body}\n</svg>\n'
    )


if __name__ == "__main__":
    main()
