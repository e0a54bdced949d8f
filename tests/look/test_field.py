from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from looked import CONTRACT, a_run, foreign
from measured_field import linear, measured
from svertka.errors import UnknownName, UsageError
from svertka.grammar import resolve
from svertka.look.borders import borders
from svertka.look.exposed import exposed
from svertka.look.field import window
from svertka.look.subject import Subject
from svertka.nets.build import build

NETS = [
    "conv4k3-relu-pool-conv4k5s2p2-bn-relu-conv2k3p0",
    "conv4k7s2-bn-relu-maxpool3s2p1-(id + conv4-bn-relu-conv4-bn)-relu-avgpool2",
    "conv2-(conv2k1 | conv2k5 | maxpool3s1p1-conv2k1)-relu-conv2k3d2",
    "conv4s2-relu-up2-conv4-silu-deconv2k4s2p1",
]


def subject_of(text, size=(3, 40, 44)):
    plan = resolve(text, input=size)
    return Subject(build(plan), plan=plan)


def ends(window):
    """The spans, cut to the picture."""
    return [tuple(span) for span in window.inside]


@pytest.mark.parametrize("text", NETS)
def test_computed_and_measured_windows_agree_for_every_layer(text):
    subject = subject_of(text)
    apart = linear(subject.plan)
    for layer in subject.plan.layers:
        places = layer.output[1:]
        for place in ((0, 0), tuple(n // 2 for n in places), tuple(n - 1 for n in places)):
            computed = window(subject, layer.path, place)
            found = window(subject, layer.path, place, measured=True)
            assert not computed.measured
            assert found.measured
            assert ends(computed) == list(found.spans), (layer.path, place)
    assert ends(computed) == measured(apart, subject.plan.input, place)


def test_layers_without_places_see_the_whole_picture():
    subject = subject_of("conv4-relu-gap-fc10")
    for layer in ("gap", "fc"):
        for how in (False, True):
            assert window(subject, layer, measured=how).spans == ((0, 39), (0, 43))


def test_windows_in_one_and_three_dimensions():
    line = nn.Sequential(nn.Conv1d(2, 3, 5, padding=2), nn.MaxPool1d(3, 2, dilation=2))
    assert window(line, "1", (4,), shape=(2, 40)).spans == ((6, 14),)
    volume = nn.Sequential(nn.Conv3d(1, 2, (1, 3, 5), padding=(0, 1, 2)), nn.AvgPool3d(2))
    spans = window(volume, "1", (1, 2, 3), shape=(1, 6, 12, 14)).spans
    assert spans == ((2, 3), (3, 6), (4, 9))


def test_a_foreign_module_is_measured_through_its_functional_steps():
    """By hand: 5 wide with stride 2, pool 2, twice 3 wide: 5 + 2 + 8 + 8 = 23 pixels, each 4."""
    net = foreign()
    found = window(net, "block.conv2", (8, 7), shape=(3, 64, 64))
    assert found.spans == ((22, 44), (18, 40))
    assert found.shape == (23, 23)
    assert window(net, "block.relu:2", (8, 7), shape=(3, 64, 64)).spans == found.spans
    assert window(net, "stem", shape=(3, 64, 64)).place == (16, 16)


def test_a_run_has_its_own_size(tmp_path):
    folder = a_run(tmp_path / "run")
    found = window(folder, "conv3", (0, 0))
    assert found.size == CONTRACT.size
    assert found.spans == ((-5, 6), (-5, 6))
    value = json.loads(json.dumps(found.to_dict()))
    assert value["inside"] == [list(span) for span in found.inside]
    assert "(computed)" in str(found)


def test_a_window_that_nobody_can_know_is_told():
    with pytest.raises(UsageError, match="shape="):
        window(foreign(), "stem")
    with pytest.raises(UsageError, match="can be measured"):
        window(foreign(), "stem", shape=(3, 20, 20), measured=False)
    with pytest.raises(UsageError, match="its places are 10x10"):
        window(foreign(), "stem", (10, 0), shape=(3, 20, 20))
    with pytest.raises(UsageError, match="its places are 40x44"):
        window(subject_of(NETS[0]), "conv1", (0,))
    with pytest.raises(UnknownName):
        window(foreign(), "stern", shape=(3, 20, 20))
    with pytest.raises(UsageError, match="cannot take an input"):
        window(foreign(), "stem", shape=(4, 20, 20))


def test_the_network_itself_is_not_changed():
    net = foreign().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    window(net, "head", shape=(3, 20, 20))
    borders(net, "block.conv2", shape=(3, 20, 20))
    assert net.training
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert isinstance(net.block.relu, nn.ReLU)


def test_borders_are_the_share_of_padding_by_brute_force():
    """Two convolutions: of the 9 ways from a cell to its inputs, and their 9 each, those that end
    in a padding; counted one by one."""
    net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 2, 3, 2, padding=1))
    found = borders(net, "2", shape=(3, 8, 6))
    expected = np.zeros((4, 3))
    taps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for y, x in np.ndindex(4, 3):
        for i, j in taps:
            a, b = 2 * y + i, 2 * x + j
            for k, m in taps:
                inner = 0 <= a < 8 and 0 <= b < 6
                expected[y, x] += not (inner and 0 <= a + k < 8 and 0 <= b + m < 6)
    np.testing.assert_allclose(found.paths, expected / 81, atol=1e-12)
    assert found.touched == (expected > 0).mean()
    assert found.outside is None


