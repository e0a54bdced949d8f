"""Convolution as a matrix: torch's convolution, its unfold, its gradients."""

import numpy as np
import pytest
import torch
from torch.nn import functional

import svertka
from svertka.lessons.as_a_matrix import banded, windows
from svertka.lessons.convolve import FILTER, PICTURE


@pytest.mark.parametrize(("side", "f"), [(4, 3), (7, 3), (9, 5), (5, 5), (6, 1)])
def test_both_products_are_torchs_convolution_and_so_are_their_gradients(side, f):
    rng = np.random.default_rng(side * f)
    picture, filter = rng.normal(size=(side, side)), rng.normal(size=(f, f))
    x = torch.tensor(picture[None, None], requires_grad=True)
    w = torch.tensor(filter[None, None], requires_grad=True)
    expected = functional.conv2d(x, w)
    unrolled, band = windows(picture, f), banded(filter, side)
    np.testing.assert_allclose(unrolled @ filter.ravel(), expected.detach().ravel(), atol=1e-12)
    np.testing.assert_allclose(band @ picture.ravel(), expected.detach().ravel(), atol=1e-12)

    upstream = rng.normal(size=expected.shape)
    expected.backward(torch.tensor(upstream))
    np.testing.assert_allclose(unrolled.T @ upstream.ravel(), w.grad.ravel(), atol=1e-12)
    np.testing.assert_allclose(band.T @ upstream.ravel(), x.grad.ravel(), atol=1e-12)


def test_the_windows_are_torchs_unfold():
    found = functional.unfold(torch.tensor(PICTURE[None, None], dtype=torch.float64), 3)
    np.testing.assert_array_equal(windows(PICTURE, 3), found[0].T)


def test_the_lectures_example_and_its_gradients():
    numbers = svertka.lesson("as-a-matrix").numbers
    assert numbers["map"] == [[29, -192], [-35, -22]]
    x = torch.tensor(PICTURE[None, None], dtype=torch.float64, requires_grad=True)
    w = torch.tensor(FILTER[None, None], dtype=torch.float64, requires_grad=True)
    functional.conv2d(x, w).sum().backward()
    assert numbers["for_filter"] == w.grad[0, 0].tolist()
    assert numbers["for_picture"] == x.grad[0, 0].tolist()
    assert numbers["zeros"] == 64 - 4 * 9
