"""The ONNX file, read by onnxruntime: a reader that knows nothing of svertka."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import svertka
from sourced import shaken, small
from svertka.data import InputContract
from svertka.errors import MissingExtra, UsageError
from svertka.nets.build import build
from svertka.predict import Predictor, graph
from svertka.predict.graph import onnx_model

runtime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")


def predictor_of(name: str) -> Predictor:
    plan = small(name)
    channels, *size = plan.input
    contract = InputContract(
        size=size,
        channels=channels,
        mean=(0.4, 0.5, 0.6)[:channels],
        std=(0.2, 0.3, 0.25)[:channels],
        classes=tuple(map(str, range(plan.classes))),
    )
    return Predictor(shaken(build(plan)), contract)


@pytest.mark.parametrize("name", ["house_s", "googlenet", "four_eight_fixed", "alexnet"])
def test_pictures_as_they_are_give_our_probabilities(name: str) -> None:
    exact = predictor_of(name)
    data = onnx_model(exact.module, exact.contract, {"classes": '["й"]'})
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    assert session.get_modelmeta().custom_metadata_map == {"classes": '["й"]'}
    [entry] = session.get_inputs()
    sizes = [*exact.contract.size, exact.contract.channels]
    assert (entry.name, entry.type, entry.shape) == ("pictures", "tensor(uint8)", ["N", *sizes])
    for count in (1, 5):
        x = np.random.default_rng(count).integers(256, size=(count, *sizes), dtype=np.uint8)
        logits, probabilities = session.run(["logits", "probabilities"], {"pictures": x})
        plain = exact.logits(x)
        assert np.abs(logits - plain).max() < 1e-5 * np.abs(plain).max()
        assert np.allclose(probabilities, exact.probabilities(x), atol=1e-5)
    assert str(Path(svertka.__file__).parent).encode() not in data, "a path of this machine"


def test_hog_cannot_be_written() -> None:
    exact = predictor_of("four_eight_hog")
    with pytest.raises(UsageError, match=r"cannot be written as ONNX: .*hypot.*--as pytorch"):
        onnx_model(exact.module, exact.contract, {})


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "find_spec", lambda name: None)
    exact = predictor_of("lenet5")
    with pytest.raises(MissingExtra, match=r"pip install 'svertka\[onnx\]'"):
        onnx_model(exact.module, exact.contract, {})
