"""The cells against loops over Fukushima's formulas and torch; the net by what it must bear."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from svertka.lessons.cells import MUCH, around, c_layer, learn, nearness, s_layer, see
from svertka.lessons.drawn import DIGITS, digit
from svertka.lessons.neocognitron import experiment

RS = (4.0, 0.7, 0.3)


@pytest.fixture(scope="module")
def layers():
    return learn([digit(name)[None] for name in DIGITS], RS)


@pytest.fixture(scope="module")
def vague():
    return experiment().numbers


def windows(maps, side):
    """(y, x, window) of every place, by loops."""
    edge = side // 2
    padded = np.pad(maps, ((0, 0), (edge, edge), (edge, edge)))
    for y in range(maps.shape[1]):
        for x in range(maps.shape[2]):
            yield y, x, padded[:, y : y + side, x : x + side]


def test_s_cells_follow_the_formula():
    random = np.random.default_rng(0)
    maps, planes, r = random.random((2, 6, 7)), list(random.random((3, 2, 3, 3))), 2.0
    cells, activity = s_layer(maps, planes, r)
    near = nearness(3)
    for y, x, seen in windows(maps, 3):
        v = np.sqrt((near * seen**2).sum())
        assert activity[y, x] == pytest.approx(v)
        for k, plane in enumerate(planes):
            a, b = MUCH * near * plane, MUCH * np.sqrt((near * plane**2).sum())
            value = r * max(0.0, (1 + (a * seen).sum()) / (1 + r / (1 + r) * b * v) - 1)
            assert cells[k, y, x] == pytest.approx(value)
            likeness = (near * plane * seen).sum() / (b / MUCH * v)
            assert (cells[k, y, x] > 0) == (likeness > r / (1 + r))


def test_a_plane_is_a_convolution():
    """Without inhibition (r = 0 leaves only the size of the step) S is torch's convolution."""
    random = np.random.default_rng(1)
    maps, planes = random.random((2, 6, 7)), random.random((3, 2, 3, 3))
    kernel = torch.tensor(planes * nearness(3))
    torchs = torch.nn.functional.conv2d(torch.tensor(maps)[None], kernel, padding=1)[0].numpy()
    seen = around(maps, 3)
    assert np.allclose(np.einsum("hwcij,pcij->phw", seen, planes * nearness(3)), torchs)
    r = 1e-9
    assert np.allclose(s_layer(maps, list(planes), r)[0] / r, MUCH * torchs, rtol=1e-3)


def test_c_cells_sum_a_window_of_one_plane():
    cells = np.random.default_rng(2).random((2, 6, 6))
    found = c_layer(cells, 3, 2)
    weights = nearness(3) / nearness(3).max()
    assert found.shape == (2, 3, 3)
    for k in range(2):
        for y, x, seen in windows(cells[k : k + 1], 3):
            if y % 2 and x % 2:
                total = (seen[0] * weights).sum()
                assert found[k, y // 2, x // 2] == pytest.approx(total / (0.5 + total))


def test_a_shift_by_both_strides_moves_the_maps_and_nothing_else(layers):
    """Two layers with stride 2: four pixels are one place of C₂."""
    still, moved = (see(digit("2", dx, 0)[None], layers, RS)[4] for dx in (0, 4))
    assert still.max() > 0.1
    assert np.allclose(still[:, :, :-1], moved[:, :, 1:])


def test_every_digit_has_its_plane(layers, vague):
    assert [len(planes) for planes in layers] == vague["planes"]
    assert len(layers[-1]) == 5
    for index, name in enumerate(DIGITS):
        assert see(digit(name)[None], layers, RS)[-1].max(axis=(1, 2)).argmax() == index


def test_it_bears_shifts_that_templates_do_not(vague):
    assert (vague["learned"], vague["shifted"]) == (1, 1)
    assert vague["templates"] < 0.3
    assert min(vague["thick"], vague["noisy"]) > 0.9


def test_too_choosy_cells_recognise_less(vague):
    choosy = experiment(3.0).numbers
    assert choosy["planes"][1] > vague["planes"][1]
    assert choosy["shifted"] < vague["shifted"] - 0.2
    assert choosy["learned"] == 1
