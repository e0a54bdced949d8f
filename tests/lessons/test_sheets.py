"""Homework for a class: sheets, the table of answers, marks with the mistakes named."""

from __future__ import annotations

import builtins
import csv
import io
import json
import zlib

import pytest

from svertka.cli import main
from svertka.errors import DataError, MissingExtra, UsageError
from svertka.lessons.exercises.answers import check_answers, read_answer
from svertka.lessons.exercises.kinds import KINDS, exercise
from svertka.lessons.exercises.paper import print_sheets
from svertka.lessons.exercises.sheet import homework
from svertka.lessons.views import plain
from svertka.lessons.words import number


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture
def table(tmp_path):
    """The empty table of two variants, as rows."""
    homework(2, seed=7, tasks=("convolution", "gradient")).save_template(tmp_path / "empty.csv")
    return rows_of(tmp_path / "empty.csv")


def filled(table, change=None):
    """The table with the right answers, but for ``change``: {(variant, column): text}."""
    header, *rows = table
    for row in rows:
        for i, column in enumerate(header[3:], 3):
            kind, _, stage = column.partition(".")
            (right,) = [
                one.answer
                for one in exercise(kind, int(row[1]), int(row[0])).stages
                if one.name == stage
            ]
            row[i] = (change or {}).get((row[1], column), number(plain(right), "en"))
        row[2] = f"student {row[1]}"
    return [header, *rows]


def saved(path, rows, delimiter=",", encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().replace("−", "-").encode(encoding))
    return path


def test_right_answers_are_right(table, tmp_path):
    marks = check_answers(saved(tmp_path / "a.csv", filled(table)))
    assert [(name, variant) for name, variant, _ in marks.students] == [
        ("student 1", 1),
        ("student 2", 2),
    ]
    assert all(mark.right for _, _, every in marks.students for mark in every)
    assert "8 / 8" in str(marks)


def test_mistakes_are_named_whatever_the_spreadsheet_writes(table, tmp_path):
    stages = {stage.name: stage for stage in exercise("convolution", 2, 7).stages}
    flipped = next(m for m in stages["map"].mistakes if m.kind == "flipped-kernel")
    change = {
        ("2", "convolution.map"): number(flipped.value, "ru"),
        ("2", "convolution.pool"): "",
        ("1", "gradient.dx"): "what",
    }
    rows = filled(table, change)
    rows[1][2] = "Иванова"
    path = saved(tmp_path / "a.csv", rows, delimiter=";", encoding="cp1251")
    marks = check_answers(path, "ru")
    assert marks.mistakes() == [("flipped-kernel", 1)]
    assert "Иванова, вариант 1: 7 / 8" in str(marks)
    assert "повёрнут на 180°" in str(marks)
    assert "нет ответа" in str(marks)
    said = marks.to_dict()["students"][1]["answers"]
    assert [one["mistake"] for one in said if not one["right"]] == ["flipped-kernel", ""]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("−2,5", -2.5),
        ("1 -2 / 3 1", [[1, -2], [3, 1]]),
        ("1 0\n3 1", [[1, 0], [3, 1]]),
        ("32х32", [32, 32]),
        ("", None),
        ("=1+1", None),
        ("nan", None),
        ("1e400", None),
    ],
)
def test_what_students_write(text, value):
    assert read_answer(text) == value


