"""What the library remarks on a file in English has its Russian on the page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTES = (ROOT / "page" / "src" / "texts" / "notes.ts").read_text(encoding="utf-8")
RULES = [
    re.compile(pattern, re.S if "s" in flags else 0)
    for pattern, flags in re.findall(r"^  \[/(\^.*?\$)/(s?), '", NOTES, flags=re.M)
]
# Names under which data/ and predict/ build a remark before it becomes a Problem.
NAMES = {"why", "reason", "note"}
CALLS = {"Problem", "BadPicture"}


def spoken(node: ast.expr) -> str | None:
    """The sentence of a string or f-string, with 7 for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [p.value if isinstance(p, ast.Constant) else "7" for p in node.values]
        return "".join(str(part) for part in parts)
    return None


def remarks() -> list[str]:
    """Every remark that the sources build in place."""
    found = set()
    for path in (ROOT / "src" / "svertka" / "data").glob("*.py"):
        if path.stem == "npz":  # its reasons are errors, not remarks on files
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            values: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                values = node.args[-1:]
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMES:
                values = [node.value]
            for text in map(spoken, values):
                if text and " " in text and not text.startswith("7: x"):
                    found.add(text)
    return sorted(found)


def test_there_are_remarks_and_rules():
    assert len(remarks()) > 12
    assert len(RULES) > 40


@pytest.mark.parametrize("text", remarks())
def test_a_remark_has_its_russian(text: str):
    # What is filled in may be a word of the sentence: a part, or a number of pictures.
    variants = [text, text.replace("7 in all: 7 none", "7 pictures in all: train has none")]
    variants += [text.replace("7 outside", "7 pictures lie outside")]
    variants += [text.replace("7 not a picture", "7 files are not a picture")]
    variants += [text.replace("of 7: its score", "of train: its score")]
    variants += [text.replace("7, not a file", "a pipe, not a file")]
    variants += [text.replace("7 - 7", "7")]
    variants += [
        text.replace(
            "more pictures are 7",
            "more pictures are not 7x7, as the training pictures are, and resized",
        )
    ]
    variants += [
        text.replace(
            "7, black to white",
            "the network was trained on values 7: files were read as 0..255, black to white",
        )
    ]
    assert any(rule.search(v) for rule in RULES for v in variants), text
