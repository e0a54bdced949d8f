"""The fixed kernels that ``filters(...)`` knows, as 3x3 numbers to multiply a picture with.

``vertical`` and ``horizontal`` are Sobel's: large where such a line or edge is. ``diagonal`` finds
lines that rise to the right (/), ``antidiagonal`` those that fall (\\).
"""

from __future__ import annotations

from typing import TypeAlias

Kernel: TypeAlias = tuple[tuple[float, float, float], ...]

KERNELS: dict[str, Kernel] = {
    "vertical": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "horizontal": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "diagonal": ((-2, -1, 0), (-1, 0, 1), (0, 1, 2)),
    "antidiagonal": ((0, 1, 2), (-1, 0, 1), (-2, -1, 0)),
    "blur": ((1 / 16, 2 / 16, 1 / 16), (2 / 16, 4 / 16, 2 / 16), (1 / 16, 2 / 16, 1 / 16)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "laplace": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
}
