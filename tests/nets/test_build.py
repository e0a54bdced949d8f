from __future__ import annotations

import copy
import time

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from torch import nn

from random_nets import fitting
from svertka.errors import UsageError
from svertka.grammar import resolve
from svertka.grammar.naming import TAKEN
from svertka.nets.build import build
from svertka.nets.modules import Net


def outputs(net, x):
    """The shape of every module's output, for one picture."""
    shapes = {}

    def keep(name):
        return lambda _module, _inputs, output: shapes.__setitem__(name, tuple(output.shape[1:]))

    hooks = [module.register_forward_hook(keep(name)) for name, module in net.named_modules()]
    with torch.no_grad():
        net(x)
    for hook in hooks:
        hook.remove()
    return shapes


def check_equal(plan):
    """The built module has the plan's shapes and parameters, layer by layer."""
    net = build(plan).eval()
    shapes = outputs(net, torch.randn(2, *plan.input))
    assert shapes[""] == plan.output
    for layer in plan.layers:
        if layer.kind == "softmax":
            continue
        module = net.get_submodule(layer.path)
        assert sum(p.numel() for p in module.parameters()) == layer.parameters, layer.path
        if not layer.side:
            assert shapes[layer.path] == layer.output, layer.path
    assert sum(p.numel() for p in net.parameters()) == plan.parameters
    return net


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(fitting())
def test_the_module_equals_the_plan(drawn):
    text, size = drawn
    plan = resolve(text, input=size)
    # small enough for a test: a transposed convolution in 3-D can ask for gigabytes
    assume(max(plan.parameters, plan.activation_bytes, plan.multiply_adds / 100) < 10**6)
    check_equal(plan)


def test_modules_are_named_by_the_definitions():
    net = build(resolve("block(n) = (id + conv{n}-bn)-relu\nconv8-block(8)*2-gap-fc2"))
    names = [name for name, _ in net.named_modules() if name]
    block = ["", ".conv", ".bn", ".add", ".relu"]
    blocks = [f"block{i}{name}" for i in (1, 2) for name in block]
    assert names == ["conv", *blocks, "gap", "fc"]
    assert "block2.bn.running_mean" in net.state_dict()


def test_no_attribute_of_a_module_is_hidden():
    ours = {name for name in dir(Net({}, ())) if not name.startswith("_")}
    assert ours <= TAKEN | {"T_destination"}


def test_branches_compute_what_they_say():
    x = torch.randn(3, 4, 5, 5)
    net = build(resolve("(conv4 + id + relu)", input=(4, 5, 5)))
    assert torch.equal(net(x), net.conv(x) + x + x.relu())
    net = build(resolve("(relu | id | conv2)", input=(4, 5, 5)))
    assert torch.equal(net(x), torch.cat([x.relu(), x, net.conv(x)], 1))


def test_layers_compute_what_they_say():
    x = torch.randn(2, 6, 9, 9)

    def of(text):
        return build(resolve(text, input=(6, 9, 9))).eval()(x)

    functional = nn.functional
    assert torch.equal(of("gap"), x.mean((2, 3)))
    assert torch.equal(of("maxpool3s2p1"), functional.max_pool2d(x, 3, 2, 1))
    assert torch.equal(of("maxpool2c"), functional.max_pool2d(x, 2, ceil_mode=True))
    assert torch.equal(of("avgpool3s1p1"), functional.avg_pool2d(x, 3, 1, 1))
    assert torch.equal(of("up3"), x.repeat_interleave(3, 2).repeat_interleave(3, 3))
    assert torch.equal(of("leaky0.2"), torch.where(x > 0, x, 0.2 * x))
    assert torch.equal(of("softmax")[:0], of("fc10")[:0])


def test_local_response_normalisation_is_the_papers():
    x = torch.randn(1, 7, 3, 3)
    y = build(resolve("lrn", input=(7, 3, 3)))(x)
    for channel in range(7):
        near = x[:, max(0, channel - 2) : channel + 3]
        scale = (2 + 1e-4 * near.square().sum(1)) ** 0.75
        torch.testing.assert_close(y[:, channel], x[:, channel] / scale)


def test_weights_come_from_the_seed_alone():
    plan = resolve("conv8-bn-relu-conv8-relu-pool-fc16-tanh-fc4")
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first, again, other = build(plan), build(plan), build(plan, seed=1)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(map(torch.equal, first.parameters(), again.parameters()))
    assert not torch.equal(first.conv1.weight, other.conv1.weight)


def test_weights_keep_the_size_of_the_signal():
    """He et al. 2015: with a gain of 2 the signal neither dies nor grows through 30 ReLU layers."""
    net = build(resolve("[conv64k1-relu]*30", input=(64, 16, 16)))
    with torch.no_grad():
        y = net(torch.randn(4, 64, 16, 16))
    assert 0.2 < float(y.square().mean()) < 5
    assert float(net.conv1.weight.detach().var()) == pytest.approx(2 / 64, rel=0.05)
    tanh = build(resolve("fc1000-tanh-fc10", input=(500,)))
    assert float(tanh.fc1.weight.detach().var()) == pytest.approx(1 / 500, rel=0.02)
    assert not tanh.fc1.bias.any()


def test_side_classifiers_answer_while_training_only():
    plan = resolve("conv4-relu-aux(gap-fc{classes})-conv4-gap-fc{classes}", classes=3)
    assert plan.output == (3,)
    assert plan.side_parameters == 15
    net = check_equal(plan).train()
    x = torch.randn(5, 1, 28, 28)
    with torch.no_grad():
        net(x)
    (side,) = net.side_logits()
    assert side.shape == (5, 3)
    assert net.side_logits() == []
    net.eval()(x)
    assert net.side_logits() == []
    copy.deepcopy(net)


def test_a_net_too_large_to_build_is_refused():
    plan = resolve("fc1000000-fc1000000", input=(1, 28, 28))
    with pytest.raises(UsageError, match="4,003 GB of weights"):
        build(plan)


def test_running_a_net_costs_no_more_than_its_layers():
    """Our chain against torch's own Sequential of the same layers, on a picture of one pixel."""
    net = build(resolve("[conv4k1-relu]*20", input=(4, 1, 1))).eval()
    plain = nn.Sequential(*net.children())
    x = torch.zeros(1, 4, 1, 1)

    def seconds(module):
        start = time.process_time()
        for _ in range(20):
            module(x)
        return time.process_time() - start

    with torch.no_grad():
        pairs = [(seconds(net), seconds(plain)) for _ in range(15)]
    ours, theirs = (min(column) for column in zip(*pairs, strict=True))
    assert ours < 1.3 * theirs
