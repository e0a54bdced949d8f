"""The board of switches that Adaline looked at, and the letters on it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
LETTERS = {"T": ("###", ".#.", ".#."), "G": ("###", "#..", "###"), "F": ("###", "##.", "#..")}
WANTED = {"T": 60.0, "G": 0.0, "F": -60.0}
SIGNED = {"T": "+60", "G": "0", "F": "−60"}


def board_of(name: str, top: int, left: int) -> Array:
    """A letter on the board of 4 x 4 switches: 1 up, -1 down."""
    board = -np.ones((4, 4))
    for y, row in enumerate(LETTERS[name]):
        for x, sign in enumerate(row):
            board[top + y, left + x] = 1 if sign == "#" else -1
    return board


def board(spoiled: bool) -> tuple[Array, Array]:
    """Every letter at its four places, as rows of 16 switches and a constant 1; what is wanted.

    ``spoiled`` adds every such picture with each of its switches flipped.
    """
    rows, wanted = [], []
    for name in LETTERS:
        for top, left in ((0, 0), (0, 1), (1, 0), (1, 1)):
            clean = np.append(board_of(name, top, left), 1.0)
            flips = [np.append(1 - 2 * np.eye(16)[i], 1.0) for i in range(16)] if spoiled else []
            rows += [clean, *(clean * flip for flip in flips)]
            wanted += [WANTED[name]] * (1 + len(flips))
    order = np.random.default_rng(0).permutation(len(rows))
    return np.array(rows)[order], np.array(wanted)[order]
