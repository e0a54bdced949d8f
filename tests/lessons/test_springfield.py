"""The contest of the lecture: its points, its commands, a run's F1."""

import csv
import math
import shlex
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import svertka
from shapes import CLASSES, NET, save_folder
from svertka.cli import main
from svertka.cli.program import group
from svertka.errors import UsageError
from svertka.lessons.springfield import points, springfield

# As the lecture writes them: 0.97 is 15 points, 0.96 is 14, ... 0.84 is 2, 0.83 is 1.
TABLE = {round(0.97 - 0.01 * less, 2): 15 - less for less in range(15)}


def test_the_table_is_the_lectures():
    assert (TABLE[0.97], TABLE[0.96], TABLE[0.95], TABLE[0.84], TABLE[0.83]) == (15, 14, 13, 2, 1)
    assert {f1: points(f1) for f1 in TABLE} == TABLE


@given(st.floats(0, 1))
def test_points_are_those_of_the_highest_line_that_was_reached(f1):
    reached = [worth for line, worth in TABLE.items() if f1 >= line]
    assert points(f1) == max(reached, default=0) or math.isclose(100 * f1, round(100 * f1))


@pytest.mark.parametrize("f1", [-0.1, 1.01, math.nan, math.inf])
def test_what_is_no_f1_is_refused(f1):
    with pytest.raises(UsageError, match="from 0 to 1"):
        points(f1)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_its_commands_exist_and_name_the_folders(lang, tmp_path):
    save_folder(tmp_path / "train", 9)
    (tmp_path / "sampleSubmission.csv").write_text("Id,Expected\n")
    lesson = springfield(tmp_path, lang=lang)
    for line in lesson.commands:
        program, name, *words = shlex.split(line)
        command = group.get_command(click.Context(group), name)
        known = {option for param in command.params for option in param.opts}
        assert program == "svertka"
        assert {word for word in words if word.startswith("--")} <= known
    assert str(tmp_path) in lesson.commands[1]
    assert str(tmp_path / "sampleSubmission.csv") in lesson.commands[2]
    assert ("Баллы" in str(lesson)) == (lang == "ru")


def test_the_way_leads_from_the_contests_folder_to_points(tmp_path, monkeypatch, capsys):
    """The lesson's own commands on a small folder of Kaggle's layout, with a net that is quick."""
    monkeypatch.chdir(tmp_path)
    contest = Path("journey-springfield")
    save_folder(contest / "train" / "simpsons_dataset", 36)
    save_folder(tmp_path / "new", 9, seed=1)
    names = [f"img{i}.png" for i in range(9)]
    (contest / "testset" / "testset").mkdir(parents=True)
    for name, file in zip(names, (tmp_path / "new").rglob("*.png"), strict=True):
        file.rename(contest / "testset" / "testset" / name)
    sample = ["Id,Expected", *(f"{name},dot" for name in names)]
    (contest / "sample_submission.csv").write_text("\n".join(sample) + "\n")

    way = [shlex.split(line)[1:] for line in springfield(contest, lang="ru").commands]
    quick = ["--net", NET, "--epochs", "2", "--folds", "2"]
    for words in way:
        assert main(words + (quick if words[0] == "train" else [])) == 0
        out = capsys.readouterr().out

    header, *rows = csv.reader(Path("submission.csv").read_text().splitlines())
    assert header == ["Id", "Expected"]
    assert [name for name, _ in rows] == names
    f1 = svertka.Folds.open("runs/springfield").scores.f1_macro
    assert {said for _, said in rows} <= set(CLASSES)
    assert f"F1 {f1:.4f}: баллов {points(f1)} из 15".replace(".", ",") in out
    assert shlex.join(["svertka", *way[2]]) in out  # the commands of this very run


@pytest.mark.parametrize("wrong", ["nowhere", "file.csv"])
def test_what_is_no_folder_is_told(wrong, tmp_path):
    (tmp_path / "file.csv").write_text("Id,Expected\n")
    with pytest.raises(UsageError, match="no folder"):
        springfield(tmp_path / wrong)


def test_a_run_is_worth_points(tmp_path, capsys):
    data = save_folder(tmp_path / "shapes")
    run = svertka.train(data, NET, epochs=2, out=tmp_path / "run")
    lesson = springfield(run.path)
    assert lesson.to_dict()["points"] == points(run.scores.f1_macro)
    assert main(["lesson", "springfield", str(run.path)]) == 0
    assert f"F1 {run.scores.f1_macro:.4f}" in capsys.readouterr().out
    assert main(["lesson", "springfield", "--f1", "0.955"]) == 0
    assert "F1 0.9550: points 13 of 15" in capsys.readouterr().out
