"""Boltzmann machines against exact likelihood and scikit-learn; the stored result against PCA."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.neural_network import BernoulliRBM

import svertka
from svertka.lessons.autoencoder import (
    autoencoder,
    boltzmann,
    digits,
    errors,
    finetune,
    hidden_of,
    stack,
    unrolled,
)
from svertka.lessons.boltzmann import components

PATTERNS = torch.tensor([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]])
ALL = torch.tensor(list(itertools.product((0.0, 1.0), repeat=4)))


def log_probability(machine, rows):
    """Exactly: minus the free energy, less the sum over all 16 pictures."""

    def free(seen):
        weights, below, above = machine
        return seen @ below + torch.nn.functional.softplus(seen @ weights + above).sum(1)

    return free(rows) - free(ALL).logsumexp(0)


def test_dreams_come_to_look_like_what_was_seen():
    data = PATTERNS.repeat(200, 1)
    first = boltzmann(data, 3, seed=0, epochs=0)
    learned = boltzmann(data, 3, seed=0, epochs=100)
    before, after = (float(log_probability(one, PATTERNS).exp().sum()) for one in (first, learned))
    assert before == pytest.approx(3 / 16, abs=0.05)
    assert after > 0.75
    # Better than any machine without hidden units, whose pixels are independent.
    alone = data.mean(0)
    apart = (PATTERNS * alone.log() + (1 - PATTERNS) * (1 - alone).log()).sum(1)
    assert log_probability(learned, PATTERNS).mean() > apart.mean()


def test_hidden_units_are_scikit_learns():
    data = torch.rand(7, 4, generator=torch.Generator().manual_seed(0))
    machine = boltzmann(PATTERNS, 3, seed=0, epochs=5)
    peer = BernoulliRBM(3)
    peer.components_, peer.intercept_hidden_ = machine[0].T.numpy(), machine[2].numpy()
    found = peer.transform(data.numpy())
    assert np.allclose(found, hidden_of(data, machine, linear=False), atol=1e-6)


def test_unrolled_net_is_the_stack_and_its_mirror():
    data = torch.rand(300, 12, generator=torch.Generator().manual_seed(0))
    sizes = (12, 8, 6, 2)
    machines = stack(data, sizes, seed=0)
    assert [tuple(one[0].shape) for one in machines] == [(12, 8), (8, 6), (6, 2)]
    code = data
    for i, machine in enumerate(machines):
        code = hidden_of(code, machine, linear=i == 2)
    up = code
    for weights, below, _ in machines[::-1]:
        up = (up @ weights.T + below).sigmoid()
    net = unrolled(machines, sizes)
    assert torch.allclose(net(data).sigmoid(), up, atol=1e-6)
    assert np.allclose(errors(net, data), ((up - data) ** 2).sum(1), atol=1e-5)


def test_polishing_lowers_the_error():
    data = torch.rand(200, 12, generator=torch.Generator().manual_seed(1)).round()
    curve = finetune(autoencoder((12, 8, 4), 0, relu=True), data, data, seed=0, epochs=5)
    assert len(curve) == 6
    assert curve[-1] < curve[0]


@pytest.mark.parametrize("code", [2, 30])
def test_stored_error_of_pca_is_scikit_learns(code):
    data, unseen = digits("train").numpy(), digits("test").numpy()
    peer = PCA(code, svd_solver="covariance_eigh").fit(data)
    again = peer.inverse_transform(peer.transform(unseen))
    numbers = svertka.lesson("boltzmann", code=code).numbers
    assert numbers["pca"] == pytest.approx(((unseen - again) ** 2).sum(1).mean(), rel=1e-4)
    assert numbers["mean"] == pytest.approx(((unseen - data.mean(0)) ** 2).sum(1).mean(), rel=1e-4)


def test_components_span_what_scikit_learns_do():
    _, axes = components(5)
    peer = PCA(5, svd_solver="covariance_eigh").fit(digits("train").numpy()).components_
    assert np.allclose(np.abs(axes.numpy() @ peer.T), np.eye(5), atol=1e-3)


@pytest.mark.parametrize("code", [2, 30])
def test_pretraining_wakes_the_net(code):
    state = svertka.lesson("boltzmann", code=code).state({"code": code})
    bars = state["views"]["errors"]
    mean, pca, random, stacked, today = zip(bars["low"], bars["values"], bars["high"], strict=True)
    for low, value, high in (mean, pca, random, stacked, today):
        assert low < value < high
    assert stacked[2] < pca[0], "intervals apart"
    assert stacked[2] < random[0]
    assert state["numbers"]["told_net"] > state["numbers"]["told_pca"] + 0.1


@pytest.mark.parametrize("code", [2, 30])
def test_what_is_said_of_straight_lines_follows_from_the_errors(code):
    numbers = svertka.lesson("boltzmann", code=code).numbers
    assert ("worse" in numbers["straight"]["en"]) == (numbers["pca"] > numbers["random"])
    assert numbers["times"] == pytest.approx(numbers["random"] / numbers["pca"], rel=1e-5)
