"""What is measured: nets, pictures, batches, and the random pictures themselves.

Read by this package and, in the environments of the peers, by ``worker.py``: the standard library
and numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CLASSES = 10
SIDE = 2048  # of the matrices whose product is the measure of the processor
VGG = (
    "conv64-relu-conv64-relu-pool-conv128-relu-conv128-relu-pool"
    "-conv256-relu-conv256-relu-pool-fc256-relu-fc{classes}"
)


@dataclass(frozen=True)
class Case:
    """A net (its family, and its text for svertka), its pictures, and how much faster we must be.

    ``batches`` is the number of batches that lie in memory; ``peers`` is whether all are measured
    or only ours against the processor's own matrix product.
    """

    name: str
    family: str
    text: str
    side: int
    channels: int
    batch: int
    batches: int
    goal: float | None
    peers: bool = True

    @property
    def title(self) -> str:
        colours = "x3" if self.channels == 3 else ""
        return f"{self.name}, {self.side}x{self.side}{colours}, batch {self.batch}"


CASES = {
    case.name: case
    for case in (
        Case("lenet5", "lenet", "lenet5", 28, 1, 128, 100, 1.4),
        Case("vgg", "vgg", VGG, 32, 3, 128, 20, 2.0),
        Case("resnet18-64", "resnet", "resnet18", 64, 3, 64, 20, 1.6),
        Case("resnet18-224", "resnet", "resnet18", 224, 3, 32, 4, None, peers=False),
    )
}


def pictures(case: Case) -> tuple[Any, Any]:
    """Random pictures (N, H, W, C) uint8 and their random labels, the same for everyone."""
    import numpy as np

    random = np.random.default_rng(0)
    shape = (case.batches * case.batch, case.side, case.side, case.channels)
    x = random.integers(0, 256, shape, np.uint8)
    return x, random.integers(0, CLASSES, len(x))


def floats(x: Any) -> Any:
    """The pictures as every peer gets them: float32, centred, ready in memory."""
    return (x.astype("float32") / 255.0 - 0.5) / 0.25
