"""``svertka net NET --as FORM``: nothing overwritten, nothing heavy loaded, one clear message."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import svertka
from svertka.errors import UnknownName


def test_a_form_is_printed_as_it_is(call):
    for form in ("pytorch", "keras", "svg", "mermaid", "dot"):
        answer = call("net", "lenet5", "--as", form)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out == svertka.net_as("lenet5", form)


def test_a_plan_of_the_call_is_written(call):
    words = ("[conv8-relu]*N-gap-fc{classes}", "N=2", "--input", "3x8x8", "--classes", "4")
    assert "nn.Linear(8, 4)" in call("net", *words, "--as", "PyTorch").out
    plan = svertka.net("conv8-gap-fc{classes}", input=(3, 8, 8), classes=4)
    assert "nn.Linear(8, 4)" in svertka.net_as(plan, "pytorch")


def test_a_file_is_written_once(call, tmp_path):
    path = tmp_path / "net.svg"
    answer = call("net", "unet", "--as", "svg", "--lang", "ru", "--out", path)
    assert (answer.code, answer.out) == (0, "")
    assert str(path) in answer.err
    assert path.read_text("utf-8") == svertka.net_as("unet", "svg", lang="ru")
    path.write_text("mine")
    answer = call("net", "unet", "--as", "svg", "--out", path)
    assert answer.code == 2
    assert "exists" in answer.message
    assert path.read_text() == "mine"
    answer = call("net", "unet", "--as", "svg", "--out", tmp_path / "none" / "net.svg")
    assert answer.code == 1
    assert "cannot be written: No such file or directory" in answer.message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--as", "svgg"), "There is no form 'svgg'. Did you mean: svg?"),
        (("--as", "torch"), "Did you mean: pytorch?"),
        (("--as", "svg", "--json"), "leave one of them out"),
        (("--out", "net.py"), "--out goes with --as"),
        (("--lang", "ru"), "--lang goes with --as"),
        (("--as", "keras", "--lang", "ru"), "--lang is for the diagrams svg, mermaid, dot"),
    ],
)
def test_what_does_not_go_together_is_refused(call, words, message):
    answer = call("net", "lenet5", *words)
    assert answer.code == 2
    assert message in answer.message


def test_python_offers_the_nearest_form():
    with pytest.raises(UnknownName, match="Did you mean: svg"):
        svertka.net_as("lenet5", "swg")


@pytest.mark.parametrize("form", ["pytorch", "keras", "svg", "mermaid", "dot"])
def test_forms_need_no_framework(form):
    code = (
        "import json, sys, svertka; svertka.net_as('resnet18', sys.argv[1]);"
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, form], capture_output=True, text=True, check=True
    )
    assert not {"torch", "numpy", "keras", "pydantic"} & set(json.loads(done.stdout))
