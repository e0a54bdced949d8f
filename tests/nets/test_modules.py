"""Residual branches that begin at zero."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find
from svertka.nets.modules import zero_branches

# Blocks with a sum, counted by hand: ResNet's 2+2+2+2 and 3+4+6+3; EfficientNet-Lite's repeated
# blocks 0+1+1+2+2+3+0, as the first of each stage has no shortcut.
BLOCKS = {
    "resnet18": 8,
    "resnet50": 16,
    "resnext50_32x4d": 16,
    "efficientnet_lite0": 9,
    "densenet121": 0,
    "googlenet": 0,
    "vgg11_bn": 0,
    "preact_resnet50": 0,  # its branches end in a convolution
}


@pytest.mark.parametrize(("name", "blocks"), BLOCKS.items())
def test_every_residual_block_counts(name, blocks):
    assert zero_branches(build(resolve(find(name)))) == blocks


def test_a_block_passes_on_its_input_and_still_learns():
    net = build(resolve("conv4-(id + conv4-bn-relu-conv4-bn)", input=(3, 8, 8)))
    assert zero_branches(net) == 1
    net.train()
    x = torch.randn(2, 3, 8, 8)
    first = dict(net.named_children())["conv1"]
    torch.testing.assert_close(net(x), first(x), rtol=0, atol=0)
    net(x).square().sum().backward()
    assert all(norm.weight.grad is not None for norm in _norms(net))
    assert _norms(net)[-1].weight.grad.abs().min() > 0


def test_a_shortcut_stays_as_it_is():
    net = build(
        resolve("a(n) = conv{n}-bn\n(conv8k1s2-bn + conv8s2-bn-relu-a(8))-gap", input=(3, 8, 8))
    )
    assert zero_branches(net) == 1
    assert [float(norm.weight.detach().sum()) for norm in _norms(net)] == [8, 8, 0]


def test_equal_branches_and_concatenations_stay_as_they_are():
    for text in ("(conv8-bn + conv8k5-bn)-gap", "conv8-(id | conv8-bn)-gap"):
        assert zero_branches(build(resolve(text, input=(3, 8, 8)))) == 0


def _norms(net: nn.Module) -> list[nn.BatchNorm2d]:
    return [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