def test_a_thousand_may_have_a_gap(tmp_path):
    dense = {stage.name: stage.answer for stage in exercise("parameters", 0).stages}["dense"]
    assert dense == 1610
    for text in ("1610", "1 610", "1,610"):
        rows = [["variant", "name", "parameters.dense"], ["0", "=cmd", text]]
        marks = check_answers(saved(tmp_path / "a.csv", rows))
        assert marks.students[0][2][0].right
    marks.save_csv(tmp_path / "marks.csv")
    assert rows_of(tmp_path / "marks.csv")[1][1] == "'=cmd"  # no formula in a spreadsheet


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\0\0", "no text"),
        (b"name,x\na,1\n", "no column 'variant'"),
        (b"variant,name\n1,a\n", "no column of answers"),
        (b"variant,convolution.mapp\n1,3\n", "convolution.map"),
        (b"variant,convolution.map\nx,3\n", "line 2: variant is 'x'"),
        (b"seed,variant,convolution.map\n-1,1,3\n", "line 2: seed is '-1'"),
        (b"variant,convolution.map\n1,3,4\n", "line 2 has 3 cells"),
        (b"variant,convolution.map\n1," + b"1 " * 400 + b"\n", "more than 300 signs"),
        (b"variant,convolution.map\n1,\n", "no answers"),
        (b"variant,convolution.map\n" + b"1,3\n" * 5001, "5,001 rows"),
        (b'variant,convolution.map\n1,"' + b"9" * 200_000, "line"),
        (b'variant,name,convolution.map\n1,A,3\n2,"B,3\n3,C,3\n', "quote that is not closed"),
        (b"variant,convolution.map\n" + b"1,3\n" * 1_500_000, "larger than 5 MB"),
        (b"variant,convolution.map,convolution.map\n1,3,3\n", "'convolution.map' twice"),
        (b"PK\3\4\0", "Save it as CSV"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(data, message, tmp_path):
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises((DataError, UsageError), match=message):
        check_answers(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("encoding", "delimiter", "ending"),
    [
        ("utf-8-sig", ",", "\n"),
        ("utf-16", "\t", "\r\n"),
        ("cp1251", ";", "\r"),
        ("utf-8", ";", "\r\n"),
    ],
)
def test_a_table_may_come_from_any_spreadsheet(encoding, delimiter, ending, tmp_path):
    """With empty rows, empty cells behind, and the line that Excel writes before the header."""
    lines = [
        ["variant", "name", "convolution.size", "convolution.pool", ""],
        [""] * 5,
        ["0", "Ёлкина", "2", "3", ""],
        [""] * 5,
        ["0", "Юрьев", " 2 ", "2,5", ""],
    ]
    text = ending.join(delimiter.join(cells) for cells in lines) + ending
    if delimiter == ";" and encoding == "utf-8":
        text = f"sep=;{ending}{text}"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    students = check_answers(tmp_path / "a.csv").students
    assert [name for name, _, _ in students] == ["Ёлкина", "Юрьев"]
    assert [[mark.right for mark in marks] for _, _, marks in students] == [
        [True, True],
        [True, False],
    ]


@pytest.mark.parametrize(
    ("kind", "wrong", "carried"),
    [
        # By hand, from the lecture's variants: each later answer is right for the wrong one.
        ("convolution", {"map": "1 5\n-3 1"}, {"relu": "1 5 / 0 1", "pool": "5"}),
        ("sizes", {"side": "16"}, {"shape": "10 16 16", "pool": "10 8 8"}),
        ("parameters", {"filter": "75"}, {"layer": "750"}),
        ("field", {"layer1": "4"}, {"layer2": "6"}),
        ("gradient", {"value": "-9"}, {"dw": "-3"}),
        ("mistake", {"side": "2"}, {"padding": "2"}),
    ],
)
def test_a_mistake_that_is_carried_on_is_named_as_such(kind, wrong, carried, tmp_path):
    given = {**wrong, **carried}
    rows = [["variant", *(f"{kind}.{stage}" for stage in given)], ["0", *given.values()]]
    ((_, _, marks),) = check_answers(saved(tmp_path / "a.csv", rows)).students
    found = {mark.stage: mark.mistake for mark in marks if not mark.right}
    assert {stage for stage, mistake in found.items() if mistake == "carried-on"} == set(carried)
    # One wrong answer alone is nobody's to carry on.
    rows = [[rows[0][0], *rows[0][2:]], ["0", *carried.values()]]
    ((_, _, marks),) = check_answers(saved(tmp_path / "b.csv", rows)).students
    assert marks[0].mistake != "carried-on"


def test_an_answer_of_another_shape_carries_nothing_on(tmp_path):
    for text in ("7", "1 2 3", "1 2 / 3", "9 9 9 / 9 9 9 / 9 9 9"):
        rows = [["variant", "convolution.map", "convolution.relu"], ["0", text, "5"]]
        ((_, _, marks),) = check_answers(saved(tmp_path / "a.csv", rows)).students
        assert [mark.mistake for mark in marks][1] == ""


def test_files_are_named_as_what_they_are(tmp_path):
    with pytest.raises(UsageError, match=r"sheet\.pdf"):
        print_sheets(homework(1), tmp_path / "sheet.txt")
    with pytest.raises(UsageError, match=r"answers\.csv"):
        homework(1).save_template(tmp_path / "answers.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        check_answers(tmp_path / "none.csv")


def pages(path):
    """The number of pages, counted in the file itself."""
    return path.read_bytes().count(b"/Type /Page\n")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_sheets_are_one_page_each_with_a_key_apart(lang, tmp_path):
    sheet = homework(8, seed=7, lang=lang)
    written = print_sheets(sheet, tmp_path / "sheet.pdf")
    assert [path.name for path in written] == ["sheet.pdf", "sheet-key.pdf"]
    assert pages(written[0]) == 8
    assert pages(written[1]) == 1
    assert b"Golos" in written[0].read_bytes()


def test_every_kind_can_be_printed(tmp_path):
    print_sheets(homework(2, tasks=tuple(KINDS), lang="ru"), tmp_path / "all.pdf")
    streams = (tmp_path / "all.pdf").read_bytes().split(b"stream\n")[1::2]
    assert any(b"Tj" in zlib.decompress(one) for one in streams if one[:1] == b"x")


def test_a_missing_library_says_which_extra_has_it(tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **keys):
        if name == "fpdf":
            raise ImportError(name)
        return real(name, *args, **keys)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match=r"svertka\[sheets\]"):
        print_sheets(homework(1), tmp_path / "sheet.pdf")


@pytest.mark.parametrize(
    "wrong", [{"variants": 0}, {"seed": -1}, {"tasks": ()}, {"tasks": ("x",)}, {"lang": "de"}]
)
def test_what_cannot_be_asked_for(wrong):
    with pytest.raises(UsageError, match=r"Expected|There is no task"):
        homework(**{"variants": 1, **wrong})


def test_at_the_command_line(tmp_path, capsys):
    sheet, answers = tmp_path / "sheet.pdf", tmp_path / "answers.csv"
    words = ["homework", "--variants", "2", "--seed", "7", "--pdf", str(sheet), "--csv"]
    assert main([*words, str(answers)]) == 0
    assert capsys.readouterr().out.split() == [
        str(sheet),
        str(tmp_path / "sheet-key.pdf"),
        str(answers),
    ]
    saved(answers, filled(rows_of(answers)))
    assert (
        main(["homework", "check", str(answers), "--json", "--csv", str(tmp_path / "m.csv")]) == 0
    )
    assert [one["right"] for one in json.loads(capsys.readouterr().out)["students"]] == [14, 14]
    assert len(rows_of(tmp_path / "m.csv")) == 29
    assert main(["homework", "--tasks", "mistake", "--lang", "ru"]) == 0
    assert "Найдите ошибку" in capsys.readouterr().out
    assert main(["homework", "check"]) == 2
    assert "svertka homework check answers.csv" in capsys.readouterr().err
