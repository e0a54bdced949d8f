"""The report's data: what the page draws equals what the run's files say."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import svertka
from shapes import CLASSES, NET, pictures
from svertka.data import open_data
from svertka.errors import StoreError
from svertka.look.recorded import read_flow
from svertka.workbench.pictures import data_uri, report_pictures
from svertka.workbench.run import Run


def _decoded(uri: str) -> np.ndarray:
    head, _, data = uri.partition(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data, validate=True))))


def test_the_payload_has_the_page_s_form(run: Run) -> None:
    report = json.loads(json.dumps(run.to_dict(), allow_nan=False))
    assert list(report) == [
        "kind",
        "format",
        "svertka",
        "created",
        "name",
        "command",
        "data",
        "contract",
        "net",
        "recipe",
        "history",
        "flow",
        "best_epoch",
        "scores",
        "mistakes",
        "examples",
        "device",
        "seconds",
    ]
    assert (report["kind"], report["format"]) == ("report", 1)
    assert report["data"]["classes"] == list(CLASSES)
    assert report["contract"]["size"] == [12, 12]
    assert report["net"]["kind"] == "net"
    assert report["net"]["classes"] == 3
    assert all(not isinstance(value, dict | list) for value in report["recipe"].values())
    assert set(report["device"]) == {"device", "name", "threads", "precision", "torch", "python"}
    assert set(report["history"][0]) >= {
        "epoch",
        "step",
        "train_loss",
        "val_loss",
        "val_accuracy",
        "learning_rate",
        "images_per_second",
        "seconds",
    }


def test_it_says_what_the_files_say(run: Run) -> None:
    report = run.to_dict()
    card = json.loads((run.path / "model.json").read_text())
    lines = [json.loads(line) for line in (run.path / "metrics.jsonl").read_text().splitlines()]
    assert report["history"] == [line for line in lines if line["event"] == "epoch"]
    scores = next(line for line in lines if line["event"] == "scores")
    assert {"event": "scores"} | report["scores"] == scores
    assert report["best_epoch"] == card["best_epoch"]
    assert report["seconds"] == card["seconds"]
    assert report["data"]["counts"] == card["data"]["counts"]
    assert report["contract"] == card["input"]


def test_mistakes_and_examples_are_the_real_pictures(run: Run, folder: Path) -> None:
    report = run.to_dict()
    dataset = open_data(folder, seed=1)
    assert dataset.test is not None
    place = {name: i for i, name in enumerate(dataset.test.ids)}
    assert run.scores is not None
    wrong = run.scores.n - np.trace(run.scores.confusion)
    assert len(report["mistakes"]) == min(24, wrong)
    for mistake in report["mistakes"]:
        i = place[mistake["id"]]
        assert CLASSES[dataset.test.y[i]] == mistake["truth"] != mistake["predicted"]
        assert np.array_equal(_decoded(mistake["picture"]), dataset.test.x[i, ..., 0])
    assert set(report["examples"]) == set(CLASSES)
    for name, shown in report["examples"].items():
        own = dataset.train.x[dataset.train.y == CLASSES.index(name)][..., 0]
        assert len(shown) == 6
        for uri, picture in zip(shown, own, strict=False):
            assert np.array_equal(_decoded(uri), picture)


def test_the_written_page_holds_the_payload(run: Run) -> None:
    page = (run.path / "report.html").read_text()
    (slot,) = re.findall(r'<script type="application/json" id="payload">(.*?)</script>', page)
    assert json.loads(slot) == json.loads(json.dumps(run.to_dict()))
    assert run.report_html() == page
    assert "<iframe srcdoc=" in run._repr_html_()


def test_a_report_needs_no_data_and_no_torch(run: Run) -> None:
    code = (
        "import sys, svertka\n"
        f"run = svertka.Run.open({str(run.path)!r}); run.to_dict(); str(run)\n"
        "print('torch' in sys.modules, 'sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_its_size_does_not_grow_with_the_data() -> None:
    generator = np.random.default_rng(0)
    x = generator.integers(256, size=(3000, 96, 96, 3), dtype=np.uint8)
    dataset = open_data((x, np.arange(3000) % 1000))
    value = report_pictures(dataset, dataset.val, ())
    shown = [uri for uris in value["examples"].values() for uri in uris]
    assert 1 <= len(shown) <= 240
    assert max(_decoded(uri).shape for uri in shown) == (48, 48, 3)
    assert len(json.dumps(value)) < 3_000_000


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 7])
def test_pictures_of_any_channels(channels: int) -> None:
    picture = np.random.default_rng(0).integers(256, size=(9, 5, channels), dtype=np.uint8)
    expected = picture if channels == 3 else picture[..., 0]
    assert np.array_equal(_decoded(data_uri(picture, 9)), expected)
    assert _decoded(data_uri(picture, 3)).shape[:2] == (3, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"mistakes": [{"picture": "https://example.org/x.png"}]},
        {"examples": {"a": ["data:image/svg+xml;base64,AAAA"]}},
        {"examples": [1]},
        {"mistakes": None},
        {"format": 2},
    ],
)
def test_pictures_from_elsewhere_are_refused(
    run: Run, tmp_path: Path, change: dict[str, object]
) -> None:
    for name in ("model.json", "metrics.jsonl", "report.json"):
        (tmp_path / name).write_bytes((run.path / name).read_bytes())
    copied = Run.open(tmp_path)
    assert copied.to_dict() == run.to_dict()
    path = tmp_path / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(StoreError, match=r"report\.json"):
        copied.to_dict()
    path.unlink()
    assert copied.to_dict()["mistakes"] == []


def test_a_run_without_its_end_reports_what_there_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes((run.path / "model.json").read_bytes())
    report = Run.open(tmp_path).to_dict()
    assert report["scores"] is None
    assert report["history"] == []


def test_hostile_names_reach_the_page_as_text(tmp_path: Path) -> None:
    x, y = pictures(60)
    names = np.array(["</script><script>alert(1)</script>", "{{x}}", "a\u2028b"])[y]
    run = svertka.train((x, names), NET, epochs=1, out=tmp_path / "r")
    page = (tmp_path / "r" / "report.html").read_text()
    assert "<script>alert" not in page
    assert run.to_dict()["data"]["classes"] == sorted(set(names.tolist()))


def test_a_run_tells_how_its_gradients_flowed(run: Run) -> None:
    flow = read_flow(run.folder)
    assert flow is not None
    assert flow.steps[0] == 0
    assert [layer for layer, kind in zip(flow.layers, flow.kinds, strict=True) if kind == "fc"]
    assert (flow.gradient[0][~np.isnan(flow.gradient[0])] > 0).all()
