"""The tables of ``benchmarks/results/peers.md``, from all that has been measured so far."""

from __future__ import annotations

import statistics
from typing import Any

from peers.cases import CASES, Case
from peers.race import RACES, RUNNERS, Race
from peers.steps import ARMS, share, speed
from tables import table

Told = dict[str, dict[str, Any]]


def body(steps: dict[str, Any], races: dict[str, dict[str, list[dict[str, Any]]]]) -> str:
    """``steps``: case to answer; ``races``: race to runner to the runs of its seeds."""
    parts = []
    if steps:
        parts += [_steps(steps), _first(steps), _notes(steps)]
    for name, runs in races.items():
        parts.append(_race(RACES[name], runs))
    return "\n\n".join(parts)


def _steps(steps: dict[str, Any]) -> str:
    cases = [CASES[name] for name in CASES if name in steps]
    told: list[Told] = [steps[case.name]["arms"] for case in cases]
    rows = []
    for arm, about in ARMS.items():
        if arm != "matrix" and any(arm in one for one in told):
            cells = [_speed(case, one.get(arm)) for case, one in zip(cases, told, strict=True)]
            rows.append([about.title, *cells])
    both = list(zip(cases, told, strict=True))
    rows.append(["**ours / the fastest peer**", *(_ratio(case, one) for case, one in both)])
    rows.append(["our arithmetic / matrix product's", *(_share(case, one) for case, one in both)])
    head = ["training step, images/s", *(case.title for case in cases)]
    return table(head, rows)


def _speed(case: Case, answer: dict[str, Any] | None) -> str:
    if answer is None:
        return "-"
    return _figure(speed(case, answer)) if "step" in answer else "failed"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _ratio(case: Case, told: Told) -> str:
    """Of medians, each library's of its fastest start; in brackets the least and the greatest of
    the rounds, each within its turn, or of our starts where there were several."""
    peers = [arm for arm, about in ARMS.items() if about.peer and "step" in told.get(arm, {})]
    if not peers or "step" not in told.get("svertka", {}):
        return "-"
    best = min(peers, key=lambda arm: float(told[arm]["step"]))
    ours, theirs = told["svertka"], told[best]
    if len(ours.get("starts", ())) > 1:
        rounds = [theirs["step"] / each for each in ours["starts"]]
    else:
        rounds = [b / a for a, b in zip(ours["steps"], theirs["steps"], strict=True)]
    wanted = f", wanted {case.goal}" if case.goal else ""
    spread = f"{min(rounds):.2f}-{max(rounds):.2f}"
    return f"**{theirs['step'] / ours['step']:.2f}** ({spread}){wanted}"


def _share(case: Case, told: Told) -> str:
    value = share(case, told)
    wanted = "" if case.peers else ", wanted 80%"
    return "-" if value is None else f"{100 * value:.0f}%{wanted}"


def _first(steps: dict[str, Any]) -> str:
    cases = [CASES[name] for name in CASES if name in steps and CASES[name].peers]
    rows = []
    for arm, about in ARMS.items():
        cells = []
        for case in cases:
            answer = steps[case.name]["arms"].get(arm, {})
            cells.append(f"{answer['first']:.1f}" if "first" in answer else "-")
        if arm != "matrix" and set(cells) != {"-"}:
            rows.append([about.title, *cells])
    return table(["first step (compiling), s", *(case.name for case in cases)], rows)


def _notes(steps: dict[str, Any]) -> str:
    """Versions, what went wrong, and when each net was measured."""
    versions: dict[str, str] = {}
    lines = []
    for name, answer in steps.items():
        starts = max(len(told.get("starts", "-")) for told in answer["arms"].values())
        begun = f", the fastest of {starts} starts" if starts > 1 else ""
        lines.append(
            f"- {name}: {answer['rounds']} rounds of {answer['seconds']:g} s, taken in "
            f"turns, medians{begun}; {answer['cores']} cores; {answer['when']}"
        )
        for arm, told in answer["arms"].items():
            if "error" in told:
                lines.append(f"- {name}, {ARMS[arm].title}: {told['error']}")
            versions |= told.get("versions", {})
    words = [f"{k} {v}" for k, v in versions.items() if k not in ("multiply_adds", "first_layer")]
    return "\n".join([*lines, f"- {', '.join(words)}"])


def _race(race: Race, runs: dict[str, list[dict[str, Any]]]) -> str:
    rows = []
    for runner, about in RUNNERS.items():
        told = runs.get(runner)
        if not told:
            continue
        if errors := [run["error"] for run in told if "error" in run]:
            rows.append([about.title, f"failed: {errors[0]}", "-", "-"])
            continue
        times = [run["reached"] for run in told]
        each = ", ".join(
            f"{at:.1f}" if at is not None else f"not in {run['seconds']:.0f}"
            for at, run in zip(times, told, strict=True)
        )
        # Half of the runs must arrive for a median to exist.
        middle = statistics.median([at if at is not None else float("inf") for at in times])
        median = f"{middle:.1f}" if middle < float("inf") else "never"
        best = ", ".join(_percent(run["best"]) for run in told)
        rows.append([about.title, median, each, best])
    head = [
        f"{race.data}: {100 * race.target:.1f}% of the test part",
        "median, s",
        "each seed, s",
        "best accuracy of each",
    ]
    budgets = {run["budget"] for run in runs.get("svertka", ()) if "budget" in run}
    budget = " or ".join(sorted(budgets)) or race.budget
    words = (
        f"Ours is the whole of `svertka train {race.data} --budget {budget}`, report and "
        "all, and counts if the score at its end is enough; the others are scored after "
        f"every epoch, are stopped at the first that is, and have {race.limit:g} s."
    )
    return f"{table(head, rows)}\n\n{words}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f}%"
