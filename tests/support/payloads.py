"""Payloads as the workbench writes them: real nets and scores, made-up answers, drawn pictures."""

from __future__ import annotations

import base64
import io
import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from svertka.evaluate import best_thresholds, mistakes, score
from svertka.grammar import resolve
from svertka.nets.catalogue import find
from svertka.predict.predictions import Predictions

DIGITS = tuple("0123456789")
TWINS = {"4": "9", "7": "1", "3": "5", "9": "4", "8": "3", "2": "7", "5": "6"}
NET = """# A small net, as the house's are.
unit(n) = conv{n}-bn-relu
unit(32)*2-pool
unit(64)*2-pool
unit(128)*2
gap-fc{classes}
"""
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "قطة صغيرة",
    "=1+1",
    "__proto__",
    "x" * 200,
    "название класса из многих слов, которое никак не кончится",
    "a\u202eb",
    "",
    "line\nbreak",
)


def picture(text: str, seed: int = 0, size: int = 28) -> str:
    """A grey picture of a sign, a little turned, as a data URI."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (size, size))
    ImageDraw.Draw(image).text((size * 0.3, size * 0.1), text[:1] or "?", fill=255, font_size=21)
    image = image.rotate(float(rng.uniform(-25, 25)), resample=Image.Resampling.BILINEAR)
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def answers(
    classes: tuple[str, ...], each: int, wrong: float, seed: int = 0
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Probabilities of a network that errs in a share ``wrong``, mostly between look-alikes."""
    rng = np.random.default_rng(seed)
    k = len(classes)
    y = np.repeat(np.arange(k), each)
    logits = rng.gumbel(0, 0.6, (len(y), k))
    logits[np.arange(len(y)), y] += rng.normal(7.5, 1.5, len(y))
    for i in np.flatnonzero(rng.random(len(y)) < wrong):
        twin = TWINS.get(classes[y[i]])
        other = classes.index(twin) if twin in classes else (y[i] + 1 + i % 3) % k
        logits[i, other] += rng.normal(8.5, 1.5)
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True), y


def history(epochs: int) -> list[dict[str, Any]]:
    """Learning curves of the usual form."""
    rng = np.random.default_rng(1)
    lines = []
    for e in range(1, epochs + 1):
        left = math.exp(-3.2 * e / epochs)
        lines.append(
            {
                "event": "epoch",
                "epoch": e,
                "step": 46 * e,
                "train_loss": 0.56 + 0.9 * left + float(rng.normal(0, 0.008)),
                "val_loss": 0.53 + 0.75 * left + float(rng.normal(0, 0.02)),
                "val_f1_macro": 0.993 - 0.09 * left,
                "val_accuracy": 0.9935 - 0.09 * left + float(rng.normal(0, 0.001)),
                "learning_rate": 0.1 * math.sin(math.pi * (e - 0.5) / epochs) ** 1.3,
                "images_per_second": 1650 + float(rng.normal(0, 40)),
                "seconds": 3.55 * e,
            }
        )
    return lines


def scores(classes: tuple[str, ...] = DIGITS, each: int = 100, wrong: float = 0.012) -> Any:
    """Scores computed by the library from made-up answers."""
    p, y = answers(classes, each, wrong)
    return score(p, y, classes, resamples=100)


def net(name: str = "house_s", **how: Any) -> dict[str, Any]:
    """The plan of a catalogue net."""
    plan = resolve(find(name), **how).to_dict()
    return {**plan, "name": name}


def contract(classes: tuple[str, ...] = DIGITS, channels: int = 1) -> dict[str, Any]:
    """An input contract as JSON."""
    return {
        "axes": "HWC",
        "size": [28, 28],
        "channels": channels,
        "dtype": "uint8",
        "value_range": [0.0, 255.0],
        "mean": [0.13066] * channels,
        "std": [0.30811] * channels,
        "fit": "resize",
        "classes": list(classes),
    }


def data(classes: tuple[str, ...] = DIGITS) -> dict[str, Any]:
    """What a data set says of itself."""
    k = len(classes)
    parts = {"train": 595, "val": 105, "test": 100}
    return {
        "name": "digits",
        "source": "digits",
        "licence": "CC BY-SA 3.0 (MNIST, Yann LeCun and Corinna Cortes)",
        "classes": list(classes),
        "counts": {part: n * k for part, n in parts.items()},
        "class_counts": {part: [n] * k for part, n in parts.items()},
        "problems": [],
    }


def labels_report() -> dict[str, Any]:
    """A report of pictures with any number of labels."""
    classes = DIGITS[:7]
    rng = np.random.default_rng(3)
    y = (rng.random((300, 7)) < (0.2, 0.1, 0.4, 0.1, 0.3, 0.35, 0.3)).astype(np.uint8)
    y[:, 0] &= y[:, 5]
    p = 1 / (1 + np.exp(-(rng.normal(size=y.shape) * 1.6 + 5.0 * y - 2.6)))
    limits = best_thresholds(p, y)
    worst = mistakes(p, y, classes, [f"test/{i}.jpg" for i in range(300)], thresholds=limits)
    base = report(classes, each=10)
    lines = [line | {"val_map": 0.9 - 0.5 / line["epoch"]} for line in base["history"]]
    return base | {
        "contract": {**contract(classes), "task": "labels"},
        "recipe": base["recipe"] | {"metric": "map"},
        "history": lines,
        "scores": score(p, y, classes, resamples=100, thresholds=limits).to_dict(),
        "mistakes": [vars(m) | {"picture": picture(m.truth, m.index)} for m in worst],
    }


