"""The code that a lesson shows runs where a reader copies it."""

from __future__ import annotations

import ast
import builtins

import pytest

from svertka.lessons.adaline import delta_rule
from svertka.lessons.registry import find, names
from svertka.lessons.source import shown_source
from svertka.lessons.two_layers import sweep


def unknown(code):
    """The names that a piece of code uses and nobody has defined."""
    defined, used = set(dir(builtins)), set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                defined.add(node.name)
            case ast.ExceptHandler():
                defined.add(node.name)
            case ast.arg():
                defined.add(node.arg)
            case ast.alias():
                defined.add((node.asname or node.name).partition(".")[0])
            case ast.Name():
                (defined if isinstance(node.ctx, ast.Store) else used).add(node.id)
    return used - defined


@pytest.mark.parametrize("name", names())
def test_nothing_is_missing_in_what_a_lesson_shows(name):
    lesson = find(name)
    shown = [lesson._part(part) for part in lesson.body]
    for part in shown:
        if part["type"] == "code":
            assert unknown(part["code"]) == set()
            assert "Both(" not in part["code"], "no texts of the lesson"


def test_copied_code_runs():
    """Delta rule: one picture, step 1/2, error 2: the weight is 1, the answer then wants 1 more."""
    scope: dict[str, object] = {}
    exec(shown_source(delta_rule), scope)  # noqa: S102
    weights, errors = scope["delta_rule"](scope["np"].array([[1.0]]), [2.0], 0.5, passes=1)
    assert (weights.tolist(), errors) == ([1.0], [1.0])


def test_helpers_stand_above_what_uses_them():
    code = shown_source(sweep)
    order = [code.index(f"def {name}(") for name in ("sigmoid", "with_one", "sweep")]
    assert order == sorted(order)
    assert code.count("def learn(") == 0, "what is not used is not shown"
