"""Scores against scikit-learn's, against hand computation and against brute-force resampling."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from sklearn import metrics as sk

from svertka.errors import StoreError, UsageError
from svertka.evaluate import Scores, mistakes, ranking, score
from svertka.evaluate.bootstrap import bootstrap
from svertka.evaluate.figures import FIGURES, Case


def _case(
    n: int, k: int, seed: int, absent: tuple[int, ...] = (), dtype: type = np.float32
) -> tuple[np.ndarray, np.ndarray]:
    """Random logits that favour the truth; classes in ``absent`` never occur in y."""
    generator = np.random.default_rng(seed)
    y = generator.choice([c for c in range(k) if c not in absent], size=n)
    logits = generator.normal(size=(n, k)) * 2
    logits[np.arange(n), y] += 2
    p = np.exp(logits)
    return (p / p.sum(axis=1, keepdims=True)).astype(dtype), y


def _names(k: int) -> list[str]:
    return [f"c{i}" for i in range(k)]


CASES = [
    (500, 10, ()),
    (200, 2, ()),
    (60, 7, (0, 3)),
    (9, 30, ()),
    (300, 4, (3,)),
    (1, 5, ()),
]


@pytest.mark.parametrize(("n", "k", "absent"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_to_scikit_learn(n: int, k: int, absent: tuple[int, ...], dtype: type) -> None:
    p, y = _case(n, k, seed=n, absent=absent, dtype=dtype)
    answer, labels = p.argmax(axis=1), np.arange(k)
    scores = score(p, y, _names(k), resamples=20)
    expected = {
        "accuracy": sk.accuracy_score(y, answer),
        "f1_macro": sk.f1_score(y, answer, average="macro", zero_division=0),
        "f1_weighted": sk.f1_score(y, answer, average="weighted", zero_division=0),
        "log_loss": sk.log_loss(y, p, labels=labels),
        "balanced_accuracy": np.mean(sk.recall_score(y, answer, labels=np.unique(y), average=None)),
    }
    if len(np.unique(y)) > 1:
        expected["auc"] = _auc(y, p)
    if k > 3:
        expected["top3_accuracy"] = sk.top_k_accuracy_score(y, p, k=3, labels=labels)
    for name, value in expected.items():
        assert scores.metrics[name].value == pytest.approx(value, rel=1e-6, abs=1e-9), name
    assert set(scores.metrics) == {*expected, "calibration_error"}
    assert np.array_equal(scores.confusion, sk.confusion_matrix(y, answer, labels=labels))
    table = sk.precision_recall_fscore_support(y, answer, labels=labels, zero_division=0)
    ours = [(r.precision, r.recall, r.f1, r.support) for r in scores.per_class]
    assert np.allclose(np.transpose(table), ours, rtol=1e-12)


def _auc(y: np.ndarray, p: np.ndarray) -> float:
    """One against the rest, of the classes that there are: scikit-learn refuses the others."""
    return float(np.mean([sk.roc_auc_score(y == k, p[:, k]) for k in np.unique(y)]))


def test_where_scikit_learn_has_all_classes_it_says_the_same() -> None:
    p, y = _case(700, 6, seed=4, dtype=np.float64)
    found = score(p, y, _names(6), resamples=5).metrics
    macro = sk.roc_auc_score(y, p, multi_class="ovr", average="macro")
    assert found["auc"].value == pytest.approx(macro, rel=1e-12)
    balanced = sk.balanced_accuracy_score(y, p.argmax(axis=1))
    assert found["balanced_accuracy"].value == pytest.approx(balanced, rel=1e-12)
    two, truth = _case(300, 2, seed=5, dtype=np.float64)
    area = score(two, truth, "ab", resamples=5).metrics["auc"].value
    assert area == pytest.approx(sk.roc_auc_score(truth, two[:, 1]), rel=1e-12)


def test_ties_count_half() -> None:
    """Probabilities of few values, as a coarse net gives them."""
    generator = np.random.default_rng(0)
    p = generator.integers(0, 4, size=(200, 3)) + 0.5
    p, y = p / p.sum(axis=1, keepdims=True), generator.integers(3, size=200)
    assert score(p, y, "abc", resamples=5).metrics["auc"].value == pytest.approx(_auc(y, p))
    constant = np.full((6, 2), 0.5)
    assert score(constant, [0, 1, 0, 0, 1, 1], "ab").metrics["auc"].value == 0.5


def test_calibration_error_by_a_loop_and_by_hand() -> None:
    p, y = _case(400, 6, seed=3)
    scores = score(p, y, _names(6), resamples=5)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    total = 0.0
    for i, row in enumerate(scores.reliability):
        inside = [j for j in range(400) if i / 15 < confidence[j] <= (i + 1) / 15]
        assert row.n == len(inside)
        if inside:
            sure = float(np.mean([confidence[j] for j in inside]))
            hit = float(np.mean([right[j] for j in inside]))
            assert row.confidence == pytest.approx(sure)
            assert row.accuracy == pytest.approx(hit)
            total += len(inside) / 400 * abs(sure - hit)
        else:
            assert row.confidence is row.accuracy is None
    assert scores.metrics["calibration_error"].value == pytest.approx(total, rel=1e-6)
    # two answers at 0.8, one right: |0.8 - 0.5| = 0.3
    by_hand = score([[0.8, 0.2], [0.8, 0.2]], [0, 1], "ab")
    assert by_hand.metrics["calibration_error"].value == pytest.approx(0.3)
    assert by_hand.metrics["log_loss"].value == pytest.approx((-np.log(0.8) - np.log(0.2)) / 2)


def test_confidence_one_and_zero_stay_finite() -> None:
    scores = score(np.array([[1, 0], [1, 0]], np.float32), [0, 1], "ab")
    assert scores.metrics["log_loss"].value == pytest.approx(
        sk.log_loss([0, 1], np.array([[1, 0], [1, 0]], np.float32)), rel=1e-6
    )
    assert scores.reliability[-1].n == 2


def test_intervals_equal_brute_force_resampling_with_scikit_learn() -> None:
    """The same draws of pictures, scored one by one by scikit-learn."""
    p, y = _case(80, 5, seed=1, absent=(4,))
    scores = score(p, y, _names(5), seed=7, resamples=200)
    generator = np.random.default_rng(7)
    drawn: dict[str, list[float]] = {name: [] for name in scores.metrics}
    for _ in range(200):
        rows = generator.integers(80, size=80)
        truth, answer = y[rows], p[rows].argmax(axis=1)
        drawn["accuracy"].append(sk.accuracy_score(truth, answer))
        for average in ("macro", "weighted"):
            f1 = sk.f1_score(truth, answer, average=average, zero_division=0)
            drawn[f"f1_{average}"].append(f1)
        drawn["log_loss"].append(sk.log_loss(truth, p[rows], labels=range(5)))
        top = sk.top_k_accuracy_score(truth, p[rows], k=3, labels=range(5))
        drawn["top3_accuracy"].append(top)
        recall = sk.recall_score(truth, answer, labels=np.unique(truth), average=None)
        drawn["balanced_accuracy"].append(np.mean(recall))
        drawn["auc"].append(_auc(truth, p[rows]))
    del drawn["calibration_error"]
    for name, values in drawn.items():
        low, high = np.quantile(values, [0.025, 0.975])
        assert scores.metrics[name].low == pytest.approx(low, rel=1e-6), name
        assert scores.metrics[name].high == pytest.approx(high, rel=1e-6), name


def test_of_many_pictures_the_area_is_drawn_by_its_linear_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The interval that each draw's own area gives, to a hundredth of its width."""
    p, y = _case(1500, 4, seed=2)
    exact = score(p, y, _names(4), resamples=300).metrics["auc"]
    monkeypatch.setattr(ranking, "EXACT", 0)
    linear = score(p, y, _names(4), resamples=300).metrics["auc"]
    assert linear != exact
    assert linear.value == pytest.approx(exact.value, rel=1e-12)
    assert linear.low == pytest.approx(exact.low, abs=0.01 * (exact.high - exact.low))
    assert linear.high == pytest.approx(exact.high, abs=0.01 * (exact.high - exact.low))


