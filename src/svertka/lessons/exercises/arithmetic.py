"""Convolution, ReLU and pooling of whole numbers, as one does them by hand."""

from __future__ import annotations

from collections.abc import Callable

Rows = list[list[int]]


def padded(rows: Rows, padding: int) -> Rows:
    """Zeros around."""
    wide = len(rows[0]) + 2 * padding
    around = [[0] * wide for _ in range(padding)]
    inner = [[0] * padding + row + [0] * padding for row in rows]
    return [*around, *inner, *(list(row) for row in around)]


def windows(rows: Rows, side: int, stride: int) -> list[list[Rows]]:
    """Every window of ``side`` x ``side`` numbers, row by row."""
    tops = range(0, len(rows) - side + 1, stride)
    lefts = range(0, len(rows[0]) - side + 1, stride)
    return [[[row[j : j + side] for row in rows[i : i + side]] for j in lefts] for i in tops]


def convolved(picture: Rows, kernel: Rows, stride: int, padding: int, bias: int = 0) -> Rows:
    """The map of one filter, not turned round, as networks do it.

    >>> convolved([[1, 2], [3, 4]], [[1, 0], [0, 1]], 1, 0, bias=1)
    [[6]]
    """

    def total(window: Rows) -> int:
        pairs = zip(window, kernel, strict=True)
        return bias + sum(a * b for x, y in pairs for a, b in zip(x, y, strict=True))

    every = windows(padded(picture, padding), len(kernel), stride)
    return [[total(window) for window in line] for line in every]


def turned(rows: Rows) -> Rows:
    """By 180 degrees."""
    return [row[::-1] for row in rows[::-1]]


def each(rows: Rows, change: Callable[[int], int]) -> Rows:
    """Every number changed."""
    return [[change(value) for value in row] for row in rows]


def pooled(rows: Rows, side: int, choose: Callable[[list[int]], float]) -> list[list[float]]:
    """One number of every window; windows do not overlap."""
    every = windows(rows, side, side)
    return [[choose([v for row in w for v in row]) for w in line] for line in every]


def average(values: list[int]) -> float:
    """The mean of a window."""
    return sum(values) / len(values)


def size(side: int, kernel: int, stride: int, padding: int) -> int:
    """The side of a map: (side + 2 padding - kernel) / stride + 1, rounded down."""
    return (side + 2 * padding - kernel) // stride + 1
