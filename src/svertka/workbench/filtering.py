"""What a page shows of filters: their weights, what excites each most, the picture that would."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from svertka.data import Pictures
from svertka.errors import UsageError
from svertka.look.activations import RECTIFIERS
from svertka.look.dream import Dream, dreams
from svertka.look.excite import Excited, excited_each
from svertka.look.field import Spans, window
from svertka.look.filters import FilterSet, filters, first_filters
from svertka.look.kinds import kind_of
from svertka.look.subject import Subject
from svertka.look.watch import Call
from svertka.workbench.filterset import Best, LayerFilters, Thumbnails
from svertka.workbench.pictures import sprite

_LAYERS = 3  # from the first to the last
_SHOWN = 32  # filters of a layer
_TOP = 6  # pictures for each
_NUMBERS = 200_000  # weights of a layer that a page carries
_PLANES = 12  # channels of a deep filter
_TILE, _SMALL, _DREAM = 40, 64, 96  # pixels of a side: a patch, a picture, a dream
_GREY = 128  # where a window lies beyond the picture
_STEPS = 64  # of a dream
_DREAMT = 6e11  # multiply-adds that the dreams of a layer may cost: some seconds on two cores
_FEWEST = 6


class Learned(NamedTuple):
    """Pictures to excite filters with, and of which ``part`` they are."""

    pictures: Pictures
    part: str


def layer_filters(
    subject: Subject, learned: Learned | None, layers: Sequence[str] = ()
) -> tuple[LayerFilters, ...]:
    """The filters of some layers: ``layers``, else the first convolution, one in the middle, the
    last. Without pictures nobody knows what excites them. Raises ``UsageError``."""
    chosen = list(layers) or _chosen(subject)
    sets = [filters(subject, layer) for layer in chosen]
    heard = _heard(subject, chosen, learned)
    found = {}
    if learned is not None:
        listened = list(dict.fromkeys(last for _, last in heard.values()))
        found = excited_each(subject, listened, learned.pictures, top=_TOP)
    return tuple(
        _seen(subject, one, heard[one.layer], found.get(heard[one.layer][1]), learned)
        for one in sets
    )


def _chosen(subject: Subject) -> list[str]:
    """Convolutions that look at more than one place at a time, where there are some."""
    parts = {name: subject.module.get_submodule(name) for name in subject.layers}
    convs = [name for name, part in parts.items() if kind_of(part) == "conv"]
    wide = [name for name in convs if filters(subject, name).weights[0, 0].size > 1] or convs
    if not wide:
        with suppress(UsageError):  # a network without filters has nothing to see here
            return [first_filters(subject.module)]
        return []
    places = np.linspace(0, len(wide) - 1, min(_LAYERS, len(wide))).round().astype(int)
    return [wide[place] for place in places]


def _heard(
    subject: Subject, layers: Sequence[str], learned: Learned | None
) -> dict[str, tuple[str, str]]:
    """For each layer the one whose number a dream raises, and the one that says what excites it:
    the batch norm and the activation that follow at once, where they do."""
    same = {layer: (layer, layer) for layer in layers}
    if learned is None and subject.shape is None:
        return same
    x = torch.zeros(1, *subject.shape) if subject.shape else None
    if x is None and learned is not None:
        x = next(subject.batches(learned.pictures, 1))[1]
    ran: list[tuple[str, str]] = []

    def take(call: Call) -> None:
        ran.append((call.name, kind_of(call.module)))

    assert x is not None
    subject.calls(x.to(subject.device), on_call=take)
    names = [name for name, _ in ran]
    for layer in layers:
        if layer not in names:
            continue
        after = iter(ran[names.index(layer) + 1 :])
        name, kind = next(after, ("", ""))
        raised = name if kind == "bn" else layer
        name, kind = next(after, ("", "")) if kind == "bn" else (name, kind)
        same[layer] = (raised, name if kind in RECTIFIERS else raised)
    return same


def _seen(
    subject: Subject,
    found: FilterSet,
    heard: tuple[str, str],
    excited: Excited | None,
    learned: Learned | None,
) -> LayerFilters:
    raised, listened = heard
    shown = _shown(found)
    rectified = kind_of(subject.module.get_submodule(listened.partition(":")[0])) in RECTIFIERS
    best = None
    if excited is not None and learned is not None:
        best = _best(subject, excited, learned, shown)
    return LayerFilters(
        filters=found,
        kind=kind_of(subject.module.get_submodule(found.layer)),
        heard=listened,
        raised=raised,
        shown=shown,
        planes=_planes(found, shown),
        excited=excited,
        dead=excited.dead if excited is not None and rectified else None,
        part=learned.part if learned is not None else "",
        best=best,
        dreams=_dreamt(subject, found, raised, shown),
    )


def _shown(found: FilterSet) -> tuple[int, ...]:
    """Those that have moved most, else those of the largest weights; by number."""
    count = max(1, min(_SHOWN, _NUMBERS // max(1, min(_PLANES, 3) * found.weights[0, 0].size)))
    weigh = found.distance
    weigh = found.lengths if weigh is None else weigh
    return tuple(np.sort(np.argsort(-weigh, kind="stable")[:count]).tolist())


def _planes(found: FilterSet, shown: Sequence[int]) -> npt.NDArray[np.int64]:
    """Which channels of each filter are drawn, (F, P): all of a picture's, else the strongest."""
    channels = found.weights.shape[1]
    flat = np.abs(found.weights[list(shown)]).reshape(len(shown), channels, -1).sum(2)
    most = channels if channels <= 3 else _PLANES
    order = np.argsort(-flat, axis=1, kind="stable")[:, :most]
    return np.sort(order, axis=1) if channels <= 3 else order


