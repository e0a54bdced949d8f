"""Bad input at the command line: one message, the right exit code, no traceback."""

from __future__ import annotations

import json
import os

import pytest

import awkward

NET = "flatten-fc{classes}"


@pytest.fixture
def folder(tmp_path):
    return awkward.two_classes(tmp_path / "set")


@pytest.fixture
def train(call, tmp_path):
    def run(data, *words):
        return call("train", data, "--epochs", "1", "--net", NET, "--out", tmp_path / "run", *words)

    return run


def test_an_unknown_net_offers_the_nearest(call):
    answer = call("net", "resnet81")
    assert answer.code == 2
    assert "resnet18" in answer.message


def test_an_unknown_net_in_training(call, folder, tmp_path):
    answer = call("train", folder, "--net", "lenet", "--out", tmp_path / "run")
    assert answer.code == 2
    assert "lenet5" in answer.message
    assert not (tmp_path / "run").exists()


def test_unknown_data_offers_the_nearest(call):
    answer = call("train", "digts")
    assert answer.code == 2
    assert "Did you mean: digits?" in answer.message


def test_a_wrong_net_shows_its_text_and_a_caret(call):
    answer = call("net", "conv32k9p0-relu", "--input", "3x7x7", "--classes", "10")
    assert answer.code == 2
    assert "\n^^^^^^^^^^" in answer.message


def test_a_net_that_does_not_fit_the_pictures(call, folder, tmp_path):
    answer = call("train", folder, "--net", "conv4k9p0-fc{classes}", "--out", tmp_path / "run")
    assert answer.code == 2
    assert "^" in answer.message


@pytest.mark.parametrize("shape", ["28", "28x28xx", "0x28x28", "ax28x28", "²x28x28"])
def test_a_shape_that_is_none(call, shape):
    answer = call("net", "lenet5", "--input", shape)
    assert answer.code == 2


@pytest.mark.parametrize("value", ["N", "N=", "N=two", "=2", "N=-1"])
def test_a_value_that_is_none(call, value):
    answer = call("net", "[CONV-POOL]*N-FC{classes}", "--", value)
    assert answer.code == 2
    assert "N=2" in answer.message


@pytest.mark.parametrize("budget", ["0", "-5", "2 weeks", "m", ""])
def test_a_budget_that_is_none(call, folder, budget):
    answer = call("train", folder, f"--budget={budget}")
    assert answer.code == 2
    assert "1h30m" in answer.message


def test_a_net_file_that_is_missing(call):
    answer = call("net", "missing.net")
    assert answer.code == 2
    assert "missing.net" in answer.message


def test_an_empty_folder(train, tmp_path):
    (tmp_path / "empty").mkdir()
    answer = train(tmp_path / "empty")
    assert answer.code == 1
    assert "empty" in answer.message


def test_a_folder_with_empty_classes(train, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "set" / name).mkdir(parents=True)
    assert train(tmp_path / "set").code == 1


def test_one_class_only(train, folder):
    for path in (folder / "light").iterdir():
        path.unlink()
    (folder / "light").rmdir()
    answer = train(folder)
    assert answer.code == 1
    assert "dark" in answer.message


def test_a_class_with_one_picture_is_named_and_training_goes_on(train, folder):
    for path in list((folder / "light").iterdir())[1:]:
        path.unlink()
    answer = train(folder)
    assert answer.code == 0
    assert "class 'light' has 1 picture" in answer.err


def test_a_path_that_is_no_run(call, folder):
    for words in (("predict", folder, folder), ("evaluate", folder, folder), ("resume", folder)):
        answer = call(*words)
        assert answer.code == 1
        assert str(folder) in answer.message


