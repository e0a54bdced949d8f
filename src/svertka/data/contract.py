"""What a network expects of a picture: computed from the training part, stored with the model."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, model_validator

Kind = Literal["uint8", "uint16", "float32"]
Task = Literal["classes", "labels"]
_LARGEST = {"uint8": 255.0, "uint16": 65535.0}


def kind_of_values(low: float, high: float) -> Kind:
    """The smallest type that holds values of a range: whole numbers of 8 or 16 bits, or fractions.

    >>> kind_of_values(0, 255), kind_of_values(0, 4095), kind_of_values(0, 1)
    ('uint8', 'uint16', 'float32')
    """
    if low == 0 and high == _LARGEST["uint8"]:
        return "uint8"
    whole = low == 0 and high == int(high)
    return "uint16" if whole and 255 < high <= _LARGEST["uint16"] else "float32"


class InputContract(BaseModel):
    """The form in which pictures reach a network, and the classes that it answers with.

    ``size`` is (height, width) in pixels; ``value_range`` the range of the values that pictures
    came with and ``dtype`` a type that holds it (svertka keeps them in 8 bits); ``mean`` and
    ``std`` are per channel, of values scaled to 0..1 over ``value_range``, measured on the training
    part alone. With a ``margin``, in pixels above and below, left and right, pictures are brought
    to a larger size: training sees random pieces of ``size`` of them, everything else the middle
    (Krizhevsky et al. 2012; 224 of 256 in torchvision's reference training of classification).
    ``task`` tells whether a picture has one of the ``classes``, or any number of them as labels.

    >>> scheme = {"channels": 1, "mean": (0.1,), "std": (0.3,), "classes": ("a", "b")}
    >>> InputContract(size=(224, 224), margin=(16, 16), **scheme).kept
    (256, 256)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    axes: Literal["HWC"] = "HWC"
    size: tuple[PositiveInt, PositiveInt]
    margin: tuple[NonNegativeInt, NonNegativeInt] = (0, 0)
    channels: PositiveInt
    dtype: Kind = "uint8"
    value_range: tuple[float, float] = (0.0, 255.0)
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fit: Literal["exact", "resize", "crop"] = "resize"
    classes: tuple[str, ...]
    task: Task = "classes"

    @property
    def kept(self) -> tuple[int, int]:
        """(height, width) to which pictures are brought, before the margin is cut off."""
        (height, width), (down, across) = self.size, self.margin
        return height + 2 * down, width + 2 * across

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        low, high = self.value_range
        largest = _LARGEST.get(self.dtype)
        if not low < high or (largest is not None and (low < 0 or high > largest)):
            raise ValueError(f"{self.dtype} holds no values from {low:g} to {high:g}")
        return self
