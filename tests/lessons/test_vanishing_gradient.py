"""The three-weight chain against autograd; the flow in real nets against the room of looks."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

import svertka
from svertka.lessons.vanishing_gradient import STARTS, chain, digits, gradients, texts


@pytest.mark.parametrize(("skip", "wanted"), [(False, 1e-4), (True, 1.01e-2)])
def test_the_chain_is_what_autograd_gives(skip, wanted):
    """Weights and input of 0.1, and a loss of 0.1 times the end: every derivative is 0.1."""
    w1, w2, w3 = (torch.tensor(0.1, dtype=torch.float64, requires_grad=True) for _ in range(3))
    x1 = w1 * 0.1
    x3 = w3 * (w2 * x1) + (x1 if skip else 0)
    (0.1 * x3).backward()
    assert chain(0.1, skip) == pytest.approx(w1.grad.item(), rel=1e-12)
    assert chain(0.1, skip) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("name", list(texts(10, "relu")))
def test_gradients_are_those_that_a_look_measures(name):
    """At 10 layers and He's start float32 is exact enough for another way to measure."""
    text = texts(10, "relu")[name]
    x, y = digits()
    flow = svertka.look.gradient_flow(svertka.build(text), x.float(), y.numpy())
    weights = np.isin(flow.kinds, ("conv", "fc"))
    np.testing.assert_allclose(gradients(text, 1.0), flow.gradient[0, weights], rtol=2e-3)


@pytest.mark.parametrize("depth", [10, 50, 100])
def test_the_nets_are_as_deep_as_they_say(depth):
    for text in texts(depth, "relu").values():
        assert svertka.net(text).depth == depth


def test_small_first_weights_are_torchs_own():
    torch.manual_seed(0)
    drawn = torch.nn.Conv2d(64, 256, 3).weight.detach().std().item()
    he = (2 / (64 * 9)) ** 0.5
    assert drawn / he == pytest.approx(STARTS["torch"], rel=0.01)


def test_the_trained_nets_are_those_of_the_benchmark():
    root = Path(__file__).parent.parent.parent
    found = (root / "benchmarks/results/depth.md").read_text()
    said = str(svertka.lesson("vanishing-gradient"))
    for net in ("plain34", "resnet34"):
        accuracy = re.search(rf"{net} .*?([\d.]+%)", found)
        assert accuracy
        assert accuracy[1] in said


def test_what_the_text_says_of_the_lines():
    found = {
        (start, depth): svertka.lesson("vanishing-gradient", start=start, depth=depth).numbers
        for start, depth in (("torch", 10), ("torch", 100), ("he", 50), ("sigmoid", 50))
    }
    assert found["torch", 100]["plain"] < 1e-35 < 1e-6 < found["torch", 10]["plain"]
    assert 0.01 < found["torch", 10]["residual"] < found["torch", 100]["residual"] < 100
    assert 1e-4 < found["he", 50]["plain"] < 1  # He's first weights keep it alive
    assert found["he", 50]["residual"] > 1e3  # sums without norm swell
    assert found["torch", 100]["batch_norm"] > 1e4  # norm alone: growing towards the picture
    for numbers in found.values():
        assert 0.01 < numbers["both"] < 100
    flow = svertka.lesson("vanishing-gradient").state({"depth": 50, "start": "sigmoid"})
    plain = flow["views"]["flow"]["lines"][0]["y"]
    assert plain[0] < 1e-25 < 1e-3 < plain[-1]
