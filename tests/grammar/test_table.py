"""The table of a plan: whole for a pipe, fitted for a terminal."""

from __future__ import annotations

import pytest

from svertka.grammar import resolve
from svertka.nets.catalogue import find
from svertka.nets.listing import listing

NETS = ("lenet5", "resnet18", "unet", "googlenet", "linear")


@pytest.mark.parametrize("width", [12, 40, 60, 80, 100])
@pytest.mark.parametrize("name", NETS)
def test_no_line_is_longer_than_the_terminal(name, width):
    text = resolve(find(name)).fitted(width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [12, 40, 60, 80, 100])
def test_the_list_of_nets_fits_too(width):
    lines = listing().fitted(width).splitlines()
    assert max(map(len, lines)) <= width
    assert len([line for line in lines if line.startswith("resnet18")]) == 1


def test_what_is_left_out_is_named():
    assert "no room here for: sees\n" in resolve(find("lenet5")).fitted(60) + "\n"
    assert listing().fitted(60).endswith("no room here for: from, input, top-5, year, depth")
    assert "no room" not in str(listing())


def test_notes_go_on_a_line_of_their_own_before_a_column_goes():
    text = resolve(find("resnet18")).fitted(80)
    assert "\n    (224 + 2·3 − 7)/2 + 1 = 112.5, floored\n" in text
    assert "no room" not in text


@pytest.mark.parametrize("name", NETS)
def test_the_rule_is_as_long_as_the_table(name):
    lines = str(resolve(find(name))).splitlines()
    rules = [place for place, line in enumerate(lines) if set(line) == {"─"}]
    table = lines[rules[0] - 1 : rules[1] + 2]
    assert len(lines[rules[0]]) == len(lines[rules[1]]) == max(map(len, table))


def test_one_layer_is_one():
    assert "\n1 layer with weights on" in str(resolve(find("linear")))
    assert "\n5 layers with weights on" in str(resolve(find("lenet5")))


def test_the_receptive_field_is_told_once_and_in_words():
    text = str(resolve(find("resnet18")))
    assert "receptive field 435x435, more than the picture's 224x224: what a place of the " in text
    (total,) = [line for line in text.splitlines() if line.startswith("total")]
    assert "x" not in total
    assert "receptive field 16x16: what" in str(resolve(find("lenet5")))
