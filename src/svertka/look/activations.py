"""What every layer makes of one picture: each map in four numbers, and the maps asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.errors import UsageError
from svertka.look.kinds import kind_of
from svertka.look.plain import packed
from svertka.look.subject import Picture, Pixels, as_subject
from svertka.look.watch import Call
from svertka.records import Record

Floats = npt.NDArray[np.float32]
FAINT = 0.05
RECTIFIERS = ("relu", "relu6", "leaky", "silu", "gelu", "elu", "hardswish", "mish", "prelu")


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """One layer's maps in numbers: ``low``, ``high`` and ``mean`` of each, and its ``zeros``.

    All four are (maps,); ``zeros`` is the share of places that are exactly 0. ``shape`` is that of
    the layer's output for one picture: maps, then places.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    low: Floats
    high: Floats
    mean: Floats
    zeros: Floats

    def near_empty(self, faint: float = FAINT) -> npt.NDArray[np.bool_]:
        """Which maps nowhere reach the share ``faint`` of the layer's largest absolute value.

        The measure has no scale: a layer times any number has the same near-empty maps. Of a layer
        that is 0 everywhere all maps are empty.
        """
        strength = np.maximum(np.abs(self.low), np.abs(self.high))
        return np.asarray((strength < faint * strength.max()) | (strength == 0))

    def to_dict(self) -> dict[str, Any]:
        """The layer as plain JSON types."""
        arrays = {"low": self.low, "high": self.high, "mean": self.mean, "zeros": self.zeros}
        return {
            "name": self.name,
            "kind": self.kind,
            "shape": list(self.shape),
            "near_empty": float(self.near_empty().mean()),
            **{name: packed(array) for name, array in arrays.items()},
        }


@dataclass(frozen=True, eq=False)
class Activations(Record):
    """All layers' maps for one picture, in the order in which the network ran them.

    ``maps`` holds the values (maps, places...) of the layers that were to be kept; ``answer`` is
    what the network returned; ``pixels`` the picture as the network saw it.
    """

    layers: tuple[LayerMaps, ...]
    answer: Floats
    pixels: Pixels | None
    maps: dict[str, Floats] = field(default_factory=dict, repr=False)
    classes: tuple[str, ...] = ()

    def layer(self, name: str) -> LayerMaps:
        """The numbers of the layer ``name``; KeyError if the network did not run it."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    def near_empty_by_depth(self, kinds: Sequence[str] = RECTIFIERS) -> list[tuple[str, float]]:
        """The share of near-empty maps of each layer of these kinds, in the order of the network.

        Lecture 004: the deeper the layer, the more of its maps stay dark for a given picture.
        """
        return [
            (layer.name, float(layer.near_empty().mean()))
            for layer in self.layers
            if layer.kind in kinds and len(layer.shape) > 1
        ]

    def to_dict(self) -> dict[str, Any]:
        """The numbers of all maps, and the maps that were kept, as plain JSON types."""
        return {
            "kind": "activations",
            "faint": FAINT,
            "layers": [layer.to_dict() for layer in self.layers],
            "answer": self.answer.ravel().tolist(),
            "classes": list(self.classes),
            "pixels": None if self.pixels is None else packed(self.pixels),
            "maps": {name: packed(values) for name, values in self.maps.items()},
        }

    def __str__(self) -> str:
        width = max((len(layer.name) for layer in self.layers), default=0)
        lines = [f"{'layer':<{width}}  {'output':<14} near-empty    zeros      low     high"]
        for layer in self.layers:
            shape = "x".join(map(str, layer.shape))
            lines.append(
                f"{layer.name:<{width}}  {shape:<14} {layer.near_empty().mean():>10.0%} "
                f"{layer.zeros.mean():>8.0%} {layer.low.min():>8.3g} {layer.high.max():>8.3g}"
            )
        return "\n".join(lines)


def activations(
    network: Any,
    picture: Picture,
    *,
    layers: Sequence[str] | None = None,
    keep: Sequence[str] = (),
) -> Activations:
    """What the layers of any network make of one picture.

    ``network`` is whatever `as_subject` takes; ``layers`` are paths (None is all of them), and
    ``keep`` names those whose maps are kept whole. One layer's values at a time are in memory, and
    those of ``keep``. Raises UnknownName, UsageError, DataError.

    >>> import torch
    >>> net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU())
    >>> seen = activations(net, torch.zeros(1, 8, 8), keep=["1"])
    >>> [layer.shape for layer in seen.layers], seen.maps["1"].shape
    ([(4, 6, 6), (4, 6, 6)], (4, 6, 6))
    """
    subject = as_subject(network)
    view = subject.view(picture)
    found: list[LayerMaps] = []
    maps: dict[str, Floats] = {}
    answers: list[Floats] = []
    wanted = [*(subject.layers if layers is None else layers)]
    wanted += [name for name in keep if name not in wanted]

    def measure(call: Call) -> None:
        if call.name == "":
            answers.append(call.output[0].float().cpu().numpy())
        if call.name or "" in wanted:
            if call.output.dim() > 1 and call.output.is_floating_point() and call.output.numel():
                found.append(_measured(call))
            if call.name in keep:
                maps[call.name] = call.output[0].float().cpu().numpy()

    subject.calls(view.x, list(dict.fromkeys([*wanted, ""])), on_call=measure)
    if missing := [name for name in keep if name not in maps]:
        raise UsageError(f"The network did not run {', '.join(missing)} for this picture.")
    return Activations(tuple(found), answers[-1], view.pixels, maps, subject.classes)


def _measured(call: Call) -> LayerMaps:
    output = call.output[0].float()
    # NumPy: fifty times as fast as torch's own reductions along rows, on a processor
    flat = np.ascontiguousarray(output.reshape(len(output), -1).cpu().numpy())
    return LayerMaps(
        call.name,
        kind_of(call.module),
        tuple(output.shape),
        flat.min(1),
        flat.max(1),
        flat.mean(1, dtype=np.float64).astype(np.float32),
        (1 - np.count_nonzero(flat, axis=1) / flat.shape[1]).astype(np.float32),
    )
