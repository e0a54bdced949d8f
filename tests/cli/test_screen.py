"""Text made safe for any terminal."""

from __future__ import annotations

import textwrap

import pytest

from svertka.cli import screen


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\r"])
def test_signs_that_act_are_written_out(sign):
    assert screen.safe(f"a{sign}b") == f"a{sign.encode('unicode_escape').decode()}b"


def test_lines_tabs_and_languages_stay():
    assert screen.safe("имя\tπ 漢字\n") == "имя\tπ 漢字\n"


def test_json_is_one_ascii_line(capsys):
    screen.dump({"класс": "\udcff", "value": 0.1 + 0.2})
    out = capsys.readouterr().out
    assert (
        out == '{"\\u043a\\u043b\\u0430\\u0441\\u0441": "\\udcff", "value": 0.30000000000000004}\n'
    )


def test_json_refuses_what_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        screen.dump({"value": float("nan")})


@pytest.mark.parametrize(
    ("sign", "plain"), [("×", "x"), ("→", "->"), ("é", "\\xe9"), ("\udcff", "\\udcff")]
)
def test_what_ascii_gets(sign, plain):
    screen.prepare()
    assert sign.encode("ascii", "svertka").decode() == plain


def test_a_pipe_gets_everything_and_columns_are_obeyed(program):
    whole = program("net", "resnet18", COLUMNS="").out
    assert "(224 + 2·3 − 7)/2 + 1 = 112.5, floored" in whole
    assert max(map(len, whole.splitlines())) > 100
    for words in (("net", "lenet5"), ("nets",), ("language",)):
        for columns in (40, 60):
            lines = program(*words, COLUMNS=str(columns)).out.splitlines()
            assert max(map(len, lines)) <= columns, words


@pytest.mark.parametrize("columns", [50, 80])
def test_a_lesson_is_set_in_the_terminals_width(program, columns):
    said = program("lesson", "sizes", COLUMNS=str(columns)).out
    assert max(map(len, said.splitlines())) <= columns
    paragraph = next(one for one in said.split("\n\n") if one.startswith("The size of a map"))
    assert paragraph.splitlines() == textwrap.wrap(" ".join(paragraph.split()), columns)
    assert "\n        return (size - kernel" in said  # code keeps its steps


def test_a_command_stays_whole():
    command = "  svertka predict runs/digits-1 a/long/path/to/pictures --csv answers.csv"
    assert screen.fold(f"{command}\nand words that are folded", 20).splitlines()[0] == command
