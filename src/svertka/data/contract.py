"""What a network expects of a picture: computed from the training part, stored with the model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveInt


class InputContract(BaseModel):
    """The form in which pictures reach a network, and the classes that it answers with.

    ``size`` is (height, width) in pixels; ``value_range`` the range of the stored values;
    ``mean`` and ``std`` are per channel, of values scaled to 0..1 over ``value_range``,
    measured on the training part alone.

    >>> InputContract(size=(28, 28), channels=1, mean=(0.1,), std=(0.3,), classes=("a", "b")).axes
    'HWC'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    axes: Literal["HWC"] = "HWC"
    size: tuple[PositiveInt, PositiveInt]
    channels: PositiveInt
    dtype: Literal["uint8", "float32"] = "uint8"
    value_range: tuple[float, float] = (0.0, 255.0)
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fit: Literal["exact", "resize", "crop"] = "resize"
    classes: tuple[str, ...]
