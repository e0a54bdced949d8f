"""Convolution by products of matrices agrees with torch's own, and is taken on small maps."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from svertka.grammar import resolve
from svertka.nets import convolution
from svertka.nets.build import build
from svertka.nets.catalogue import find
from svertka.nets.convolution import Conv2d


def twins(*sizes, **keys):
    """Ours and torch's with the same weights, in double precision."""
    ours = Conv2d(*sizes, **keys).double()
    theirs = nn.Conv2d(*sizes, **keys).double()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def learned(conv, x, seed=0):
    """Its output, and the gradients of pictures, weights and biases for a random one."""
    conv.zero_grad()
    x = x.clone(memory_format=torch.preserve_format).requires_grad_()
    y = conv(x)
    generator = torch.Generator().manual_seed(seed)
    y.backward(torch.randn(y.shape, generator=generator, dtype=torch.float64).to(y.dtype))
    return [y.detach(), x.grad, *(p.grad.clone() for p in conv.parameters())]


def assert_same(ours, theirs, x, tolerance=1e-10):
    found, wanted = learned(ours, x), learned(theirs, x)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one.shape == other.shape
        assert torch.allclose(one, other, atol=tolerance, rtol=tolerance)


side = st.integers(1, 3)


@given(
    sizes=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    kernel=st.tuples(side, side),
    stride=st.tuples(side, side),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    channels=st.integers(1, 3),
    bias=st.booleans(),
    last=st.booleans(),
    many=st.sampled_from([0, 2**20]),
)
@settings(max_examples=150, deadline=None)
def test_products_agree_with_torch(sizes, kernel, stride, padding, channels, bias, last, many):
    if any(s + 2 * p < k for s, p, k in zip(sizes, padding, kernel, strict=True)):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "_MANY", many)
        patch.setattr(convolution, "_FILTERS_A_PLACE", 0)
        torch.manual_seed(0)
        ours, theirs = twins(channels, 4, kernel, stride=stride, padding=padding, bias=bias)
        x = torch.randn(3, channels, *sizes, dtype=torch.float64)
        if last:
            x = x.contiguous(memory_format=torch.channels_last)
        assert ours._has_small_maps(x)
        assert_same(ours, theirs, x)


def test_a_layer_of_a_large_net_agrees_in_the_precision_of_training():
    """512 filters of 3x3x256 on maps of 2x2, as in resnet18: more weights than ``_MANY``."""
    torch.manual_seed(0)
    ours, theirs = twins(256, 512, 3, stride=2, padding=1, bias=False)
    x = torch.randn(8, 256, 4, 4, dtype=torch.float64)
    assert ours.weight.numel() >= convolution._MANY
    assert_same(ours, theirs, x)
    exact = learned(theirs, x)
    for conv in (ours.float(), theirs.float()):
        with torch.autocast("cpu", torch.bfloat16):
            found = learned(conv, x.float())
        assert found[0].dtype == torch.bfloat16
        assert found[1].dtype == found[2].dtype == torch.float32
        for one, other in zip(found, exact, strict=True):
            assert (one - other).abs().max() < 0.02 * other.abs().max()


def test_where_products_are_taken():
    def taken(x, conv):
        return "_Products" in type(conv(x).grad_fn).__name__

    small, large = torch.zeros(2, 8, 4, 4), torch.zeros(2, 8, 5, 5)
    assert taken(small, Conv2d(8, 64, 3, padding=1))  # 64 filters, 16 places
    assert not taken(large, Conv2d(8, 64, 3, padding=1))  # 25 places
    assert not taken(small, Conv2d(8, 63, 3, padding=1))
    assert not taken(small, Conv2d(8, 64, 3, padding=1, groups=8))
    assert not taken(small, Conv2d(8, 64, 3, padding=2, dilation=2))
    assert not taken(small, Conv2d(8, 64, 3, padding=1).eval())


def test_answers_are_torchs_own_bit_for_bit():
    ours, theirs = twins(8, 64, 3, padding=1)
    x = torch.randn(2, 8, 4, 4, dtype=torch.float64)
    assert torch.equal(ours.eval()(x), theirs.eval()(x))
    with torch.no_grad():
        assert torch.equal(ours.train()(x), theirs(x))


def test_what_is_frozen_gets_no_gradient():
    torch.manual_seed(0)
    ours, theirs = twins(4, 64, 3, padding=1)
    x = torch.randn(2, 4, 3, 3, dtype=torch.float64)
    for conv in (ours, theirs):
        conv.weight.requires_grad_(False)
        conv(x).square().sum().backward()
    assert ours.weight.grad is None
    assert torch.allclose(ours.bias.grad, theirs.bias.grad)


def test_a_whole_net_learns_the_same(monkeypatch):
    torch.manual_seed(0)
    ours = build(resolve(find("resnet18"), input=(3, 32, 32), classes=5)).double()
    theirs = copy.deepcopy(ours)
    x, y = torch.randn(4, 3, 32, 32, dtype=torch.float64), torch.tensor([0, 1, 2, 3])
    nn.functional.cross_entropy(ours(x), y).backward()
    monkeypatch.setattr(convolution, "_FILTERS_A_PLACE", 10**9)
    nn.functional.cross_entropy(theirs(x), y).backward()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(one.grad, other.grad, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("many", [0, 2**20])
def test_gradients_have_gradients(monkeypatch, many):
    """For penalties on gradients, and for a gradient of each picture."""
    monkeypatch.setattr(convolution, "_MANY", many)
    torch.manual_seed(0)
    conv = Conv2d(2, 16, 3, stride=2, padding=1).double()
    x = torch.randn(2, 2, 4, 3, dtype=torch.float64, requires_grad=True)
    assert conv._has_small_maps(x)
    assert torch.autograd.gradgradcheck(conv, (x,))
    assert torch.autograd.gradcheck(
        lambda weight: torch.func.functional_call(conv, {"weight": weight}, (x.detach(),)),
        (conv.weight,),
    )

    def loss(weights, picture):
        return torch.func.functional_call(conv, weights, (picture[None],)).square().sum()

    weights = dict(conv.named_parameters())
    each = torch.func.vmap(torch.func.grad(loss), (None, 0))(weights, x.detach())
    for place, picture in enumerate(x.detach()):
        conv.zero_grad()
        conv(picture[None]).square().sum().backward()
        assert torch.allclose(each["weight"][place], conv.weight.grad)
        assert torch.allclose(each["bias"][place], conv.bias.grad)
