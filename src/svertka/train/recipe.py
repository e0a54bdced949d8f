"""How to train: one frozen, validated record, and the choice of a good one for given data."""

from __future__ import annotations

import math
from typing import Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from svertka.data import AugmentPolicy, Dataset, policy_for
from svertka.data.contract import Task
from svertka.data.views import Views
from svertka.errors import UsageError
from svertka.grammar import Plan

# A minute for as many values as 6,000 digits have, two minutes for twice as many, six for all of
# Fashion-MNIST, ten beyond; two seconds in a minute are left for a machine that is busy.
BUDGETS = ((6_000 * 784, 58.0), (12_000 * 784, 115.0), (60_000 * 784, 350.0), (math.inf, 590.0))

# Seconds for a picture from which on a wider net learns more than a small one can hold.
WIDE = 0.025

# How many times larger than the least class the largest is, where accuracy no longer tells enough
# of the small ones, and where they have to be shown more often to be learnt.
UNEVEN, VERY_UNEVEN = 1.5, 10.0

# So many layers with weights in a row bear the full rate, more of them a share of it, down to the
# least: 0.05 for 128 pictures is the 0.1 for 256 by which ResNets were trained (He et al. 2015).
SHALLOW, SLOWEST = 10, 1 / 8

Balance = Literal["sampling", "weights"]
Metric = Literal["accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "map", "auc", "log_loss"]
NOT_OF: dict[Task, tuple[Metric, ...]] = {
    "classes": ("f1_micro", "map"),
    "labels": ("balanced_accuracy",),
}


class Recipe(BaseModel):
    """Everything that decides a training besides data and net; unknown names are errors.

    Either ``epochs`` or ``budget`` says how long.

    >>> Recipe(epochs=3).batch
    128
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    epochs: PositiveInt | None = Field(
        default=None, description="How often training sees every picture; or give a budget."
    )
    budget: PositiveFloat | None = Field(
        default=None,
        description="Seconds for everything from the command's start to its report; the first "
        "ones are measured and turn it into a number of steps.",
    )
    seed: NonNegativeInt = Field(
        default=0, description="Start of every random number: weights, order, augmentation."
    )
    batch: PositiveInt = Field(
        default=128,
        description="Pictures in a step: enough to keep two cores busy, few enough that a "
        "minute holds a thousand steps.",
    )
    weights: str | None = Field(
        default=None,
        description="Weights to begin with: imagenet, a file or the folder of a run. The last "
        "layer is trained first, on their features. null: drawn from the seed.",
    )
    early_rate: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="Learning rate of the first layers as a share of the last ones'; it grows "
        "from layer to layer. Less than 1 keeps what early layers have learned elsewhere.",
    )
    frozen_norm: bool = Field(
        default=False,
        description="Batch norm keeps the statistics that it came with: a few pictures of another "
        "kind would spoil them.",
    )
    optimizer: Literal["sgd", "adamw"] = Field(
        default="sgd",
        description="SGD with Nesterov momentum generalises best where batch norm keeps the "
        "scales; AdamW trains nets without it.",
    )
    learning_rate: PositiveFloat = Field(
        default=0.2, description="The highest rate, after the warm-up."
    )
    momentum: float = Field(
        default=0.9, ge=0, lt=1, description="Of SGD; of AdamW the first beta: the usual value."
    )
    weight_decay: float = Field(
        default=5e-4,
        ge=0,
        description="Pulls weights to zero; norms and biases are left out, they need their size.",
    )
    warmup: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="Share of the steps in which the rate rises: early gradients mislead.",
    )
    label_smoothing: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="Share of the truth that goes to all classes, against overconfidence.",
    )
    zero_branches: bool = Field(
        default=True,
        description="The batch norm that ends a residual branch begins at zero, so that a deep net "
        "begins as a shallow one and bears the rate (Goyal et al. 2017): resnet18 knows 97% of "
        "the digits after three epochs, not 60%.",
    )
    averaging: float = Field(
        default=0.99,
        ge=0,
        lt=1,
        description="Decay, per step, of the running average of the weights that is validated and "
        "kept: it is steadier than the last weights. 0 switches it off.",
    )
    augment: AugmentPolicy | None = Field(
        default=None,
        description="How far pictures are bent while training; null: not at all. Off until "
        "measured on your data: augment.mixup and augment.cutmix (0.2 and 1 are usual) mix "
        "pictures, augment.few=2 gives each only two of the changes, as RandAugment does.",
    )
    balance: Balance | None = Field(
        default=None,
        description="Against unequal classes: sampling shows the small ones as often as the large, "
        "weights counts their pictures for more in the loss. sampling where the largest has ten "
        "times the pictures of the least or more, else none. Probabilities then are those of "
        "equal classes.",
    )
    metric: Metric = Field(
        default="accuracy",
        description="The validation figure by which an epoch is kept: the latest whose figure is "
        "within one standard error of the highest, for less is chance; of log_loss the least. "
        "f1_macro where classes are unequal: accuracy forgets the small ones; map where pictures "
        "have several labels.",
    )
    views: Views = Field(
        default="one",
        description="Views of a picture whose answers are averaged, from validation on: one, "
        "mirrored (2), shifted (3) or both (6). They take as many times longer to answer; "
        "mirrored suits only what may stand either way round.",
    )
    precision: Literal["auto", "fp32", "bf16"] = Field(
        default="auto", description="bf16 where a quick measurement shows that it is faster."
    )
    channels_last: bool = Field(
        default=True, description="Pictures lie in memory with channels innermost: faster kernels."
    )
    fused: bool = Field(default=True, description="One kernel updates all weights of a step.")
    keep_memory: bool = Field(
        default=True,
        description="The allocator keeps freed memory for the next step (Linux, CPU): fresh "
        "pages cost time in every step.",
    )

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if (self.epochs is None) == (self.budget is None):
            raise ValueError("give epochs or a budget, one of the two")
        return self


def check_task(recipe: Recipe, task: Task) -> None:
    """Raises ``UsageError`` where the recipe asks for what pictures of this kind do not have."""
    if task == "labels" and recipe.balance == "sampling":
        raise UsageError(
            "balance=sampling shows small classes more often, and these pictures have several "
            "labels at once. Expected balance=weights, or balance=none."
        )
    if recipe.metric in NOT_OF[task]:
        known = [name for name in get_args(Metric) if name not in NOT_OF[task]]
        have = "one class" if task == "classes" else "any number of labels"
        raise UsageError(
            f"An epoch cannot be kept by {recipe.metric}: each picture has {have}. Expected one of "
            f"{', '.join(known)}."
        )


def choose_net(dataset: Dataset, budget: float | None = None) -> str:
    """The house net that fits the pictures' size and number, and the seconds there are for them.

    >>> from svertka.data import open_data
    >>> choose_net(open_data("digits")), choose_net(open_data("digits"), budget=300)
    ('house_s', 'house_m')
    """
    side, pictures = max(dataset.contract.size), len(dataset.train)
    if side > 96:
        return "house_xl"
    if side > 40:
        return "house_l"
    wide = pictures > 20_000 or (budget or 0.0) > WIDE * pictures
    return "house_m" if wide else "house_s"


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
    batch = choose_batch(len(dataset.train))
    unequal = inequality(dataset)
    metric: Metric = "f1_macro" if unequal > UNEVEN else "accuracy"
    balance: Balance | None = "sampling" if unequal >= VERY_UNEVEN else None
    if dataset.task == "labels":  # thresholds of their own make up for rare ones
        metric, balance = "map", None
    has_norm = plan is None or any(layer.kind == "bn" for layer in plan.layers)
    if weights is not None:
        batch = min(batch, 32)
        return Recipe(
            epochs=epochs,
            budget=budget,
            seed=seed,
            weights=weights,
            early_rate=0.1,
            frozen_norm=True,
            batch=batch,
            optimizer="adamw",
            learning_rate=(1e-3 if has_norm else 1e-4) * (batch / 32) ** 0.5,
            weight_decay=0.05,
            augment=policy_for(dataset),
            balance=balance,
            metric=metric,
        )
    share = batch / 128  # a smaller batch has noisier gradients and takes smaller steps
    slow = 1e-3
    if plan is not None:
        share *= max(SLOWEST, min(1.0, SHALLOW / plan.depth))
        if _learns_on_hog_alone(plan):
            slow = 0.05  # HOG's values are small, a sixth or so, and one layer is tame
    return Recipe(
        epochs=epochs,
        budget=budget,
        seed=seed,
        batch=batch,
        optimizer="sgd" if has_norm else "adamw",
        learning_rate=0.4 * share if has_norm else slow * share**0.5,
        weight_decay=1e-3 if has_norm else 0.05,
        augment=policy_for(dataset),
        balance=balance,
        metric=metric,
    )


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
