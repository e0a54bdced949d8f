"""The payload of a training in folds, made of a report's."""

from __future__ import annotations

from typing import Any

from payloads import labels_report, report


def label_folds() -> dict[str, Any]:
    """Folds of pictures with any number of labels."""
    whole, labels = folds(3), labels_report()
    runs = [{key: v for key, v in run.items() if key != "accuracy"} for run in whole["runs"]]
    return whole | {
        "scores": labels["scores"] | {"part": "out-of-fold"},
        "ungrouped": None,
        "test": labels["scores"],
        "runs": [run | {"map": 0.8 + run["fold"] / 50} for run in runs],
        "mistakes": labels["mistakes"],
    }


def folds(count: int = 5) -> dict[str, Any]:
    """Scores of folds, of a careless split and of the test part, and a run for each fold."""
    whole = report()
    scores = whole["scores"]
    return {
        "kind": "folds",
        "format": 1,
        "svertka": whole["svertka"],
        "created": whole["created"],
        "name": "digits-3",
        "command": "svertka train digits --seed 0 --folds 5 --ungrouped",
        "data": {
            "name": "digits",
            "source": "digits",
            "classes": scores["classes"],
            "counts": {"train": 7000, "test": 1000},
        },
        "net": {"name": "lenet5", "text": "", "parameters": 61_706},
        "group": "alike",
        "seed": 0,
        "budget": 300.0,
        "scores": scores | {"part": "out-of-fold", "n": 7000},
        "ungrouped": scores | {"part": "out-of-fold", "n": 7000, "metrics": better(scores)},
        "test": scores,
        "runs": [
            {
                "fold": number,
                "folder": f"fold-{number}",
                "n": 1400,
                "accuracy": 0.97 + number / 500,
                "f1_macro": 0.96 + number / 500,
                "seconds": 57.2,
                "best_epoch": 12,
                "history": [],
            }
            for number in range(1, count + 1)
        ],
        "mistakes": whole["mistakes"],
        "device": whole["device"],
    }


def better(scores: dict[str, Any]) -> dict[str, Any]:
    """Its figures, each a little nearer to 1."""
    return {
        name: {key: 0.9 * value + 0.1 for key, value in figure.items()}
        for name, figure in scores["metrics"].items()
    }