@pytest.mark.parametrize("name", ["accuracy", "balanced_accuracy", "f1_macro", "auc", "log_loss"])
def test_standard_errors_are_the_spread_of_other_draws(name: str) -> None:
    """Unequal classes, and thousands of resamples of which each is scored anew."""
    p, y = _case(400, 4, seed=8)
    rows = np.flatnonzero((y < 2) | (np.arange(400) % 4 == 0))
    case, at = Case.of(p[rows], y[rows]), FIGURES.index(name)
    drawn = bootstrap(case.figures, len(rows), 2000, seed=1)[:, at]
    assert case.error(name) == pytest.approx(drawn.std(), rel=0.06)


def test_the_standard_error_of_the_area_is_de_longs() -> None:
    """By the definition, pair by pair, of two classes (DeLong et al. 1988, with n for n - 1)."""
    p, y = _case(60, 2, seed=9, dtype=np.float64)
    a, b = p[y == 1, 1], p[y == 0, 1]
    wins = (a[:, None] > b).astype(float) + 0.5 * (a[:, None] == b)
    variance = wins.mean(axis=1).var() / len(a) + wins.mean(axis=0).var() / len(b)
    assert Case.of(p, y).error("auc") == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_pictures_of_one_class_have_no_area() -> None:
    p = np.array([[0.9, 0.1], [0.6, 0.4]])
    assert "auc" not in score(p, [0, 0], "ab").metrics
    few = score(p, [0, 1], "ab", resamples=1).metrics["auc"]  # its one draw may be of one class
    assert few.low == few.high == few.value == 1.0


