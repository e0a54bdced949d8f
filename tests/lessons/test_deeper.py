"""Deeper: near-empty maps counted again by plain torch, without svertka's own hooks."""

import numpy as np
import pytest
import torch

import svertka
from svertka.lessons.deeper import NET, SEEN, dark_for_all, emptiness, looked
from svertka.lessons.photos import photo


@pytest.fixture(scope="module")
def counted() -> list[float]:
    """The share of maps that never reach a twentieth of their layer's largest value."""
    subject = svertka.look.as_subject(NET)
    shares = []

    def count(_module, _given, maps):
        strongest = maps[0].abs().amax((1, 2))
        shares.append(float((strongest < 0.05 * strongest.max()).float().mean()))

    relus = [m for m in subject.module.modules() if isinstance(m, torch.nn.ReLU6)]
    hooks = [relu.register_forward_hook(count) for relu in relus]
    with torch.inference_mode():
        subject.module.eval()(subject.view(photo("cat")).x)
    for hook in hooks:
        hook.remove()
    return shares


def test_shares_are_counted_rightly(counted):
    np.testing.assert_allclose(emptiness(looked("cat")), counted, atol=0.011)


def test_near_empty_maps_grow_with_depth(counted):
    kept = svertka.lesson("deeper").numbers
    third = len(counted) // 3
    assert kept["layers"] == len(counted) == 33
    assert kept["early"] == pytest.approx(np.mean(counted[:third]), abs=0.01)
    assert kept["late"] == pytest.approx(np.mean(counted[-third:]), abs=0.01)
    assert kept["late"] > 5 * kept["early"]
    assert kept["rank"] > 0.5


def test_dead_filters_are_dark_for_every_picture_and_choosy_ones_are_not():
    dark, always = dark_for_all("relu6_1")
    assert (dark, always) == (5, 4)
    dark, always = dark_for_all("relu6_3")
    assert always < 0.6 * dark


def test_the_photographs_are_recognised():
    cat = looked("cat")
    assert "cat" in cat.classes[cat.answer.argmax()]
    man = looked("photographer")
    assert man.classes[man.answer.argmax()] == "tripod"


@pytest.mark.parametrize("name", SEEN)
def test_the_kept_outcome_shows_eight_maps_of_each_layer(name):
    lesson = svertka.lesson("deeper", picture="photographer")
    items = lesson.state(lesson.values)["views"][name]["items"]
    side = looked("photographer").maps[SEEN[name]].shape[1]
    assert [item["size"] for item in items] == [[side, side]] * 8
