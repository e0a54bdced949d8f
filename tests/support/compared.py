"""The payload of a comparison: made-up answers; intervals and tests by the library."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np

from payloads import data, report
from svertka.evaluate.paired import differences, samples
from svertka.grammar import resolve
from svertka.nets.catalogue import find

COMPARED = (  # text, accuracy, seconds of an epoch, pictures a second, bytes
    ("hog-fc{classes}", 0.962, 0.4, 14_000, 376e6),
    ("fc100-relu-fc{classes}", 0.972, 0.3, 21_000, 381e6),
    ("lenet5", 0.988, 0.9, 7_300, 401e6),
    ("resnet18", 0.991, 9.0, 610, 911e6),
)


def comparison(nets: Any = COMPARED, seeds: int = 3, n: int = 1000) -> dict[str, Any]:
    """Nets side by side: made-up answers, figures and tests by the library. The last one fails."""
    rng = np.random.default_rng(4)
    hard, truth = rng.normal(size=n), np.arange(n) % 10
    samples_of, entries = [], []
    for place, (text, accuracy, pace, speed, memory) in enumerate(nets):
        line = np.quantile(0.8 * hard + 0.6 * rng.normal(size=n), accuracy)
        wrong = 0.8 * hard + 0.6 * rng.normal(size=(seeds, n)) > line
        given = np.where(wrong, (truth + 1) % 10, truth)
        samples_of.append(samples(truth, given, 10))
        plan = resolve(find(text), input=(1, 28, 28), classes=10)
        runs = [
            {
                "seed": seed,
                "folder": f"net{place}-seed{seed}",
                "reason": None,
                "accuracy": float(samples_of[-1]["accuracy"].values[seed]),
                "f1_macro": float(samples_of[-1]["f1_macro"].values[seed]),
                "seconds": 58.0 + seed,
                "best_epoch": 6,
                "peak_bytes": memory,
                "history": curve(accuracy, pace, seed),
            }
            for seed in range(seeds)
        ]
        entries.append(
            {
                "net": text,
                "net_name": text if "-" not in text else None,
                "text": plan.text,
                "parameters": plan.parameters,
                "multiply_adds": plan.multiply_adds,
                "figures": {
                    name: {**vars(sample.figure), "seeds": sample.values.tolist()}
                    for name, sample in samples_of[-1].items()
                },
                "training_images_per_second": speed / 3,
                "answering_images_per_second": {"1": speed / 9, "64": float(speed)},
                "seconds_to": [6 * pace, 20 * pace if accuracy > 0.98 else None, None],
                "peak_bytes": memory,
                "runs": runs,
            }
        )
    failed = {"accuracy": None, "f1_macro": None, "seconds": None, "best_epoch": None}
    failed |= {"reason": "The memory is not enough.", "peak_bytes": None, "history": []}
    last = {"net": "fc9999999-fc9999999", "net_name": None, "figures": {}, "peak_bytes": None}
    last |= {"answering_images_per_second": {}, "training_images_per_second": None}
    last["runs"] = [{"seed": s, "folder": f"x-seed{s}"} | failed for s in range(seeds)]
    pairs = list(combinations(range(len(nets)), 2))
    tested = {
        name: differences([(samples_of[a][name], samples_of[b][name]) for a, b in pairs])
        for name in ("accuracy", "f1_macro")
    }
    return {
        "kind": "comparison",
        "format": 1,
        "svertka": "0.1.0",
        "created": "2026-03-14T09:26:53+00:00",
        "name": "compare-digits-1",
        "command": "svertka compare digits lenet5 resnet18 --budget 60s --seeds 3",
        "data": {k: data()[k] for k in ("name", "source", "classes", "counts")},
        "part": "test",
        "n": n,
        "n_in_all": n,
        "seeds": seeds,
        "epochs": None,
        "budget": 60.0,
        "settings": {},
        "device": report()["device"],
        "batch": 64,
        "thresholds": [0.95, 0.98, 0.99],
        "nets": [*entries, entries[0] | {"seconds_to": [None] * 3} | last],
        "pairs": [
            {"a": a, "b": b} | {name: vars(found[i]).copy() for name, found in tested.items()}
            for i, (a, b) in enumerate(pairs)
        ],
        "test": {"level": 0.95, "method": "paired t", "correction": "Holm"},
    }


def label_comparison() -> dict[str, Any]:
    """The same figures as if pictures had labels: accuracy becomes mean average precision."""
    return _renamed(comparison(seeds=1), {"accuracy": "map", "val_accuracy": "val_map"})


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(item, names) for key, item in value.items()}
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def curve(accuracy: float, pace: float, seed: int) -> list[dict[str, Any]]:
    """The validation of a training of a minute."""
    rng, epochs = np.random.default_rng(seed), int(56 / pace)
    return [
        {
            "epoch": e,
            "seconds": pace * e,
            "val_accuracy": float(min(1, accuracy - 0.5 * math.exp(-18 * e / epochs)) - drop),
            "val_f1_macro": accuracy,
        }
        for e, drop in enumerate(rng.uniform(0, 0.004, epochs), start=1)
    ]
