"""The receptive field of every net of the catalogue, measured by gradients."""

from __future__ import annotations

import re

import pytest

from measured_field import linear, measured, thin
from svertka.grammar import resolve
from svertka.nets.catalogue import entry, names

NARROW = 96
SEEN_WHOLE = ("four_eight_dense", "linear", "mlp", "two_layers")
MEASURED = sorted(set(names()) - set(SEEN_WHOLE) - {"four_eight_hog"})


def strip(net, length, axis):
    """The net's plan for a picture that is long in one axis, without its side classifiers."""
    text = re.sub(r"(?m)^aux.*\n", "", entry(net).text)
    channels, *size = resolve(text).input
    size = [min(NARROW, pixels) for pixels in size]
    size[axis] = length
    return resolve(text, input=(channels, *size))


def cases():
    for name in MEASURED:
        yield name, 0
        if re.search(r"k\dx\d", entry(name).text):
            yield name, 1


@pytest.mark.parametrize(("name", "axis"), list(cases()))
def test_the_field_is_the_one_measured_by_gradients(name, axis):
    stated = resolve(entry(name).text)
    size = stated.receptive_field[axis]
    plan = thin(strip(name, (size // 32 + 12) * 32, axis))
    layer = plan.layers[-1]
    along = layer.field[axis]
    net = linear(plan)
    middle = (plan.input[1 + axis] // 2 - along.offset - size // 2) * along.period // along.advance
    widths = []
    for place in range(middle, middle + along.period):
        low, high = along.at(place)
        assert low >= 0
        assert high < plan.input[1 + axis]
        places = [n // 2 for n in layer.output[1:]]
        places[axis] = place
        assert measured(net, plan.input, tuple(places))[axis] == (low, high)
        widths.append(high - low + 1)
    assert max(widths) == size


@pytest.mark.parametrize("name", SEEN_WHOLE)
def test_a_net_without_windows_sees_the_whole_picture(name):
    plan = resolve(entry(name).text)
    assert plan.receptive_field == plan.input[1:]
