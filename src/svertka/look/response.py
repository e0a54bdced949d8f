"""What a network makes of pictures that are moved, turned, resized or noisy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from svertka.data import InputContract, Pictures, labels
from svertka.errors import UsageError
from svertka.look.subject import Subject, as_subject
from svertka.look.watch import innermost, still
from svertka.records import Record

Floats = npt.NDArray[np.float64]
Change = Callable[[Tensor], Tensor]
"""From pictures (n, C, H, W), as a network sees them, to the same changed in one way."""

_BATCH = 128
_STEPS, _SIDE = 4, 14  # shifts to each side if none are named, each by a pixel in so many


@dataclass(frozen=True)
class Changes:
    """What is tried: every pair of ``shifts``, whole pixels down and to the right (None: four steps
    to each side, as far as two sevenths of the larger side); ``angles`` in degrees,
    counter-clockwise; ``scales``, 2 for twice as large; ``noise``, the deviation as a share of the
    range of values."""

    shifts: tuple[int, ...] | None = None
    angles: tuple[float, ...] = (-45, -30, -20, -10, -5, 0, 5, 10, 20, 30, 45)
    scales: tuple[float, ...] = (0.5, 0.7, 0.85, 1, 1.2, 1.4, 2)
    noise: tuple[float, ...] = (0, 0.02, 0.05, 0.1, 0.2, 0.4)


USUAL = Changes()


@dataclass(frozen=True, eq=False)
class Line:
    """One kind of change at the strengths ``at`` (A,): the ``accuracy`` (A,), nan where no class is
    known, and the ``change`` (A,) of the answers."""

    at: Floats
    accuracy: Floats
    change: Floats

    def to_dict(self) -> dict[str, Any]:
        """The line as plain JSON types."""
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True, eq=False)
class Response(Record):
    """What becomes of the answers for ``n`` pictures when these change.

    ``shift_accuracy`` and ``shift_change`` (A, A) are those of pictures moved by ``shifts[i]``
    pixels down and ``shifts[j]`` to the right. A change of answers is the mean total variation
    between the probabilities before and after: 0 for the same, 1 for another answer with certainty.
    Of pictures with labels each label counts by itself, and its mean is taken.
    """

    name: str
    n: int
    accuracy: float
    shifts: npt.NDArray[np.int64]
    shift_accuracy: Floats
    shift_change: Floats
    rotation: Line
    scale: Line
    noise: Line

    def to_dict(self) -> dict[str, Any]:
        """The response as plain JSON types."""
        return {
            "kind": "response",
            "name": self.name,
            "n": self.n,
            "accuracy": _plain(self.accuracy),
            "shift": {
                "at": self.shifts.tolist(),
                "accuracy": _plain(self.shift_accuracy),
                "change": _plain(self.shift_change),
            },
            "rotation": self.rotation.to_dict(),
            "scale": self.scale.to_dict(),
            "noise": self.noise.to_dict(),
        }

    def __str__(self) -> str:
        whole = {
            "shifted": self.shift_accuracy,
            "turned": self.rotation.accuracy,
            "resized": self.scale.accuracy,
            "noisy": self.noise.accuracy,
        }
        told = (f"{how} {100 * values.mean():.1f}%" for how, values in whole.items() if values.size)
        return (
            f"{self.name or 'the net'}: {100 * self.accuracy:.1f}% right of {self.n:,} pictures; "
            + ("on average " + ", ".join(told))
        )


@dataclass(frozen=True, eq=False)
class Responses(Record):
    """What several networks make of the same changed pictures."""

    of: tuple[Response, ...]

    def to_dict(self) -> dict[str, Any]:
        """The responses as plain JSON types."""
        return {"kind": "responses", "of": [one.to_dict() for one in self.of]}

    def __str__(self) -> str:
        return "\n".join(map(str, self.of))


def respond(
    source: Any, pictures: Pictures, *, changes: Changes = USUAL, most: int = 500
) -> Response:
    """How accuracy and answers change when ``pictures`` do; at most ``most``, evenly taken.

    Shifts are exact; turning and resizing are bilinear, about the middle. What comes in from
    outside repeats the border. Noise is normal, the same in every call, and cut to the range of
    values: the contract's, else that of the pictures at hand. Raises ``UsageError`` where the
    network does not read pictures of two dimensions.

    >>> net = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    >>> one = Subject(net, prepare=lambda p: torch.from_numpy(np.array(p))[None] / 255)
    >>> x = np.zeros((2, 8, 8, 1), np.uint8)
    >>> x[0, 3:5, 3:5] = 255
    >>> found = respond(one, Pictures(x, [0, 0], "ab"), changes=Changes(shifts=(-2, 0, 2)))
    >>> found.shift_change.shape, float(found.shift_change.max())
    ((3, 3), 0.0)
    """
    subject = as_subject(source)
    rows = np.linspace(0, len(pictures) - 1, min(len(pictures), most)).round().astype(np.int64)
    part = pictures.select(rows)
    if not len(part) or any(scale <= 0 for scale in changes.scales):
        raise UsageError(
            f"{len(part)} pictures and the scales {changes.scales} came in. Expected some pictures "
            "and scales of more than 0."
        )
    shifts = _shifts(subject, part) if changes.shifts is None else changes.shifts
    found = _tried(
        subject,
        part,
        {
            "before": [lambda x: x],
            "shift": [_moved(down, right) for down in shifts for right in shifts],
            "rotation": [_turned(angle, 1) for angle in changes.angles],
            "scale": [_turned(0, scale) for scale in changes.scales],
            "noise": [_noisy(share, subject.contract) for share in changes.noise],
        },
    )
    grid = found["shift"].reshape(2, len(shifts), len(shifts))
    return Response(
        name=subject.name,
        n=len(part),
        accuracy=float(found["before"][0, 0]),
        shifts=np.array(shifts, np.int64),
        shift_accuracy=grid[0],
        shift_change=grid[1],
        rotation=Line(np.array(changes.angles, np.float64), *found["rotation"]),
        scale=Line(np.array(changes.scales, np.float64), *found["scale"]),
        noise=Line(np.array(changes.noise, np.float64), *found["noise"]),
    )


def respond_each(
    sources: Mapping[str, Any], pictures: Pictures, *, changes: Changes = USUAL, most: int = 500
) -> Responses:
    """`respond` of several networks, by the names that they are given here.

    A convolutional net beside a dense one shows what convolutions are for: shifted pictures.
    """
    found = []
    for name, source in sources.items():
        subject = replace(as_subject(source), name=name)
        found.append(respond(subject, pictures, changes=changes, most=most))
    return Responses(tuple(found))


def _shifts(subject: Subject, part: Pictures) -> tuple[int, ...]:
    _, x = next(iter(subject.batches(part, 1)))
    step = max(1, round(max(x.shape[2:]) / _SIDE))
    return tuple(step * number for number in range(-_STEPS, _STEPS + 1))


def _tried(
    subject: Subject, part: Pictures, groups: Mapping[str, list[Change]]
) -> dict[str, Floats]:
    """Accuracy and change of the answers, (2, A), of every group of A changes."""
    every = [change for group in groups.values() for change in group]
    sums = np.zeros((2, len(every)))
    for start, x in subject.batches(part, _BATCH):
        if x.dim() != 4:
            raise UsageError(
                f"The network's input has the shape {tuple(x.shape[1:])}. Pictures of channels, "
                "height and width can be moved and turned here."
            )
        y = part.y[start : start + len(x)]
        with still(subject.module):
            before = _answers(subject, x)
            for k, change in enumerate(every):
                after = _answers(subject, change(x))
                sums[:, k] += _right(after, y), _apart(subject, after, before)
    known = int(part.known.sum())
    accuracy = sums[0] / known if known else np.full(len(every), np.nan)
    both = np.stack([accuracy, sums[1] / len(part)])
    ends = np.cumsum([len(group) for group in groups.values()])[:-1]
    return dict(zip(groups, np.split(both, ends, axis=1), strict=True))


def _answers(subject: Subject, x: Tensor) -> npt.NDArray[np.float32]:
    """Probabilities (n, K), computed as prediction does: channels lie innermost."""
    return subject.probabilities(subject.answer(innermost(x)))


def _right(p: npt.NDArray[np.float32], y: npt.NDArray[np.integer]) -> float:
    """How many answers are right; of pictures with labels the share of right labels counts."""
    if y.ndim == 1:
        return float((p.argmax(1) == y).sum())
    known = labels.known(y)
    return float(((p[known] > 0.5) == (y[known] == 1)).mean(axis=1).sum())


def _apart(subject: Subject, p: npt.NDArray[np.float32], q: npt.NDArray[np.float32]) -> float:
    """The total variation between answers, summed; of labels the mean over them."""
    gap = np.abs(p - q)
    return float(gap.sum() / 2 if subject.task == "classes" else gap.mean(axis=1).sum())


def _moved(down: int, right: int) -> Change:
    """Whole pixels: values are copied, none is computed."""

    def change(x: Tensor) -> Tensor:
        rows, columns = (
            (torch.arange(side, device=x.device) - move).clamp(0, side - 1)
            for side, move in zip(x.shape[2:], (down, right), strict=True)
        )
        return x[:, :, rows[:, None], columns]

    return change


def _turned(angle: float, scale: float) -> Change:
    """Turned counter-clockwise about the middle, then made ``scale`` times as large."""
    if angle == 0 and scale == 1:
        return lambda x: x
    cos, sin = (f(math.radians(angle)) / scale for f in (math.cos, math.sin))

    def change(x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        # where, in coordinates -1..1, each point of the result is read from
        read = [[cos, -sin * height / width, 0.0], [sin * width / height, cos, 0.0]]
        theta = torch.tensor(read, device=x.device).expand(len(x), 2, 3)
        grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
        return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)

    return change


def _noisy(share: float, contract: InputContract | None) -> Change:
    """Normal noise of this share of the range of values, cut to that range."""

    def change(x: Tensor) -> Tensor:
        if not share:
            return x
        low, high = x.min(), x.max()
        if contract is not None:
            mean, std = (torch.tensor(v, device=x.device) for v in (contract.mean, contract.std))
            low, high = (((end - mean) / std)[:, None, None] for end in (0, 1))
        drawn = torch.randn(x.shape, generator=torch.Generator().manual_seed(0)).to(x.device)
        return torch.clamp(x + share * (high - low) * drawn, low, high)

    return change


def _plain(values: float | npt.NDArray[np.floating]) -> Any:
    """Numbers as JSON has them: what is not a number is null."""
    found = np.asarray(values, np.float64)
    plain = found.astype(object)
    plain[~np.isfinite(found)] = None
    return plain.tolist()
