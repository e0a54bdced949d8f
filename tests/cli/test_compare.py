"""Nets against each other at the command line."""

from __future__ import annotations

import json

import pytest

import awkward
from svertka.workbench import apart

NET = "conv4-relu-pool-fc{classes}"


@pytest.fixture
def there(tmp_path, monkeypatch):
    awkward.two_classes(tmp_path / "set", count=20)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_prints_the_record_and_is_continued_by_resume(call, there):
    words = ("compare", "set", NET, "fc{classes}", "--epochs", "1", "--seeds", "1", "--json")
    answer = call(*words, "--out", "out")
    assert answer.code == 0
    value = json.loads(answer.out)
    assert [net["net"] for net in value["nets"]] == [NET, "fc{classes}"]
    assert "1/2: conv4-relu-pool-fc{classes}, seed 0: accuracy" in answer.err
    assert value["command"].startswith("svertka compare set")
    again = call("resume", "out")
    assert again.code == 0
    assert "was trained before" in again.err
    assert "difference in accuracy" in again.out
    assert str(there / "out").endswith("out")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lennet5",), "lenet5"),
        (("conv8x",), "conv8x"),
        ((NET, "--epochs", "1", "--budget", "3s"), "one of the two"),
        ((NET, "--set", "batsh=3"), "batch"),
        (("missing.net",), "missing.net"),
    ],
)
def test_misuse_is_found_before_the_first_training(call, there, words, said):
    answer = call("compare", "set", *words)
    assert answer.code == 2
    assert said in answer.err
    assert not (there / "runs").exists()


def test_where_nothing_was_trained_the_exit_code_says_so(call, there, monkeypatch):
    fails = ("-c", "import sys; sys.exit('error: The disk is full.')")
    monkeypatch.setattr(apart, "PYTHON", fails)
    answer = call("compare", "set", NET, "--epochs", "1", "--seeds", "2", "--quiet")
    assert answer.code == 1
    assert answer.out.count("The disk is full.") == 2
    assert answer.err == ""
