"""Pictures with any number of labels, from a table to a report and to answers for new ones."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as sk

import svertka
from labelled import LABELS, NET, pictures, save_table
from svertka.cli import main
from svertka.data import open_data
from svertka.errors import DataError, StoreError
from svertka.predict import Predictor
from svertka.predict.ensemble import Ensemble
from svertka.predict.submission import read_sample, submission
from svertka.train.events import Opened
from svertka.workbench.answering import expected
from svertka.workbench.compare import compare_with
from svertka.workbench.folding import Wish, train_folds
from svertka.workbench.folds import Folds
from svertka.workbench.run import Run


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_table(tmp_path_factory.mktemp("labels") / "shapes", 400)


@pytest.fixture(scope="module")
def run(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "labels-1"
    return svertka.train(table, NET, epochs=25, out=out, group="identical")


def test_a_table_trains_to_a_high_map(run: Run) -> None:
    scores = run.scores
    assert scores is not None
    assert scores.metrics["map"].value > 0.95
    assert scores.metrics["f1_micro"].value > 0.9
    assert scores.confusion is None
    assert run.card.input.task == "labels"
    assert run.card.recipe["metric"] == "map"
    limits = run.card.thresholds
    assert limits is not None
    assert [row.threshold for row in scores.per_class] == list(limits)
    assert "mAP" in str(run)


def test_thresholds_are_the_best_on_validation(run: Run, table: Path) -> None:
    dataset, _ = run.unlearned(table)
    p = run.predictor.probabilities(dataset.val)
    for k, limit in enumerate(run.card.thresholds or ()):
        sure, found, _ = sk.precision_recall_curve(dataset.val.y[:, k], p[:, k])
        best = (2 * sure * found / np.maximum(sure + found, 1e-12)).max()
        assert sk.f1_score(dataset.val.y[:, k], p[:, k] >= limit) == pytest.approx(best)


def test_what_was_saved_answers_and_scores_as_at_the_end_of_training(run: Run, table: Path) -> None:
    again = Run.open(run.path)
    assert again.evaluate(table).to_dict() == run.scores.to_dict()
    dataset, _ = again.unlearned(table)
    test = dataset.test
    p = again.predictor.probabilities(test)
    logits = again.predictor.logits(test).astype(float)
    assert np.allclose(p, 1 / (1 + np.exp(-logits)), atol=1e-7)
    found = again.predict(table / "images")
    rows = {Path(name).name: i for i, name in enumerate(found.ids)}
    mine = [rows[Path(name).name] for name in test.ids]
    assert np.abs(found.probabilities[mine] - p).max() < 1e-5
    with (run.path / "predictions.csv").open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    assert head == ["id", "label", "confidence", *(f"p({name})" for name in LABELS)]
    assert [line[0] for line in lines] == list(test.ids)
    assert np.array_equal(np.array([line[3:] for line in lines], np.float32), p)
    given = p >= np.array(run.card.thresholds)
    assert [line[1] for line in lines] == [
        "|".join(name for name, on in zip(LABELS, row, strict=True) if on) for row in given
    ]
    chance = np.where(given, p, 1 - p).prod(axis=1)
    assert np.allclose([float(line[2]) for line in lines], chance, rtol=1e-4)
    assert "" in found.labels
    assert "(none)" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["thresholds"] == list(run.card.thresholds)


def test_the_report_has_all_that_the_page_draws(run: Run) -> None:
    report = run.to_dict()
    assert report["contract"]["task"] == "labels"
    assert report["scores"]["confusion"] is None
    together = np.array(report["scores"]["together"])
    assert together.shape == (2, 3, 3)
    assert {"ap", "auc", "threshold"} < set(report["scores"]["per_class"][0])
    assert set(report["examples"]) == set(LABELS)
    assert report["history"][-1]["val_map"] > 0.9
    for mistake in report["mistakes"]:
        assert mistake["truth"] != mistake["predicted"]
        assert set(mistake["truth"].split("|")) <= {*LABELS, ""}
    shown = [m["truth_probability"] for m in report["mistakes"]]
    assert shown == sorted(shown)
    assert "labels-1" in run.report_html()


def test_arrays_train_too(tmp_path: Path) -> None:
    one = svertka.train(pictures(120), NET, epochs=2, out=tmp_path / "a")
    assert one.card.classes == ("0", "1", "2")
    x, y = pictures(30, seed=9)
    scores = one.evaluate((x, y))
    assert (scores.n, scores.confusion) == (30, None)
    with pytest.raises(DataError, match="does not know"):
        one.evaluate((x, np.repeat(["cat", "dog"], 15)))


def test_weights_of_a_run_begin_another(run: Run, tmp_path: Path) -> None:
    """Fine-tuning solves the last layer for labels first: the line of epoch 0."""
    again = svertka.train(pictures(120), weights=str(run.path), epochs=1, out=tmp_path / "b")
    assert again.history[0]["epoch"] == 0
    assert again.history[0]["val_map"] > 0.9


def test_submissions(run: Run, table: Path, tmp_path: Path) -> None:
    found = run.predict(table / "images")
    ids = [Path(name).name for name in found.ids]
    (tmp_path / "one.csv").write_text("id,tags\n" + "\n".join(f"{i},bar|dot" for i in ids))
    text = submission(read_sample(tmp_path / "one.csv"), found, [table / "images"]).text
    assert [line.split(",")[1] for line in text.splitlines()[1:]] == list(found.labels)
    (tmp_path / "wide.csv").write_text("id,dot,bar,frame\n" + "\n".join(f"{i},0,0,0" for i in ids))
    text = submission(read_sample(tmp_path / "wide.csv"), found, [table / "images"]).text
    values = np.array([line.split(",")[1:] for line in text.splitlines()[1:]], np.float32)
    assert np.array_equal(values, found.probabilities[:, [1, 0, 2]])
    (tmp_path / "odd.csv").write_text("id,tags\n" + "\n".join(f"{i},zebra" for i in ids))
    with pytest.raises(DataError, match="writes labels as zebra"):
        submission(read_sample(tmp_path / "odd.csv"), found)
    told = expected(run.path, 10)
    assert told is not None
    assert told.figures["map"].value == run.scores.metrics["map"].value
    assert "mAP" in str(told)


def test_an_onnx_file_answers_with_the_probabilities_of_labels(run: Run, tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    made = run.export(tmp_path / "m.onnx")
    assert made.difference < 1e-4
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"))
    x, _ = pictures(5, seed=3)
    ours = run.predictor.probabilities(x)
    assert np.allclose(session.run(["probabilities"], {"pictures": x})[0], ours, atol=1e-5)
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["thresholds"]) == list(run.card.thresholds)


def test_an_ensemble_gives_labels_from_the_mean_of_thresholds(run: Run) -> None:
    x, _ = pictures(4, seed=3)
    other = Predictor(run.predictor.module, run.card.input)
    found = Ensemble([run.predictor, other]).predict(x)
    expected = (np.array(run.card.thresholds) + 0.5) / 2
    assert np.allclose(found.thresholds, expected)


def here(words: Sequence[str], on_line: object) -> str | None:
    """Trains within this process, as the child would."""
    return None if main([*words]) == 0 else "It failed."


@pytest.fixture(scope="module")
def folds(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Folds:
    wish = Wish(net=NET, epochs=14, folds=2, group="identical")
    out = tmp_path_factory.mktemp("folds") / "all"
    return train_folds(table, wish, started=time.monotonic(), out=out, train=here)


def test_folds_answer_each_picture_once_by_thresholds_of_their_own(
    folds: Folds, table: Path
) -> None:
    """mAP and F1 over all answers are scikit-learn's, each label given as its network gives it."""
    with (folds.path / "out-of-fold.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["id"] for row in rows) == sorted(all_ids(table))
    truth = flags(row["truth"] for row in rows)
    said = flags(row["label"] for row in rows)
    p = np.array([[row[f"p({name})"] for name in LABELS] for row in rows], np.float32)
    metrics = folds.scores.metrics
    assert folds.scores.part == "out-of-fold"
    assert metrics["map"].value == pytest.approx(sk.average_precision_score(truth, p))
    assert metrics["f1_macro"].value == pytest.approx(sk.f1_score(truth, said, average="macro"))
    assert metrics["f1_micro"].value == pytest.approx(sk.f1_score(truth, said, average="micro"))
    assert metrics["accuracy"].value == pytest.approx(sk.accuracy_score(truth, said))
    assert metrics["map"].value > 0.8
    for number, one in enumerate(folds.runs, start=1):
        mine = np.array([int(row["fold"]) == number for row in rows])
        assert np.array_equal(said[mine] == 1, p[mine] >= np.array(one.card.thresholds))
        value = folds.value["runs"][number - 1]
        assert value["map"] == pytest.approx(sk.average_precision_score(truth[mine], p[mine]))
    assert "mAP" in str(folds)
    assert '"kind":"folds"' in folds.report_html()


def test_folds_answer_together_and_forecast(folds: Folds, tmp_path: Path) -> None:
    x, y = pictures(60, seed=5)
    each = [one.predictor.probabilities(x) for one in folds.runs]
    found = folds.predict(x)
    assert np.allclose(found.probabilities, np.mean(each, axis=0), atol=1e-6)
    limits = np.mean([one.card.thresholds for one in folds.runs], axis=0)
    given = found.probabilities >= limits
    assert np.array_equal(flags(found.labels) == 1, given)
    np.savez(tmp_path / "new.npz", x=x, y=y, classes=LABELS)
    scores = folds.evaluate(tmp_path / "new.npz")
    assert scores.accuracy == pytest.approx((given == y).all(axis=1).mean())
    told = expected(folds.path, 100)
    assert told is not None
    seen, wide = folds.scores.metrics["f1_micro"], told.figures["f1_micro"]
    assert wide.value - wide.low == pytest.approx(5**0.5 * (seen.value - seen.low))


def all_ids(table: Path) -> list[str]:
    return [name for part in open_data(table).parts.values() for name in part.ids]


def flags(texts: Iterable[str]) -> np.ndarray:
    return np.array([[int(name in text.split("|")) for name in LABELS] for text in texts])


def test_nets_are_compared_by_map(tmp_path: Path) -> None:
    nets = (NET, "gap-fc{classes}")
    found = compare_with(pictures(120), nets, epochs=3, seeds=2, out=tmp_path / "c", train=here)
    value = found.value
    assert value["compared"] == ["map", "f1_macro"]
    good, poor = found.nets
    for net in (good, poor):
        single = [Run.open(found.path / run["folder"]).scores.metrics for run in net["runs"]]
        for name in ("map", "f1_macro"):
            figure = net["figures"][name]
            assert figure["seeds"] == pytest.approx([one[name].value for one in single])
            assert figure["value"] == pytest.approx(np.mean(figure["seeds"]))
            assert figure["low"] < figure["value"] < figure["high"]
    (pair,) = found.pairs
    difference = good["figures"]["map"]["value"] - poor["figures"]["map"]["value"]
    assert pair["map"]["value"] == pytest.approx(difference)
    assert "difference in mAP" in str(found)
    assert max(map(len, str(found).splitlines()[:-1])) <= 80


def test_check_names_labels_that_are_wrong(folds: Folds, tmp_path: Path) -> None:
    """One label of every thirtieth new picture is turned round: nearly all of these are named."""
    x, y = pictures(300, seed=8)
    wrong, turned = np.arange(0, 300, 30), y.copy()
    turned[wrong, 0] = 1 - turned[wrong, 0]
    np.savez(tmp_path / "set.npz", x=x, y=turned, classes=LABELS)
    run = folds.runs[0]
    found = svertka.check(tmp_path / "set.npz", run)
    finding = found.finding("label_doubts")
    assert finding is not None
    assert finding.grave
    bars = [e for e in finding.examples if ("bar" in e.labels[0]) != ("bar" in e.better)]
    assert len(bars) == finding.values["by_label"]["bar"]
    assert len({e.ids[0] for e in bars} & {str(i) for i in wrong}) >= 8
    sure = [example.values["label_probability"] for example in finding.examples]
    assert sure == sorted(sure)
    judged = run.predictor.probabilities(x) >= np.array(run.card.thresholds)
    assert found.judge.accuracy == pytest.approx((judged == turned).all(axis=1).mean())
    assert "by label: " in str(found)
    assert "label_doubts" in json.dumps(found.to_dict())


def test_check_looks_at_labels(table: Path) -> None:
    found = svertka.check(table)
    assert found.dataset.task == "labels"
    assert "3 labels" in str(found)
    assert "shapes: 3 labels; train " in str(Opened.of(found.dataset))


def test_settings_that_labels_do_not_have_are_refused_before_anything_is_made(
    table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    words = ["train", str(table), "--net", NET, "--epochs", "1", "--out", str(out)]
    assert main([*words, "--set", "balance=sampling"]) == 2
    assert main([*words, "--metric", "balanced_accuracy"]) == 2
    assert not out.exists()
    with pytest.raises(StoreError):
        Run.open(out)
