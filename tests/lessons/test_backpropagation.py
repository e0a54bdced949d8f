"""Gradients by hand against torch's autograd."""

import numpy as np
import pytest
import torch

from svertka.lessons.backpropagation import Y, neuron, small, two_layers
from svertka.lessons.registry import find


@pytest.mark.parametrize("values", list(find("backpropagation").every()), ids=str)
def test_the_small_graph(values):
    x, y, z = (torch.tensor(float(v), requires_grad=True) for v in (values["x"], Y, values["z"]))
    q = x + y
    q.retain_grad()
    f = q * z
    f.backward()
    found = small(values["x"], Y, values["z"])
    assert found["f"] == f.item()
    for name, one in (("dq", q), ("dx", x), ("dy", y), ("dz", z)):
        assert found[name] == one.grad.item()
    state = find("backpropagation").state(values)
    assert state["numbers"]["nudged"] == pytest.approx(x.grad.item(), abs=1e-6)
    nodes = {node["name"]: node for node in state["views"]["graph"]["nodes"]}
    for name in ("f", "q"):  # upstream times local is downstream
        for below, local in zip(nodes[name]["of"], nodes[name]["local"], strict=True):
            assert nodes[below]["gradient"] == nodes[name]["gradient"] * local


def test_the_neuron():
    numbers = [torch.tensor(v, requires_grad=True) for v in (2.0, -1.0, -3.0, -2.0, -3.0)]
    w0, x0, w1, x1, b = numbers
    f = torch.sigmoid(w0 * x0 + w1 * x1 + b)
    f.backward()
    found, gradients = neuron(2, -1, -3, -2, -3)
    assert found == pytest.approx(f.item())
    assert gradients == pytest.approx([one.grad.item() for one in numbers], rel=1e-5)


def test_two_layers():
    random = np.random.default_rng(3)
    x, w1, w2, wanted = (random.normal(size=size) for size in ((7,), (5, 7), (3, 5), (3,)))
    tensors = {"x": x, "W1": w1, "W2": w2}
    tensors = {name: torch.tensor(v, requires_grad=True) for name, v in tensors.items()}
    h = torch.relu(tensors["W1"] @ tensors["x"])
    h.retain_grad()
    s = tensors["W2"] @ h
    ((s - torch.tensor(wanted)) ** 2).sum().backward()
    found = two_layers(x, w1, w2, wanted)
    np.testing.assert_allclose(found["s"], s.detach().numpy())
    for name, one in {**tensors, "h": h}.items():
        np.testing.assert_allclose(found[name], one.grad.numpy(), atol=1e-12)
        assert found[name].shape == tuple(one.shape)
