"""``--metric``: one word for the figure that keeps an epoch, and the setting of that name."""

from __future__ import annotations

from typing import get_args

import awkward
from svertka import Run
from svertka.cli import options
from svertka.train.recipe import Metric

NET = "conv4-relu-pool-fc{classes}"


def test_the_names_are_the_recipes():
    assert get_args(Metric) == options.METRICS


def test_it_is_the_setting_of_that_name(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    awkward.two_classes(tmp_path / "set", count=20)
    words = ("train", "set", "--net", NET, "--epochs", "2", "--metric", "auc", "--out", "run")
    answer = call(*words)
    assert answer.code == 0
    assert "AUC" in answer.err
    card = Run.open("run").card
    assert card.recipe["metric"] == "auc"
    assert "--set metric=auc" in card.command


def test_a_misspelt_one_is_named_with_the_nearest(call):
    answer = call("train", "digits", "--metric", "f1_makro")
    assert answer.code == 2
    assert "f1_macro" in answer.err
