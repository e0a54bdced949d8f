"""Heat-maps beside captum's, loops and sums by hand."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients, LayerGradCam, Occlusion
from torch import nn

from svertka.data import InputContract
from svertka.errors import MissingExtra, UnknownName, UsageError
from svertka.grammar import resolve
from svertka.look.attribution import (
    attribute,
    grad_cam,
    integrated_gradients,
    last_with_places,
    occlusion,
)
from svertka.look.plain import unpacked
from svertka.look.subject import Subject
from svertka.nets.build import build

NET = "conv6-bn-relu-pool-(id + conv6-relu)-conv5-relu-gap-fc3"


def subject(text: str = NET, size: tuple[int, ...] = (2, 12, 16)) -> Subject:
    module = build(resolve(text, input=size, classes=3), seed=2)
    generator = torch.Generator().manual_seed(0)
    for part in module.modules():  # statistics that mean something
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_(generator=generator)
            part.running_var.uniform_(0.5, 2, generator=generator)
    return Subject(module)


def picture(size: tuple[int, ...] = (2, 12, 16)) -> torch.Tensor:
    return torch.randn(1, *size, generator=torch.Generator().manual_seed(1))


def logits(one: Subject, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return one.module.eval()(x)


@pytest.mark.parametrize("layer", ["conv1", "relu2", "conv3"])
@pytest.mark.parametrize("target", [0, 2])
def test_grad_cam_is_captums(layer: str, target: int) -> None:
    one, x = subject(), picture()
    cam = LayerGradCam(one.module.eval(), one.module.get_submodule(layer))
    wanted = cam.attribute(x, target=target, relu_attributions=True)
    wanted = nn.functional.interpolate(wanted, (12, 16), mode="bilinear", align_corners=False)
    found = grad_cam(one, x, target, layer=layer)
    np.testing.assert_allclose(found, wanted[0, 0].detach().numpy(), atol=1e-5)


def test_the_last_layer_with_places_by_hand() -> None:
    assert last_with_places(subject(), picture()) == "relu3"
    one = subject("conv2-gap-fc3")
    x, (weights, fc) = picture(), (one.module.get_submodule(n) for n in ("conv", "fc"))
    with torch.no_grad():
        maps = weights(x)[0]
        wanted = (fc.weight[1, :, None, None] / maps[0].numel() * maps).sum(0).clamp(min=0)
    np.testing.assert_allclose(grad_cam(one, x, 1), wanted.numpy(), atol=1e-6)
    with pytest.raises(UsageError, match="No layer of the network has places"):
        grad_cam(subject("gap-fc3"), x, 0)


@pytest.mark.parametrize("target", [0, 2])
def test_integrated_gradients_are_complete(target: int) -> None:
    one, x = subject(), picture()
    found = integrated_gradients(one, x, target, steps=200)
    wanted = logits(one, x)[0, target] - logits(one, torch.zeros_like(x))[0, target]
    assert float(found.sum()) == pytest.approx(float(wanted), abs=2e-3)
    assert abs(float(wanted)) > 0.02
    assert found.min() < 0 < found.max()
    theirs = IntegratedGradients(one.module.eval()).attribute(x, target=target, n_steps=200)
    np.testing.assert_allclose(found, theirs[0].sum(0).detach().numpy(), atol=1e-5)


def test_of_a_linear_net_they_are_weight_times_value() -> None:
    one, x = subject("fc3"), picture()
    weight = one.module.get_submodule("fc").weight[1].detach().view(2, 12, 16)
    wanted = (weight * x[0]).sum(0).numpy()
    np.testing.assert_allclose(integrated_gradients(one, x, 1, steps=8), wanted, atol=1e-5)
    # taking one pixel away takes what it added
    np.testing.assert_allclose(occlusion(one, x, 1, window=1, step=1), wanted, atol=1e-5)


def test_occlusion_is_captums() -> None:
    one, x = subject(), picture()
    theirs = Occlusion(one.module.eval()).attribute(
        x, target=1, sliding_window_shapes=(2, 4, 4), strides=(2, 2, 2)
    )
    found = occlusion(one, x, 1, window=4, step=2)
    np.testing.assert_allclose(found, theirs[0, 0].numpy(), atol=1e-5)
    assert np.ptp(found) > 0.1


def test_occlusion_reaches_every_place() -> None:
    one, x = subject("fc3", (1, 7, 10)), picture((1, 7, 10))
    weight = one.module.get_submodule("fc").weight[0].detach().view(7, 10)
    part, sums, counts = (weight * x[0, 0]).numpy(), np.zeros((7, 10)), np.zeros((7, 10))
    for i in (0, 3, 4):
        for j in (0, 3, 6, 7):
            sums[i : i + 3, j : j + 3] += part[i : i + 3, j : j + 3].sum()
            counts[i : i + 3, j : j + 3] += 1
    found = occlusion(one, x, 0, window=3, step=3)
    np.testing.assert_allclose(found, sums / counts, atol=1e-5)


def test_signals_and_volumes_have_maps_too() -> None:
    for size in ((2, 24), (1, 6, 8, 10)):
        one = subject("conv4-relu-gap-fc3", size)
        found = attribute(one, picture(size), seed=1)
        assert [made.map.shape for made in found.of] == [size[1:]] * 3
        assert all(made.sane.maps.shape[1:] == size[1:] for made in found.of)


def test_the_whole_record() -> None:
    contract = InputContract(
        size=(12, 16), channels=2, mean=(0.4, 0.5), std=(0.2, 0.3), classes=("a", "b", "c")
    )
    module = subject().module
    one = Subject(module, contract.classes, contract)
    pixels = np.random.default_rng(0).integers(0, 256, (12, 16, 2)).astype(np.uint8)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    found = attribute(one, pixels)
    x = one.view(pixels).x
    answer = logits(one, x)[0]
    assert found.target == int(answer.argmax())
    assert found.class_name == "abc"[found.target]
    assert found.logit == pytest.approx(float(answer.max()), abs=1e-5)
    assert found.probability == pytest.approx(float(answer.softmax(0).max()), abs=1e-5)
    complete = {made.method: made for made in found.of}["integrated_gradients"]
    assert float(complete.map.sum()) == pytest.approx(found.logit - found.empty_logit, abs=0.02)
    assert [made.signed for made in found.of] == [False, True, True]
    assert [made.layer for made in found.of] == ["relu3", None, None]
    for name, value in module.state_dict().items():
        assert torch.equal(value, before[name])
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert np.array_equal(unpacked(told["of"][2]["map"]), found.of[2].map)
    assert str(found).count("deletion") == 3
    assert attribute(one, pixels).to_dict() == found.to_dict()
    bare = attribute(one, pixels, target=2, methods=["occlusion"], checks=False)
    assert (bare.class_name, bare.of[0].faithful, bare.of[0].sane) == ("c", None, None)


def test_what_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = subject()
    with pytest.raises(UsageError, match="no class number 3: 0 to 2"):
        attribute(one, picture(), target=3)
    with pytest.raises(UnknownName, match="grad_cam"):
        attribute(one, picture(), methods=["gradcam"])  # type: ignore[list-item]
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    with pytest.raises(MissingExtra, match=r"svertka\[look\]"):
        attribute(one, picture(), methods=["integrated_gradients"], checks=False)
    assert attribute(one, picture(), methods=["grad_cam"], checks=False).of
