"""An engine is taken when it answers the user's own pictures as float32 does, never in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from sourced import shaken
from svertka.data import InputContract, Pictures
from svertka.errors import MissingExtra, UnknownName
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find
from svertka.predict import Predictor, choice, engines, open_engine
from svertka.predict.choice import TOLERANCE, with_engine
from svertka.predict.engines import Candidate
from svertka.predict.trial import FILE, Trial
from svertka.store import DataCard, ModelCard, RunFolder

NET = "conv8-bn-relu-pool-(id + conv8-bn-relu-conv8-bn)-relu-(id | conv4k1-relu)-gap-fc3"
CONTRACT = InputContract(
    size=(12, 12), channels=3, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.25), classes=("a", "b", "c")
)
NAMED = ("fast", "onnxruntime", "openvino")


def pictures(count: int, contract: InputContract = CONTRACT) -> np.ndarray:
    shape = (count, *contract.size, contract.channels)
    return np.random.default_rng(1).integers(256, size=shape, dtype=np.uint8)


def part_of(x: np.ndarray) -> Pictures:
    ids = tuple(map(str, range(len(x))))
    return Pictures(x=x, y=np.zeros(len(x), np.int64), ids=ids)


def exact_of(text: str = NET, contract: InputContract = CONTRACT) -> Predictor:
    shape = (contract.channels, *contract.size)
    plan = resolve(find(text), input=shape, classes=len(contract.classes))
    exact = Predictor(shaken(build(plan)), contract)
    # Trained nets are not as sure as chance makes these: some of their answers must be in doubt.
    last = next(part for part in reversed(list(exact.module.modules())) if hasattr(part, "weight"))
    last.weight.data /= exact.logits(pictures(50, contract)).std()
    return exact


@pytest.fixture
def exact() -> Predictor:
    return exact_of()


@pytest.fixture
def trial(exact: Predictor) -> Trial:
    return Trial.of(exact, part_of(pictures(40)))


@pytest.fixture
def run(tmp_path: Path, exact: Predictor, trial: Trial) -> RunFolder:
    folder = RunFolder.create("d", root=tmp_path)
    counts = {"train": 1, "val": 1}
    data = DataCard(name="d", source="d", key="0", counts=counts, class_counts={})
    card = ModelCard(name="d-1", created="now", net=NET, input=CONTRACT, data=data)
    folder.save_model(exact.module.state_dict(), card)
    trial.save(folder.path)
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "svertka" / "onnx-1"


@pytest.mark.parametrize("engine", NAMED)
@pytest.mark.parametrize(
    ("net", "size", "channels"), [(NET, 12, 3), ("lenet5", 28, 1), ("resnet18", 32, 3)]
)
def test_an_engine_answers_as_float32_does(net: str, size: int, channels: int, engine: str) -> None:
    if engine != "fast":
        pytest.importorskip(engine)
    names = tuple("abcdefghij") if net == "lenet5" else ("a", "b", "c")
    contract = InputContract(
        size=(size, size), channels=channels, mean=(0.4,) * channels, std=(0.25,) * channels,
        classes=names,
    )  # fmt: skip
    exact = exact_of(net, contract)
    trial = Trial.of(exact, part_of(pictures(40, contract)))
    found = with_engine(exact, engine, trial)
    assert found.engine.name == engine
    assert found.engine.pictures == 40
    assert found.engine.difference <= TOLERANCE
    for count in (0, 1, 5, 33):  # other pictures than those it was tried on, in other batches
        x = pictures(100, contract)[60 : 60 + count]
        plain, answers = exact.probabilities(x), found.probabilities(x)
        assert answers.shape == plain.shape
        assert np.abs(answers - plain).max(initial=0) <= TOLERANCE
    x = pictures(5, contract)
    views = np.mean([found.logits(v) for v in (x, x[:, :, ::-1])], axis=0)
    assert np.allclose(found.seeing("mirrored").logits(x), views, atol=1e-5)


def test_bf16_where_it_is_faster_else_float32(exact, trial, monkeypatch) -> None:
    monkeypatch.setenv("SVERTKA_PRECISION", "bf16")
    assert with_engine(exact, "fast", trial).engine.precision == "bf16"
    monkeypatch.setenv("SVERTKA_PRECISION", "fp32")
    found = with_engine(exact, "fast", trial)
    assert found.engine.precision == "fp32"
    assert found.engine.difference < 1e-5
    assert str(found.engine) in str(found.predict(pictures(2)))


def test_one_that_strays_gives_way_to_the_next(exact, trial, monkeypatch) -> None:
    monkeypatch.setenv("SVERTKA_PRECISION", "bf16")
    right = Candidate.open

    def straying(self, predictor):
        answer = right(self, predictor)
        change = np.array([0.5 if self.precision == "bf16" else 0.0, 0, 0], np.float32)
        return lambda x: answer(x) + change

    monkeypatch.setattr(Candidate, "open", straying)
    found = with_engine(exact, "fast", trial)
    assert (found.engine.name, found.engine.precision) == ("fast", "fp32")
    assert "fast (bf16) was not taken, it moved a probability" in found.engine.remark
    assert found.engine.remark in str(found.predict(pictures(2)))


@pytest.mark.parametrize("fault", ["raises", "nan"])
def test_one_that_fails_leaves_the_exact_one_and_a_remark(exact, trial, monkeypatch, fault) -> None:
    def failing(self, predictor):
        if fault == "raises":
            raise RuntimeError("no such kernel\nand a long story")
        return lambda x: np.full((len(x), 3), np.nan, np.float32)

    monkeypatch.setattr(Candidate, "open", failing)
    x = pictures(30)
    for engine in ("fast", "auto"):
        found = with_engine(exact, engine, trial)
        assert found.engine.name == "exact"
        assert ("no such kernel" if fault == "raises" else "nan") in found.engine.remark
        assert np.array_equal(found.logits(x), exact.logits(x))
        assert found.engine.remark in str(found.predict(x))
        told = found.predict(x).to_dict()["engine"]
        assert told["name"] == "exact"
        assert told["remark"] == found.engine.remark


@pytest.mark.parametrize(("engine", "extra"), [("onnxruntime", "onnx"), ("openvino", "openvino")])
def test_an_extra_that_is_missing(exact, trial, monkeypatch, engine, extra) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=rf"{engine} is not .* pip install 'svertka\[{extra}\]'"):
        with_engine(exact, engine, trial)
    assert with_engine(exact, "auto", trial).engine.name == "fast"


def test_the_rule_of_auto(run, exact, monkeypatch) -> None:
    x = pictures(30)
    small = open_engine(run)
    assert small.engine == open_engine(run, "exact").engine
    assert np.array_equal(small.logits(x), exact.logits(x))
    monkeypatch.setattr(choice, "WORTH", 0)
    monkeypatch.setattr(choice, "installed", lambda name: False)
    assert open_engine(run).engine.name == "fast"
    (run.path / FILE).unlink()
    untried = open_engine(run)
    assert untried.engine.name == "exact"
    assert "no validation pictures to try" in untried.engine.remark
    named = open_engine(run, "fast").engine
    assert named.name == "fast"
    assert named.difference is None
    assert "unchecked" in str(named)
    with pytest.raises(UnknownName, match="Did you mean: fast"):
        open_engine(run, "fasst")


def test_the_trial_is_kept_whole_or_not_at_all(tmp_path, trial, exact) -> None:
    trial.save(tmp_path)
    again = Trial.load(tmp_path, CONTRACT)
    assert np.array_equal(again.pictures, trial.pictures)
    assert np.array_equal(again.logits, trial.logits)
    assert again.difference(exact.logits) == 0
    shifted = again.difference(lambda x: exact.logits(x) + np.array([0.1, 0, 0], np.float32))
    p = torch.softmax(torch.from_numpy(trial.logits).double(), 1)
    moved = torch.softmax(torch.from_numpy(trial.logits).double() + torch.tensor([0.1, 0, 0]), 1)
    assert shifted == pytest.approx(float((moved - p).abs().max()), abs=1e-6)
    assert Trial.load(tmp_path, CONTRACT.model_copy(update={"size": (12, 11)})) is None
    data = (tmp_path / FILE).read_bytes()
    for bad in (b"", data[:-1], data[:50], b"x" * len(data)):
        (tmp_path / FILE).write_bytes(bad)
        assert Trial.load(tmp_path, CONTRACT) is None


def test_the_trial_sees_all_of_a_part(exact) -> None:
    x = pictures(1000)
    found = Trial.of(exact, part_of(x))
    assert len(found) == exact.batch == 256
    assert np.array_equal(found.pictures[[0, -1]], x[[0, -1]])
    assert len(np.unique(found.pictures, axis=0)) == 256
    mirrored = Trial.of(exact.seeing("mirrored"), part_of(x))
    assert np.array_equal(mirrored.logits, found.logits)


def test_a_graph_is_written_once(exact, trial, monkeypatch, own_cache) -> None:
    pytest.importorskip("onnxruntime")
    with_engine(exact, "onnxruntime", trial)
    kept = list(own_cache.iterdir())
    assert len(kept) == 1
    written = kept[0].read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(engines, "onnx_model", lambda *_: pytest.fail("written again"))
        assert with_engine(exact, "onnxruntime", trial).engine.name == "onnxruntime"
    kept[0].write_bytes(written[: len(written) // 2])
    assert with_engine(exact, "onnxruntime", trial).engine.name == "onnxruntime"
    assert len(kept[0].read_bytes()) == len(written), "a damaged file is written anew"


def test_a_cache_that_cannot_be_written_is_no_fault(exact, trial, own_cache) -> None:
    pytest.importorskip("onnxruntime")
    own_cache.parent.mkdir(parents=True)
    own_cache.write_text("a file where the folder would be")
    assert with_engine(exact, "onnxruntime", trial).engine.name == "onnxruntime"


def test_the_record_is_plain_json(run) -> None:
    told = json.loads(json.dumps(open_engine(run, "fast").engine.to_dict()))
    assert told["kind"] == "engine"
    assert told["name"] == "fast"
    assert 0 <= told["difference"] <= TOLERANCE


def test_openvino_is_loaded_without_its_telemetry(tmp_path) -> None:
    pytest.importorskip("openvino")
    code = (
        "import sys, socket\n"
        "asked = []\n"
        "socket.getaddrinfo = lambda *words, **keys: asked.append(words) or 1 / 0\n"
        "from svertka.predict.engines import openvino_library\n"
        "assert openvino_library().Core().available_devices\n"
        "import time; time.sleep(0.5)\n"
        "print(asked, 'openvino_telemetry' in sys.modules)\n"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"HOME": str(tmp_path)}
    )
    assert done.stdout == "[] False\n", done.stderr
    assert list(tmp_path.iterdir()) == [], "no file of consent or of an id is written"
