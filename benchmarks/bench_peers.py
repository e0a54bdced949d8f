"""svertka beside the libraries that one would pick instead: ``make bench-peers``.

    python benchmarks/bench_peers.py                           everything that is not measured yet
    python benchmarks/bench_peers.py steps --only vgg --again
    python benchmarks/bench_peers.py race --only digits --seeds 3
    python benchmarks/bench_peers.py report                    only the tables again
    python benchmarks/bench_peers.py --quick                   does every part work? no results

Each library gets an environment of its own with pinned versions in the cache folder
(``~/.cache/svertka-bench``, some 6 GB), so that a second run is quick to begin. ``steps``: the
same net, batch, pictures in memory and SGD with momentum for everyone, in processes that stay
alive and take turns; ours is the step of a real training with the default recipe, without
augmentation since the others have none. ``race``: from the start of the process to the first
accuracy on the test part that is enough. What is measured is kept beside the environments, so
that the parts can be run at different quiet times; the tables go to benchmarks/results/peers.md.
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peers.cases import CASES
from peers.environments import ENVIRONMENTS, HOME, Missing, python_of
from peers.race import RACES, RUNNERS, Race, run
from peers.report import body
from peers.steps import ARMS, measure
from tables import publish

PARTS = ("all", "install", "steps", "race", "report")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("part", nargs="?", default="all", choices=PARTS)
    options.add_argument("--only", nargs="+", choices=[*CASES, *RACES], help="nets, or data sets")
    options.add_argument("--arms", nargs="+", choices=list(dict.fromkeys([*ARMS, *RUNNERS])))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=2.0, help="of a library in a round")
    options.add_argument("--starts", type=int, default=3, help="of a library; the fastest counts")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--budget", help="of svertka train in a race")
    options.add_argument("--cores", type=int, default=2, help="that everyone may use (Linux)")
    options.add_argument("--again", action="store_true", help="also what has been measured")
    options.add_argument("--quick", action="store_true", help="one short round, nothing kept")
    given = options.parse_args()

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: given.cores])
    if given.quick:
        given.rounds, given.seconds, given.starts, given.seeds, given.again = 1, 0.2, 1, 1, True
    results = HOME / ("quick" if given.quick else "results")
    results.mkdir(parents=True, exist_ok=True)
    if given.part in ("all", "install"):
        install()
    if given.part == "install":
        return
    if given.part in ("all", "steps"):
        steps(given, results)
    if given.part in ("all", "race"):
        races(given, results)
    text = body(*kept(results))
    if given.quick or not text:
        print(text)
    else:
        title = "Beside other libraries: training steps, and seconds to an accuracy"
        publish("peers", title, text, "make bench-peers")


def install() -> None:
    """Every environment; what cannot be had is said again where it would be used."""
    for name in ENVIRONMENTS:
        try:
            python_of(name)
        except Missing as error:
            print(f"{name}: {error}")


def steps(given: argparse.Namespace, results: Path) -> None:
    for case in CASES.values():
        path = results / f"steps-{case.name}.json"
        if case.name not in (given.only or CASES) or (path.exists() and not given.again):
            continue
        few = ["svertka", "matrix"]
        arms = [a for a in given.arms or ARMS if a in (ARMS if case.peers else few)]
        answer = measure(case, arms, given.rounds, given.seconds, given.starts)
        write(path, answer | {"cores": given.cores})


def races(given: argparse.Namespace, results: Path) -> None:
    """Seed by seed, so that what is cut off has met every library alike."""
    for name, race in RACES.items():
        if name not in (given.only or RACES):
            continue
        race = Race(name, race.data, race.target, given.budget or race.budget, race.limit)
        if given.quick:
            race = Race(name, race.data, 0.5, "5s", 20)
        for seed in range(given.seeds):
            for runner in [r for r in given.arms or RUNNERS if r in RUNNERS]:
                path = results / f"race-{name}-{runner}-{seed}.json"
                if given.again or not path.exists():
                    write(path, run(race, runner, seed))


def write(path: Path, answer: dict[str, Any]) -> None:
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.1f}"
    path.write_text(json.dumps(answer | {"when": when}, indent=1))


def kept(results: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """All that has been measured, by case, and by race and runner."""
    cases = {}
    for name in CASES:
        if (path := results / f"steps-{name}.json").exists():
            cases[name] = json.loads(path.read_text())
    runs: dict[str, dict[str, list[Any]]] = {}
    for name in RACES:
        for runner in RUNNERS:
            for path in sorted(results.glob(f"race-{name}-{runner}-*.json")):
                told = json.loads(path.read_text())
                runs.setdefault(name, {}).setdefault(runner, []).append(told)
    return cases, runs


if __name__ == "__main__":
    main()
