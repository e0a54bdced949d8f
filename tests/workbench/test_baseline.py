"""A classical baseline stands on the same footing as a net: the same features, the same test."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from svertka.data import open_data, to_tensor
from svertka.evaluate.paired import differences, samples
from svertka.nets.fixed import Hog
from svertka.workbench.training import train_since


@pytest.fixture(scope="module")
def digits():
    return open_data("digits")


def features(pictures, contract):
    with torch.inference_mode():
        return Hog()(to_tensor(pictures.x, contract, torch.device("cpu"))).flatten(1).numpy()


def test_hog_with_one_layer_is_as_good_as_logistic_regression(digits, tmp_path):
    """Both are linear in the same 144 features, learn from the same 5,951 digits and answer for
    the same 1,000 that neither has seen. What is noise is the paired test's to say: two answers
    that differ on some 5% of 1,000 pictures have a difference with a standard error of 0.7 points,
    so that more than about 1.4 would not be noise."""
    run = train_since(
        time.monotonic(), "digits", "hog-fc{classes}", epochs=15, seed=0, out=tmp_path / "run"
    )
    x, test = features(digits.train, digits.contract), digits.test
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # at 150 steps it is close enough
        regression = LogisticRegression(C=10, max_iter=150).fit(x, digits.train.y)
    theirs = regression.predict(features(test, digits.contract))
    ours = run.predictor.probabilities(test).argmax(1)
    of_ours, of_theirs = (samples(test.y, a[None], 10)["accuracy"] for a in (ours, theirs))
    assert of_ours.value == pytest.approx(run.scores.accuracy)
    assert of_theirs.value == pytest.approx(np.mean(theirs == test.y))
    (difference,) = differences([(of_ours, of_theirs)])
    assert of_ours.value > 0.91
    assert difference.p > 0.05
    assert difference.high - difference.low < 0.035  # the test could have told 1.75 points
