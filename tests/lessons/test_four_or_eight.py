"""A 4 or an 8: parameters by hand, maps by SciPy, and what was measured."""

import numpy as np
import pytest
from scipy import ndimage

import svertka
from svertka.lessons.four_or_eight import NETS, fours_and_eights
from svertka.lessons.learning import learn, right, tensors
from svertka.lessons.moved import far
from svertka.lessons.straight import EIGHT, FOUR, SLANTING, UPRIGHT, activation, strengths


def test_parameters_by_hand():
    numbers = svertka.lesson("four-or-eight").numbers
    assert numbers["hog_parameters"] == 2 * 2 * 36 * 2 + 2
    assert numbers["dense_parameters"] == 784 * 32 + 32 + 32 * 2 + 2
    assert numbers["fixed_parameters"] == 2 * 28 * 28 * 2 + 2
    assert numbers["learned_parameters"] == numbers["fixed_parameters"] + 2 * (9 + 1)
    for way, net in NETS.items():
        assert numbers[f"{way}_parameters"] == svertka.net(net, input=(1, 28, 28)).parameters


@pytest.mark.parametrize("drawn", [FOUR, EIGHT])
@pytest.mark.parametrize("filter", [UPRIGHT, SLANTING])
def test_drawn_maps_are_scipys(drawn, filter):
    picture, found = activation(drawn, filter)
    expected = np.maximum(ndimage.correlate(picture, np.array(filter), mode="constant"), 0)
    np.testing.assert_array_equal(found, expected)


def test_the_drawn_4_and_8_differ_as_the_lecture_says():
    """In the 4's vector large numbers come first and small ones last; in the 8's the reverse."""
    found = strengths()
    assert found["four_upright"] > 3 * found["four_slanting"]
    assert found["eight_slanting"] > 2 * found["eight_upright"]


def test_what_was_measured_says_what_the_text_does():
    numbers = svertka.lesson("four-or-eight").numbers
    ways = ("hog", "dense", "fixed", "learned")
    assert min(numbers[way] for way in ways) > 0.94
    assert numbers["learned"] >= numbers["fixed"]
    assert numbers["gain_low"] < numbers["gain"] < numbers["gain_high"]
    assert numbers["hog_far"] > 0.7
    for way in ("dense", "fixed", "learned"):
        assert 0.4 < numbers[f"{way}_far"] < 0.6  # of two classes: a guess


@pytest.mark.parametrize("way", NETS)
def test_each_way_has_its_map(way):
    lesson = svertka.lesson("four-or-eight", way=way)
    view = lesson.state(lesson.values)["views"]["shift"]
    assert far(np.array(view["values"])) == pytest.approx(lesson.numbers[f"{way}_far"], abs=1e-5)


def test_no_picture_is_in_both_parts():
    two = fours_and_eights()
    assert two.classes == ("4", "8")
    seen = {picture.tobytes() for picture in two.train.x}
    assert not seen & {picture.tobytes() for picture in two.val.x}


@pytest.mark.parametrize("way", ["hog", "learned"])
def test_a_training_of_today_agrees_with_the_kept_one(way):
    two = fours_and_eights()
    module = learn(NETS[way], *tensors(two.train))
    kept = svertka.lesson("four-or-eight").numbers[way]
    assert right(module, *tensors(two.val)).mean() == pytest.approx(kept, abs=0.015)
