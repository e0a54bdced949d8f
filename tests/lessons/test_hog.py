"""HOG: scikit-image computes the same; logistic regression learns better on it."""

import numpy as np
import pytest
from skimage.feature import hog as reference

import svertka
from svertka.lessons.hog import histograms, hog, strokes


@pytest.mark.parametrize("cell", [4, 7, 14])
def test_it_is_scikit_images(cell):
    digits = svertka.open_data("digits").train.x[:20, ..., 0].astype(np.float32)
    settings = {"orientations": 9, "cells_per_block": (2, 2), "block_norm": "L2-Hys"}
    expected = [
        reference(x, pixels_per_cell=(cell, cell), feature_vector=False, **settings) for x in digits
    ]
    side = 28 // cell - 1
    found = hog(digits, cell).reshape(len(digits), 36, side, side).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(
        found.reshape(len(digits), -1), np.reshape(expected, (20, -1)), atol=1e-5
    )


def test_the_lengths_follow_from_cells_and_blocks():
    for cell, side in {4: 6, 7: 3, 14: 1}.items():
        assert hog(np.zeros((2, 28, 28)), cell).shape == (2, side * side * 4 * 9)


def test_the_same_model_learns_more_from_hog():
    numbers = svertka.lesson("hog").numbers
    assert numbers["hog"] > numbers["pixels"] + 0.05
    assert numbers["raw_features"] == 2 * 26 * 26
    assert numbers["hog"] == pytest.approx(0.95, abs=0.01)


def test_the_drawn_strokes_lie_along_the_edges():
    upright = np.zeros((28, 28))
    upright[:, 14:] = 255  # its gradient is level, the edge upright
    found = histograms(upright, 7)
    assert found[..., 1:8].sum() == 0
    drawn = strokes(upright, 28)
    rows, columns = np.nonzero(drawn > 0.5)
    assert np.ptp(rows) > 4 * np.ptp(columns)


def test_each_pixel_votes_with_its_strength():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (28, 28)).astype(float)
    x = np.pad(picture, 1, mode="reflect")
    strength = np.hypot(x[1:-1, 2:] - x[1:-1, :-2], x[2:, 1:-1] - x[:-2, 1:-1])
    assert histograms(picture, 7).sum() == pytest.approx(strength.sum())
