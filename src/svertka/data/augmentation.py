"""Augmentation of whole batches: one warp, one change of light, one erased square per picture.

Every random number comes from (seed, epoch, index of the picture), so a picture is bent in the
same way whatever batch it travels in. Working on batches costs a tenth of working on pictures one
by one: see ``benchmarks/data.py``.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch.nn import functional

from svertka.data.counter import AUGMENT, FEW, MIRROR, key, uniform
from svertka.data.dataset import Dataset
from svertka.data.moving import Outside, moved
from svertka.data.tensors import as_tensor

MANY = 20_000  # pictures beyond which each is bent less, for speed
_KNOTS = 5  # of the elastic field, along each side
_COLUMNS = 11  # random numbers of a picture: append, never insert (5 is unused)
# Which of them belong to a change, and the value of no change.
_CHANGES: dict[str, tuple[slice, float]] = {
    "rotate": (slice(0, 1), 0.0),
    "scale": (slice(1, 2), 0.0),
    "shear": (slice(2, 3), 0.0),
    "shift": (slice(3, 5), 0.0),
    "contrast": (slice(6, 7), 0.0),
    "brightness": (slice(7, 8), 0.0),
    "erase": (slice(8, 10), math.inf),
    "elastic": (slice(_COLUMNS, None), 0.0),
}


class AugmentPolicy(BaseModel):
    """How far pictures are bent; every number is the largest change, zero changes nothing.

    ``shift`` and ``elastic`` are shares of the side, ``rotate`` and ``shear`` degrees, ``scale``
    0.1 is from 1/1.1 to 1.1 times, ``flip`` mirrors each picture left and right in every second
    epoch, half of them in the odd ones (Jordan 2024: none is seen one way only for long), ``erase``
    is the side of an erased square as a share of the picture's (DeVries and Taylor 2017),
    ``brightness`` a share of the full range, ``contrast`` 0.2 is from 0.8 to 1.2 times. What
    comes in from outside the picture is its ``border``, its ``reflection``, or ``fill`` (0..255,
    the erased square's value too). Of all these but the mirror each picture gets only ``few``,
    drawn anew each time (0: all), as in RandAugment (Cubuk et al. 2020). ``mixup`` and ``cutmix``
    are the parameters of their beta distributions: see `svertka.data.mixing`.

    >>> str(AugmentPolicy(shift=0.1, flip=True))
    'shift 0.1, flip'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shift: float = Field(default=0.0, ge=0, le=1)
    rotate: float = Field(default=0.0, ge=0, le=180)
    scale: float = Field(default=0.0, ge=0, le=4)
    shear: float = Field(default=0.0, ge=0, le=60)
    elastic: float = Field(default=0.0, ge=0, le=0.2)
    flip: bool = False
    erase: float = Field(default=0.0, ge=0, le=1)
    brightness: float = Field(default=0.0, ge=0, le=1)
    contrast: float = Field(default=0.0, ge=0, le=1)
    few: int = Field(default=0, ge=0, le=8)
    mixup: float = Field(default=0.0, ge=0, le=10)
    cutmix: float = Field(default=0.0, ge=0, le=10)
    outside: Outside = "border"
    fill: float = Field(default=0.0, ge=0, le=255)

    @property
    def mixes(self) -> bool:
        """Whether pictures are mixed with one another."""
        return self.mixup > 0 or self.cutmix > 0

    @property
    def warps(self) -> bool:
        """Whether any picture moves."""
        return self.bends or self.shift > 0 or self.flip

    @property
    def bends(self) -> bool:
        """Whether pictures move by more than a shift and a mirror: no longer by whole pixels."""
        return max(self.rotate, self.scale, self.shear, self.elastic) > 0

    def __str__(self) -> str:
        changes = self.model_dump(exclude={"outside", "fill", "flip"})
        words = [f"{name} {value:g}" for name, value in changes.items() if value]
        return ", ".join([*words, *(["flip"] if self.flip else [])]) or "none"


def policy_for(dataset: Dataset) -> AugmentPolicy:
    """The augmentation that suits a data set, by its colours, its size and ``dataset.flip``.

    Small grey pictures are drawings: they turn and bend a little. Colour pictures are scenes:
    they are cropped, and large ones also change in light. Many pictures need less bending.

    >>> from svertka.data import open_data
    >>> print(policy_for(open_data("fashion")))
    shift 0.08, scale 0.1, flip
    """
    height, width = dataset.contract.size
    if dataset.contract.channels == 1 and not dataset.flip:
        return AugmentPolicy(shift=0.08, rotate=12, scale=0.12, shear=8, elastic=0.03)
    if dataset.contract.channels == 1:
        moved = AugmentPolicy(shift=0.08, flip=True, outside="fill")
        return moved if len(dataset.train) > MANY else moved.model_copy(update={"scale": 0.1})
    fill = 255.0 * float(np.mean(dataset.contract.mean))
    small = AugmentPolicy(shift=0.125, flip=dataset.flip, outside="reflection", fill=fill)
    if max(height, width) <= 48:
        return small
    more = {"rotate": 10.0, "scale": 0.2, "brightness": 0.1, "contrast": 0.2}
    return small.model_copy(update=more)


def augment(
    x: npt.NDArray[Any] | torch.Tensor,
    *,
    seed: int,
    epoch: int,
    indices: npt.ArrayLike,
    policy: AugmentPolicy,
    margin: tuple[int, int] = (0, 0),
) -> torch.Tensor:
    """Pictures (N, H, W, C), uint8, bent by the policy: of the same shape, in values 0..255.

    They are float32, and uint8 still where pixels have only changed their places.

    ``indices`` (N,) are the pictures' places in the training part. The result of a picture
    depends on seed, epoch and its index alone; it stays on the device of ``x``. A ``margin``
    (rows, columns) around the pictures is cut off, and shown where they move: a shift of no more
    than the margin takes a random piece.

    >>> x = np.full((1, 8, 8, 1), 200, np.uint8)
    >>> augment(x, seed=0, epoch=1, indices=[7], policy=AugmentPolicy(rotate=20)).mean().item()
    200.0
    """
    raw = as_tensor(x)
    n, high, wide, _ = raw.shape
    height, width = high - 2 * margin[0], wide - 2 * margin[1]
    stream = key(AUGMENT, seed, epoch)
    # Columns hold numbers in -1..1.
    columns = _COLUMNS + (2 * _KNOTS**2 if policy.elastic else 0)
    draws = 2.0 * uniform(stream, indices, columns) - 1.0
    if len(draws) != n:
        raise ValueError(f"{n} pictures, but {len(draws)} indices")
    mirrored = _mirrored(policy, seed, epoch, indices)
    if policy.few:
        _leave_few(draws, policy, uniform(key(FEW, seed, epoch), indices, len(_CHANGES)))
    if policy.bends:
        theta = torch.from_numpy(_affine(draws, mirrored, policy, height, width)).to(raw.device)
        grid = _grid(theta, height, width)
        if policy.elastic:
            grid = grid + _field(draws, policy, grid)
        if any(margin):
            grid = grid * torch.tensor([width / wide, height / high], device=grid.device)
        batch = _sample(raw.to(torch.float32), grid, policy)
    else:
        moves = np.rint(policy.shift * draws[:, 3:5] * (width, height)).astype(np.int64)
        batch = moved(raw, moves, mirrored, margin, policy.outside, policy.fill)
    if policy.brightness or policy.contrast:
        gain = _column(1.0 + policy.contrast * draws[:, 6], batch)
        lift = _column(255.0 * policy.brightness * draws[:, 7], batch)
        batch = ((batch - 127.5) * gain + (127.5 + lift)).clamp_(0.0, 255.0)
    if policy.erase:
        batch = torch.where(_square(draws, policy, height, width, batch), policy.fill, batch)
    return batch


def _mirrored(
    policy: AugmentPolicy, seed: int, epoch: int, indices: npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    """(N,): one half of the pictures in the odd epochs, the other in the even ones."""
    if not policy.flip:
        return np.zeros(np.size(indices), np.bool_)
    half: npt.NDArray[np.bool_] = uniform(key(MIRROR, seed), indices, 1)[:, 0] < 0.5
    return half if epoch % 2 else ~half


def _leave_few(
    draws: npt.NDArray[np.float64], policy: AugmentPolicy, lots: npt.NDArray[np.float64]
) -> None:
    """Undo all but ``policy.few`` of each picture's changes: those that drew the lowest lots."""
    lots[:, [not getattr(policy, name) for name in _CHANGES]] = 2.0  # never drawn
    places = np.argsort(np.argsort(lots, axis=1), axis=1)
    for place, (columns, nothing) in zip(places.T, _CHANGES.values(), strict=True):
        draws[place >= policy.few, columns] = nothing


def _affine(
    draws: npt.NDArray[np.float64],
    mirrored: npt.NDArray[np.bool_],
    policy: AugmentPolicy,
    height: int,
    width: int,
) -> npt.NDArray[np.float32]:
    """(N, 2, 3): where, in coordinates -1..1, each output point is read from."""
    angle = np.radians(policy.rotate) * draws[:, 0]
    factor = np.exp(-math.log1p(policy.scale) * draws[:, 1])
    slant = np.tan(math.radians(policy.shear) * draws[:, 2])
    moves = policy.shift * draws[:, 3:5] * (width, height)  # pixels, x and y
    mirror = np.where(mirrored, -1.0, 1.0)
    cos, sin = factor * np.cos(angle), factor * np.sin(angle)
    theta = np.empty((len(draws), 2, 3))
    theta[:, 0, 0], theta[:, 0, 1] = mirror * cos, mirror * (cos * slant - sin) * height / width
    theta[:, 1, 0], theta[:, 1, 1] = sin * width / height, sin * slant + cos
    theta[:, :, 2] = moves * (2.0 / width, 2.0 / height)
    return theta.astype(np.float32)


def _grid(theta: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """(N, H, W, 2) reading points. By broadcasting: a matrix product would round by batch size."""
    across = (2.0 * torch.arange(width, device=theta.device) + 1.0) / width - 1.0
    down = (2.0 * torch.arange(height, device=theta.device) + 1.0) / height - 1.0
    column = theta[:, :, 1, None] * down + theta[:, :, 2, None]  # N, 2, H
    plane = theta[:, :, 0, None, None] * across + column[..., None]  # N, 2, H, W
    return plane.permute(0, 2, 3, 1)


def _field(
    draws: npt.NDArray[np.float64], policy: AugmentPolicy, like: torch.Tensor
) -> torch.Tensor:
    """(N, H, W, 2): a smooth random field through a few knots, by cubic interpolation.

    Sums of products by hand: a matrix product would round by batch size, and torch's own
    interpolation of many small fields takes ten times as long.
    """
    numbers = (2.0 * policy.elastic * draws[:, _COLUMNS:]).astype(np.float32)
    knots = torch.from_numpy(numbers).to(like.device).view(-1, 2, _KNOTS, _KNOTS)
    down, across = (_cubic(side).to(like.device) for side in like.shape[1:3])
    rows = knots[:, :, :, 0, None] * across[0]  # N, 2, knots, W
    for k in range(1, _KNOTS):
        rows.addcmul_(knots[:, :, :, k, None], across[k])
    field = rows[:, :, 0, None] * down[0, :, None]  # N, 2, H, W
    for k in range(1, _KNOTS):
        field.addcmul_(rows[:, :, k, None], down[k, :, None])
    return field.permute(0, 2, 3, 1)


@lru_cache(maxsize=16)
def _cubic(side: int) -> torch.Tensor:
    """(knots, side): the weight of each knot at each pixel."""
    unit = torch.eye(_KNOTS, device="cpu").view(1, 1, _KNOTS, _KNOTS)
    size = (_KNOTS, side)
    return functional.interpolate(unit, size, mode="bicubic", align_corners=True)[0, 0]


def _sample(batch: torch.Tensor, grid: torch.Tensor, policy: AugmentPolicy) -> torch.Tensor:
    planes = batch.permute(0, 3, 1, 2)
    if policy.outside != "fill":
        mode = policy.outside
        moved = functional.grid_sample(planes, grid, padding_mode=mode, align_corners=False)
    else:
        planes = planes - policy.fill if policy.fill else planes
        moved = functional.grid_sample(planes, grid, padding_mode="zeros", align_corners=False)
        moved = moved + policy.fill if policy.fill else moved
    return moved.permute(0, 2, 3, 1).contiguous()


def _square(
    draws: npt.NDArray[np.float64],
    policy: AugmentPolicy,
    height: int,
    width: int,
    like: torch.Tensor,
) -> torch.Tensor:
    """(N, H, W, 1): true inside each picture's erased square, whose centre lies anywhere."""
    middle_y = _column((draws[:, 8] + 1) / 2 * height, like)
    middle_x = _column((draws[:, 9] + 1) / 2 * width, like)
    down = torch.arange(height, device=like.device).view(1, -1, 1, 1) + 0.5
    across = torch.arange(width, device=like.device).view(1, 1, -1, 1) + 0.5
    inside_y = (down - middle_y).abs() <= policy.erase * height / 2
    return inside_y & ((across - middle_x).abs() <= policy.erase * width / 2)


def _column(values: npt.NDArray[np.float64], like: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32)).to(like.device).view(-1, 1, 1, 1)
