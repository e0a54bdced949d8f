"""The lessons' shortest training: it learns, repeats itself, and its intervals are right."""

import numpy as np
import pytest
import torch
from scipy import stats

import svertka
from svertka.lessons.learning import interval, learn, right, shift_map, tensors


def rows() -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures whose class is the half that is bright."""
    x = torch.rand(80, 1, 6, 6, generator=torch.Generator().manual_seed(0)) / 2
    y = torch.arange(80) % 2
    x[y == 0, :, :, :3] += 0.5
    x[y == 1, :, :, 3:] += 0.5
    return x, y


def test_it_learns_and_the_seed_decides_all():
    x, y = rows()
    first, again, other = (learn("fc2", x, y, seed=seed) for seed in (1, 1, 2))
    assert right(first, x, y).all()
    weights = [next(module.parameters()) for module in (first, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_an_interval_is_that_of_the_binomial_law():
    """900 of 1,000 right: scipy's exact interval, within a third of a point."""
    hits = np.repeat([True, False], [900, 100])[None]
    mean, low, high = interval(hits)
    exact = stats.binomtest(900, 1000).proportion_ci()
    assert mean == 0.9
    assert low == pytest.approx(exact.low, abs=0.003)
    assert high == pytest.approx(exact.high, abs=0.003)


def test_trainings_that_differ_make_it_wider():
    alike = np.repeat([True, False], [900, 100])[None].repeat(3, 0)
    apart = np.stack([np.repeat([True, False], [n, 1000 - n]) for n in (800, 900, 1000)])
    narrow, wide = interval(alike), interval(apart)
    assert wide[0] == pytest.approx(narrow[0])
    assert wide[2] - wide[1] > 2 * (narrow[2] - narrow[1])


def test_a_shift_map_is_what_a_loop_finds():
    two = svertka.open_data("digits").test.select(np.arange(40))
    module = svertka.build("conv3-relu-fc10", input=(1, 28, 28), classes=10)
    x, y = tensors(two)
    found = shift_map(module, two, (-3, 0, 2))
    for i, down in enumerate((-3, 0, 2)):
        for j, across in enumerate((-3, 0, 2)):
            rows, columns = (np.clip(np.arange(28) - move, 0, 27) for move in (down, across))
            moved = x[:, :, rows][:, :, :, columns]
            assert found[i, j] == pytest.approx(right(module, moved, y).mean())
