"""Write docs/course.ipynb and docs/course.ru.ipynb, the course in a notebook; a test runs them.

The list of lessons is made of the lessons themselves, so `make docs` follows when one is added.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from svertka.lessons.course import LECTURES, in_order
from svertka.lessons.words import LANGS, Both

DOCS = Path(__file__).resolve().parent.parent / "docs"

HEAD = Both(
    "# The course in a notebook\n\n"
    "`svertka.lesson(NAME)` shows a lesson: its text, its parameters, its views. Everything is "
    "computed on this machine, and the network is not asked for anything. Run the cells in order; "
    "`pip install svertka` is all that is needed.",
    "# Курс в ноутбуке\n\n"
    "`svertka.lesson(NAME)` показывает урок: текст, параметры, рисунки. Всё считается на этой "
    "машине, сеть не нужна. Выполняйте ячейки по порядку; нужно только `pip install svertka`.",
)
# Text, and the code of the cell below it.
CELLS = (
    (
        Both(
            "## A lesson\n\nThe reader moves its parameters on the page; here they can also be "
            "given.",
            "## Урок\n\nПараметры урока двигают на странице; здесь их можно и задать.",
        ),
        'import svertka\n\nsvertka.lesson("sizes", stride=2{lang})',
    ),
    (
        Both(
            "## Its numbers\n\nWhatever a lesson shows can be had as numbers: for a check, a table "
            "or a plot of one's own.",
            "## Его числа\n\nВсё, что урок показывает, можно взять числами: для проверки, таблицы "
            "или своего графика.",
        ),
        'way = svertka.lesson("pooling", way="average")\nway.numbers["output"]',
    ),
    (
        Both(
            "## What must come out\n\nEvery lesson says which numbers must come out. Ask it "
            "whether they do.",
            "## Что должно получиться\n\nКаждый урок говорит, какие числа должны получиться. "
            "Спросим, получились ли.",
        ),
        'lesson = svertka.lesson("perceptron")\n'
        "{{one.words.{words}: lesson.holds(one) for one in lesson.expected}}",
    ),
    (
        Both(
            "## A lesson that took minutes\n\nIts result is in the package; `again=True` computes "
            "it anew.",
            "## Урок, который считается минутами\n\nЕго результат лежит в пакете; `again=True` "
            "посчитает всё заново.",
        ),
        'svertka.lesson("boltzmann"{lang})',
    ),
)
LIST = Both(
    "## All lessons\n\nPut any of these names into the cell below.",
    "## Все уроки\n\nЛюбое из этих имён можно подставить в ячейку ниже.",
)
MINUTES = Both("min", "мин")


def notebook(lang: str) -> dict[str, Any]:
    """The notebook of one language, without outputs, in the format of Jupyter 4.5."""
    given = ', lang="ru"' if lang == "ru" else ""
    cells = [_text(HEAD.said(lang))]
    for words, code in CELLS:
        cells += [_text(words.said(lang)), _code(code.format(lang=given, words=lang))]
    cells += [_text(_listed(lang)), _code(f'svertka.lesson("one-by-one"{given})')]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def place(lang: str) -> Path:
    """Where the notebook of a language lies."""
    return DOCS / ("course.ipynb" if lang == "en" else f"course.{lang}.ipynb")


def text(lang: str) -> str:
    """The file's text."""
    return json.dumps(notebook(lang), ensure_ascii=False, indent=1) + "\n"


def _listed(lang: str) -> str:
    lines = [LIST.said(lang)]
    lessons = in_order()
    for key, title in LECTURES.items():
        rows = [
            f"- `{one.name}` — {one.title.said(lang)} ({one.minutes} {MINUTES.said(lang)})"
            for one in lessons
            if one.lectures[0] == key
        ]
        if rows:
            lines += ["", f"### {title.said(lang)}", "", *rows]
    return "\n".join(lines)


def _text(words: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": words}


def _code(code: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "", "metadata": {}, "source": code}
    return {**cell, "execution_count": None, "outputs": []}


if __name__ == "__main__":
    for wanted in LANGS:
        place(wanted).write_text(text(wanted), encoding="utf-8")
