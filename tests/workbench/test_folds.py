"""Folds: what stays together, what is gathered, what goes on."""

from __future__ import annotations

import csv
import time

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

import svertka
from shapes import CLASSES, NET, pictures, save_folder
from svertka.cli import main
from svertka.data import open_data
from svertka.errors import StoreError, SvertkaError, UsageError
from svertka.runtime import Place
from svertka.workbench.answering import expected, predictor_for
from svertka.workbench.folding import Wish, go_on, train_folds
from svertka.workbench.folds import Folds, opened


class Here:
    """Trains within this process, as the child would; ``before`` may interrupt or fail a run."""

    def __init__(self, before=lambda words: None):
        self.before, self.words = before, []

    def __call__(self, words, on_line):
        self.words.append(list(words))
        reason = self.before(words)
        return reason if reason or main([*words]) == 0 else "It failed."


def train(data, out, *, how=None, **wish):
    wish = Wish(**{"net": NET, "epochs": 8, "folds": 3} | wish)
    return train_folds(data, wish, started=time.monotonic(), out=out, train=how or Here())


@pytest.fixture(scope="module")
def folds(folder, tmp_path_factory):
    return train(folder, tmp_path_factory.mktemp("folds") / "all", ungrouped=True)


@pytest.fixture(scope="module")
def with_test(tmp_path_factory):
    """Folds of a folder with a test part of its own."""
    place = tmp_path_factory.mktemp("parts")
    save_folder(place / "data" / "train", 60)
    save_folder(place / "data" / "test", 30, seed=1)
    return train(place / "data", place / "run")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_picture_is_answered_once_by_the_network_that_has_not_seen_it(folds, folder):
    rows = rows_of(folds.path / "out-of-fold.csv")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.png")}
    assert len(rows) == len(files) == 90
    assert {row["id"] for row in rows} == files
    for number, run in enumerate(folds.runs, start=1):
        dataset = open_data(folder, fold=(number, 3))
        held = {row["id"] for row in rows if int(row["fold"]) == number}
        assert held == set(dataset.test.ids)
        assert not held & {*dataset.train.ids, *dataset.val.ids}
        paths = [folder / name for name in sorted(held)]
        answers = dict(zip(sorted(held), run.predict(paths).probabilities, strict=True))
        for row in rows:
            if row["id"] in held:
                given = [np.float32(row[f"p({name})"]) for name in CLASSES]
                assert np.allclose(given, answers[row["id"]], atol=1e-6)


def test_the_scores_are_scikit_learns_over_all(folds):
    rows = rows_of(folds.path / "out-of-fold.csv")
    truth, said = ([row[key] for row in rows] for key in ("truth", "label"))
    assert folds.scores.part == "out-of-fold"
    assert folds.scores.accuracy == accuracy_score(truth, said)
    assert folds.scores.f1_macro == pytest.approx(f1_score(truth, said, average="macro"))
    assert folds.ungrouped.n == 90
    assert folds.test is None
    assert "keeps nothing together would have shown" in str(folds)


def test_the_ensemble_is_the_mean_of_the_networks(folds, folder):
    paths = sorted(folder.rglob("*.png"))[:7]
    mean = np.mean([run.predict(paths).probabilities for run in folds.runs], axis=0)
    assert np.allclose(folds.predict(paths).probabilities, mean, atol=1e-6)
    assert np.allclose(predictor_for(folds.path).predict(paths).probabilities, mean, atol=1e-6)
    x, _ = pictures(4)
    together = np.mean([run.predict(x).probabilities for run in folds.runs], axis=0)
    assert np.allclose(folds.predict(x).probabilities, together, atol=1e-6)
    assert expected(folds.path, 50).seen == 90


