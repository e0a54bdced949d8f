"""Scores of labels against scikit-learn's, brute force and the bootstrap."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn import metrics as sk

from svertka.errors import UsageError
from svertka.evaluate import Scores, best_thresholds, mistakes, precision, ranking, score
from svertka.evaluate.bootstrap import bootstrap
from svertka.evaluate.forecast import forecast
from svertka.evaluate.labels import LabelCase, together

NAMES = ["sea", "boat", "tree", "cat", "sky"]
LIMITS = (0.3, 0.5, 0.7, 0.5, 0.4)


def _case(n: int, seed: int = 0, levels: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, 5) that favour the truth, of few values where ``levels`` is given."""
    random = np.random.default_rng(seed)
    y = (random.random((n, 5)) < (0.5, 0.3, 0.2, 0.1, 0.6)).astype(np.uint8)
    p = 1 / (1 + np.exp(-(random.normal(size=(n, 5)) * 1.5 + 3 * y - 1.5)))
    return (np.round(p * levels) / levels if levels else p), y


@pytest.mark.parametrize("levels", [None, 4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_to_scikit_learn(dtype: type, levels: int | None) -> None:
    p, y = _case(400, levels=levels)
    p = p.astype(dtype)
    scores = score(p, y, NAMES, resamples=5, thresholds=LIMITS)
    given = (p >= np.array(LIMITS)).astype(int)
    step = np.finfo(dtype).eps
    expected = {
        "map": sk.average_precision_score(y, p, average="macro"),
        "f1_macro": sk.f1_score(y, given, average="macro"),
        "f1_micro": sk.f1_score(y, given, average="micro"),
        "auc": sk.roc_auc_score(y, p, average="macro"),
        "accuracy": sk.accuracy_score(y, given),
        "hamming_loss": sk.hamming_loss(y, given),
        "log_loss": sum(
            sk.log_loss(y[:, k], np.clip(p[:, k].astype(float), step, 1 - step)) for k in range(5)
        ),
    }
    for name, value in expected.items():
        assert scores.metrics[name].value == pytest.approx(value, rel=1e-6), name
    assert set(scores.metrics) == set(expected)
    table = sk.precision_recall_fscore_support(y, given, zero_division=0)
    ours = [(r.precision, r.recall, r.f1, r.support) for r in scores.per_class]
    assert np.allclose(np.transpose(table), ours, rtol=1e-12)
    for k, row in enumerate(scores.per_class):
        assert row.ap == pytest.approx(sk.average_precision_score(y[:, k], p[:, k]))
        assert row.auc == pytest.approx(sk.roc_auc_score(y[:, k], p[:, k]))
        assert row.threshold == LIMITS[k]
    cells = sk.multilabel_confusion_matrix(y, given)
    assert np.array_equal(np.diag(scores.together[0]), cells[:, 1].sum(axis=1))
    assert np.array_equal(np.diag(scores.together[1]), cells[:, :, 1].sum(axis=1))


def test_pictures_may_count_several_times() -> None:
    p, y = _case(150, seed=1, levels=8)
    times = np.random.default_rng(0).integers(0, 4, 150).astype(float)
    found = dict(zip(LabelCase.NAMES, LabelCase.of(p, y, LIMITS).figures(times), strict=True))
    given, weights = p >= np.array(LIMITS), {"sample_weight": times}
    assert found["map"] == pytest.approx(sk.average_precision_score(y, p, **weights))
    assert found["auc"] == pytest.approx(sk.roc_auc_score(y, p, **weights))
    assert found["f1_macro"] == pytest.approx(sk.f1_score(y, given, average="macro", **weights))
    assert found["f1_micro"] == pytest.approx(sk.f1_score(y, given, average="micro", **weights))
    assert found["hamming_loss"] == pytest.approx(sk.hamming_loss(y, given, **weights))
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(y, given, **weights))


@pytest.mark.parametrize("levels", [None, 6])
def test_pulls_are_derivatives(levels: int | None) -> None:
    """Each picture made a little heavier by turns: the figure moves as the pull says."""
    p, y = _case(60, seed=2, levels=levels)
    case, small = LabelCase.of(p, y, LIMITS), 1e-6
    start = case.figures(np.ones(60))
    moved = np.array([case.figures(np.ones(60) + small * row) for row in np.eye(60)])
    slopes = (moved - start) / small
    for i, name in enumerate(case.NAMES):
        assert case.error(name) == pytest.approx(np.sqrt((slopes[:, i] ** 2).sum()), rel=1e-3), name
    with pytest.raises(ValueError, match="no standard error"):
        case.error("top3_accuracy")


def test_errors_are_those_of_the_bootstrap() -> None:
    p, y = _case(500, seed=3)
    case = LabelCase.of(p, y, LIMITS)
    drawn = bootstrap(case.figures, 500, 300, seed=0)
    for i, name in enumerate(case.NAMES):
        assert case.error(name) == pytest.approx(drawn[:, i].std(), rel=0.25), name


def test_of_very_many_the_linear_part_is_close(monkeypatch: pytest.MonkeyPatch) -> None:
    p, y = _case(300, seed=4)
    exact = score(p, y, NAMES, resamples=200).metrics
    for module in (precision, ranking):
        monkeypatch.setattr(module, "EXACT", 0)
    linear = score(p, y, NAMES, resamples=200).metrics
    for name in ("map", "auc"):
        assert linear[name].value == exact[name].value
        assert linear[name].low == pytest.approx(exact[name].low, abs=0.01)
        assert linear[name].high == pytest.approx(exact[name].high, abs=0.01)
    assert linear["f1_macro"] == exact["f1_macro"]


def test_labels_that_nobody_has_are_left_out() -> None:
    p, y = _case(80, seed=5)
    y[:, 3], y[:, 4] = 0, 1
    scores = score(p, y, NAMES, resamples=5)
    three = [sk.average_precision_score(y[:, k], p[:, k]) for k in (0, 1, 2, 4)]
    assert scores.metrics["map"].value == pytest.approx(np.mean(three))
    areas = [sk.roc_auc_score(y[:, k], p[:, k]) for k in range(3)]
    assert scores.metrics["auc"].value == pytest.approx(np.mean(areas))
    assert (scores.per_class[3].ap, scores.per_class[3].auc, scores.per_class[4].auc) == (None,) * 3
    assert " - " in str(scores)
    none = score(p, np.zeros_like(y), NAMES, resamples=5)
    assert "map" not in none.metrics
    assert "auc" not in none.metrics


def test_thresholds_reach_the_largest_f1() -> None:
    p, y = _case(200, seed=6, levels=20)
    for k, limit in enumerate(best_thresholds(p, y)):
        sure, found, _ = sk.precision_recall_curve(y[:, k], p[:, k])
        f1 = 2 * sure * found / np.maximum(sure + found, 1e-12)
        assert sk.f1_score(y[:, k], p[:, k] >= limit) == pytest.approx(f1.max())
    assert best_thresholds(p, np.zeros_like(y)) == (0.5,) * 5
    clear = np.array([[0.1], [0.9]])
    assert best_thresholds(clear, np.array([[0], [1]])) == (0.5,)
    assert best_thresholds(clear, np.array([[1], [1]]))[0] < 0.1


def test_records_survive_json_and_are_told() -> None:
    p, y = _case(50)
    scores = score(p, y, NAMES, resamples=5, thresholds=LIMITS)
    again = Scores.from_dict(json.loads(json.dumps(scores.to_dict())))
    assert again.to_dict() == scores.to_dict()
    assert again.confusion is None
    assert scores.accuracy == scores.metrics["accuracy"].value
    told = str(scores)
    for words in ("5 labels", "mAP", "subset accuracy", "F1, micro", "Hamming loss", "given from"):
        assert words in told
    assert "taken for another" not in told
    of_classes = score([[0.9, 0.1], [0.2, 0.8]], [0, 1], "ab", resamples=5)
    assert "together" not in of_classes.to_dict()
    assert "threshold" not in of_classes.to_dict()["per_class"][0]


def test_mistakes_are_those_whose_labels_had_the_least_chance() -> None:
    p = np.array([[0.9, 0.2], [0.6, 0.6], [0.1, 0.95]])
    y = np.array([[1, 0], [1, 0], [1, 0]])
    found = mistakes(p, y, ["a", "b"], ["x", "y", "z"])
    assert [m.id for m in found] == ["z", "y"]
    assert [m.truth for m in found] == ["a", "a"]
    assert [m.predicted for m in found] == ["b", "a|b"]
    assert found[0].confidence == pytest.approx(0.9 * 0.95)
    assert found[0].truth_probability == pytest.approx(0.1 * 0.05)
    (one,) = mistakes(p, y, ["a", "b"], ["x", "y", "z"], thresholds=(0.05, 0.7))
    assert (one.id, one.predicted) == ("z", "a|b")
    assert len(mistakes(p, y, ["a", "b"], ["x", "y", "z"], limit=1)) == 1


def test_pairs_are_counted() -> None:
    _, y = _case(40)
    pairs = together(y == 1)
    assert pairs[1, 2] == sum(1 for row in y if row[1] and row[2]) == pairs[2, 1]
    assert np.array_equal(np.diag(pairs), y.sum(axis=0))


def test_wrong_arrays_in_words() -> None:
    p, y = _case(10)
    with pytest.raises(UsageError, match="0 or 1"):
        score(p, y * 2, NAMES)
    with pytest.raises(UsageError, match="several labels"):
        score(p, y[:, :3], NAMES)


def test_each_pictures_own_thresholds() -> None:
    """As if the pictures of two networks had been scored in one, each by its own."""
    p, y = _case(200)
    limits = np.where(np.arange(200)[:, None] < 80, LIMITS, np.full(5, 0.6))
    scores = score(p, y, NAMES, resamples=2, thresholds=limits)
    given = np.concatenate([p[:80] >= np.array(LIMITS), p[80:] >= 0.6])
    assert scores.f1_macro == pytest.approx(sk.f1_score(y, given, average="macro"))
    assert scores.per_class[0].threshold == pytest.approx(0.4 * 0.3 + 0.6 * 0.6)


@pytest.mark.parametrize(("seen", "n"), [(400, 100), (200, 1000)])
def test_a_forecast_holds_what_new_pictures_show(seen: int, n: int) -> None:
    """Of 100 contests the share whose figures fall into the intervals, within what luck allows."""
    names, inside = ("map", "f1_macro", "f1_micro", "accuracy"), np.zeros(4)
    for seed in range(100):
        told = forecast(score(*_case(seen, seed), NAMES, resamples=100, thresholds=LIMITS), n)
        shown = score(*_case(n, 1000 + seed), NAMES, resamples=1, thresholds=LIMITS).metrics
        figures = [(told.figures[name], shown[name].value) for name in names]
        inside += [figure.low <= value <= figure.high for figure, value in figures]
    assert np.all(np.abs(inside / 100 - 0.95) < 0.08)
    with pytest.raises(UsageError, match="no pictures"):
        forecast(score(*_case(9), NAMES, resamples=1), 0)
