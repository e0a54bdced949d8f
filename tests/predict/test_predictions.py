"""The table of answers: names that no spreadsheet, terminal or JSON parser trips over."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from svertka.data import Problem
from svertka.errors import UsageError
from svertka.predict import Predictions

HOSTILE = (
    "plain.png",
    'quote".png',
    "comma,semi;.png",
    "new\nline\r.png",
    "=1+1.png",
    "\udcff.png",
    "\x1b[31mred.png",
    "кот.png",
    "",
)


def _some(
    ids: tuple[str, ...] = HOSTILE, classes: tuple[str, ...] = ("a", "b,", "в")
) -> Predictions:
    p = np.random.default_rng(0).dirichlet(np.ones(len(classes)), size=len(ids))
    problems = (Problem("bad\x1b.png", "empty file (0 bytes)"),)
    return Predictions.of(p.astype(np.float32), classes, ids, problems)


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_csv_comes_back_exactly(tmp_path: Path) -> None:
    some = _some()
    head, *rows = _rows(some.save_csv(tmp_path / "out.csv"))
    assert head == ["id", "label", "confidence"]
    assert [row[0] for row in rows] == [name.replace("\udcff", "\\udcff") for name in HOSTILE]
    assert [row[1] for row in rows] == list(some.labels)
    assert np.array_equal(np.array([row[2] for row in rows], np.float32), some.confidence)


def test_csv_with_all_probabilities(tmp_path: Path) -> None:
    some = _some(classes=("id", "label", "b,"))
    head, *rows = _rows(some.save_csv(tmp_path / "out.csv", probabilities=True))
    assert head == ["id", "label", "confidence", "p(id)", "p(label)", "p(b,)"]
    assert np.array_equal(np.array([row[3:] for row in rows], np.float32), some.probabilities)


def test_nothing_is_replaced_silently(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(UsageError, match=r"out\.csv exists and is not replaced"):
        _some().save_csv(path)
    assert path.read_text() == "mine"
    _some().save_csv(path, force=True)
    assert path.read_text().startswith("id,label,confidence\n")
    with pytest.raises(UsageError, match="no folder to write new in"):
        _some().save_csv(tmp_path / "absent" / "new")
    assert [item.name for item in tmp_path.iterdir()] == ["out.csv"]


def test_dict_is_json_that_utf8_can_hold() -> None:
    value = _some().to_dict()
    again = json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    assert again == value
    assert value["n"] == len(HOSTILE)
    assert value["predictions"][7]["id"] == "кот.png"
    assert value["predictions"][0]["probabilities"] == _some().probabilities[0].tolist()
    assert value["problems"] == [{"path": "bad\x1b.png", "reason": "empty file (0 bytes)"}]


def test_text_is_safe_and_short() -> None:
    text = str(_some())
    assert "\x1b" not in text
    assert "9 pictures; b,: " in text
    assert "Without an answer (1):\n  bad\\x1b.png: empty file (0 bytes)" in text
    many = str(_some(tuple(f"{i}.png" for i in range(500))))
    assert "... and 480 more" in many
    assert len(many.splitlines()) < 30


def test_notes_do_not_bury_what_has_no_answer() -> None:
    ids = tuple(f"{i}.png" for i in range(500))
    notes = [Problem(name, f"resized from {10 + i}x7 to 2x2") for i, name in enumerate(ids)]
    p = np.full((500, 2), 0.5, np.float32)
    problems = (*notes, Problem("lost.png", "empty file (0 bytes)"), Problem(".", "one more note"))
    lines = str(Predictions.of(p, ("a", "b"), ids, problems)).splitlines()
    at = lines.index("Without an answer (1):")
    assert lines[at:] == [
        "Without an answer (1):",
        "  lost.png: empty file (0 bytes)",
        "",
        "Worth knowing (501):",
        "  resized from 10x7 to 2x2, and the like: 0.png, 1.png, 2.png and 497 more",
        "  one more note",
        "The whole list: --json, or .problems in Python",
    ]


def test_none_and_one() -> None:
    none = Predictions.of(np.empty((0, 2), np.float32), ("a", "b"), ())
    assert none.to_csv() == "id,label,confidence\n"
    assert len(none) == 0
    tie = Predictions.of(np.full((1, 2), 0.5, np.float32), ("a", "b"), ("x",))
    assert tie.labels == ("a",)