def test_borders_of_pools_branches_and_places_that_all_see_padding():
    none = borders(nn.Conv2d(1, 1, 3), "", shape=(1, 5, 5))
    assert not none.paths.any()
    pool = borders(nn.MaxPool2d(3, 2, padding=1), "", shape=(1, 5, 5))
    np.testing.assert_allclose(pool.paths[0], [5 / 9, 3 / 9, 5 / 9])
    every = borders(nn.Conv2d(1, 1, 3, padding=1), "", shape=(1, 1, 1))
    np.testing.assert_allclose(every.paths, [[8 / 9]])
    subject = subject_of("(id + conv3)", (3, 4, 4))
    found = borders(subject, "add")
    np.testing.assert_allclose(found.paths[0], np.array([5, 3, 3, 5]) / 18)
    np.testing.assert_allclose(found.outside[0], np.array([5, 3, 3, 5]) / 9)
    assert json.loads(json.dumps(found.to_dict()))["touched"] == 0.75
    assert "75% of them see padding" in str(found)
    with pytest.raises(UsageError, match="has no places"):
        borders(subject_of("conv4-gap-fc2"), "fc")


def test_an_exposed_network_hides_nothing_and_keeps_ones():
    text = "conv4p0-bn-relu-maxpool2-(id + conv4k1-sigmoid)-tanh-gap-fc3"
    net = exposed(subject_of(text).module)
    x = torch.ones(1, 3, 40, 44, dtype=torch.double)
    torch.testing.assert_close(net(x), torch.full((1, 3), 2.0, dtype=torch.double))


def test_changes_at_the_border_are_those_of_another_padding():
    x = torch.rand(3, 1, 6, 7, generator=torch.Generator().manual_seed(0)) + 1
    net = nn.Conv2d(1, 2, 3, padding=1)
    found = borders(net, "", shape=(1, 6, 7), pictures=x, samples=2)
    with torch.no_grad():
        zeros = net(x[:2])
        padded = nn.functional.pad(x[:2], (1, 1, 1, 1), mode="replicate")
        repeated = nn.functional.conv2d(padded, net.weight, net.bias)
    expected = (zeros - repeated).abs().mean((0, 1)) / zeros.abs().mean()
    np.testing.assert_allclose(found.changes, expected, atol=1e-6)
    assert found.samples == 2
    assert not found.changes[1:-1, 1:-1].any()
    assert found.changes[0].min() > 0
    assert net.padding_mode == "zeros"