def test_the_interval_of_accuracy_is_the_binomial_one() -> None:
    """90 of 100 right: the standard error is sqrt(0.9 * 0.1 / 100) = 0.03."""
    p = np.tile([[0.7, 0.3]], (100, 1))
    figure = score(p, [0] * 90 + [1] * 10, "ab", resamples=4000).metrics["accuracy"]
    assert figure.low == pytest.approx(0.9 - 1.96 * 0.03, abs=0.011)
    assert figure.high == pytest.approx(0.9 + 1.96 * 0.03, abs=0.011)


def test_same_seed_same_intervals_and_order_of_classes_is_kept() -> None:
    p, y = _case(50, 3, seed=0)
    one, two = (score(p, y, _names(3), seed=s, part="val").to_dict() for s in (4, 4))
    assert one == two
    assert one != score(p, y, _names(3), seed=5, part="val").to_dict()
    assert "top3_accuracy" not in one["metrics"]


def test_dict_is_json_and_comes_back() -> None:
    p, y = _case(50, 5, seed=0)
    scores = score(p, y, ["кот", "dog", "<b>", "a,b", ""])
    value = scores.to_dict()
    text = json.dumps(value, allow_nan=False)
    again = Scores.from_dict(json.loads(text))
    assert again.to_dict() == value
    assert str(again) == str(scores)
    assert value["interval"] == {
        "level": 0.95,
        "method": "bootstrap",
        "resamples": 1000,
        "seed": 0,
    }
    for broken in ({}, value | {"per_class": [{"class": "a"}]}, value | {"interval": None}):
        with pytest.raises(StoreError, match="svertka evaluate"):
            Scores.from_dict(broken)


def test_text() -> None:
    p = np.array([[0.9, 0.1, 0], [0.2, 0.8, 0], [0.6, 0.4, 0], [0, 0.1, 0.9]])
    text = str(score(p, [0, 1, 1, 2], ["cat", "dog\x1b[31m", "ant"], resamples=100))
    assert text.splitlines()[0] == "test: 4 pictures, 3 classes"
    assert "accuracy             75.00%" in text
    assert "\x1b" not in text
    assert "cat          0.5000  1.0000  0.6667        1" in text
    assert "dog?[31m for cat: 1 of 2" in text
    many = str(score(*_case(500, 40, seed=0), _names(40), resamples=10))
    assert "worst 10 classes" in many
    assert len(many.splitlines()) < 30


@pytest.mark.parametrize(
    ("p", "y", "fault"),
    [
        ([[0.5, 0.5]], [0, 1], "do not fit"),
        ([[0.5, 0.3, 0.2]], [0], "do not fit"),
        ([0.5, 0.5], [0, 1], "do not fit"),
        (np.empty((0, 2)), np.empty(0, int), "nothing to score"),
        ([[float("nan"), 0.5]], [0], "not finite"),
        ([[0.5, 0.5]], [2], "from 0 to 1"),
        ([[0.5, 0.5]], [-1], "from 0 to 1"),
        ([[0.5, 0.5]], [0.5], "whole numbers"),
    ],
)
def test_bad_input(p: object, y: object, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        score(p, y, "ab")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="0 resamples"):
        score([[0.5, 0.5]], [0], "ab", resamples=0)


def test_worst_mistakes_are_the_surest() -> None:
    p, y = _case(300, 4, seed=2)
    ids = [f"p{i}" for i in range(300)]
    found = mistakes(p, y, _names(4), ids, limit=10)
    wrong = sorted(
        (i for i in range(300) if p[i].argmax() != y[i]), key=lambda i: (-p[i].max(), p[i][y[i]])
    )
    assert [m.index for m in found] == wrong[:10]
    for m in found:
        assert m.id == ids[m.index]
        assert m.truth == f"c{y[m.index]}" != m.predicted
        assert m.truth_probability == p[m.index][y[m.index]] <= m.confidence == p[m.index].max()
    assert mistakes(np.eye(3), np.arange(3), "abc", "xyz") == ()
    with pytest.raises(UsageError, match="1 ids"):
        mistakes(np.eye(3), np.arange(3), "abc", "x")


def test_a_thousand_resamples_of_ten_thousand_pictures_are_quick() -> None:
    p, y = _case(10_000, 10, seed=0)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        score(p, y, _names(10))
        best = min(best, time.process_time() - start)
    assert best < 1.0, "0.13 s on a quiet machine; the allowance is for busy ones"
