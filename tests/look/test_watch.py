from __future__ import annotations

import pytest
import torch
from torch import nn

from looked import Foreign, foreign
from svertka.errors import UnknownName
from svertka.look.watch import layers_of, still, watch
from svertka.nets.modules import Add

X = torch.randn(2, 3, 20, 16, generator=torch.Generator().manual_seed(1))


def seen(net, *names, **how):
    with still(net), watch(net, names or None, **how) as calls:
        net(X)
    return calls


def hooks(net):
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in net.modules())


def test_layers_are_the_parts_without_parts():
    names = ("stem", "block.conv1", "block.bn1", "block.relu", "block.conv2", "head")
    assert layers_of(foreign()) == names


def test_values_are_those_of_the_steps_by_hand():
    net = foreign()
    calls = seen(net)
    names = ["stem", "block.conv1", "block.bn1", "block.relu", "block.conv2", "block.relu:2"]
    assert list(calls) == [*names, "head"]
    assert all(call.live is None and call.gradient is None for call in calls.values())
    with torch.no_grad():
        stem = net.stem(X)
        block, x = net.block, nn.functional.max_pool2d(stem.relu(), 2)
        normed = block.bn1(block.conv1(x))
        conv2 = block.conv2(normed.relu())
    assert torch.equal(calls["stem"].output, stem)
    # a ReLU in place comes after this, and a sum in place after the next
    assert torch.equal(calls["block.bn1"].output, normed)
    assert (calls["block.bn1"].output < 0).any()
    assert torch.equal(calls["block.relu"].output, normed.relu())
    assert torch.equal(calls["block.conv2"].output, conv2)
    assert torch.equal(calls["block.relu:2"].output, (conv2 + x).relu())


def test_inputs_are_those_before_a_layer_that_works_in_place():
    calls = seen(foreign(), inputs=True)
    (given,) = calls["block.relu"].inputs
    assert torch.equal(given, calls["block.bn1"].output)
    (given,) = calls["block.relu:2"].inputs
    assert (given < 0).any()


def test_all_inputs_of_a_layer_with_several_are_kept():
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.add = Add()

        def forward(self, x):
            return self.add(x, x + 1)

    assert len(seen(Twice(), inputs=True)["add"].inputs) == 2


def test_only_what_was_asked_for_is_kept():
    assert list(seen(foreign(), "block.conv2", "head")) == ["block.conv2", "head"]
    assert list(seen(foreign(), "block.relu")) == ["block.relu", "block.relu:2"]
    assert list(seen(foreign(), "block.relu:2")) == ["block.relu:2"]
    assert list(seen(foreign(), "block")) == ["block"]
    told = []
    assert seen(foreign(), on_call=lambda call: told.append(call.name)) == {}
    assert len(told) == 7


def test_a_second_pass_takes_the_place_of_the_first():
    net = foreign()
    with still(net), watch(net) as calls:
        net(X)
        net(X[:1])
    assert len(calls) == 7
    assert all(len(call.output) == 1 for call in calls.values())


@pytest.mark.parametrize("name", ["block.conv3", "block.relu:x", "relu"])
def test_a_layer_that_does_not_exist_is_named(name):
    with pytest.raises(UnknownName, match="There is no layer"):
        seen(foreign(), name)


def test_gradients_equal_those_of_autograd():
    net = foreign()
    x = X.clone().requires_grad_()
    with still(net, gradients=True), watch(net, gradients=True) as calls:
        net(x)[:, 1].sum().backward(retain_graph=True)
    normed = calls["block.bn1"].output.requires_grad_()
    block, head = net.block, net.head
    before = nn.functional.max_pool2d(calls["stem"].output.relu(), 2)
    end = (block.conv2(normed.relu()) + before).relu().mean((2, 3))
    expected = torch.autograd.grad(head(end)[:, 1].sum(), normed)[0]
    torch.testing.assert_close(calls["block.bn1"].gradient, expected)
    assert torch.equal(calls["head"].gradient, torch.eye(4)[[1, 1]])
    live = calls["block.bn1"].live
    assert torch.equal(live, calls["block.bn1"].output)
    assert torch.autograd.grad(live.sum(), x)[0].any()
    assert calls["block.relu"].gradient.shape == calls["block.relu"].output.shape


def test_everything_is_as_it_was_after_looking_and_after_errors():
    net = Foreign().train()
    net.block.bn1.eval()
    net.head.weight.grad = before = torch.ones_like(net.head.weight)
    state = {name: value.clone() for name, value in net.state_dict().items()}
    modes = [part.training for part in net.modules()]
    torch.manual_seed(3)
    random = torch.get_rng_state()
    with still(net, gradients=True), watch(net, gradients=True):
        torch.rand(5)
        net(X.clone().requires_grad_()).sum().backward()
    assert hooks(net) == 0
    with pytest.raises(RuntimeError), still(net), watch(net, inputs=True):
        net(torch.rand(1, 5, 9, 9))
    assert [part.training for part in net.modules()] == modes
    assert torch.equal(torch.get_rng_state(), random)
    assert net.head.weight.grad is before
    assert net.stem.weight.grad is None
    assert all(torch.equal(value, state[name]) for name, value in net.state_dict().items())
    assert hooks(net) == 0
    assert torch.is_grad_enabled()


def test_training_goes_on_where_the_mode_is_the_callers():
    net = Foreign().train()
    with watch(net, ["block.conv1"], gradients=True) as calls:
        net(X).sum().backward()
    assert net.stem.weight.grad is not None
    assert calls["block.conv1"].gradient is not None
    assert net.training
