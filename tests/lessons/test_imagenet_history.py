"""The contest's history against the tables of the contest itself."""

import pytest

import svertka
from svertka.lessons.imagenet_history import HUMAN, WINNERS, grown

# image-net.org/challenges/LSVRC/2010 ... 2017, results: the winner's top-5 error on the test part.
RESULTS = {
    2010: 0.28191,
    2011: 0.25770,
    2012: 0.15315,
    2013: 0.11197,
    2014: 0.06656,
    2015: 0.03567,
    2016: 0.02991,
    2017: 0.02251,
}


def test_the_errors_are_those_of_the_contest():
    assert [winner.year for winner in WINNERS] == list(RESULTS)
    for winner in WINNERS:
        assert winner.error == pytest.approx(100 * RESULTS[winner.year], abs=0.05)


def test_the_text_tells_the_years_that_follow_from_them():
    numbers = svertka.lesson("imagenet-history").numbers
    assert numbers["first"] == "2010"
    assert numbers["net_year"] == "2012"  # Krizhevsky et al. 2012
    below = [year for year, error in RESULTS.items() if 100 * error < HUMAN]
    assert numbers["human_year"] == str(below[0]) == "2015"
    assert numbers["leap"] == pytest.approx(25.8 - 15.3)


def test_depths_are_counted_from_the_networks():
    """8, 19, 22 and 152 layers: Krizhevsky 2012, Simonyan 2014, Szegedy 2014, He 2015."""
    found = grown(("alexnet", "vgg19", "googlenet", "resnet152"))
    assert [depth for _, depth, _ in found] == [8, 19, 22, 152]
    layers = {winner.name: winner.layers for winner in WINNERS}
    assert (layers["AlexNet"], layers["GoogLeNet"], layers["ResNet"]) == (8, 22, 152)
