"""Columns of plain text that fit a width: what can best be spared goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 2


@dataclass(frozen=True)
class Columns:
    """A table of texts: names above, rows below; ``right`` names the columns of figures.

    ``spared`` are names of columns in the order in which they are left out where the width is
    not enough.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    spared: tuple[str, ...] = ()

    def lines(self, width: int | None = None) -> tuple[list[str], tuple[str, ...]]:
        """The lines, head first, none longer than ``width``, and the columns that they leave out.

        >>> table = Columns(("net", "top-1"), (("lenet5", "0.95"),), (False, True), ("top-1",))
        >>> table.lines()
        (['net     top-1', 'lenet5   0.95'], ())
        >>> table.lines(10)
        (['net', 'lenet5'], ('top-1',))
        """
        kept = list(range(len(self.head)))
        out: list[str] = []
        for name in (None, *self.spared):
            if name is not None:
                kept.remove(self.head.index(name))
                out.append(name)
            lines = self._drawn(kept)
            if width is None or all(len(line) <= width for line in lines):
                return lines, tuple(out)
        return [_cut(line, width or 0) for line in lines], tuple(out)

    def _drawn(self, kept: Sequence[int]) -> list[str]:
        whole = [self.head, *self.rows]
        rows = [[row[place] for place in kept] for row in whole]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return [
            (" " * GAP)
            .join(
                cell.rjust(size) if self.right[place] else cell.ljust(size)
                for cell, size, place in zip(row, widths, kept, strict=True)
            )
            .rstrip()
            for row in rows
        ]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"
