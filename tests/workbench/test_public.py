"""The public names, and the same answers from Python and from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import svertka
from shapes import NET, pictures
from svertka.cli import main
from svertka.workbench.run import Run


def test_the_list_of_public_names() -> None:
    own = ["Classifier", "Run", "SvertkaError", "__version__", "net", "train"]
    assert set(own) <= set(svertka.__all__)
    assert len(svertka.__all__) <= 18, "short"
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        _ = svertka.nope


@pytest.mark.parametrize("first", ["svertka.train.recipe", "svertka.train", "svertka.workbench"])
def test_train_is_the_function_whatever_was_imported_before(first: str) -> None:
    code = (
        f"import {first}, svertka, svertka.train.events\n"
        "from svertka import train\n"
        "from svertka.train import Recipe\n"
        "print(train is svertka.train, callable(train), Recipe.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True", "Recipe"]


def test_net_takes_names_and_texts() -> None:
    assert svertka.net("resnet18").parameters == 11_689_512
    plan = svertka.net("conv6k5-relu-pool-fc{classes}", input=(1, 28, 28), classes=4)
    assert plan.output == (4,)


Call = Callable[..., str]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*words: object) -> str:
        assert main([str(word) for word in words]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return run


def test_evaluate_at_the_command_line(call: Call, run: Run, folder: Path) -> None:
    value = json.loads(call("evaluate", run.path, folder, "--json"))
    assert run.scores is not None
    assert value["accuracy"] == run.scores.accuracy
    assert value["f1_macro"] == run.scores.f1_macro
    assert {name: value[name] for name in run.scores.to_dict()} == run.scores.to_dict()


def test_predict_at_the_command_line(call: Call, run: Run, folder: Path, tmp_path: Path) -> None:
    value = json.loads(call("predict", run.path, folder, "--json", "--csv", tmp_path / "o.csv"))
    ours = run.predict(folder)
    assert value == json.loads(json.dumps(ours.to_dict()))
    assert (tmp_path / "o.csv").read_text() == ours.to_csv()
    own = {row["id"]: row for row in value["predictions"]}
    assert len(own) == 90
    with (run.path / "predictions.csv").open() as file:
        for line in file.read().splitlines()[1:]:
            name, label, _ = line.split(",")
            assert own[f"{folder}/{name}"]["label"] == label


def test_report_at_the_command_line(call: Call, run: Run) -> None:
    before = (run.path / "report.html").read_text()
    assert str(run.path / "report.html") in call("report", run.path)
    assert (run.path / "report.html").read_text() == before


def test_train_at_the_command_line_is_train_in_python(
    call: Call, folder: Path, tmp_path: Path
) -> None:
    call("train", folder, "--net", NET, "--epochs", 1, "--out", tmp_path / "a", "--quiet")
    svertka.train(str(folder), NET, epochs=1, out=tmp_path / "b")
    x = pictures(30, seed=8)[0]
    one, two = (Run.open(tmp_path / name).predict(x).probabilities for name in "ab")
    assert np.array_equal(one, two)
    assert Run.open(tmp_path / "a").card.command == Run.open(tmp_path / "b").card.command
