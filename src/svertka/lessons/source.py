"""The code that a lesson shows: the source itself, with what it needs to run where it is copied."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

_FRAME = tuple(f"svertka.lessons.{name}" for name in ("lesson", "views", "pictures", "words"))
_Import = ast.Import | ast.ImportFrom
_Named = ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef


def shown_source(*functions: Callable[..., Any]) -> str:
    """The functions' source, below the imports, constants and helpers of their modules they use.

    What only frames the lesson (its texts and views) is left out.

    >>> from svertka.lessons.adaline import delta_rule
    >>> print(shown_source(delta_rule).partition("def")[0].rstrip())
    import numpy as np
    import numpy.typing as npt
    <BLANKLINE>
    Array = npt.NDArray[np.floating]
    """
    given = {getattr(function, "__name__", "") for function in functions}
    sources: list[str] = []
    imports: list[str] = []
    constants: list[str] = []
    helpers: list[str] = []
    for module in dict.fromkeys(function.__module__ for function in functions):
        own = [inspect.getsource(one).rstrip() for one in functions if one.__module__ == module]
        used = set().union(*(_names(ast.parse(source)) for source in own))
        text = inspect.getsource(sys.modules[module])
        body = ast.parse(text).body
        for node in _needed(body, used, given):
            kind = constants if isinstance(node, ast.Assign | ast.AnnAssign) else helpers
            kind.append(_segment(text, node))
            used |= _names(node)
        imports += (line for line in _imports(body, used - given) if line not in imports)
        sources += own
    above = "\n\n".join(filter(None, ("\n".join(imports), "\n".join(constants))))
    return "\n\n\n".join(filter(None, (above, *helpers, *sources)))


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _segment(text: str, node: _Named) -> str:
    """The source of a statement, with its decorators."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _needed(body: list[ast.stmt], used: set[str], given: set[str]) -> list[_Named]:
    """The module's own constants, functions and classes that are used, also by one another.

    None of those that carry texts or views of the lesson.
    """
    framing = (one for one in body if isinstance(one, ast.ImportFrom) and one.module in _FRAME)
    framed = {alias.asname or alias.name for one in framing for alias in one.names}
    known = [one for one in body if isinstance(one, _Named) and not _names(one) & framed]
    needed: set[str] = set()
    while (
        more := {
            name
            for one in known
            if (defined := _defined(one)) & used and not defined & given
            for name in defined
        }
        - needed
    ):
        needed |= more
        used = used.union(*(_names(one) for one in known if _defined(one) & more))
    return [one for one in known if _defined(one) & needed]


def _defined(node: _Named) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return set().union(*(_names(one) for one in targets))


def _imports(body: list[ast.stmt], used: set[str]) -> Iterator[str]:
    """Those imports that are used, each with the names that are."""
    for node in body:
        if isinstance(node, _Import):
            known = [a for a in node.names if (a.asname or a.name).partition(".")[0] in used]
            framing = isinstance(node, ast.ImportFrom) and node.module in (*_FRAME, "__future__")
            if known and not framing:
                node.names = known
                yield ast.unparse(node)
