"""How to train: one frozen, validated record."""

from __future__ import annotations

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

from svertka.data import AugmentPolicy
from svertka.data.contract import Task
from svertka.data.views import Views
from svertka.errors import UsageError

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
