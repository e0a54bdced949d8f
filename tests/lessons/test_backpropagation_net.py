"""The net of 1986 against torch's autograd, finite differences and the paper's own weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from svertka.lessons.backpropagation_net import MOMENTS, experiment, looking
from svertka.lessons.two_layers import learn, pictures, sweep


@pytest.mark.parametrize("task", ["xor", "parity", "symmetry"])
def test_gradients_equal_autograd(task):
    x, wanted = pictures(task)
    random = np.random.default_rng(0)
    weights = [random.normal(size=(x.shape[1] + 1, 3)), random.normal(size=4)]
    answer, *gradients = sweep(x, wanted, *weights)
    first, second = (torch.tensor(one, requires_grad=True) for one in weights)
    one = torch.ones(len(x), 1, dtype=torch.float64)
    hidden = torch.sigmoid(torch.cat([torch.tensor(x), one], 1) @ first)
    given = torch.sigmoid(torch.cat([hidden, one], 1) @ second)
    ((given - torch.tensor(wanted)) ** 2).sum().div(2).backward()
    assert np.allclose(answer, given.detach(), atol=1e-12)
    for mine, theirs in zip(gradients, (first.grad, second.grad), strict=True):
        assert np.allclose(mine, theirs, atol=1e-12)


@pytest.mark.parametrize("moment", MOMENTS)
def test_graph_equals_autograd(moment):
    """Every node's gradient; and the table's are the weights' own."""
    outcome = looking(moment)
    first, second, _ = learn("xor", 2, 3, MOMENTS[moment])
    w, v = (torch.tensor(one, requires_grad=True) for one in (first, second))
    kept = {"x": torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)}
    kept["s"] = kept["x"] @ w[:2] + w[2]
    kept["h"] = torch.sigmoid(kept["s"])
    kept["t"] = kept["h"] @ v[:2] + v[2]
    kept["y"] = torch.sigmoid(kept["t"])
    loss = (kept["y"] - 1) ** 2 / 2
    for one in kept.values():
        one.retain_grad()
    loss.backward()
    wanted = [*kept["x"].grad, *kept["s"].grad, *kept["h"].grad, kept["t"].grad, kept["y"].grad, 1]
    nodes = outcome.views["graph"].nodes
    assert [node.gradient for node in nodes] == pytest.approx([float(one) for one in wanted])
    assert nodes[-1].value == pytest.approx(loss.item())
    by = {node.name: node for node in nodes}
    for node in nodes:  # downstream = sum over what it goes to of upstream x local
        goes = [(n, n.local[list(n.of).index(node.name)]) for n in nodes if node.name in n.of]
        if goes:
            flows = sum(by[n.name].gradient * local for n, local in goes)
            assert node.gradient == pytest.approx(flows)
    gradients = [row[-1] for row in outcome.views["table"].rows]
    expected = [*w.grad[:2, 0], *w.grad[:2, 1], *v.grad[:2]]
    assert gradients == pytest.approx([float(one) for one in expected])


def test_hidden_neurons_make_the_corners_separable():
    space = looking("end").views["space"]
    rows = np.column_stack([space.x, space.y, np.ones(4)])
    line = np.linalg.lstsq(rows, np.array([-1, 1, 1, -1]), rcond=None)[0]
    assert (np.sign(rows @ line) == [-1, 1, 1, -1]).all()


@pytest.mark.parametrize(
    ("task", "hidden", "solved"),
    [("xor", 1, False), ("xor", 2, True), ("parity", 2, False), ("parity", 4, True)],
)
def test_tasks(task, hidden, solved):
    numbers = experiment(task, hidden, start=3).numbers
    assert numbers["solved"] == solved
    assert (numbers["wrong"] == 0) == solved


def test_some_first_weights_fail():
    assert not experiment("xor", 2, start=1).numbers["solved"]


def test_symmetry_has_the_papers_weights():
    """Nature 323, figure 1: antisymmetric, sizes 1:2:4, so that 64 rows make 8 different sums."""
    first, _, found = learn("symmetry", 2, 3)
    assert 300 < len(found) < 2000  # 1,425 in the paper
    for weights in first[:6].T:
        assert np.allclose(weights, -weights[::-1], rtol=0.03)
        assert np.sort(np.abs(weights[:3])) / np.abs(weights[:3]).min() == pytest.approx(
            [1, 2, 4], rel=0.05
        )
    numbers = experiment("symmetry", 2, 3).numbers
    assert numbers["solved"]
    assert numbers["wrong"] == 0
