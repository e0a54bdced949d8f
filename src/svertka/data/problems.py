"""What is odd about data: one record for each file, and how many of them are told in few lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_GROUPS = 10  # kinds of problems that are shown
_NAMES = 3  # files that each kind names
# What differs between problems of one kind: names in quotes, paths, numbers.
_VARIES = re.compile(r"'[^']*'|[^\s,]*/[^\s,]*|\d[\d,.]*")


@dataclass(frozen=True)
class Problem:
    """Something odd about one file, or about the whole set (``path`` is then ``"."``).

    ``lost`` tells that the file, or what lies at ``path``, is not used at all.

    >>> print(Problem("cat/a\\nb.png", "empty file (0 bytes)", lost=True))
    cat/a\\nb.png: empty file (0 bytes)
    """

    path: str
    reason: str
    lost: bool = False

    def __str__(self) -> str:
        return f"{printable(self.path)}: {printable(self.reason)}"


def serious_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """What is lost before what is merely worth knowing; else in their order."""
    return tuple(sorted(problems, key=lambda problem: not problem.lost))


def in_groups(problems: Sequence[Problem], whole: str, lost: str = "Not used") -> list[list[str]]:
    """Lines for a terminal: files that are lost, under the heading ``lost``, then notes.

    Problems of one kind share a line that names the first files; where not all are named, the
    last line points to ``whole``, the place where they are.

    >>> files = [Problem(f"{i}.png", "empty file (0 bytes)", lost=True) for i in range(5)]
    >>> print("\\n".join(in_groups([*files, Problem(".", "a note")], "the report")[0]))
    Not used (5):
      empty file (0 bytes): 0.png, 1.png, 2.png and 2 more
    """
    parts = [
        (lost, [problem for problem in problems if problem.lost]),
        ("Worth knowing", [problem for problem in problems if not problem.lost]),
    ]
    told, every = [], True
    for head, part in parts:
        if not part:
            continue
        lines, all_here = _lines(part)
        every &= all_here
        told.append([f"{head} ({len(part):,}):", *lines])
    if not every:
        told[-1].append(f"The whole list: {whole}")
    return told


def _lines(problems: Sequence[Problem]) -> tuple[list[str], bool]:
    """A line for each kind, and whether every problem is named."""
    kinds: dict[str, list[Problem]] = {}
    for problem in problems:
        here = "." if problem.path == "." else ""
        kinds.setdefault(here + _VARIES.sub("#", problem.reason), []).append(problem)
    groups = list(kinds.values())
    lines = [f"  {_line(group)}" for group in groups[:_GROUPS]]
    more = sum(map(len, groups[_GROUPS:]))
    if more:
        lines.append(f"  ... and {more:,} more of other kinds")
    return lines, not more and all(len(group) <= _NAMES for group in groups)


def _line(group: Sequence[Problem]) -> str:
    first = group[0]
    if len(group) == 1:
        return printable(first.reason) if first.path == "." else str(first)
    same = all(problem.reason == first.reason for problem in group)
    what = printable(first.reason) + ("" if same else ", and the like")
    names = ", ".join(printable(problem.path) for problem in group[:_NAMES])
    more = f" and {len(group) - _NAMES:,} more" if len(group) > _NAMES else ""
    return f"{what} ({len(group):,} times)" if first.path == "." else f"{what}: {names}{more}"


def printable(text: str) -> str:
    """The text with everything that a terminal could obey or hide written as an escape.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )
