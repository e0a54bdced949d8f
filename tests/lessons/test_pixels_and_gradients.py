"""Pixels and gradients: the lecture's figures, loops, and NumPy's own gradient as witnesses."""

import numpy as np
import pytest

import svertka
from svertka.lessons.photos import PHOTOS, grey, photo
from svertka.lessons.pixels_and_gradients import PIECES, gradients


def test_the_lectures_pixel_on_the_edge_of_the_dog():
    edge = PIECES["edge"]
    assert edge[2][3] - edge[2][1] == 245 - 10 == 235
    numbers = svertka.lesson("pixels-and-gradients").numbers
    assert (numbers["horizontal"], numbers["vertical"]) == (235, 230)


@pytest.mark.parametrize("place", ["inside", "wall"])
def test_where_nothing_changes_gradients_are_near_zero(place):
    numbers = svertka.lesson("pixels-and-gradients", place=place).numbers
    assert max(abs(numbers["horizontal"]), abs(numbers["vertical"])) <= 5


def test_they_are_what_a_loop_and_numpy_find():
    x = grey("cat")[::10, ::10]
    horizontal, vertical = gradients(x)
    for i in range(1, len(x) - 1):
        for j in range(1, len(x) - 1):
            assert horizontal[i - 1, j - 1] == int(x[i, j + 1]) - int(x[i, j - 1])
            assert vertical[i - 1, j - 1] == int(x[i - 1, j]) - int(x[i + 1, j])
    down, right = np.gradient(x.astype(float))  # per pixel: half of the difference
    np.testing.assert_array_equal(horizontal, 2 * right[1:-1, 1:-1])
    np.testing.assert_array_equal(vertical, -2 * down[1:-1, 1:-1])


def test_there_are_two_numbers_for_each_pixel():
    numbers = svertka.lesson("pixels-and-gradients").numbers
    assert numbers["pixels"] == 148 * 148  # of 150 x 150, without the outermost
    assert numbers["features"] == 2 * numbers["pixels"]


def test_the_photographs_are_small_and_have_their_notice():
    from importlib.resources import files

    folder = files("svertka.lessons.photos")
    notice = (folder / "NOTICE").read_text(encoding="utf-8")
    for name in PHOTOS:
        assert f"{name}.jpg" in notice
        assert photo(name).dtype == np.uint8
        assert len((folder / f"{name}.jpg").read_bytes()) < 40_000