def labels_predictions() -> dict[str, Any]:
    """Answers with any number of labels."""
    p = np.random.default_rng(0).random((30, 4)).astype(np.float32) ** 2
    names, ids = DIGITS[:4], tuple(f"{i}.jpg" for i in range(30))
    return Predictions.of(p, names, ids, thresholds=(0.5, 0.4, 0.5, 0.6)).to_dict()


def report(classes: tuple[str, ...] = DIGITS, each: int = 100, epochs: int = 16) -> dict[str, Any]:
    """A whole report."""
    p, y = answers(classes, each, 0.012)
    ids = [f"test/{i}" for i in range(len(y))]
    examples = {
        name: [picture(name, seed) for seed in range(6)] for name in dict.fromkeys(classes[:40])
    }
    return {
        "kind": "report",
        "format": 1,
        "svertka": "0.1.0",
        "created": "2026-03-14T09:26:53+00:00",
        "name": "digits-1",
        "command": "svertka train digits --seed 0",
        "data": data(classes),
        "contract": contract(classes),
        "net": {
            **resolve(NET, input=(1, 28, 28), classes=max(2, len(classes))).to_dict(),
            "name": "house_s",
        },
        "recipe": {
            "epochs": None,
            "budget": 58.0,
            "seed": 0,
            "batch": 128,
            "weights": None,
            "early_rate": 1.0,
            "frozen_norm": False,
            "optimizer": "sgd",
            "learning_rate": 0.1,
            "momentum": 0.9,
            "weight_decay": 0.0005,
            "warmup": 0.1,
            "label_smoothing": 0.1,
            "zero_branches": True,
            "averaging": 0.99,
            "augment": "shift 0.08, rotate 12.0, outside border",
            "metric": "accuracy",
            "precision": "auto",
            "channels_last": True,
            "fused": True,
            "keep_memory": True,
        },
        "history": history(epochs),
        "best_epoch": epochs - 1,
        "scores": score(p, y, classes, resamples=100).to_dict(),
        "mistakes": [
            {
                "id": m.id,
                "truth": m.truth,
                "predicted": m.predicted,
                "confidence": m.confidence,
                "truth_probability": m.truth_probability,
                "picture": picture(m.truth, m.index),
            }
            for m in mistakes(p, y, classes, ids)
        ],
        "examples": examples,
        "device": {
            "device": "cpu",
            "name": "AMD EPYC 9R14",
            "threads": 2,
            "precision": "bf16",
            "torch": "2.13.0+cpu",
            "python": "3.11.2",
        },
        "seconds": 57.4,
    }


def hostile() -> dict[str, Any]:
    """Names that want to be more than names."""
    value = report(HOSTILE, each=30)
    value["name"] = "<b>run</b> " + "n" * 180
    value["command"] = "svertka train '</script><script>alert(3)</script>' --seed 0 " + "o" * 120
    value["data"]["problems"] = [
        {"path": "кот/<img src=x onerror=alert(4)>.png", "reason": "empty file (0 bytes)"},
        {"path": "p" * 200, "reason": "r " * 100},
    ]
    value["device"]["<i>x</i>"] = "</script>"
    return value


def bare() -> dict[str, Any]:
    """A run that was stopped before anything was known of it."""
    value = report()
    value |= {"history": [], "best_epoch": None, "scores": None, "mistakes": [], "examples": {}}
    value |= {"seconds": None, "device": {}, "recipe": {}, "command": ""}
    value["data"]["counts"] = {"train": 5950, "val": 1050, "test": 0}
    value["data"]["class_counts"] = {"train": [595] * 10, "val": [105] * 10, "test": []}
    return value


def many(classes: int = 1000) -> dict[str, Any]:
    """As many classes as ImageNet has."""
    names = tuple(f"class {i:04d}" for i in range(classes))
    value = report(names, each=5)
    value["net"] = net("resnet18")
    value["examples"] = dict(list(value["examples"].items())[:40])
    return value


def predictions(n: int = 120) -> dict[str, Any]:
    """Answers for pictures, one file that could not be read."""
    p, y = answers(DIGITS, n // 10, 0.05)
    return {
        "kind": "predictions",
        "n": len(y),
        "classes": list(DIGITS),
        "predictions": [
            {
                "id": f"scan-{i}.png",
                "label": DIGITS[int(row.argmax())],
                "confidence": float(row.max()),
                "probabilities": row.tolist(),
            }
            for i, row in enumerate(p)
        ],
        "problems": [{"path": "broken.png", "reason": "empty file (0 bytes)"}],
    }


def unknown() -> dict[str, Any]:
    """A kind that has no view."""
    return {"kind": "event", "event": "planned", "steps": 700, "list": list(range(300)), "x": None}


PAYLOADS = {
    "report": report,
    "net": lambda: net("resnet18"),
    "scores": lambda: scores().to_dict(),
    "data": lambda: {"kind": "data", **data(), "contract": contract(), "key": "0", "flip": False},
    "predictions": predictions,
    "unknown": unknown,
    "hostile": hostile,
    "bare": bare,
    "two": lambda: report(("cat", "dog"), each=200),
    "thirty": lambda: report(tuple(f"sort {i}" for i in range(30)), each=20),
    "many": many,
    "labels": labels_report,
    "labels_answers": labels_predictions,
}
