"""Fully connected: counts by hand and by torch, the unrolled picture, templates of digits."""

import numpy as np
import pytest
import torch

import svertka
from svertka.lessons.fully_connected import _mosaic, templates, unrolled, weights


def test_a_picture_becomes_one_row():
    picture = np.arange(28 * 28).reshape(28, 28)
    assert unrolled(picture).tolist() == list(range(784))
    assert torch.equal(torch.tensor(unrolled(picture)), torch.tensor(picture).flatten())


@pytest.mark.parametrize(("side", "neurons"), [(28, 10), (28, 100), (500, 10), (1000, 100)])
def test_weights_are_pixels_times_neurons(side, neurons):
    layer = torch.nn.Linear(side * side, neurons, device="meta")
    assert weights(side, neurons) == layer.weight.numel() == side * side * neurons


def test_the_lectures_counts():
    numbers = svertka.lesson("fully-connected", side=500).numbers
    assert numbers["length"] == 784
    assert numbers["first"] == 7840
    assert numbers["weights"] == numbers["large"] == 250_000 * 10


def test_templates_look_for_ink_where_their_digit_has_it():
    """Of the ten templates, each agrees best with the mean picture of its own class."""
    learned, accuracy = templates(10)
    digits = svertka.open_data("digits").train
    x = digits.x[..., 0] / 255
    means = np.stack([x[digits.numbers == k].mean(0) for k in range(10)]) - x.mean(0)
    agreement = np.einsum("khw,chw->kc", learned, means)
    assert agreement.argmax(1).tolist() == list(range(10))
    assert 0.87 < accuracy < 0.93


def test_no_ink_no_learning():
    """Where no training digit has ink, the weights of two trainings differ by nothing but decay."""
    learned, _ = templates(10)
    start = next(svertka.build("fc10", input=(1, 28, 28), classes=10).parameters())
    begun = start.detach().numpy().reshape(10, 28, 28)
    empty = (svertka.open_data("digits").train.x[..., 0] == 0).all(0)
    assert empty.sum() > 50
    ratio = learned[:, empty] / begun[:, empty]
    assert np.ptp(ratio) < 1e-3


def test_a_hundred_templates_in_one_picture():
    pictures = np.arange(100 * 28 * 28, dtype=np.float32).reshape(100, 28, 28)
    mosaic = _mosaic(pictures)
    np.testing.assert_array_equal(mosaic[29 * 3 : 29 * 3 + 28, 29 * 7 : 29 * 7 + 28], pictures[37])
