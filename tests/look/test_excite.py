from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from looked import a_run, foreign, pixels
from svertka.data import Pictures
from svertka.errors import UsageError
from svertka.look.excite import excited, patches
from svertka.look.plain import unpacked
from svertka.look.subject import as_subject


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return a_run(tmp_path_factory.mktemp("look") / "run")


@pytest.mark.parametrize("layer", ["relu2", "gap"])
def test_the_best_pictures_are_those_of_a_full_search(folder, layer):
    x = pixels(11)
    found = excited(folder, layer, x, top=4, batch=3)
    subject = as_subject(folder)
    output = subject.calls(next(subject.batches(x))[1], [layer])[layer].output
    strength = output.flatten(2).amax(2) if output.dim() > 2 else output
    for number in range(output.shape[1]):
        order = sorted(range(11), key=lambda row, n=number: (-float(strength[row, n]), row))[:4]
        assert found.pictures[number].tolist() == order
        for rank, row in enumerate(order):
            at = tuple(found.places[number, rank])
            assert found.values[number, rank] == pytest.approx(float(strength[row, number]))
            assert output[(row, number, *at)] == strength[row, number]
    np.testing.assert_allclose(found.active, (strength > 0).float().mean(0))
    assert found.n == 11


def test_dead_filters_are_those_that_nothing_wakes():
    net = foreign()
    with torch.no_grad():
        net.block.bn1.bias[2] = -1e3
    x = torch.randn(5, 3, 20, 20, generator=torch.Generator().manual_seed(0))
    found = excited(net, "block.relu", x)
    assert found.dead == (2,)
    assert found.pictures.shape == (6, 5)
    assert found.places.shape == (6, 5, 2)
    assert not found.values[2].any()


def test_patches_are_the_windows_of_the_strongest_places(folder):
    x = pixels(7)
    found = excited(folder, "relu1", x, top=3)
    cuts, windows = patches(folder, found, x, 5)
    part = Pictures(x, np.zeros(7), tuple("abcdefg"))
    for cut, other in zip(cuts, patches(folder, found, part, 5)[0], strict=True):
        assert np.array_equal(cut, other)
    for rank, (cut, window) in enumerate(zip(cuts, windows, strict=True)):
        y, left = found.places[5, rank]
        picture = x[found.pictures[5, rank]]
        expected = picture[max(0, y - 1) : y + 2, max(0, left - 1) : left + 2]
        assert np.array_equal(cut, expected)
        assert window.shape == (3, 3)


def test_a_patch_alone_excites_the_filter_as_much():
    """A convolution without padding sees nothing but its window."""
    net = nn.Conv2d(3, 4, 5)
    x = np.random.default_rng(0).integers(256, size=(6, 20, 22, 3), dtype=np.uint8)
    given = torch.from_numpy(x / np.float32(255)).permute(0, 3, 1, 2)
    found = excited(net, "", given, top=2)
    for number in range(4):
        cuts, _ = patches(net, found, x, number)
        for cut, value in zip(cuts, found.values[number], strict=True):
            one = net(torch.from_numpy(cut / np.float32(255)).permute(2, 0, 1)[None])
            assert one[0, number, 0, 0].item() == pytest.approx(float(value), abs=1e-5)


def test_the_record_is_plain_json(folder):
    found = excited(folder, "relu1", pixels(3), top=2)
    value = json.loads(json.dumps(found.to_dict()))
    assert np.array_equal(unpacked(value["places"]), found.places)
    assert "relu1: 8 filters, 3 pictures" in str(found)


def test_what_cannot_be_searched_is_told(folder):
    with pytest.raises(UsageError, match="No pictures"):
        excited(folder, "relu1", torch.zeros(0, 3, 12, 14))
    with pytest.raises(UsageError, match="did not run"):
        excited(foreign(), "block.relu:3", torch.zeros(1, 3, 20, 20))