def _best(subject: Subject, excited: Excited, learned: Learned, shown: Sequence[int]) -> Best:
    """The pictures that excite the filters that are shown, and what these see of them."""
    chosen = excited.pictures[list(shown)]
    rows, place = np.unique(chosen, return_inverse=True)
    pictures = learned.pictures.take(rows)
    size = pictures.shape[1:3]
    spans = list(_windows(subject, excited, shown, size))
    tiles = [
        _tile(pictures[at], span) for at, span in zip(place.ravel().tolist(), spans, strict=True)
    ]
    return Best(
        place=place.reshape(chosen.shape),
        values=excited.values[list(shown)],
        windows=np.array(spans, np.int64).reshape(*chosen.shape, 2, 2),
        ids=tuple(learned.pictures.ids[row] for row in rows.tolist()),
        size=(size[0], size[1]),
        pictures=Thumbnails(*sprite(pictures, _SMALL)),
        patches=Thumbnails(*sprite(np.stack(tiles), _TILE)),
    )


def _windows(
    subject: Subject, excited: Excited, shown: Sequence[int], size: Sequence[int]
) -> Iterator[Spans]:
    """Where each filter was most excited: the window of the picture, which may reach beyond it.

    Of a network without a text the window in the middle is measured, and moved as the places are.
    """
    whole = tuple((0, side - 1) for side in size)
    shape = subject.shape or (1, *size)
    middle = None
    for place in itertools.chain.from_iterable(excited.places[list(shown)].tolist()):
        if not place:
            yield whole
        elif subject.plan is not None:
            yield window(subject, excited.layer, place, shape=shape).spans
        else:
            middle = middle or _measured(subject, excited.layer, size)
            yield middle.at(place) if middle else whole


class _Moved(NamedTuple):
    """A window measured at one place of a map of ``places``, moved with the place."""

    spans: Spans
    place: tuple[int, ...]
    step: tuple[float, ...]

    def at(self, place: Sequence[int]) -> Spans:
        moves = [round(s * (i - j)) for s, i, j in zip(self.step, place, self.place, strict=True)]
        return tuple(
            (low + by, high + by) for (low, high), by in zip(self.spans, moves, strict=True)
        )


def _measured(subject: Subject, layer: str, size: Sequence[int]) -> _Moved | None:
    channels = next(subject.module.parameters()).shape[1]
    x = torch.zeros(1, channels, *size, device=subject.device)
    with suppress(UsageError):
        places = subject.calls(x, [layer])[layer].output.shape[2:]
        found = window(subject, layer, shape=(channels, *size))
        step = tuple(side / many for side, many in zip(size, places, strict=True))
        return _Moved(found.spans, found.place, step)
    return None


def _tile(picture: npt.NDArray[np.uint8], spans: Spans) -> npt.NDArray[np.uint8]:
    """What a window shows of a picture, grey beyond it, as a square of always the same size."""
    height, width = picture.shape[:2]
    (top, bottom), (left, right) = spans
    cut = picture
    if bottom - top < height and right - left < width:  # else it sees all of it
        up, before = max(0, -top), max(0, -left)
        beyond = ((up, max(0, bottom + 1 - height)), (before, max(0, right + 1 - width)), (0, 0))
        padded = np.pad(picture, beyond, constant_values=_GREY)
        cut = padded[top + up : bottom + up + 1, left + before : right + before + 1]
    plane = cut if cut.shape[-1] == 3 else cut[..., 0]
    way = Image.Resampling.NEAREST if max(cut.shape[:2]) <= _TILE else Image.Resampling.BOX
    tile = np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((_TILE, _TILE), way))
    return tile if tile.ndim == 3 else tile[..., None]


def _dreamt(
    subject: Subject, found: FilterSet, layer: str, shown: Sequence[int]
) -> tuple[Dream, ...]:
    """The pictures that would excite some of the filters most; none where nobody knows their shape,
    or where the network takes none that small."""
    whole = subject.shape
    if whole is None and found.weights.ndim == 4:
        whole = (int(next(subject.module.parameters()).shape[1]), _DREAM, _DREAM)
    if whole is None or len(whole) != 3:
        return ()
    small = (whole[0], *(min(side, _DREAM) for side in whole[1:]))
    work = 1e9 if subject.plan is None else float(max(1, subject.plan.multiply_adds))
    for shape in dict.fromkeys((small, whole)):
        each = 3 * _STEPS * work * np.prod(shape) / np.prod(whole)
        count = max(_FEWEST, int(_DREAMT / each))
        with suppress(UsageError):
            return dreams(subject, layer, shown[:count], steps=_STEPS, shape=shape)
    return ()
