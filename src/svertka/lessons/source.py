"""The code that a lesson shows: the source itself, with the imports that it needs."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from typing import Any

_OWN = ("svertka.lessons", "__future__")


def shown_source(*functions: Callable[..., Any]) -> str:
    """The functions' source below those imports of their module that they use.

    What only frames the lesson (``svertka.lessons``) is left out.
    """
    sources = [inspect.getsource(function).rstrip() for function in functions]
    used = {
        node.id
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name)
    }
    module = inspect.getsource(sys.modules[functions[0].__module__])
    lines = [
        ast.unparse(node)
        for node in ast.parse(module).body
        if isinstance(node, ast.Import | ast.ImportFrom) and _wanted(node, used)
    ]
    return "\n\n\n".join(filter(None, ["\n".join(lines), *sources]))


def _wanted(node: ast.Import | ast.ImportFrom, used: set[str]) -> bool:
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OWN):
        return False
    return any((a.asname or a.name).partition(".")[0] in used for a in node.names)
