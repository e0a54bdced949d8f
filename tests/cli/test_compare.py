"""Nets against each other at the command line."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest

import awkward
from svertka.cli import main
from svertka.look.plain import unpacked
from svertka.look.recorded import read_flow
from svertka.store import RunFolder
from svertka.workbench import apart, compare

NET = "conv4-relu-pool-fc{classes}"


@pytest.fixture
def there(tmp_path, monkeypatch):
    awkward.two_classes(tmp_path / "set", count=20)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def within(monkeypatch):
    """Every run is trained within this process: that a process of its own does the same is shown
    in tests/workbench."""

    def train(words, on_line):
        on_line("as the process tells it")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return None if main([*words]) == 0 else "It failed."

    for door in (compare.compare_with, compare.go_on):
        monkeypatch.setitem(door.__kwdefaults__, "train", train)


def test_it_prints_the_record_and_is_continued_by_resume(call, there, within):
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


def test_a_net_beside_the_same_without_an_idea(call, there, within):
    net = "conv3-(id + conv3-bn-relu-conv3-bn)-relu-gap-fc{classes}"
    words = ("compare", "set", net, "--without", "skip", "--without", "bn", "--epochs", "1")
    answer = call(*words, "--seeds", "1", "--json", "--out", "out")
    assert answer.code == 0
    nets = json.loads(answer.out)["nets"]
    assert [one["net"] for one in nets] == [
        net,
        "conv3-conv3-bn-relu-conv3-bn-relu-gap-fc{classes}",
        "conv3-(id + conv3-relu-conv3)-relu-gap-fc{classes}",
    ]
    for one in nets:
        (run,) = one["runs"]
        assert run["reason"] is None
        flow = read_flow(RunFolder.open(there / "out" / run["folder"]))
        np.testing.assert_array_equal(unpacked(run["flow"]["gradient"]), np.float32(flow.gradient))
    refused = call("compare", "set", "conv3-gap-fc{classes}", "--without", "skip")
    assert refused.code == 2
    assert "no skip to do without" in refused.err


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