def test_a_run_folder_that_is_taken(train, folder, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("dear")
    answer = train(folder)
    assert answer.code in (1, 2)
    assert (tmp_path / "run" / "thesis.txt").read_text() == "dear"
    assert "run" in answer.message


BROKEN = {
    "empty.png": lambda path: path.write_bytes(b""),
    "text.jpg": lambda path: path.write_text("these are words"),
    "noise.png": lambda path: path.write_bytes(bytes(range(256))),
    "half.png": awkward.truncated,
    "bomb.png": awkward.bomb,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_picture_that_cannot_be_read_is_named_and_training_goes_on(train, folder, name):
    BROKEN[name](folder / "dark" / name)
    answer = train(folder)
    assert answer.code == 0, answer.err
    assert name in answer.err
    assert "Traceback" not in answer.err


UNUSUAL = {
    "sixteen.png": awkward.sixteen_bit,
    "cmyk.jpg": awkward.cmyk,
    "palette.gif": awkward.palette,
    "turned.jpg": awkward.turned,
    "animated.gif": awkward.animated,
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_picture_is_handled(train, folder, name):
    UNUSUAL[name](folder / "dark" / name)
    answer = train(folder)
    assert answer.code == 0, answer.err


HOSTILE = ["\x1b[2J.png", "a\nb.png", "; rm -rf $HOME.png", "<script>.png", "-rf.png", "=1+1.png"]


@pytest.mark.parametrize("name", [*HOSTILE, os.fsdecode(b"\xff\xfe.png"), "\u202egnp.exe.png"])
def test_hostile_names_stay_names(train, call, folder, tmp_path, name):
    awkward.picture(10).save(folder / "dark" / name, "PNG")
    (folder / "light" / f"broken{name}").write_bytes(b"")
    answer = train(folder)
    assert answer.code == 0, answer.err
    shown = call("predict", tmp_path / "run", folder / "dark", "--csv", tmp_path / "out.csv")
    assert shown.code == 0, shown.err
    for text in (answer.out, answer.err, shown.out, shown.err):
        assert not set(text) & set("\x1b\u202e")
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "<script>.png" not in page


def test_symlink_loops_end(train, folder):
    (folder / "dark" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "dark" / "self.png").symlink_to(folder / "dark" / "self.png")
    assert train(folder).code == 0


def test_unreadable_files_of_a_prediction_are_listed(train, call, folder, tmp_path):
    assert train(folder).code == 0
    (folder / "dark" / "empty.png").write_bytes(b"")
    answer = call("predict", tmp_path / "run", folder / "dark", "--json")
    assert answer.code == 0
    predictions = json.loads(answer.out)
    assert len(predictions["predictions"]) == 8
    assert [problem["path"].endswith("empty.png") for problem in predictions["problems"]] == [True]


def test_a_prediction_of_nothing_readable_fails(train, call, folder, tmp_path):
    assert train(folder).code == 0
    (tmp_path / "bad.png").write_bytes(b"")
    answer = call("predict", tmp_path / "run", tmp_path / "bad.png")
    assert answer.code == 1
    assert "bad.png" in answer.message


def test_other_classes_cannot_be_scored(train, call, folder, tmp_path):
    assert train(folder).code == 0
    answer = call("evaluate", tmp_path / "run", "digits")
    assert answer.code in (1, 2)
    assert answer.message


EARLY = [
    (("--budget", "2x"), "1h30m"),
    (("--budget", "0s"), "1h30m"),
    (("--set", "foo=1"), "no setting 'foo'"),
    (("--net", "lenet"), "Did you mean: lenet5"),
    (("--epochs", "1", "--budget", "5s"), "Give one of the two"),
    (("--seed", "9" * 23), "from 0 to 4,294,967,295"),
    (("--seed", "9" * 5000), "from 0 to 4,294,967,295"),
    (("--epochs", "9" * 20), "from 1 to 1,000,000"),
    (("--epochs", "abc"), "'--epochs': 'abc': expected a whole number from 1 to 1,000,000"),
]


@pytest.mark.parametrize(("words", "part"), EARLY)
def test_options_are_checked_before_the_pictures_are_read(call, tmp_path, words, part):
    """The data set does not even exist: what is told is the option."""
    answer = call("train", tmp_path / "nowhere", "--out", tmp_path / "run", *words)
    assert answer.code == 2
    assert part in answer.message
    assert answer.err.startswith("error: "), "nothing was shown before"
    assert list(tmp_path.iterdir()) == []


def test_settings_of_the_recipe_are_checked_before_the_pictures(call, tmp_path):
    assert "no setting 'foo'" in call("recipe", tmp_path / "nowhere", "--set", "foo=1").message
    assert "lenet5" in call("recipe", tmp_path / "nowhere", "--net", "lenet").message
