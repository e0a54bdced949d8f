"""The recipe: validated, explained, and chosen by the data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from marks import arrays, dataset
from svertka.data import Dataset, open_data
from svertka.errors import UsageError
from svertka.grammar import resolve
from svertka.nets.catalogue import find, names
from svertka.train import Recipe, choose_net, choose_recipe
from svertka.train.settings import with_settings


def test_every_value_says_why_it_is_so():
    for name, entry in Recipe.model_fields.items():
        assert entry.description, name
        assert len(entry.description) > 15, name


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"epochs": 1, "budget": 1.0},
        {"epochs": 0},
        {"budget": -1.0},
        {"budget": float("nan")},
        {"epochs": 1, "learning_rate": 0.0},
        {"epochs": 1, "momentum": 1.0},
        {"epochs": 1, "warmup": 1.0},
        {"epochs": 1, "lr": 0.1},
        {"epochs": 1, "precision": "fp16"},
    ],
)
def test_what_makes_no_sense_is_refused(values):
    with pytest.raises(ValidationError):
        Recipe(**values)


def test_a_recipe_survives_json():
    recipe = choose_recipe(dataset(), epochs=2)
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_epochs_and_budget_exclude_each_other(marks: Dataset):
    with pytest.raises(UsageError, match="one of the two"):
        choose_recipe(marks, epochs=1, budget=1.0)
    assert choose_recipe(marks, epochs=4).budget is None
    assert choose_recipe(marks, budget=9.0).epochs is None


def test_without_a_length_there_is_a_budget(marks: Dataset):
    assert choose_recipe(marks).budget == choose_recipe(open_data("digits")).budget
    digits, fashion = (choose_recipe(open_data(name)).budget for name in ("digits", "fashion"))
    assert 0 < digits <= 60 < fashion <= 120


def test_the_net_follows_size_and_number():
    def of(side: int) -> str:
        x, y = np.zeros((20, side, side, 3), np.uint8), np.arange(20) % 2
        x[:, 0, 0, 0] = np.arange(20)
        return choose_net(open_data((x, y)))

    assert [of(side) for side in (16, 64, 160)] == ["house_s", "house_l", "house_xl"]
    digits = open_data("digits")
    wanted = ["house_s", "house_s", "house_m", "house_m"]
    assert [choose_net(digits, time) for time in (None, 60, 300, 3600)] == wanted
    assert {*wanted, "house_wide", "house_l", "house_xl"} <= set(names())


def test_time_makes_no_net_wider_where_pictures_are_few(marks: Dataset):
    assert {choose_net(marks, time) for time in (None, 10, 60, 3600)} == {"house_s"}


@pytest.fixture(scope="module")
def many() -> Dataset:
    x = np.random.default_rng(0).integers(0, 256, (30_000, 4, 4), np.uint8)
    return replace(open_data((x, np.arange(len(x)) % 2)), flip=True)


def test_of_many_pictures_a_minute_sees_enough_only_with_the_small_net(many: Dataset):
    wanted = ["house_m", "house_s", "house_m", "house_wide"]
    assert [choose_net(many, time) for time in (None, 20, 60, 3600)] == wanted


def test_much_time_bends_more_and_looks_twice_at_what_may_be_mirrored(many: Dataset):
    short, long = (choose_recipe(many, budget=budget) for budget in (100, 3600))
    assert short.augment is not None
    assert long.augment is not None
    assert (short.augment.erase, short.views) == (0, "one")
    assert (long.augment.erase, long.views) == (0.25, "mirrored")
    for other in (replace(many, flip=False), open_data("fashion"), open_data("digits")):
        assert choose_recipe(other, budget=3600).views == "one"
        assert choose_recipe(other, budget=3600).augment == choose_recipe(other).augment


def test_small_data_gets_small_batches_and_small_steps(marks: Dataset):
    few, many = choose_recipe(marks, epochs=1), choose_recipe(open_data("digits"), epochs=1)
    assert few.batch < many.batch
    assert few.learning_rate / few.batch == pytest.approx(many.learning_rate / many.batch)


def test_uneven_classes_are_judged_by_f1():
    x, y = arrays(200)
    some = np.flatnonzero((y != 2) | (np.arange(200) % 4 == 0))
    assert choose_recipe(open_data((x, y)), epochs=1).metric == "accuracy"
    assert choose_recipe(open_data((x[some], y[some])), epochs=1).metric == "f1_macro"


def test_very_uneven_classes_are_balanced():
    x, y = arrays(600)
    for share, balance in ((4, None), (20, "sampling")):
        some = np.flatnonzero((y != 2) | (np.arange(600) // 3 % share == 0))
        recipe = choose_recipe(open_data((x[some], y[some])), epochs=1)
        assert (recipe.metric, recipe.balance) == ("f1_macro", balance)
    assert with_settings(recipe, {"balance": "none"}).balance is None


def test_a_net_without_norms_gets_adamw(marks: Dataset):
    recipe = choose_recipe(marks, resolve("conv8-relu-fc10", input=(1, 28, 28)), epochs=1)
    assert recipe.optimizer == "adamw"
    assert recipe.learning_rate < 0.01


def test_one_layer_on_gradients_takes_long_steps(marks: Dataset):
    plans = (resolve(text, input=(1, 28, 28)) for text in ("fc3", "hog-fc3"))
    slow, quick = (choose_recipe(marks, plan, epochs=1) for plan in plans)
    assert quick.learning_rate == 50 * slow.learning_rate


def test_a_deep_net_takes_smaller_steps():
    digits = open_data("digits")

    def rate(net: str) -> float:
        return choose_recipe(digits, resolve(find(net)), epochs=1).learning_rate

    assert rate("house_s") == choose_recipe(digits, epochs=1).learning_rate == 0.4
    assert rate("resnet18") == pytest.approx(0.4 * 10 / 18)
    # He et al. 2015: 0.1 for 256 pictures, here 128.
    assert rate("resnet152") == rate("densenet121") == pytest.approx(0.05)


def test_digits_are_not_mirrored():
    digits, fashion = (choose_recipe(open_data(name)) for name in ("digits", "fashion"))
    assert digits.augment is not None
    assert fashion.augment is not None
    assert (digits.augment.flip, fashion.augment.flip) == (False, True)
