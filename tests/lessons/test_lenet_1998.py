"""LeNet-5 of 1998 against the paper's counts, loops, and a calculation by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

import svertka
from svertka.lessons.lenet import CODES, TABLE, counted, lenet_1998, loss_1998, squash


@pytest.fixture(scope="module")
def net():
    return lenet_1998(seed=0).double()


def test_counts_are_the_papers(net):
    """Section II.B: trainable parameters and connections of every layer."""
    assert counted(lenet_1998()) == [
        ("C1", 156, 122_304),
        ("S2", 12, 5_880),
        ("C3", 1_516, 151_600),
        ("S4", 32, 2_000),
        ("C5", 48_120, 48_120),
        ("F6", 10_164, 10_164),
        ("RBF", 0, 840),
    ]
    masked = sum((6 - len(maps)) * 25 for maps in TABLE)  # weights of C3 that see nothing
    assert sum(one.numel() for one in net.parameters()) - masked == 60_000
    numbers = svertka.lesson("lenet-1998").numbers
    assert (numbers["learned"], numbers["connections"]) == (60_000, 340_908)
    assert numbers["today"] == svertka.net("lenet5").parameters == 61_706


def test_squashing_keeps_one():
    assert squash(torch.tensor([1.0, -1.0, 0.0])).tolist() == pytest.approx([1, -1, 0], abs=1e-4)
    assert 1.7159 * math.tanh(2 / 3) == pytest.approx(1, abs=1e-4)


def test_layers_by_loops(net):
    x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        maps = {name: values[0].numpy() for name, values in net.maps(x).items()}
        weights = {name: values.numpy() for name, values in net.named_parameters()}
    assert (maps["input"].min(), maps["input"].max()) == pytest.approx((-0.1, 1.175), abs=0.01)

    def f(sums):
        return 1.7159 * np.tanh(2 / 3 * sums)

    def summed(c, name):
        four = c[:, ::2, ::2] + c[:, 1::2, ::2] + c[:, ::2, 1::2] + c[:, 1::2, 1::2]
        return f(four * weights[name][0] + weights[name][1])

    c1 = [correlate2d(maps["input"][0], w[0], "valid") for w in weights["c1.weight"]]
    assert np.allclose(maps["C1"], f(np.array(c1) + weights["c1.bias"][:, None, None]))
    assert np.allclose(maps["S2"], summed(maps["C1"], "s2"))
    for k, seen in enumerate(TABLE):
        parts = [correlate2d(maps["S2"][i], weights["c3.weight"][k, i], "valid") for i in seen]
        assert np.allclose(maps["C3"][k], f(sum(parts) + weights["c3.bias"][k]))
    assert np.allclose(maps["S4"], summed(maps["C3"], "s4"))
    c5 = f(weights["c5.weight"].reshape(120, -1) @ maps["S4"].ravel() + weights["c5.bias"])
    f6 = f(weights["f6.weight"] @ c5 + weights["f6.bias"])
    assert np.allclose(maps["F6"], f6)
    assert np.allclose(maps["RBF"], ((f6 - CODES) ** 2).sum(axis=1))


def test_table_is_the_papers():
    assert [len(maps) for maps in TABLE] == [3] * 6 + [4] * 9 + [6]
    assert len(set(map(frozenset, TABLE))) == 16
    seen = np.bincount([one for maps in TABLE for one in maps])
    assert seen.tolist() == [10] * 6  # every map of S2 is seen by ten of C3


def test_codes_differ():
    assert CODES.shape == (10, 84)
    assert set(CODES.ravel().tolist()) == {-1, 1}
    apart = [((a - b) ** 2).sum() for i, a in enumerate(CODES) for b in CODES[:i]]
    assert min(apart) >= 12


def test_loss_by_hand():
    """Distances 1, 3 of class 0: 1 + log(exp(-0.1) + exp(-1) + exp(-3))."""
    found = loss_1998(torch.tensor([[1.0, 3.0]]), torch.tensor([0]))
    expected = 1 + math.log(math.exp(-0.1) + math.exp(-1) + math.exp(-3))
    assert float(found) == pytest.approx(expected, rel=1e-6)


def test_stored_result():
    state = svertka.lesson("lenet-1998").state({"digit": 3})
    bars = state["views"]["errors"]
    for low, value, high in zip(bars["low"], bars["values"], bars["high"], strict=True):
        assert low <= value <= high < 0.05
    for digit in range(10):
        numbers = svertka.lesson("lenet-1998", digit=digit).numbers
        assert numbers["nearest"] == digit
