"""metrics.jsonl survives a kill at any byte."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from svertka.errors import StoreError
from svertka.store import RunFolder


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create("x", root=tmp_path)


def test_lines_come_back_as_plain_json(folder: RunFolder) -> None:
    folder.append_metrics(
        {
            "event": "epoch",
            "epoch": np.int64(1),
            "val_loss": float("nan"),
            "seconds": np.float32(0.5),
            "row": np.arange(3),
            "name": "\u2028\n\udcff",
            "pair": (1, float("inf")),
        }
    )
    assert folder.read_metrics() == [
        {
            "event": "epoch",
            "epoch": 1,
            "val_loss": None,
            "seconds": 0.5,
            "row": [0, 1, 2],
            "name": "\u2028\n\udcff",
            "pair": [1, None],
        }
    ]
    with pytest.raises(TypeError, match="object has no JSON form"):
        folder.append_metrics({"event": object()})


def test_every_cut_of_the_last_line_is_survived(folder: RunFolder) -> None:
    first = {"event": "epoch", "epoch": 1, "note": "я" * 3000}
    for epoch in (1, 2):
        folder.append_metrics(first | {"epoch": epoch})
    path = folder.path / "metrics.jsonl"
    whole = path.read_bytes()
    line = len(whole) // 2
    for cut in [*range(line, line + 40), *range(len(whole) - 40, len(whole))]:
        path.write_bytes(whole[:cut])
        assert folder.read_metrics() == [first]
        folder.append_metrics({"event": "epoch", "epoch": 3})
        assert [item["epoch"] for item in folder.read_metrics()] == [1, 3]
    path.write_bytes(b'{"event"')
    assert folder.read_metrics() == []
    folder.append_metrics({"event": "epoch", "epoch": 3})
    assert [item["epoch"] for item in folder.read_metrics()] == [3]


def test_earlier_bytes_are_never_touched(folder: RunFolder) -> None:
    path = folder.path / "metrics.jsonl"
    before = b""
    for epoch in range(5):
        folder.append_metrics({"event": "epoch", "epoch": epoch})
        assert path.read_bytes().startswith(before)
        before = path.read_bytes()


def test_a_resumed_epoch_replaces_the_cut_one(folder: RunFolder) -> None:
    assert folder.history() == []
    for epoch, loss in [(1, 3.0), (2, 2.5), (3, 9.0), (3, 2.0)]:
        folder.append_metrics({"event": "epoch", "epoch": epoch, "val_loss": loss})
    folder.append_metrics({"event": "scores", "n": 1})
    assert [line["val_loss"] for line in folder.history()] == [3.0, 2.5, 2.0]


@pytest.mark.parametrize("line", [b"nonsense", b"[1]", b"{}", b'{"event":1}', b"\xff"])
def test_a_damaged_whole_line_is_named(folder: RunFolder, line: bytes) -> None:
    folder.append_metrics({"event": "epoch", "epoch": 1})
    path = folder.path / "metrics.jsonl"
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(StoreError, match=r"metrics\.jsonl is damaged: line 2"):
        folder.read_metrics()
