"""Where in a picture an answer comes from: three maps, none of which is to be believed unchecked.

Each map says how much each place of the picture speaks for one class. `attribute` draws them and
tries them at once, by the two checks of `svertka.look.honesty`: does the answer go when the places
go that the map calls important, and does the map change when the network's weights do?
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from svertka.errors import MissingExtra, UnknownName, UsageError
from svertka.look.honesty import (
    THOROUGH,
    Draw,
    Effort,
    Faithful,
    Map,
    Sane,
    faithful,
    sane,
)
from svertka.look.plain import packed
from svertka.look.subject import Picture, Subject, as_subject
from svertka.look.watch import Call, innermost, still, watch
from svertka.records import Record

Method = Literal["grad_cam", "integrated_gradients", "occlusion"]
METHODS: tuple[Method, ...] = get_args(Method)

_AT_ONCE = 32  # pictures in a pass
_SMALL = 64  # pixels of a side up to which windows overlap by half
_WAYS = {3: "linear", 4: "bilinear", 5: "trilinear"}


@dataclass(frozen=True, eq=False)
class Attribution:
    """A map of one method, with the size of the network's input: what each place says for the
    class, and, where ``signed``, against it.

    ``layer`` is the one that Grad-CAM looks at. ``faithful`` and ``sane`` are the two checks, None
    where they were not asked for.
    """

    method: str
    map: Map
    signed: bool
    layer: str | None = None
    faithful: Faithful | None = None
    sane: Sane | None = None

    def to_dict(self) -> dict[str, Any]:
        """The attribution as plain JSON types."""
        return {
            "method": self.method,
            "map": packed(self.map),
            "signed": self.signed,
            "layer": self.layer,
            "faithful": None if self.faithful is None else self.faithful.to_dict(),
            "sane": None if self.sane is None else self.sane.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class Attributions(Record):
    """Maps of one picture for the class number ``target``.

    ``logit`` and ``probability`` are the network's for that class, ``empty_logit`` its logit for a
    picture in which every place is empty: the mean colour of the training pictures.
    """

    target: int
    class_name: str
    probability: float
    logit: float
    empty_logit: float
    of: tuple[Attribution, ...]

    def to_dict(self) -> dict[str, Any]:
        """The maps as plain JSON types."""
        plain = {name: value for name, value in vars(self).items() if name != "of"}
        return {"kind": "attributions", **plain, "of": [one.to_dict() for one in self.of]}

    def __str__(self) -> str:
        lines = [f"{self.class_name}: probability {self.probability:.3f}, logit {self.logit:.3f}"]
        for one in self.of:
            told = [str(check) for check in (one.faithful, one.sane) if check is not None]
            lines += [one.method.replace("_", " "), *(f"  {line}" for line in told)]
        return "\n".join(lines)


def attribute(
    source: Any,
    picture: Picture,
    *,
    target: int | None = None,
    methods: Sequence[Method] = METHODS,
    checks: bool = True,
    effort: Effort = THOROUGH,
    seed: int = 0,
) -> Attributions:
    """What in ``picture`` speaks for the class number ``target`` (None: the network's answer).

    With ``checks`` each map is tried, which takes several times as long; ``effort`` says how finely
    all of it is computed. Raises MissingExtra where
    integrated gradients are asked for without captum, UnknownName for other methods.

    >>> net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3, padding=1), torch.nn.Flatten())
    >>> found = attribute(net, torch.ones(1, 3, 3), methods=["grad_cam"], checks=False)
    >>> found.of[0].map.shape
    (3, 3)
    """
    for method in methods:
        if method not in METHODS:
            raise UnknownName("method", method, METHODS)
    subject = as_subject(source)
    x = subject.view(picture).x
    with still(subject.module):
        logits = subject.answer(torch.cat([x, torch.zeros_like(x)])).float().flatten(1).cpu()
    target = int(logits[0].argmax()) if target is None else target
    if not 0 <= target < logits.shape[1]:
        raise UsageError(
            f"There is no class number {target}: 0 to {logits.shape[1] - 1} are known."
        )
    layer = last_with_places(subject, x) if "grad_cam" in methods else None
    draws = [_draw(method, layer, effort) for method in methods]
    maps = [draw(subject, x, target) for draw in draws]
    held: Sequence[Faithful | None] = [None] * len(maps)
    made: Sequence[Sane | None] = [None] * len(maps)
    if checks:
        held = faithful(subject, x, target=target, maps=maps, effort=effort, seed=seed)
        made = sane(
            subject, x, target=target, drawn=maps, draws=draws, stages=effort.stages, seed=seed
        )
    found = [
        Attribution(
            method, drawn, method != "grad_cam", layer if method == "grad_cam" else None, kept, new
        )
        for method, drawn, kept, new in zip(methods, maps, held, made, strict=True)
    ]
    return Attributions(
        target=target,
        class_name=subject.classes[target] if subject.classes else str(target),
        probability=float(subject.probabilities(logits)[0, target]),
        logit=float(logits[0, target]),
        empty_logit=float(logits[1, target]),
        of=tuple(found),
    )


def _draw(method: Method, layer: str | None, effort: Effort) -> Draw:
    """How a map of this method is drawn."""
    if method == "grad_cam":
        return partial(grad_cam, layer=layer)
    if method == "integrated_gradients":
        return partial(integrated_gradients, steps=effort.steps)
    return partial(_occlusion, windows=effort.windows)


def grad_cam(subject: Subject, x: Tensor, target: int, *, layer: str | None = None) -> Map:
    """The channels of a layer, each weighted by the mean gradient of the class in it, summed, and
    what speaks for the class alone; brought from the layer's places to those of ``x`` (1, C, ...).

    ``layer`` is a path, None the last one with places. Source: Selvaraju et al., Grad-CAM, 2017.
    """
    layer = layer or last_with_places(subject, x)
    x = x.detach().clone().requires_grad_()
    with (
        still(subject.module, gradients=True),
        watch(subject.module, [layer], gradients=True) as calls,
    ):
        torch.autograd.grad(subject.answer(x).flatten(1)[0, target], x, allow_unused=True)
    call = calls[layer]
    gradient = torch.zeros_like(call.output) if call.gradient is None else call.gradient
    weights = gradient.flatten(2).mean(2)
    summed = torch.einsum("nc,nc...->n...", weights, call.output).clamp(min=0)
    mode, places = _WAYS[x.dim()], x.shape[2:]
    grown = functional.interpolate(summed[:, None], tuple(places), mode=mode, align_corners=False)
    return _as_map(grown[0, 0])


def last_with_places(subject: Subject, x: Tensor) -> str:
    """The path of the last layer that runs on ``x`` and whose output has more than one place."""
    found: list[str] = []

    def seen(call: Call) -> None:
        if call.output.dim() == x.dim() and call.output[0, 0].numel() > 1:
            found.append(call.name)

    with still(subject.module), watch(subject.module, on_call=seen):
        subject.answer(x)
    if not found:
        raise UsageError("No layer of the network has places left, so Grad-CAM has nothing to map.")
    return found[-1]


def integrated_gradients(
    subject: Subject, x: Tensor, target: int, *, steps: int = THOROUGH.steps
) -> Map:
    """The gradient of the class's logit, averaged over the straight way from the empty picture to
    ``x`` (1, C, ...), times their difference; summed over channels, signed.

    The sum over all places is the logit's difference, but for the error of ``steps`` steps
    (completeness). By captum. Source: Sundararajan, Taly, Yan: Axiomatic Attribution, 2017.
    """
    try:
        from captum.attr import IntegratedGradients
    except Exception as error:  # one that does not fit torch may fail in any way
        raise MissingExtra("captum, which computes integrated gradients,", "look") from error

    def answer(some: Tensor) -> Tensor:
        return subject.answer(innermost(some)).flatten(1)

    with still(subject.module, gradients=True):
        found = IntegratedGradients(answer).attribute(
            x.detach().clone(),
            baselines=torch.zeros_like(x),
            target=target,
            n_steps=steps,
            internal_batch_size=min(steps, _AT_ONCE),
        )
    return _as_map(found[0].sum(0))


def occlusion(
    subject: Subject, x: Tensor, target: int, *, window: int | None = None, step: int | None = None
) -> Map:
    """How far the class's logit falls when a window of ``x`` (1, C, ...) is emptied, at each place
    the mean over the windows that hold it; signed: it may rise, too.

    ``window`` is the side in pixels, None a seventh of the shortest one; ``step`` how far it moves,
    None half a window in pictures of up to 64 pixels, else a whole one. Source: Zeiler and Fergus:
    Visualizing and Understanding Convolutional Networks, 2014.
    """
    places = tuple(x.shape[2:])
    window = min(window or max(1, min(places) // THOROUGH.windows), *places)
    step = step or (max(1, window // 2) if min(places) <= _SMALL else window)
    starts = [sorted({*range(0, side - window, step), side - window}) for side in places]
    boxes = [
        tuple(slice(at, at + window) for at in corner) for corner in itertools.product(*starts)
    ]
    falls, covered = torch.zeros(places), torch.zeros(places)
    with still(subject.module):
        whole = subject.answer(x).flatten(1)[0, target]
        for start in range(0, len(boxes), _AT_ONCE):
            some = boxes[start : start + _AT_ONCE]
            hidden = x.repeat(len(some), *[1] * (x.dim() - 1))
            for row, box in zip(hidden, some, strict=True):
                row[(slice(None), *box)] = 0.0
            fall = (whole - subject.answer(innermost(hidden)).flatten(1)[:, target]).float().cpu()
            for box, value in zip(some, fall, strict=True):
                falls[box] += value
                covered[box] += 1
    return _as_map(falls / covered.clamp(min=1))


def _occlusion(subject: Subject, x: Tensor, target: int, *, windows: int) -> Map:
    return occlusion(subject, x, target, window=max(1, min(x.shape[2:]) // windows))


def _as_map(values: Tensor) -> Map:
    return values.detach().float().cpu().numpy().astype(np.float32)
