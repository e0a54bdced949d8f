"""The commands that need no framework: net, nets, language, data."""

from __future__ import annotations

import json

from svertka.cli import options
from svertka.data.builtin import BUILTIN
from svertka.grammar.reference import SIGNS
from svertka.grammar.words import WORDS
from svertka.nets.catalogue import names

LECTURE = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"


def test_every_word_has_its_line(call):
    lines = call("language").out.splitlines()
    for word in WORDS:
        assert any(line.split()[:1] == [word] for line in lines), word
    rows = json.loads(call("language", "--json").out)
    assert set(rows["words"]) == set(WORDS)
    assert all(row["about"] for row in rows["words"].values())
    assert rows["signs"] == dict(SIGNS.values())


def test_net_prints_the_published_numbers(call):
    plan = json.loads(call("net", "resnet18", "--json").out)
    assert plan["parameters"] == 11_689_512
    assert plan["receptive_field"] == [435, 435]
    assert plan["multiply_adds"] > 0
    assert plan["layers"][0]["output"] == [64, 112, 112]


def test_net_takes_the_lectures_pattern_and_its_numbers(call):
    words = ("net", LECTURE, "N=2", "M=3", "K=1", "--input", "3x32x32", "--classes", "10")
    plan = json.loads(call(*words, "--json").out)
    kinds = [layer["kind"] for layer in plan["layers"]]
    assert kinds.count("conv") == 6
    assert kinds.count("fc") == 2
    assert plan["classes"] == 10


def test_strict_refuses_a_stride_that_does_not_divide(call):
    words = ("net", "conv4k3s2p0-fc2", "--input", "1x8x8")
    assert call(*words).code == 0
    assert call(*words, "--strict").code == 2


def test_a_net_file_is_read(call, tmp_path):
    path = tmp_path / "my.net"
    path.write_text("input 1x8x8\nclasses 2\nconv4-relu\ngap-fc{classes}\n")
    assert json.loads(call("net", path, "--json").out)["parameters"] == 40 + 10


def test_nets_lists_the_catalogue(call):
    out = call("nets").out
    assert [line.split()[0] for line in out.splitlines()[1:]] == list(names())
    assert set(json.loads(call("nets", "--json").out)) == set(names())


def test_data_lists_what_is_built_in(call):
    out = call("data").out
    assert all(item.name in out for item in BUILTIN)
    assert set(json.loads(call("data", "--json").out)) == {item.name for item in BUILTIN}
    assert tuple(item.name for item in BUILTIN) == options.BUILT_IN


def test_data_describes_a_set(call):
    assert json.loads(call("data", "digits", "--json").out)["counts"]["test"] == 1000
    assert "10 classes" in call("data", "digits").out
