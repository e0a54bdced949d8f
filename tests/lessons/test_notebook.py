"""The course as a notebook: made of the lessons as they are, and every cell runs."""

from __future__ import annotations

import ast
import html
import json
import re

import pytest

import course_notebook
from svertka.lessons.registry import find, names
from svertka.lessons.words import LANGS


def shown(source: str, scope: dict[str, object]) -> object:
    """Run a cell as Jupyter does: the value of its last line is what it shows."""
    *body, last = ast.parse(source).body
    exec(compile(ast.Module(body, []), "cell", "exec"), scope)  # noqa: S102
    return eval(compile(ast.Expression(last.value), "cell", "eval"), scope)  # noqa: S307


@pytest.mark.parametrize("lang", LANGS)
def test_notebook_is_made_of_the_lessons(lang):
    assert course_notebook.place(lang).read_text(encoding="utf-8") == course_notebook.text(lang), (
        "run `make docs`"
    )
    listed = re.findall(r"^- `([\w-]+)`", course_notebook.text(lang).replace("\\n", "\n"), re.M)
    assert sorted(listed) == sorted(names())


@pytest.mark.parametrize("lang", LANGS)
def test_every_cell_runs(lang):
    cells = course_notebook.notebook(lang)["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    scope: dict[str, object] = {}
    found = [shown(cell["source"], scope) for cell in cells if cell["cell_type"] == "code"]
    sizes, output, expected, boltzmann, last = found
    assert output == [[3.25, 5.25], [2.0, 2.0]]
    assert expected
    assert all(expected.values())
    assert set(expected) == {one.words.said(lang) for one in find("perceptron").expected}
    for record, name in ((sizes, "sizes"), (boltzmann, "boltzmann"), (last, "one-by-one")):
        payload = payload_of(record)
        assert (payload["kind"], payload["name"]) == ("lesson", name)
        assert payload["lang"] == (None if lang == "en" else lang)
    assert payload_of(sizes)["start"]["stride"] == "2"


def payload_of(record):
    """What the page of a record in a notebook draws."""
    frame = record._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    return json.loads(re.search(r'id="payload">(.*?)</script>', html.unescape(frame), re.S)[1])
