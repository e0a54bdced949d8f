"""LeNet-5 as its paper of 1998 describes it: what frameworks no longer have, layer by layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# Which of the six maps of S2 each of the sixteen filters of C3 looks at: table I of the paper.
TABLE = (
    *((i, (i + 1) % 6, (i + 2) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)
# Twelve rows of seven pixels a digit: the answers that F6 should give, drawn anew.
_CODES = """
.#####. #.....# #.....# #.....# #.....# #.....# #.....# #.....# #.....# #.....# #.....# .#####.
...#... ..##... .#.#... ...#... ...#... ...#... ...#... ...#... ...#... ...#... ...#... .#####.
.#####. #.....# ......# ......# .....#. ....#.. ...#... ..#.... .#..... #...... #...... #######
######. ......# ......# ......# ......# ..####. ......# ......# ......# ......# ......# ######.
#....#. #....#. #....#. #....#. #....#. #....#. ####### .....#. .....#. .....#. .....#. .....#.
####### #...... #...... #...... #...... ######. ......# ......# ......# ......# #.....# .#####.
..####. .#..... #...... #...... #...... ######. #.....# #.....# #.....# #.....# #.....# .#####.
####### ......# .....#. .....#. ....#.. ....#.. ...#... ...#... ..#.... ..#.... .#..... .#.....
.#####. #.....# #.....# #.....# #.....# .#####. #.....# #.....# #.....# #.....# #.....# .#####.
.#####. #.....# #.....# #.....# #.....# .###### ......# ......# ......# ......# .....#. .####..
"""
CODES = np.array(
    [[1 if c == "#" else -1 for c in row if c != " "] for row in _CODES.split("\n")[1:-1]]
)
SUMMED = ("S2", "S4")


def squash(sums: Any) -> Any:
    """The paper's scaled hyperbolic tangent: f(1) = 1, f(-1) = -1."""
    return 1.7159 * (sums * 2 / 3).tanh()


def lenet_1998(seed: int = 0) -> Any:
    """The module: pictures (N, 1, 28, 28) from 0 to 1 in, ten squared distances (N, 10) out.

    ``module.maps`` gives the output of every layer by its name.
    """
    import torch
    from torch.nn.functional import avg_pool2d, conv2d, pad

    class LeNet(torch.nn.Module):
        seen: torch.Tensor
        codes: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.c1, self.c3 = torch.nn.Conv2d(1, 6, 5), torch.nn.Conv2d(6, 16, 5)
            self.c5, self.f6 = torch.nn.Conv2d(16, 120, 5), torch.nn.Linear(120, 84)
            # A coefficient and a bias for each map.
            self.s2 = torch.nn.Parameter(torch.zeros(2, 6, 1, 1))
            self.s4 = torch.nn.Parameter(torch.zeros(2, 16, 1, 1))
            seen = torch.zeros(16, 6, 1, 1)
            for row, maps in zip(seen, TABLE, strict=True):
                row[list(maps)] = 1
            self.register_buffer("seen", seen)
            self.register_buffer("codes", torch.tensor(CODES).float())
            self.draw()

        def draw(self) -> None:
            """First weights as the paper says: up to 2.4 divided by the inputs of a neuron."""
            random = torch.Generator().manual_seed(seed)
            inputs = {"c1": 25, "s2": 4, "c3": 100, "s4": 4, "c5": 400, "f6": 120}
            with torch.no_grad():
                for name, values in self.named_parameters():
                    wide = 2.4 / inputs[name.partition(".")[0]]
                    values.uniform_(-wide, wide, generator=random)
                self.s2[0], self.s4[0] = 0.5, 0.5

        def maps(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            out = {"input": pad(x * 1.275 - 0.1, (2, 2, 2, 2), value=-0.1)}
            out["C1"] = squash(self.c1(out["input"]))
            out["S2"] = squash(4 * avg_pool2d(out["C1"], 2) * self.s2[0] + self.s2[1])
            out["C3"] = squash(conv2d(out["S2"], self.c3.weight * self.seen, self.c3.bias))
            out["S4"] = squash(4 * avg_pool2d(out["C3"], 2) * self.s4[0] + self.s4[1])
            out["C5"] = squash(self.c5(out["S4"]))
            out["F6"] = squash(self.f6(out["C5"].flatten(1)))
            out["RBF"] = ((out["F6"][:, None] - self.codes) ** 2).sum(2)
            return out

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.maps(x)["RBF"]

    return LeNet()


def loss_1998(distances: Any, classes: Any, j: float = 0.1) -> Any:
    """Equation 9: near to one's own code, far from the others; j keeps the far ones from flying."""
    import torch

    own = distances.gather(1, classes[:, None])
    others = torch.cat([-distances, torch.full_like(own, -j)], dim=1).logsumexp(1)
    return (own.squeeze(1) + others).mean()


def counted(module: Any) -> list[tuple[str, int, int]]:
    """Layer by layer: name, what is learned, and connections as the paper counts them."""
    import torch

    inputs = {"C1": 25, "S2": 4, "C3": 25, "S4": 4, "C5": 400, "F6": 120}
    found = []
    for name, maps in module.maps(torch.zeros(1, 1, 28, 28)).items():
        if name == "RBF":
            found.append((name, 0, maps.shape[1] * 84))
        elif name != "input":
            places = math.prod(maps.shape[2:])
            seen = [len(maps) for maps in TABLE] if name == "C3" else [1] * maps.shape[1]
            links = sum(inputs[name] * maps + 1 for maps in seen)  # one more for the bias
            learned = 2 * maps.shape[1] if name in SUMMED else links
            found.append((name, learned, places * links))
    return found