def test_the_test_part_is_for_the_ensemble_alone(with_test):
    place = with_test.path.parent / "data"
    dataset = open_data(place)
    mean = np.mean([run.predict(dataset.test.x).probabilities for run in with_test.runs], axis=0)
    assert with_test.test.n == 30
    assert with_test.test.accuracy == accuracy_score(dataset.test.y, mean.argmax(axis=1))
    assert with_test.scores.n == 60
    assert with_test.evaluate(place).to_dict() == with_test.test.to_dict()
    for number in (1, 2, 3):
        fold = open_data(place, fold=(number, 3))
        names = {*fold.train.ids, *fold.val.ids, *fold.test.ids}
        assert not names & set(dataset.test.ids)


def test_scoring_the_data_of_the_training_gives_the_out_of_fold_scores(folds, folder):
    assert folds.evaluate(folder).to_dict() == folds.scores.to_dict()
    x, y = pictures(12, seed=5)
    other = folds.evaluate((x, np.array(CLASSES)[y]))
    assert other.n == 12


def test_it_is_opened_again_and_draws_itself(folds):
    again = opened(folds.path)
    assert again.to_dict() == folds.to_dict()
    assert '"kind":"folds"' in (folds.path / "report.html").read_text(encoding="utf-8")
    with pytest.raises(StoreError, match="is no run"):
        opened(folds.path.parent)


def test_folds_that_were_stopped_go_on(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def stop(words):
        if "3/3" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="svertka resume runs/shapes-1"):
        train(folder, None, how=Here(stop), epochs=1)
    with pytest.raises(StoreError, match="Finish: svertka resume"):
        Folds.open("runs/shapes-1")
    rest = Here()
    done = train(folder, None, how=rest, epochs=1)
    assert str(done.path) == "runs/shapes-1"
    assert [words[words.index("--fold") + 1] for words in rest.words] == ["3/3"]
    again = Here()
    assert go_on(done.path, train=again).to_dict() == done.to_dict()
    assert again.words == []


def test_a_fold_that_fails_is_named_and_mended(folder, tmp_path):
    fails = Here(lambda words: "Out of luck." if "2/3" in words else None)
    with pytest.raises(SvertkaError, match=r"1 of 3 trainings failed, fold-2 first: Out of luck"):
        train(folder, tmp_path / "out", how=fails, epochs=1)
    assert go_on(tmp_path / "out", train=Here()).scores.n == 90


def test_a_budget_is_shared(folder, tmp_path):
    said = Here(lambda words: "Not now.")
    with pytest.raises(SvertkaError):
        train(folder, tmp_path / "out", how=said, epochs=None, budget="60s")
    given = [float(w[9:-1]) for words in said.words for w in words if w.startswith("--budget=")]
    assert len(given) == 3
    assert 50 < sum(given) <= 57
    with pytest.raises(UsageError, match=r"leaves .* s for each of 3 trainings"):
        train(folder, tmp_path / "short", epochs=None, budget="9s")


def test_python_trains_in_folds_and_refuses_what_cannot_be(folder, tmp_path):
    with pytest.raises(UsageError, match="folds is 1"):
        svertka.train(folder, NET, epochs=1, folds=1)
    with pytest.raises(UsageError, match="no column 'who'"):
        svertka.train(folder, NET, epochs=1, folds=2, group="who")
    with pytest.raises(UsageError, match="opens the data itself"):
        svertka.train(open_data(folder), NET, epochs=1, folds=2)
    assert list(tmp_path.iterdir()) == []


def test_several_trainings_are_not_for_torchrun(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("svertka.runtime.place", lambda: Place(rank=0, count=2))
    for begin in (
        lambda: svertka.train(folder, NET, epochs=1, folds=2, out=tmp_path / "folds"),
        lambda: go_on(tmp_path / "folds"),
        lambda: svertka.compare(folder, [NET, "fc{classes}"], epochs=1, out=tmp_path / "both"),
    ):
        with pytest.raises(UsageError, match=r"2 processes cannot share it\. Run it without"):
            begin()
    assert list(tmp_path.iterdir()) == []
