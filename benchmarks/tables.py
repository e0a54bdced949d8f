"""What every benchmark ends with: a table, the machine, the versions, a file of results."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from svertka.runtime import processor_name, usable_cores

RESULTS = Path(__file__).parent / "results"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, aligned for a terminal."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(f"{c:<{w}}" for c, w in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def machine() -> str:
    """Processor, cores, load and versions, in one line."""
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("svertka", "torch", "numpy")
    )
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return (
        f"{processor_name()}, {usable_cores()} cores, {load} at the end; {platform.system()}, "
        f"Python {platform.python_version()}, {versions}; {datetime.now(UTC):%Y-%m-%d}"
    )


def publish(name: str, title: str, body: str, command: str) -> Path:
    """Print the result and keep it in ``results/NAME.md``; the file's path."""
    text = f"# {title}\n\n{body}\n\n{machine()}\n\n    {command}\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.md"
    path.write_text(text)
    return path
