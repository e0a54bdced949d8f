"""The gradient flow that a training wrote down, read again: nothing here needs torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.look.plain import packed
from svertka.records import Record
from svertka.store import RunFolder

FIGURES = ("gradient", "weight", "update", "mean", "variance", "dead")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Flow(Record):
    """The numbers of L layers at S steps, each array (S, L), nan where a layer has no such number.

    ``gradient`` and ``weight`` are the lengths of the loss's gradient and of the weights (without
    biases), ``update`` how far the step moves the weights as a share of their length, ``mean`` and
    ``variance`` those of all values of the layer's output for a batch, ``dead`` the share of a
    ReLU's channels that are 0 for the whole batch. Layers are in the order in which they run.
    """

    layers: tuple[str, ...]
    kinds: tuple[str, ...]
    steps: npt.NDArray[np.int64]
    gradient: Floats
    weight: Floats
    update: Floats
    mean: Floats
    variance: Floats
    dead: Floats

    def thinned(self, most: int) -> Flow:
        """The same at ``most`` steps, evenly taken, the first and the last among them."""
        count = len(self.steps)
        kept = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
        figures = {name: getattr(self, name)[kept] for name in FIGURES}
        return Flow(self.layers, self.kinds, self.steps[kept], **figures)

    def to_dict(self) -> dict[str, Any]:
        """The numbers as plain JSON types."""
        return {
            "kind": "flow",
            "layers": list(self.layers),
            "kinds": list(self.kinds),
            "steps": self.steps.tolist(),
            **{name: packed(getattr(self, name).astype(np.float32)) for name in FIGURES},
        }

    def __str__(self) -> str:
        width = max(5, *map(len, self.layers))
        head = "".join(f"{name:>11}" for name in FIGURES)
        lines = [f"step {self.steps[-1]:,}", f"{'layer':<{width}}{head}"]
        for i, layer in enumerate(self.layers):
            values = (getattr(self, name)[-1, i] for name in FIGURES)
            lines.append(
                f"{layer:<{width}}"
                + "".join(f"{'' if np.isnan(v) else format(v, '.3g'):>11}" for v in values)
            )
        return "\n".join(lines)


def read_flow(folder: RunFolder) -> Flow | None:
    """What a `Recorder` wrote of a run; None where there is nothing.

    A step that was gone over again, after a stop, counts as it was the last time.
    """
    lines = {line["step"]: line for line in folder.read_metrics() if line["event"] == "flow"}
    if not lines:
        return None
    newest = lines[max(lines)]
    steps = sorted(step for step, line in lines.items() if line["layers"] == newest["layers"])
    figures = {
        name: np.array([lines[step][name] for step in steps], np.float64) for name in FIGURES
    }
    layers, kinds = tuple(newest["layers"]), tuple(newest["kinds"])
    return Flow(layers, kinds, np.array(steps, np.int64), **figures)
