"""The cheaper forms of a network against the plain module, layer for layer as it was built."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from sourced import shaken, small
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.catalogue import names
from svertka.predict.fast import fast, folded

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
FEW = (
    "resnet18", "densenet121", "googlenet", "efficientnet_lite0", "alexnet", "preact_resnet50",
    "four_eight_hog", "four_eight_fixed", "house_s", "house_l", "resnext50_32x4d", "unet", "mlp",
)  # fmt: skip


def of_text(text, size):
    return shaken(build(resolve(text, input=size, classes=3))), size


def answers(net, other, size, count=4):
    x = torch.randn(count, *size, generator=torch.Generator().manual_seed(1))
    if x.ndim == 4:
        x = x.contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        return net(x), other(x)


def norms(net):
    return sum(isinstance(part, NORMS) for part in net.modules())


@pytest.mark.parametrize("name", FEW)
def test_nets_of_the_catalogue_answer_alike(name):
    assert name in names()
    plan = small(name)
    net = shaken(build(plan))
    for other, near in (
        (folded(net), 1e-5),
        (fast(net, bf16=False), 1e-5),
        (fast(net, bf16=True), 0.05),
    ):
        plain, found = answers(net, other, plan.input)
        assert found.dtype == torch.float32
        assert float((found - plain).abs().max() / plain.abs().max()) < near
    found = answers(net, fast(net, bf16=True), plan.input)
    assert not torch.equal(*found), "bf16 rounds: equal numbers mean that it did not compute"


@pytest.mark.parametrize(
    ("text", "size", "left"),
    [
        ("conv4-bn-relu-conv4-bn-relu-gap-fc3", (2, 9, 9), 0),
        ("conv4s2g2-bn-(id + conv4-bn-relu-conv4-bn)-relu-gap-fc3", (2, 9, 9), 0),
        # what a fork sees is not one's own
        ("conv4-(bn-relu | conv2-bn)-bn-gap-fc3", (2, 9, 9), 2),
        ("bn-conv4-relu-bn-flatten-fc8-bn-relu-fc3", (2, 5, 5), 2),
        ("b(n) = conv{n}k1-bn\nb(4)-bn-relu-gap-fc3", (2, 5, 5), 1),  # across a definition's end
        ("conv4k3d2-bn-leaky-conv4k5x3-bn-gap-fc3", (2, 11, 12), 0),
        ("conv4-bn-relu-gap-fc3", (2, 30), 0),
        ("conv4-bn-relu-gap-fc3", (2, 6, 6, 6), 0),
        ("deconv4k3-bn-relu-gap-fc3", (2, 6, 6), 1),
        ("fc8-bn-relu-fc3", (10,), 0),
        ("conv4k4s2p1-bn-relu-up2-maxpool2-drop-lrn-gap-fc3", (2, 12, 12), 0),
    ],
)
def test_what_is_folded_and_what_stays(text, size, left):
    net, size = of_text(text, size)
    assert norms(net) >= max(left, 1)
    one = folded(net)
    assert norms(one) == left
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    for other, near in ((one, 1e-5), (fast(net, bf16=False), 1e-5), (fast(net, bf16=True), 0.05)):
        plain, found = answers(net, other, size)
        assert float((found - plain).abs().max()) < near * float(plain.abs().max())
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_relu_is_taken_into_the_convolution_once():
    net, size = of_text("conv4-relu-relu-conv4-tanh-gap-fc3", (2, 8, 8))
    steps = fast(net, bf16=False).inner.steps
    assert steps == ("conv1", "relu2", "conv2", "tanh", "gap", "fc")
    with torch.inference_mode():
        x = torch.randn(2, *size)
        assert fast(net, bf16=False).inner.conv1(x).min() == 0
