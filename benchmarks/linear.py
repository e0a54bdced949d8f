"""Cost grows in proportion to pictures and to pixels: 1,000 to 100,000 pictures, 14 to 224 pixels.

    python benchmarks/linear.py [--most 100000] [--repeats 3]

Three parts of a run, each timed alone, the median of a few repeats: opening arrays (split, check,
fingerprint), one epoch of training steps, prediction. The net ends in an average over all places,
so that it is the same for every size. Table and figure go to benchmarks/results/; the slope of a
straight line through the points, both axes logarithmic, is 1 where cost is proportional.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from svertka.data import open_data
from svertka.predict import Predictor
from svertka.store import RunFolder
from svertka.train import choose_recipe
from svertka.train.batches import batches
from svertka.train.fit import train_step
from svertka.train.job import Job
from svertka.train.state import State
from tables import RESULTS, publish, table

NET = "conv16-bn-relu-pool-conv32-bn-relu-gap-fc{classes}"
SIDE, COUNT = 28, 2_000  # of pictures while their number grows; their number while the side does
STAGES = {"open": "#1f6f8b", "train an epoch": "#c2571a", "predict": "#5a7d2a"}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 440, 400, 64, 64, 56, 30


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--most", type=int, default=100_000, help="pictures")
    options.add_argument("--widest", type=int, default=224, help="pixels along a side")
    options.add_argument("--repeats", type=int, default=3)
    given = options.parse_args()

    measure(500, SIDE, 1)  # the first call of everything takes longer
    counts = [n for n in (1_000, 3_000, 10_000, 30_000, 100_000) if n <= given.most]
    sides = [side for side in (14, 28, 56, 112, 224) if side <= given.widest]
    by_count = {n: measure(n, SIDE, given.repeats) for n in counts}
    by_pixels = {s * s: measure(COUNT, s, given.repeats) for s in sides}

    named = [(f"{n:,} of {SIDE}x{SIDE}", seconds) for n, seconds in by_count.items()]
    named += [
        (f"{COUNT:,} of {side}x{side}", seconds)
        for side, seconds in zip(sides, by_pixels.values(), strict=True)
    ]
    rows = [[name, *(f"{seconds[stage]:.3f}" for stage in STAGES)] for name, seconds in named]
    for axis, points in (("pictures", by_count), ("pixels", by_pixels)):
        rows.append([f"slope in {axis}", *(f"{slope(points, stage):.2f}" for stage in STAGES)])
    panels = [panel(by_count, f"pictures of {SIDE}x{SIDE}", 0)]
    panels.append(panel(by_pixels, f"pixels of each of {COUNT:,} pictures", 1))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "linear.svg").write_text(figure(panels))
    body = f"{table(['pictures', *(f'{stage}, s' for stage in STAGES)], rows)}\n\n"
    body += "![seconds against pictures and pixels](linear.svg)"
    again = (
        f"python benchmarks/linear.py --most {given.most} --widest {given.widest} "
        f"--repeats {given.repeats}"
    )
    publish("linear", "Cost against the number and the size of pictures", body, again)


def measure(count: int, side: int, repeats: int) -> dict[str, float]:
    """The median seconds of each part, for so many random grey pictures."""
    x = np.random.default_rng(0).integers(0, 256, (count, side, side, 1), np.uint8)
    y = np.arange(count) % 10
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for _ in range(repeats):
        start = time.perf_counter()
        data = open_data((x, y))
        opened = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            recipe = choose_recipe(data, epochs=1).model_copy(update={"batch": 128})
            job = Job.fresh(data, NET, recipe, RunFolder(Path(place)))
            with job.surroundings():
                state = State.fresh(job.module(), recipe)
                begun = time.perf_counter()
                for batch in batches(job, 1):
                    train_step(job, state, batch)
                trained = time.perf_counter()
        Predictor(state.average, data.contract).logits(x)
        times["open"].append(opened - start)
        times["train an epoch"].append(trained - begun)
        times["predict"].append(time.perf_counter() - trained)
    medians = {stage: statistics.median(values) for stage, values in times.items()}
    print(f"{count:,} of {side}x{side}:", {k: round(v, 3) for k, v in medians.items()}, flush=True)
    return medians


def slope(points: dict[int, dict[str, float]], stage: str) -> float:
    """Of the least-squares line through logarithms."""
    seconds = [point[stage] for point in points.values()]
    return float(np.polyfit(np.log(list(points)), np.log(seconds), 1)[0])


def panel(points: dict[int, dict[str, float]], title: str, place: int) -> str:
    """One chart, both axes logarithmic; a dashed line is proportional growth."""
    sizes = list(points)
    values = [point[stage] for point in points.values() for stage in STAGES]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    left = place * (WIDTH + GAP)

    def x(size: float) -> float:
        across = math.log(size / sizes[0]) / max(1e-9, math.log(sizes[-1] / sizes[0]))
        return left + LEFT + across * (WIDTH - LEFT)

    def y(seconds: float) -> float:
        return TOP + (high - math.log10(seconds)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [text(left + LEFT, 26, f"seconds against {title}", 'font-weight="600"')]
    for size in sizes:
        parts.append(text(x(size), HEIGHT - 34, f"{size:,}", 'text-anchor="middle" font-size="12"'))
    for power in range(low, high + 1):
        line = f"M{left + LEFT} {y(10**power):.1f}H{left + WIDTH}"
        parts.append(f'<path d="{line}" stroke="#8884" fill="none"/>')
        parts.append(text(left + LEFT - 8, y(10**power) + 5, f"{10**power:g}", 'text-anchor="end"'))
    for number, (stage, colour) in enumerate(STAGES.items()):
        last = points[sizes[-1]][stage]
        start, end = last * sizes[0] / sizes[-1], last
        if start >= 10**low:
            ends = f"{x(sizes[0]):.1f},{y(start):.1f} {x(sizes[-1]):.1f},{y(end):.1f}"
            style = f'stroke="{colour}" stroke-dasharray="3 5" fill="none"'
            parts.append(f'<polyline points="{ends}" {style}/>')
        curve = " ".join(f"{x(size):.1f},{y(point[stage]):.1f}" for size, point in points.items())
        parts.append(f'<polyline points="{curve}" stroke="{colour}" stroke-width="3" fill="none"/>')
        parts.append(
            text(left + LEFT + 120 * number, 48, stage, f'style="fill:{colour}" font-size="14"')
        )
    return "\n".join(parts)


def text(x: float, y: float, words: str, more: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{words}</text>'


def figure(panels: list[str]) -> str:
    """The charts as an SVG that needs nothing else."""
    width = 2 * WIDTH + GAP + 40
    note = text(
        LEFT, HEIGHT - 8, "dashed: exactly proportional to the last point", 'font-size="12"'
    )
    body = "\n".join([*panels, note])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'font-family="sans-serif" font-size="15" fill="#555">\n{body}\n</svg>\n'
    )


if __name__ == "__main__":
    main()
