"""What a call asks for is checked first: one sentence, before anything is read or written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import svertka
from svertka.errors import UsageError
from svertka.workbench.run import Run
from svertka.workbench.wanted import wanted

EPOCHS = r"Expected a whole number from 1 to 1,000,000\.$"
SEED = r"Expected a whole number from 0 to 4,294,967,295\.$"
BAD = [
    ({"epochs": 0}, EPOCHS),
    ({"epochs": -3}, EPOCHS),
    ({"epochs": "x"}, EPOCHS),
    ({"epochs": 1.5}, EPOCHS),
    ({"epochs": True}, EPOCHS),
    ({"epochs": 10**6 + 1}, EPOCHS),
    ({"seed": -1}, SEED),
    ({"seed": "a"}, SEED),
    ({"seed": None}, SEED),
    ({"seed": 2**70}, r"^seed is 1180591620717411303424\. " + SEED),
    ({"seed": 10**5000}, r"a number of 5,000 digits\. " + SEED),
    ({"net": 5}, r"^net is 5\. Expected a name of the catalogue or a text"),
    ({"net": b"lenet5"}, r"^net is b'lenet5'\. Expected a name"),
    ({"net": "lenet"}, "Did you mean: lenet5"),
    ({"net": " "}, r"^No net was named\."),
    ({"net": "conv8-relu-("}, r"\^"),
    ({"budget": -5}, "Write 90s, 2m or 1h30m"),
    ({"budget": [1]}, "^A list is no length of time"),
    ({"budget": 10**400}, "Write 90s"),
    ({"epochs": 1, "budget": "5s"}, r"^epochs=1 and budget=5s came together\. Give one of the two"),
]
LATER = [
    ({"out": 5}, r"^out is 5\. Expected a path"),
    ({"on_event": 3}, r"^on_event is 3\. Expected a function"),
    ({"weights": 3}, r"^weights is 3\. Expected 'imagenet'"),
]


@pytest.mark.parametrize(("words", "message"), BAD + LATER)
def test_training_refuses_before_it_reads_or_writes(
    words: dict[str, Any], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("svertka.workbench.training.opened", _never)
    with pytest.raises(UsageError, match=message):
        svertka.train("digits", **words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("words", "message"), BAD)
def test_the_classifier_refuses_before_it_reads(words: dict[str, Any], message: str) -> None:
    x, y = np.zeros((4, 8, 8), np.uint8), [0, 1, 0, 1]
    with pytest.raises(UsageError, match=message):
        svertka.Classifier(**({"epochs": None} | words)).fit(x, y)


@pytest.mark.parametrize("net", [None, 5, b"lenet5", ""])
def test_a_net_that_is_no_text(net: Any) -> None:
    with pytest.raises(UsageError, match=r"^(net is .*Expected a name|No net was named)"):
        svertka.net(net)


@pytest.mark.parametrize("shape", ["1x28x28", 5, (1, "a"), (1, 2.5, 3), (), (0, 8, 8)])
def test_a_shape_that_is_none(shape: Any) -> None:
    with pytest.raises(UsageError, match="Expected"):
        svertka.net("fc10", input=shape)
    with pytest.raises(UsageError, match="Expected a whole number from 1"):
        svertka.net("fc10", classes="many")  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [None, 5, b"runs/digits-1", "a\0b"])
def test_a_run_that_is_no_path(path: Any) -> None:
    for way in (Run.open, Run.resume):
        with pytest.raises(UsageError, match=r"^The run's folder is .* Expected a path"):
            way(path)


@pytest.mark.parametrize("pictures", [None, 5, b"a.png", {"x": 1}])
def test_pictures_that_are_none(run: Run, pictures: Any) -> None:
    with pytest.raises(UsageError, match=r"^The pictures are .* Expected an array"):
        run.predict(pictures)


def test_numbers_of_numpy_are_numbers() -> None:
    asked = wanted(None, epochs=np.int64(3), seed=np.uint8(7))
    assert (asked.epochs, asked.seed) == (3, 7)
    assert type(asked.seed) is int


def test_settings_are_checked_without_data() -> None:
    with pytest.raises(UsageError, match="There is no setting 'foo'"):
        wanted(None, settings={"foo": "1"})


def _never(*_: object, **__: object) -> Callable[..., None]:
    raise AssertionError("the pictures were read")
