"""Net and recipe for given data: what is recommended where nothing was said."""

from __future__ import annotations

import math
from typing import Any

from svertka.data import Dataset, policy_for
from svertka.errors import UsageError
from svertka.grammar import Plan
from svertka.train.recipe import Balance, Metric, Recipe

# A minute for as many values as 6,000 digits have, two minutes for twice as many, six for all of
# Fashion-MNIST, ten beyond; two seconds in a minute are left for a machine that is busy.
BUDGETS = ((6_000 * 784, 58.0), (12_000 * 784, 115.0), (60_000 * 784, 350.0), (math.inf, 590.0))

# Pictures from which on a wider net can learn more, given time, than a small one (of 500 it learns
# less), and from which on it does without being given any.
ENOUGH, MANY = 5_000, 20_000

# Seconds for a picture from which on a wider net learns more, of enough pictures (five minutes for
# the digits); and, of many, the widest (an hour for all of Fashion-MNIST). Below the last, many are
# seen too few times by any but the small one (a minute for all of Fashion-MNIST).
WIDE, WIDEST, HURRIED = 0.025, 0.06, 0.0013

# How many times larger than the least class the largest is, where accuracy no longer tells enough
# of the small ones, and where they have to be shown more often to be learnt.
UNEVEN, VERY_UNEVEN = 1.5, 10.0

# So many layers with weights in a row bear the full rate, more of them a share of it, down to the
# least: 0.05 for 128 pictures is the 0.1 for 256 by which ResNets were trained (He et al. 2015).
SHALLOW, SLOWEST = 10, 1 / 8


def choose_net(dataset: Dataset, budget: float | None = None) -> str:
    """The house net that fits the pictures' size and number, and the seconds there are for them.

    >>> from svertka.data import open_data
    >>> [choose_net(open_data("digits"), budget) for budget in (None, 300)]
    ['house_s', 'house_m']
    """
    side, pictures = max(dataset.contract.size), len(dataset.train)
    if side > 96:
        return "house_xl"
    if side > 40:
        return "house_l"
    if _takes_long(dataset, budget):
        return "house_wide"
    if pictures > MANY:
        wide = budget is None or budget > HURRIED * pictures
    else:
        wide = pictures > ENOUGH and (budget or 0.0) > WIDE * pictures
    return "house_m" if wide else "house_s"


def _takes_long(dataset: Dataset, budget: float | None) -> bool:
    """Whether there is an hour and enough to learn in it."""
    pictures = len(dataset.train)
    return pictures > MANY and (budget or 0.0) > WIDEST * pictures


def choose_recipe(
    dataset: Dataset,
    plan: Plan | None = None,
    *,
    epochs: int | None = None,
    budget: float | None = None,
    seed: int = 0,
    weights: str | None = None,
) -> Recipe:
    """The recommended recipe for this data and the net's ``plan``; without one it is for a house
    net, without ``epochs`` and ``budget`` a budget is chosen.

    A net with batch norm is trained by SGD, others by AdamW at a low rate; a deep one takes smaller
    steps. With ``weights`` the recipe is fine-tuning's: see `svertka.train.finetune`. Raises
    ``UsageError`` when both lengths are given.

    >>> from svertka.data import open_data
    >>> choose_recipe(open_data("digits")).budget
    58.0
    """
    if epochs is not None and budget is not None:
        raise UsageError(
            f"{epochs} epochs and a budget of {budget:g} s came together. Give one of the two."
        )
    if epochs is None and budget is None:
        budget = default_budget(dataset)
    unequal = inequality(dataset)
    metric: Metric = "f1_macro" if unequal > UNEVEN else "accuracy"
    balance: Balance | None = "sampling" if unequal >= VERY_UNEVEN else None
    if dataset.task == "labels":  # thresholds of their own make up for rare ones
        metric, balance = "map", None
    recipe = Recipe(epochs=epochs, budget=budget, seed=seed, metric=metric, balance=balance)
    has_norm = plan is None or any(layer.kind == "bn" for layer in plan.layers)
    if weights is not None:
        return recipe.model_copy(update=_tuned(dataset, has_norm) | {"weights": weights})
    settings = _from_scratch(dataset, plan, has_norm)
    if dataset.flip and _takes_long(dataset, budget):  # much is learnt by heart, and time is there
        augment = settings["augment"].model_copy(update={"erase": 0.25})
        settings |= {"augment": augment, "views": "mirrored"}
    return recipe.model_copy(update=settings)


def _tuned(dataset: Dataset, has_norm: bool) -> dict[str, Any]:
    """The settings that go on from weights of elsewhere."""
    batch = min(choose_batch(len(dataset.train)), 32)
    return {
        "early_rate": 0.1,
        "frozen_norm": True,
        "batch": batch,
        "optimizer": "adamw",
        "learning_rate": (1e-3 if has_norm else 1e-4) * (batch / 32) ** 0.5,
        "weight_decay": 0.05,
        "augment": policy_for(dataset),
    }


def _from_scratch(dataset: Dataset, plan: Plan | None, has_norm: bool) -> dict[str, Any]:
    """The settings that begin with drawn weights."""
    batch, slow = choose_batch(len(dataset.train)), 1e-3
    share = batch / 128  # a smaller batch has noisier gradients and takes smaller steps
    if plan is not None:
        share *= max(SLOWEST, min(1.0, SHALLOW / plan.depth))
        if _learns_on_hog_alone(plan):
            slow = 0.05  # HOG's values are small, a sixth or so, and one layer is tame
    return {
        "batch": batch,
        "optimizer": "sgd" if has_norm else "adamw",
        "learning_rate": 0.4 * share if has_norm else slow * share**0.5,
        "weight_decay": 1e-3 if has_norm else 0.05,
        "augment": policy_for(dataset),
    }


def _learns_on_hog_alone(plan: Plan) -> bool:
    learned = [layer.kind for layer in plan.layers if layer.parameters]
    return learned == ["fc"] and any(layer.kind == "hog" for layer in plan.layers)


def default_budget(dataset: Dataset) -> float:
    """Seconds for a first try, a little less than full minutes: see ``BUDGETS``.

    >>> from svertka.data import open_data
    >>> default_budget(open_data("digits")), default_budget(open_data("fashion"))
    (58.0, 115.0)
    """
    height, width = dataset.contract.size
    values = len(dataset.train) * height * width * dataset.contract.channels
    return next(budget for most, budget in BUDGETS if values <= most)


def choose_batch(pictures: int) -> int:
    """128, or the power of two that still makes about twenty steps an epoch, at least 8.

    >>> choose_batch(5_950), choose_batch(400), choose_batch(20)
    (128, 16, 8)
    """
    batch = 128
    while batch > 8 and pictures < 20 * batch:
        batch //= 2
    return batch


def inequality(dataset: Dataset) -> float:
    """How many times the training pictures of the least class the largest one has.

    >>> from svertka.data import open_data
    >>> inequality(open_data("fashion"))
    1.0
    """
    counts = dataset.class_counts["train"]
    return max(counts) / max(1, min(counts))
