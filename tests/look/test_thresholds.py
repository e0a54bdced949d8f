"""Thresholds and confusions, beside scikit-learn and counting."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, confusion_matrix, precision_recall_curve

from svertka.errors import UsageError
from svertka.look.thresholds import confused, thresholds

CLASSES = ("a", "b", "c", "d")


def drawn(n: int = 400, seed: int = 0, decimals: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities with many ties, and labels that they know something of."""
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 4, n)
    p = generator.random((n, 4)) + 0.4 * np.eye(4)[y]
    return np.round(p / p.sum(axis=1, keepdims=True), decimals), y


@pytest.mark.parametrize("decimals", [1, 2, 12])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_curves_are_scikit_learns(decimals: int, dtype: type) -> None:
    p, y = drawn(decimals=decimals)
    p = p.astype(dtype)
    for k, curve in enumerate(thresholds(p, y, CLASSES).curves):
        precision, recall, threshold = precision_recall_curve(y == k, p[:, k])
        assert np.array_equal(curve.threshold, threshold.astype(np.float64))
        assert np.allclose(curve.precision, precision[:-1], rtol=0, atol=1e-15)
        assert np.allclose(curve.recall, recall[:-1], rtol=0, atol=1e-15)
        area = average_precision_score(y == k, p[:, k])
        assert curve.average_precision == pytest.approx(area, abs=1e-12)
        assert curve.support == (y == k).sum()


def test_the_best_threshold_by_trying_all() -> None:
    p, y = drawn(90)
    for k, curve in enumerate(thresholds(p, y, CLASSES).curves):
        f1 = {
            t: 2 * ((p[:, k] >= t) & (y == k)).sum() / ((p[:, k] >= t).sum() + (y == k).sum())
            for t in np.unique(p[:, k])
        }
        assert curve.f1[curve.best] == pytest.approx(max(f1.values()))
        assert f1[curve.threshold[curve.best]] == pytest.approx(max(f1.values()))


def test_unknown_labels_are_left_out_and_absent_classes_have_no_recall() -> None:
    p, y = drawn(200)
    y[y == 3] = -1
    known = y >= 0
    found, wanted = thresholds(p, y, CLASSES), thresholds(p[known], y[known], CLASSES)
    assert found.to_dict() == wanted.to_dict()
    assert found.n == known.sum()
    absent = found.curves[3]
    assert absent.support == 0
    assert np.isnan(absent.recall).all()
    assert absent.to_dict()["recall"] is None


def test_the_page_gets_few_points_with_the_ends_and_the_best() -> None:
    p, y = drawn(3000, decimals=12)
    found = thresholds(p, y, CLASSES)
    for curve, row in zip(found.curves, found.to_dict()["curves"], strict=True):
        assert len(row["threshold"]) <= 201
        assert row["threshold"][0] == curve.threshold[0]
        assert row["threshold"][-1] == curve.threshold[-1]
        assert row["threshold"][row["best"]] == curve.threshold[curve.best]
    json.dumps(found.to_dict(), allow_nan=False)
    assert "best threshold" in str(found)


def test_confused_pairs_are_the_confusion_matrix() -> None:
    p, y = drawn(500)
    y[::7] = -1
    matrix = confusion_matrix(y[y >= 0], p.argmax(axis=1)[y >= 0], labels=range(4))
    wrong = matrix * (1 - np.eye(4, dtype=int))
    found = confused(p, y, CLASSES, limit=100)
    counts = [len(pair.rows) for pair in found.pairs]
    assert counts == sorted(wrong[wrong > 0].tolist(), reverse=True)
    for pair in found.pairs:
        t, a = CLASSES.index(pair.truth), CLASSES.index(pair.answer)
        assert len(pair.rows) == wrong[t, a]
        assert pair.support == matrix[t].sum()
        assert set(y[list(pair.rows)]) == {t}
        assert set(p[list(pair.rows)].argmax(axis=1)) == {a}
        assert (np.diff(p[list(pair.rows), a]) <= 0).all()
    assert confused(p, y, CLASSES, limit=2).pairs == found.pairs[:2]
    assert json.loads(json.dumps(found.to_dict()))["pairs"][0]["n"] == counts[0]
    assert f"{counts[0]} of" in str(found).splitlines()[0]


def test_nothing_confused() -> None:
    found = confused(np.eye(4), range(4), CLASSES)
    assert found.pairs == ()
    assert str(found) == "no picture was taken for another class"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageError, match="do not fit"):
        thresholds(np.eye(4), range(3), CLASSES)
    with pytest.raises(UsageError, match="No picture has a known class"):
        thresholds(np.eye(4), [-1] * 4, CLASSES)
    with pytest.raises(UsageError, match="from 0 to 3"):
        confused(np.eye(4), [0, 1, 2, 4], CLASSES)
