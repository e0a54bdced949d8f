"""The catalogue: one ``.net`` text for each architecture, readable from top to bottom.

A text begins with comments: what it is, its papers (``# Authors: Title, year``), and a table of the
nets that it stands for, a row each. Columns are published figures, or values of the text's names,
so that the depths of one architecture share one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from svertka.errors import UnknownName, UsageError

_HERE = Path(__file__).parent
_FIGURES = ("parameters", "depth", "top1", "top5", "by", "source")
_PAPER = re.compile(r"# ([^:#]+): (.+), (\d{4})")


@dataclass(frozen=True)
class Entry:
    """What the catalogue says of a net: its text, its paper, its figures as published.

    ``parameters`` counts trained numbers, ``depth`` layers with weights; ``top1`` and ``top5`` are
    per cent of error on ImageNet's validation part, measured as ``source`` says. None is unknown.
    """

    name: str
    text: str
    about: str
    paper: str | None = None
    year: int | None = None
    parameters: int | None = None
    depth: int | None = None
    top1: float | None = None
    top5: float | None = None
    source: str | None = None


def names() -> tuple[str, ...]:
    """The names of all nets of the catalogue, sorted.

    >>> "resnet18" in names()
    True
    """
    return tuple(sorted(_entries()))


def entry(name: str) -> Entry:
    """What the catalogue says of a net.

    Raises `UnknownName` with the nearest names.

    >>> entry("resnet34").depth, entry("resnet34").year, entry("resnet34").top5
    (34, 2015, 8.58)
    """
    found = _entries().get(name.strip().lower())
    if found is None:
        raise UnknownName("net", name, names(), "Or give a text, such as conv8-relu-pool-fc10.")
    return found


def find(net: str) -> str:
    """The text of a net by its name in the catalogue; a text of the language is returned as it is.

    Raises `UnknownName` if ``net`` reads as a name but is not in the catalogue.

    >>> find("lenet5").splitlines()[2:4]
    ['net lenet5', 'input 1x28x28']
    >>> find("conv8-relu-fc10")
    'conv8-relu-fc10'
    >>> find("resnet19")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    svertka.errors.UnknownName: There is no net 'resnet19'. Did you mean: ...
    """
    name = net.strip().lower()
    if not name:
        raise UsageError(
            "No net was named. Give a name, such as lenet5, or a text, such as "
            "conv8-relu-pool-fc10; `svertka nets` lists the names."
        )
    if name in _entries():
        return _entries()[name].text
    if re.fullmatch(r"[\w.-]*\d*", name) and "-" not in name and not _is_word(name):
        entry(name)
    return net


def _is_word(name: str) -> bool:
    """Whether the name alone is a text of the language, as ``fc10`` is, or a misspelt ``fc10q``."""
    from svertka.errors import NetTextError
    from svertka.grammar import parse
    from svertka.grammar.spelling import word_at

    word = word_at(name)
    if word and name[len(word) :][:1].isdigit():
        return True
    try:
        parse(name)
    except NetTextError:
        return False
    return True


@cache
def _entries() -> dict[str, Entry]:
    entries = {}
    for path in sorted(_HERE.glob("*.net")):
        for found in _read(path.stem, path.read_text(encoding="utf-8")):
            entries[found.name] = found
    return entries


def _read(stem: str, text: str) -> list[Entry]:
    """The nets of one file: a row of its table each, or the whole file if it has no table."""
    lines = text.splitlines()
    top = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    comments, rest = lines[:top], lines[top:]
    head = next((i for i, line in enumerate(comments) if line.startswith("# net ")), None)
    prose = [line for line in comments[:head] if line != "#"]
    about = prose[0][2:]
    papers = [match for line in prose if (match := _PAPER.fullmatch(line))]
    columns = ["net"] if head is None else comments[head][2:].split()
    rows = [stem] if head is None else [line[2:] for line in comments[head + 1 :]]
    found = []
    for row in rows:
        cells = dict(zip(columns, row.split(maxsplit=len(columns) - 1), strict=True))
        name = cells.pop("net")
        given = [f"{key} = {cells[key]}" for key in cells if key not in _FIGURES]
        whole = "\n".join([*prose, f"net {name}", *given, *rest]) + "\n"
        author = cells.get("by", "")
        paper = next((p for p in papers if p[1].startswith(author)), None)
        found.append(_entry(name, whole, about, paper, cells))
    return found


def _entry(
    name: str, text: str, about: str, paper: re.Match[str] | None, cells: dict[str, str]
) -> Entry:
    def figure(key: str) -> str | None:
        cell = cells.get(key, "-").replace(",", "" if key != "source" else ",")
        return None if cell == "-" else cell

    return Entry(
        name,
        text,
        about,
        None if paper is None else f"{paper[1]}: {paper[2]}",
        None if paper is None else int(paper[3]),
        None if (count := figure("parameters")) is None else int(count),
        None if (depth := figure("depth")) is None else int(depth),
        None if (top1 := figure("top1")) is None else float(top1),
        None if (top5 := figure("top5")) is None else float(top5),
        figure("source"),
    )
