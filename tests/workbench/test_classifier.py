"""The estimator among scikit-learn's own tools and checks."""

from __future__ import annotations

import io
import json
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from shapes import NET, pictures
from svertka import Classifier

TEN = "conv8-bn-relu-gap-fc{classes}"

# The name of a check and why it does not apply; scikit-learn fails the test if it passes.
NOT_OURS: dict[str, str] = {}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks([Classifier(epochs=10)], expected_failed_checks=lambda _: NOT_OURS)
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    x, y = load_digits(return_X_y=True)
    return x[:600], y[:600]


def test_rows_pictures_and_types_are_read_alike(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The same digits as flat rows, as pictures, as fractions and as uint8."""
    x, y = digits
    small = (x[:200], y[:200])
    whole = np.rint(x / 16 * 255).astype(np.uint8)
    rows = Classifier(TEN, epochs=1).fit(*small).predict_proba(x)
    forms = [x.reshape(-1, 8, 8), x.reshape(-1, 8, 8, 1)]
    for form in forms:
        assert np.array_equal(
            Classifier(TEN, epochs=1).fit(form[:200], y[:200]).predict_proba(form), rows
        )
    uint8 = Classifier(TEN, epochs=1).fit(whole[:200], y[:200]).predict_proba(whole)
    fractions = whole / 255.0
    again = Classifier(TEN, epochs=1).fit(fractions[:200], y[:200]).predict_proba(fractions)
    assert np.array_equal(uint8, again)


def test_labels_of_any_type_come_back() -> None:
    x, y = pictures(60)
    names = np.array(["точка", "flat", "ring"])[y]
    model = Classifier(NET, epochs=4).fit(x, names)
    assert list(model.classes_) == ["flat", "ring", "точка"]
    assert set(model.predict(x)) <= set(names)
    assert model.predict_proba(x).shape == (60, 3)
    assert np.allclose(model.predict_proba(x).sum(axis=1), 1)
    assert np.array_equal(model.predict(x), model.classes_[model.predict_proba(x).argmax(axis=1)])
    assert model.score(x, names) == np.mean(model.predict(x) == names)


def test_it_learns(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    model = Classifier(epochs=20).fit(x[:400], y[:400])
    assert model.score(x[400:], y[400:]) > 0.85


def test_pipeline_grid_and_cross_validation(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits[0][:150], digits[1][:150]
    line = make_pipeline(FunctionTransformer(lambda rows: rows / 16), Classifier(TEN, epochs=1))
    assert cross_val_score(line, x, y, cv=2).shape == (2,)
    grid = GridSearchCV(Classifier(TEN), {"epochs": [1, 2], "net": [TEN, "fc{classes}"]}, cv=2)
    grid.fit(x, y)
    assert set(grid.best_params_) == {"epochs", "net"}
    assert grid.predict(x).shape == y.shape


def test_a_copy_by_joblib_answers_bit_for_bit() -> None:
    x, y = pictures(60)
    model = Classifier(NET, epochs=1).fit(x, y)
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    again = joblib.load(file)
    assert np.array_equal(again.predict_proba(x), model.predict_proba(x))
    state = model.__getstate__()
    assert all(isinstance(array, np.ndarray) for array in state.pop("weights_").values())
    plain = {name: v.tolist() if isinstance(v, np.ndarray) else v for name, v in state.items()}
    assert json.dumps(plain), "the rest is numbers and text"
    assert not hasattr(clone(model), "weights_")
    assert joblib.load(_dumped(clone(model))).get_params() == model.get_params()


def _dumped(value: Any) -> io.BytesIO:
    file = io.BytesIO()
    joblib.dump(value, file)
    file.seek(0)
    return file


def test_the_same_seed_gives_the_same_model() -> None:
    x, y = pictures(60)
    one, two, other = (Classifier(NET, epochs=1, seed=s).fit(x, y) for s in (3, 3, 4))
    assert np.array_equal(one.predict_proba(x), two.predict_proba(x))
    assert not np.array_equal(one.predict_proba(x), other.predict_proba(x))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda x, y: (x, y * 0), "only one class, 0"),
        (lambda x, y: (x[:3], y[:3]), "nothing to validate on"),
        (lambda x, y: (x * np.nan, y), "NaN"),
        (lambda x, y: (x[:5], y), "inconsistent"),
        (lambda x, y: (x, y + 0.5), "continuous"),
    ],
)
def test_bad_data_is_a_value_error(change: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Classifier(NET, epochs=1).fit(*change(*pictures(30)))


def test_other_pictures_than_in_training_are_refused() -> None:
    x, y = pictures(30)
    model = Classifier(NET, epochs=1).fit(x, y)
    with pytest.raises(ValueError, match=r"pictures of \(12, 11, 1\); training had \(12, 12, 1\)"):
        model.predict(x[:, :, :11])


def test_bad_parameters_are_clear() -> None:
    x, y = pictures(30)
    with pytest.raises(ValueError, match="There is no net 'resnet19'"):
        Classifier("resnet19").fit(x, y)
    with pytest.raises(ValueError, match="one of the two"):
        Classifier(NET, epochs=1, budget="5s").fit(x, y)
