"""Fixed filters: SciPy and scikit-image compute the same."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import filters as reference

import svertka
from svertka.lessons.photos import grey
from svertka.lessons.sobel import FILTERS, filtered

KERNELS = {
    "vertical": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "horizontal": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "diagonal": [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    "antidiagonal": [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
}


@pytest.mark.parametrize("name", FILTERS)
def test_maps_are_scipys(name):
    photo = grey("photographer").astype(float)
    expected = ndimage.correlate(photo, np.array(KERNELS[name]))[1:-1, 1:-1]
    np.testing.assert_allclose(filtered(photo, name), expected, atol=1e-3)
    assert svertka.lesson("sobel", filter=name).numbers["kernel"] == KERNELS[name]


@pytest.mark.parametrize(("name", "theirs"), [("vertical", "sobel_v"), ("horizontal", "sobel_h")])
def test_sobels_are_scikit_images(name, theirs):
    photo = grey("photographer").astype(float)
    expected = getattr(reference, theirs)(photo)[1:-1, 1:-1]  # its kernels sum to 1, not to 4
    np.testing.assert_allclose(filtered(photo, name) / 4, expected, atol=1e-3)


def test_a_map_is_bright_where_the_line_is():
    picture = np.zeros((12, 12))
    picture[:, 6:] = 1
    found = abs(filtered(picture, "vertical"))
    assert (found > 0).nonzero()[1].tolist() == [4, 5] * 10  # beside the edge, nowhere else
    assert not filtered(picture, "horizontal").any()


def test_how_choosy_filters_are():
    numbers = svertka.lesson("sobel").numbers
    assert numbers["own"] == 1 + 2 + 1
    assert numbers["vertical_on_horizontal"] == 0
    assert numbers["diagonal_on_vertical"] == 3
