from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings

from measured_field import linear, measured
from random_nets import fitting
from svertka.grammar import resolve
from svertka.grammar.field import Axis

slow_draws = settings(deadline=None, suppress_health_check=list(HealthCheck))


def clipped(axis, place, pixels):
    low, high = axis.at(place)
    return (max(low, 0), min(high, pixels - 1))


def inner_places(layer, size):
    """Places whose field, and so every field on the way, lies inside the picture."""
    per_axis = []
    for axis, pixels, places in zip(layer.field, size[1:], layer.output[1:], strict=True):
        inside = [i for i in range(places) if 0 <= axis.at(i)[0] <= axis.at(i)[1] < pixels]
        per_axis.append(inside[:1] + inside[-1:])
    return set(product(*per_axis))


@slow_draws
@given(fitting())
def test_the_field_equals_the_one_measured_by_gradients(drawn):
    text, size = drawn
    plan = resolve(text, input=size)
    assume(plan.layers)
    layer = plan.layers[-1]
    assume(layer.field and len(layer.output) > 1 and plan.parameters < 50_000)
    assume(max(plan.activation_bytes, plan.multiply_adds / 10) < 10**6)
    assume("drop" not in text and "deconv" not in text)
    net = linear(plan)
    for place in inner_places(layer, size):
        spans = [axis.at(i) for axis, i in zip(layer.field, place, strict=True)]
        assert measured(net, size, place) == spans


@pytest.mark.parametrize(
    ("text", "size", "step", "offset"),
    [
        ("conv1", 3, 1, -1),
        ("conv1-conv1", 5, 1, -2),
        ("conv1k7p0", 7, 1, 0),
        ("conv1*3", 7, 1, -3),
        ("conv1k7s2-maxpool3s2p1", 11, 4, -5),
        ("conv1d2", 5, 1, -2),
        ("(id | conv1k5)", 5, 1, -2),
        ("pool-up2", 2, 1, 0),
    ],
)
def test_fields_by_hand(text, size, step, offset):
    (axis, _) = resolve(text, input=(1, 64, 64)).layers[-1].field
    assert (axis.size, axis.step, axis.offset) == (size, step, offset)


def test_kernels_that_are_not_square():
    plan = resolve("conv1k1x7-conv1k7x1-conv1k3x1", input=(1, 64, 64))
    assert [layer.receptive_field for layer in plan.layers] == [(1, 7), (7, 7), (9, 7)]


@pytest.mark.parametrize("text", ["deconv1", "deconv1k4s2", "deconv1k3", "conv1-deconv1k5s3-conv1"])
def test_the_field_of_a_transposed_convolution(text):
    size = (1, 12)
    plan = resolve(text, input=size)
    net = linear(plan)
    (axis,) = plan.layers[-1].field
    for place in range(8, plan.output[1] - 8):
        assert measured(net, size, (place,)) == [axis.at(place)]


def test_a_u_net_sees_by_place():
    """Up-sampling makes fields that differ from one output to the next; the widest is given."""
    text = "conv2-(id | pool-conv2-(id | pool-conv2-up2)-conv2-up2)-conv2"
    size = (1, 96)
    plan = resolve(text, input=size)
    (axis,) = plan.layers[-1].field
    assert axis.period == 4
    net = linear(plan)
    found = [measured(net, size, (place,))[0] for place in range(40, 48)]
    assert found == [axis.at(place) for place in range(40, 48)]
    assert plan.receptive_field == (max(high - low for low, high in found) + 1,)


def test_after_gap_and_flatten_all_is_seen():
    plan = resolve("conv4s2-gap-fc3", input=(1, 20, 30))
    assert [layer.receptive_field for layer in plan.layers] == [(3, 3), (20, 30), (20, 30)]
    assert plan.receptive_field == (3, 3)
    unseen = resolve("conv4k3s4p0-flatten", input=(1, 9, 9)).layers[-1]
    assert unseen.receptive_field == (7, 7)
    assert resolve("fc3", input=(1, 20, 30)).receptive_field == (20, 30)


def test_branches_at_unlike_rates_have_no_single_field():
    plan = resolve("(conv1k1s3 | conv1k1s4)-relu-gap", input=(1, 5))
    assert plan.layers[1].receptive_field == (1,)
    assert [layer.field for layer in plan.layers[2:]] == [None, None, None]
    assert plan.receptive_field is None
    assert "by place" in str(plan)


def test_an_axis_by_hand():
    assert Axis(2, 4, (0, 1), (5, 9)).at(3) == (5, 13)
