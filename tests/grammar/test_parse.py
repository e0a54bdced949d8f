from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import compile_grammar
from random_nets import trees
from svertka.errors import NetTextError
from svertka.grammar import lalr, parse
from svertka.grammar.tree import Branches, Call, Chain, Infix, Layer, Name, Number, Optional, Repeat

GRAMMAR = Path(lalr.__file__).parent


def only(text):
    (line,) = parse(text).lines
    return line.steps


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_text_of_a_tree_is_that_tree(tree):
    assert parse(str(tree)) == tree


def test_the_tables_are_made_of_the_grammar():
    made = compile_grammar.compile_grammar((GRAMMAR / "net.lark").read_text("utf-8"))
    assert json.loads((GRAMMAR / "tables.json").read_text("utf-8")) == made, "run `make grammar`"


def test_a_word_with_its_numbers():
    n = Infix(Number(4), (("*", Name("n")),))
    assert only("conv64k7s2") == (
        Layer("conv", (Number(64),), (("k", (Number(7),)), ("s", (Number(2),)))),
    )
    assert only("conv{4*n}k1x{n}b") == (
        Layer("conv", (n,), (("k", (Number(1), Name("n"))), ("b", ()))),
    )
    assert only("pool-maxpool3c-drop0.5-dropout0.25") == (
        Layer("maxpool"),
        Layer("maxpool", (Number(3),), (("c", ()),)),
        Layer("drop", (Number(0.5),)),
        Layer("drop", (Number(0.25),)),
    )


def test_ways_to_join():
    relu, bn, tanh = Layer("relu"), Layer("bn"), Layer("tanh")
    assert only("relu-bn") == only("relu , bn") == only("relu -\n  bn # why\n") == (relu, bn)
    assert only("(relu + bn-tanh)") == (Branches("+", (Chain((relu,)), Chain((bn, tanh)))),)
    assert only("[relu|bn|id]") == (
        Branches("|", (Chain((relu,)), Chain((bn,)), Chain((Layer("id"),)))),
    )
    assert only("(relu\nbn\n)*2") == (Repeat(Chain((relu, bn)), Number(2)),)
    assert only("relu*N?") == (Optional(Repeat(relu, Name("n"))),)
    assert [str(line) for line in parse("relu\n\n # more\nbn;tanh").lines] == ["relu", "bn", "tanh"]


def test_case_does_not_matter():
    assert parse("INPUT 1X28x28\nA(N) = CONV{n}K3\na(8)-ReLU") == parse(
        "input 1x28x28\na(n) = conv{N}k3\nA(8)-relu"
    )


def test_comments_may_stand_anywhere():
    text = (
        "# one\ninput 3x32x32 # two\n( # three\n id # four (((\n + # five\n relu # six\n)*2 # end"
    )
    assert str(parse(text)) == "input 3x32x32\n(id + relu)*2"


def test_definitions_in_any_order_and_values():
    net = parse("a(n, m) = b-conv{n+m}\nk = 3\nj = {k*2}\nb = relu\na(2, {k})-b")
    assert net.lines[0].steps == (Call("a", (Number(2), Name("k"))), Call("b"))
    assert [v.name for v in net.values] == ["k", "j"]
    assert str(net).splitlines()[2:] == ["a(n, m) = b-conv{n+m}", "b = relu", "a(2, k)-b"]


@pytest.mark.parametrize(
    ("text", "shown", "message"),
    [
        ("conv8-rulu", "rulu", "There is no layer or definition 'rulu'. Did you mean: relu,"),
        ("conv8 relu", "relu"[:1], "Join steps with -"),
        ("conv8-(relu", "u", "The text ends here too early"),
        ("conv8-relu)", ")", "')' cannot stand here"),
        ("conv8-+relu", "+", "'+' cannot stand here"),
        ("conv8 + relu", "+", "Put branches in brackets: (a + b)"),
        ("(relu + bn | id)", "|", "Put branches in brackets"),
        ("conv8z3", "conv8z3", "does not read as conv with its keys: k kernel"),
        ("conv8k", "conv8k", "The key k (kernel) of conv needs a number."),
        ("conv8b3", "conv8b3", "takes no number"),
        ("conv8k3k3", "conv8k3k3", "the same key twice"),
        ("relu3", "relu3", "relu takes no number"),
        ("conv3.5", "conv3.5", "3.5 is not a whole number"),
        ("conv12345678", "conv12345678", "at most 7 digits"),
        ("conv{12345678}", "12345678", "at most 7 digits"),
        ("conv{n} k1", "conv{n} k1", "no spaces inside"),
        ("conv(64)", "conv(64)", "conv takes no brackets"),
        ("conv{n+}", "}", "Expected a layer or a name or a whole number or ("),
        ("relu = bn\nrelu", "relu", "'relu' is a word of the language"),
        ("conv64 = bn\nrelu", "conv64", "'conv64' is a word of the language"),
        ("a = bn\na = relu\na", "a", "'a' is defined twice"),
        ("a(n,n) = bn\na(1,1)", "a(n,n) =", "Parameters are different names"),
        ("a = bn\n", "\n", "no net"),
        ("input 3\ninput 3\nbn", "input 3", "states its input twice"),
        ("input 3x\nbn", "input 3x", "An input is channels x height x width"),
        ("input 3x0\nbn", "input 3x0", "at least 1"),
        ("classes 0\nbn", "classes 0", "Say how many classes"),
        ("", "", "The text is empty"),
        ("# nothing", "#", "The text is empty"),
        ("(" * 50 + "relu" + ")" * 50, "(", "nested more than 40 deep"),
        ("relu-" * 10_001 + "relu", "r", "more than 50,000 characters"),
    ],
)
def test_an_error_shows_the_place_and_the_remedy(text, shown, message):
    with pytest.raises(NetTextError) as caught:
        parse(text)
    error = caught.value
    assert message in error.message
    assert error.text == text
    assert text[error.start : error.end].rstrip() == shown.rstrip()


def test_no_text_of_signs_is_slow_or_unclear():
    for piece in ("# ", "(", "((\n", "a*", "{", "a=", " \n", "-,", "input ", "a?", "#\n(", "[a|"):
        with pytest.raises(NetTextError):
            parse(piece * 2000)
