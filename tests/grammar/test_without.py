"""Nets rewritten without an idea: compared with those that papers drew without it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from random_nets import fitting, trees
from svertka.cli.options import IDEAS
from svertka.errors import NetTextError, UsageError
from svertka.grammar import parse, resolve
from svertka.grammar.without import WITHOUT, without, without_norm, without_skips
from svertka.nets.catalogue import find, names


def layers(text: str) -> list[tuple[str, tuple[int, ...], int]]:
    return [(one.kind, one.output, one.parameters) for one in resolve(text).layers]


@pytest.mark.parametrize("depth", [18, 34])
def test_a_resnet_without_shortcuts_is_the_plain_net_of_its_paper(depth: int) -> None:
    bare = without_skips(find(f"resnet{depth}"))
    assert layers(bare) == layers(find(f"plain{depth}"))


@pytest.mark.parametrize("depth", [11, 16])
def test_a_vgg_without_norm_is_the_vgg_of_its_paper(depth: int) -> None:
    bare = resolve(without_norm(find(f"vgg{depth}_bn")))
    assert bare.parameters == {11: 132_863_336, 16: 138_357_544}[depth]  # published
    assert layers(bare.text) == layers(find(f"vgg{depth}"))


def test_convolutions_have_their_biases_back() -> None:
    assert [bool(one.settings["bias"]) for one in resolve("conv8-bn-conv4").layers[::2]] == [0, 1]
    assert all(one.settings["bias"] for one in resolve(without_norm("conv8-bn-conv4")).layers)


@pytest.mark.parametrize("name", names())
def test_every_net_of_the_catalogue_stays_a_net(name: str) -> None:
    text = find(name)
    plan, no_norm, no_skips = resolve(text), without_norm(text), without_skips(text)
    assert "bn" not in {layer.kind for layer in resolve(no_norm).layers}
    assert "add" not in {layer.kind for layer in resolve(no_skips).layers}
    for bare in (no_norm, no_skips):
        assert resolve(bare).output == plan.output
        assert parse(bare).name == (plan.name if bare == str(parse(text)) else None)


@pytest.mark.parametrize(
    ("text", "norm", "skips"),
    [
        ("bn", "id", "bn"),
        ("bn?-bn*3-[bn-bn]*2-relu", "relu", "bn?-bn*3-[bn-bn]*2-relu"),
        ("norm = bn; conv8-norm-fc", "norm = id\nconv8-norm-fc", "norm = bn\nconv8-norm-fc"),
        ("(bn + conv8)", "(id + conv8)", "(bn + conv8)"),
        ("(id + bn-conv1)", "(id + conv1)", "bn-conv1"),
        ("(id + conv1*2)*3-fc", "(id + conv1*2)*3-fc", "[conv1*2]*3-fc"),
        ("(conv4 + conv4 + id)", "(conv4 + conv4 + id)", "(conv4 + conv4)"),
        ("(conv4 | conv4k1)", "(conv4 | conv4k1)", "(conv4 | conv4k1)"),
        ("(id | id | maxpool-up)", "(id | id | maxpool-up)", "maxpool-up"),
        ("(id + id)-relu", "(id + id)-relu", "(id + id)-relu"),
        ("conv4-aux(bn-fc2)-(id + conv4)?", "conv4-aux(fc2)-(id + conv4)?", None),
    ],
)
def test_by_hand(text: str, norm: str, skips: str | None) -> None:
    assert without_norm(text) == norm
    assert without_skips(text) == (skips or "conv4-aux(bn-fc2)-conv4?")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_what_comes_out_is_text_of_the_language_without_the_idea(tree) -> None:
    for change in (without_norm, without_skips):
        once = change(str(tree))
        assert str(parse(once)) == once
        assert change(once) == once


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(fitting())
def test_without_norm_every_shape_stays(net) -> None:
    text, size = net
    before = [layer.output for layer in resolve(text, input=size).layers if layer.kind != "bn"]
    after = [layer.output for layer in resolve(without_norm(text), input=size).layers]
    assert after == before


def test_a_wrong_text_is_refused_as_ever() -> None:
    with pytest.raises(NetTextError, match="conv8-rulu"):
        without_norm("conv8-rulu")


def test_ideas_by_name_one_after_another() -> None:
    text = "(id + conv8-bn-relu)*2-gap-fc10"
    assert without(text, "skip", "bn") == without_norm(without_skips(text))
    assert without(text) == text
    assert tuple(WITHOUT) == IDEAS
    with pytest.raises(UsageError, match="no bn to do without"):
        without("conv8-relu-gap-fc10", "bn")
