"""The whole way at the command line: train, predict, evaluate, report, resume."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest

import awkward
from svertka import Run
from svertka.cli import main

NET = "conv4-relu-pool-fc{classes}"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with pictures in ``set`` and a run in ``run``."""
    place = tmp_path_factory.mktemp("way")
    awkward.two_classes(place / "set", count=20)
    words = ["train", "set", "--net", NET, "--epochs", "4", "--out", "run", "--quiet"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert main(words) == 0
    return place


@pytest.fixture(autouse=True)
def there(place, monkeypatch):
    monkeypatch.chdir(place)


def test_train_prints_scores_and_where_the_report_lies(call, tmp_path):
    answer = call("train", "set", "--net", NET, "--epochs", "1", "--out", tmp_path / "new")
    assert answer.code == 0
    assert "accuracy" in answer.out
    assert str(tmp_path / "new" / "report.html") in answer.out
    assert "epoch 1" in answer.err
    assert "epoch 1:" not in answer.out


def test_train_as_json_is_the_report(call, tmp_path):
    words = ("train", "set", "--net", NET, "--epochs", "1", "--out", tmp_path / "new", "--json")
    report = json.loads(call(*words).out)
    assert report["kind"] == "report"
    assert report["scores"]["metrics"]["accuracy"]["value"] <= 1
    assert report["command"].startswith("svertka train set")


def test_the_noted_command_trains_the_same_again(call, tmp_path):
    words = ("--set", "batch=8", "--set", "augment=none", "--seed", "3")
    first = ("train", "set", "--net", NET, "--epochs", "1", *words, "--out", tmp_path / "a")
    assert call(*first).code == 0
    command = Run.open(tmp_path / "a").card.command
    again = [*shlex.split(command)[1:], "--out", str(tmp_path / "b")]
    assert call(*again).code == 0
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in "ab"]
    assert weights[0] == weights[1]


def test_prediction_agrees_in_csv_json_and_python(call, place, tmp_path):
    paths = sorted((place / "set" / "dark").iterdir())
    answer = call("predict", "run", *paths, "--csv", tmp_path / "out.csv", "--probabilities")
    assert answer.code == 0
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    predictions = json.loads(call("predict", "run", *paths, "--json").out)["predictions"]
    ours = Run.open(place / "run").predict(paths)
    assert [row["label"] for row in rows] == list(ours.labels)
    assert [p["label"] for p in predictions] == list(ours.labels)
    written = np.array([[row["p(dark)"], row["p(light)"]] for row in rows], np.float32)
    np.testing.assert_array_equal(written, ours.probabilities)
    printed = np.array([p["probabilities"] for p in predictions], np.float32)
    np.testing.assert_array_equal(printed, ours.probabilities)


def test_a_csv_is_not_replaced_unless_told(call, tmp_path):
    target = tmp_path / "out.csv"
    target.write_text("mine")
    refused = call("predict", "run", "set", "--csv", target)
    assert refused.code == 2
    assert "--force" in refused.message
    assert target.read_text() == "mine"
    assert call("predict", "run", "set", "--csv", target, "--force").code == 0
    assert target.read_text().startswith("id,label,confidence\n")


def test_evaluate_prints_the_figures_that_training_left(call, place):
    figures = json.loads(call("evaluate", "run", "set", "--json").out)
    scores = Run.open(place / "run").scores.to_dict()
    assert figures["accuracy"] == scores["metrics"]["accuracy"]["value"]
    assert figures["f1_macro"] == scores["metrics"]["f1_macro"]["value"]
    assert figures["confusion"] == scores["confusion"]
    assert "F1, macro" in call("evaluate", "run", "set").out


def test_report_is_written_again(call, place):
    page = place / "run" / "report.html"
    before = page.read_bytes()
    page.unlink()
    assert call("report", "run").out.strip() == str(page.relative_to(place))
    assert page.read_bytes() == before
    assert json.loads(call("report", "run", "--json").out) == {"report": "run/report.html"}


def test_a_finished_run_has_nothing_to_resume(call, place):
    before = (place / "run" / "model.safetensors").read_bytes()
    assert call("resume", "run", "--quiet").code == 0
    assert (place / "run" / "model.safetensors").read_bytes() == before


def test_ctrl_c_leaves_a_run_that_ends_the_same(call, tmp_path):
    """The program is interrupted while it trains; resumed, it gives the weights of a whole run."""
    words = ("train", "set", "--net", NET, "--epochs", "150", "--set", "batch=8")
    command = [sys.executable, "-m", "svertka", *words, "--out", tmp_path / "cut"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        for line in running.stderr:
            if line.startswith(b"epoch 2:"):
                break
        os.kill(running.pid, signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    hint = re.search(r"svertka resume (\S+)", err.decode())
    assert hint, err
    assert "Traceback" not in err.decode()
    assert call("resume", hint[1], "--quiet").code == 0
    assert call(*words, "--out", tmp_path / "whole", "--quiet").code == 0
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("cut", "whole")]
    assert weights[0] == weights[1]


@pytest.mark.parametrize("reader", ["head -n 1", "true"])
def test_a_reader_that_leaves_early_sees_no_error(reader):
    line = f"{sys.executable} -m svertka net resnet18 | {reader}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
    assert done.stderr == b""


def test_answers_in_the_form_of_a_sample_which_is_never_replaced(call, place, tmp_path):
    for number, file in enumerate(sorted((place / "set").glob("*/*.png"))[:3]):
        (tmp_path / "test").mkdir(exist_ok=True)
        (tmp_path / "test" / f"{number}.png").write_bytes(file.read_bytes())
    kinds = sorted(folder.name for folder in (place / "set").iterdir())
    sample, out = tmp_path / "sample.csv", tmp_path / "out.csv"
    sample.write_text(f"Id,Kind\n2,{kinds[0]}\n0,{kinds[0]}\n1,{kinds[1]}\n")
    words = ("predict", "run", tmp_path / "test", "--sample", sample, "--csv")
    answer = call(*words, out)
    assert answer.code == 0
    assert "Written: " in answer.out
    lines = out.read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["Id", "2", "0", "1"]
    assert {line.split(",")[1] for line in lines[1:]} <= {*kinds}
    before = sample.read_bytes()
    answer = call(*words, sample, "--force")
    assert answer.code == 2
    assert "is the sample itself: name another file" in answer.err
    assert sample.read_bytes() == before
