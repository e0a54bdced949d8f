"""A trained run as an ONNX file, and prediction by every engine from Python and the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import svertka
from svertka.cli.predict import ENGINES
from svertka.errors import MissingExtra, SvertkaError, UsageError
from svertka.predict import choice
from svertka.predict.engines import installed
from svertka.predict.trial import FILE, Trial
from svertka.workbench import exporting

NET = "conv8-bn-relu-pool-conv8-relu-gap-fc{classes}"


@pytest.fixture(scope="module")
def x() -> np.ndarray:
    """Bright and dark noise, 90 pictures of 14x14."""
    x = np.random.default_rng(0).integers(0, 128, (90, 14, 14, 3), dtype=np.uint8)
    x[::2] += 100
    return x


@pytest.fixture(scope="module")
def run(tmp_path_factory, x: np.ndarray) -> svertka.Run:
    y = np.arange(90) % 2
    return svertka.train((x, y), NET, epochs=2, out=tmp_path_factory.mktemp("run") / "r")


def test_the_command_names_the_engines() -> None:
    assert choice.ENGINES == ENGINES


def test_a_run_keeps_validation_pictures_with_its_exact_answers(run, x) -> None:
    trial = Trial.load(run.path, run.card.input)
    assert len(trial) == run.card.data.counts["val"]
    assert {p.tobytes() for p in trial.pictures} < {p.tobytes() for p in x}
    assert np.array_equal(trial.logits, run.predictor.logits(trial.pictures))
    assert trial.difference(run.predictor.logits) == 0


def test_small_nets_answer_exactly_unless_asked(run, x) -> None:
    exact = run.predictor.probabilities(x)
    by_default = run.predict(x)
    assert np.array_equal(by_default.probabilities, exact)
    assert by_default.engine.name == "exact"
    fast = run.predict(x, engine="fast")
    assert fast.engine.name == "fast"
    assert 0 < np.abs(fast.probabilities - exact).max() <= choice.TOLERANCE
    assert "engine fast" in str(fast)
    assert "engine" not in str(by_default)


def test_python_and_the_command_agree(run, x, call, tmp_path) -> None:
    np.save(tmp_path / "x.npy", x)
    for engine in ("auto", "fast"):
        told = json.loads(
            call("predict", run.path, tmp_path / "x.npy", "--engine", engine, "--json").out
        )
        mine = run.predict(x, engine=engine)
        assert told["engine"] == json.loads(json.dumps(mine.engine.to_dict()))
        rows = [row["probabilities"] for row in told["predictions"]]
        assert np.array_equal(np.array(rows, np.float32), mine.probabilities)
    answer = call("predict", run.path, tmp_path / "x.npy", "--engine", "fas")
    assert answer.code == 2
    assert "Did you mean: fast" in answer.message


@pytest.mark.parametrize(("engine", "extra"), [("onnxruntime", "onnx"), ("openvino", "openvino")])
def test_the_command_names_a_missing_extra(run, x, call, tmp_path, monkeypatch, engine, extra):
    np.save(tmp_path / "x.npy", x)
    monkeypatch.setattr("svertka.predict.engines.find_spec", lambda name: None)
    answer = call("predict", run.path, tmp_path / "x.npy", "--engine", engine)
    assert answer.code == 1
    assert f"pip install 'svertka[{extra}]'" in answer.message


@pytest.mark.skipif(not installed("onnxruntime"), reason="needs the extra onnx")
class TestExport:
    def test_the_file_answers_as_the_run(self, run, x, tmp_path, call) -> None:
        import onnxruntime

        exported = run.export(tmp_path / "m.onnx")
        assert exported.difference < 1e-5
        assert exported.pictures == run.card.data.counts["val"]
        assert exported.bytes == (tmp_path / "m.onnx").stat().st_size
        assert json.dumps(exported.to_dict())
        session = onnxruntime.InferenceSession(
            tmp_path / "m.onnx", providers=["CPUExecutionProvider"]
        )
        [p] = session.run(["probabilities"], {"pictures": x})
        assert np.allclose(p, run.predictor.probabilities(x), atol=1e-5)
        about = session.get_modelmeta().custom_metadata_map
        assert json.loads(about["classes"]) == list(run.card.classes)
        assert json.loads(about["input"])["mean"] == list(run.card.input.mean)
        assert about["net"] == run.card.net

    def test_the_command(self, run, call) -> None:
        answer = call("export", run.path)
        assert answer.code == 0, answer.err
        assert "checked by onnxruntime" in answer.out
        assert (run.path / "model.onnx").is_file()
        again = call("export", run.path)
        assert again.code == 2
        assert "exists and is not replaced" in again.message

    def test_other_answers_are_not_handed_out(self, run, tmp_path, monkeypatch) -> None:
        right = exporting.onnxruntime_answer
        monkeypatch.setattr(
            exporting,
            "onnxruntime_answer",
            lambda data: lambda x: right(data)(x) * np.float32(1.1),
        )
        with pytest.raises(SvertkaError, match="other answers"):
            run.export(tmp_path / "m.onnx")
        assert list(tmp_path.iterdir()) == []

    def test_a_run_without_its_trial_is_checked_on_noise(self, run, tmp_path) -> None:
        kept = (run.path / FILE).read_bytes()
        (run.path / FILE).unlink()
        try:
            assert run.export(tmp_path / "m.onnx").pictures == 8
        finally:
            (run.path / FILE).write_bytes(kept)


def test_what_export_refuses(run, tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        run.export(tmp_path / "absent" / "m.onnx")
    monkeypatch.setattr("svertka.predict.engines.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"svertka\[onnx\]"):
        run.export(tmp_path / "m.onnx")
