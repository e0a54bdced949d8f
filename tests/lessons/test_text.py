"""A lesson in a terminal: what its views say there."""

from __future__ import annotations

import pytest

import svertka
from svertka.lessons.course import course
from svertka.lessons.text import lesson_text
from svertka.lessons.words import LANGS, number


def table(said: str, first: str) -> list[list[str]]:
    """The cells of the rows from the one that begins so to the next empty line."""
    lines = said[said.index(f"\n  {first}") + 1 :].split("\n\n")[0].splitlines()
    return [line.split() for line in lines]


def test_a_heat_map_names_its_rows_and_columns():
    lesson = svertka.lesson("how-deep-for-how-much-data")
    head, *rows = table(str(lesson), "layers ↓")[1:]
    assert head == ["50", "200", "1,000", "8,000"]
    assert [row[0] for row in rows] == ["2", "4", "8", "16"]
    assert float(rows[-1][1].strip("%")) == pytest.approx(100 * lesson.numbers["few_deep"], abs=0.1)


@pytest.mark.parametrize("width", [50, 80])
def test_lines_name_their_x_and_end_at_the_last(width):
    lesson = svertka.lesson("boltzmann")
    said = lesson_text(lesson, width)
    head, chance, *_ = table(said, "epochs of backpropagation")
    assert (head[3], head[-1]) == ("0", "25")
    assert chance[-1] == number(lesson.numbers["random"], "en")
    lines = [one for one in said.splitlines() if one.startswith("  deep, ")]
    assert max(map(len, lines)) <= width


def test_the_task_is_asked_in_the_terminal_too():
    said = str(svertka.lesson("homework", lang="ru", task="pooling"))
    assert "\nкарта:\n   1  1  2  4\n" in said
    assert "а) Пулинг по максимуму." in said


def test_a_graph_has_a_row_a_node():
    said = str(svertka.lesson("backpropagation"))
    assert ["f", "×", "q", "z", "−12", "−4", "3", "1"] in table(said, "node")


@pytest.mark.parametrize("lang", LANGS)
def test_what_a_terminal_cannot_show_is_said_in_its_language(lang):
    said = str(svertka.lesson("receptive-field", lang=lang))
    assert ("[сеть, в которой выбирают число: на странице]" in said) == (lang == "ru")


@pytest.mark.parametrize("width", [None, 50, 80])
def test_the_list_of_lessons_is_one_column_or_two(width):
    lines = course("ru").fitted(width).splitlines()
    assert sum("  pooling" in line and "Пулинг" in line for line in lines) == (width != 50)
    assert max(map(len, lines)) <= (width or 80)
