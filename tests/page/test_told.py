"""What the server can tell a studio's user in English has its Russian on the page."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from said import template

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "svertka"
TEXTS = ROOT / "page" / "src" / "texts"
KNOWN = json.loads((TEXTS / "workErrors.json").read_text(encoding="utf-8"))
ERRORS = {"SvertkaError", "UsageError", "DataError", "StoreError", "NotHere", "Busy", "Conflict"}
# Where a message is an argument of another call than that of an error.
TOLD_BY = {"HTTPException": 1, "fault": 2, "Records": 0}
# Functions that return a message, or a part of one.
SPEAKERS = {
    "data/assemble.py": {"_why_nothing"},
    "data/layout.py": {"_nothing_found"},
    "data/packing.py": {"_unreadable"},
    "data/ranges.py": {"_stranger"},
    "store/folder.py": {"_remedy"},
    "workbench/apart.py": {"reason_of"},
}

# Rooms of which the studio asks nothing, or which tell it only about their Python callers.
OTHERS = ("cli", "evaluate", "export", "grammar", "lessons/exercises", "predict", "runtime.py")
NEVER = {
    *(
        "data/grouping.py",
        "lessons/springfield.py",
        "nets/weights/fetch.py",
        "nets/weights/read.py",
    ),
    *("serve/__init__.py", "serve/answers.py", "serve/batching.py", "serve/server.py"),
    *("train/choosing.py", "train/processes.py", "train/recipe.py", "train/settings.py"),
    *("workbench/answering.py", "workbench/check.py", "workbench/exporting.py"),
    *("workbench/folding.py", "workbench/folds.py", "workbench/networks.py", "workbench/wanted.py"),
}
# Of look/ the studio calls these; what the others refuse is a call from Python.
LOOKED = {"look/activations.py", "look/subject.py"}
# Calls from Python, many processes and options that the studio does not have.
FROM_PYTHON = re.compile(
    r"tensor|TRANSFORM|torch module|tuple|^size is|^lang is|given where one is looked at|"
    r"opened data set|Every run opens the data|processes cannot share|--net: a name|: --data\.$|"
    r"to read\. Expected picture files"
)


def spoken(path: Path) -> Iterator[str]:
    """The messages that a file writes."""
    name = path.relative_to(SOURCE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name in SPEAKERS.get(name, ()):
            for inner in ast.walk(node):
                if isinstance(inner, ast.JoinedStr):
                    yield template(inner)
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 0 if called in ERRORS else TOLD_BY.get(called)
        if place is not None and len(node.args) > place:
            yield template(node.args[place])
        elif called == "UnknownName" and (what := template(node.args[0])) != "{}":
            yield f"There is no {what} {{}}."


def messages() -> list[str]:
    """All that a studio's user may be told."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        others = name.startswith(OTHERS) or name in NEVER
        if others or (name.startswith("look/") and name not in LOOKED):
            continue
        found |= {text for text in spoken(path) if re.search("[a-z] [a-z]", text)}
    return sorted(text for text in found if not FROM_PYTHON.search(text))


def sentences(text: str) -> list[str]:
    """The sentences of a message, as the page divides it."""
    return re.split(r"(?<=[.?:])\s+(?=[A-Z'`])", text)


def test_there_are_messages():
    assert len(messages()) > 100


@pytest.mark.parametrize("text", messages())
def test_a_message_has_its_russian(text: str):
    assert text in KNOWN or all(one in KNOWN or one == "{}" for one in sentences(text))
