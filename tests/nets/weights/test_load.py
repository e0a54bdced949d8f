"""Networks of torchvision and timm in our texts: the same logits from the same weights."""

from __future__ import annotations

import gzip
import json
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from svertka.errors import StoreError
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find, names
from svertka.nets.modules import Net
from svertka.nets.weights.load import load_weights
from svertka.nets.weights.read import read_tensors

HERE = Path(__file__).parent
RULE = runpy.run_path(str(HERE.parents[2] / "tools" / "weights_samples.py"))
ALL = sorted(path.name.removesuffix(".json.gz") for path in (HERE / "samples").glob("*.json.gz"))
# The others are the same texts with other numbers, or the same names in another zoo: their tensors
# are compared below.
COMPARED = [
    "alexnet",
    "densenet121",
    "googlenet",
    "inception_v3",
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "timm_inception_v3",
    "timm_tf_efficientnet_lite0",
    "timm_vgg16",
    "vgg11_bn",
]


def sample_of(name: str) -> dict[str, Any]:
    return json.loads(gzip.decompress((HERE / "samples" / f"{name}.json.gz").read_bytes()))


def weights_of(sample: dict[str, Any]) -> dict[str, Tensor]:
    drawn = RULE["drawn"](sample["tensors"], sample["seed"], sample["gain"])
    return {name: torch.from_numpy(value) for name, value in drawn.items()}


def net_of(sample: dict[str, Any], classes: int = 1000) -> Net:
    if sample["net"] not in names():
        pytest.skip(f"{sample['net']} is not in the catalogue")
    size = sample["size"]
    return build(resolve(find(sample["net"]), input=(3, size, size), classes=classes)).eval()


def logits_of(net: Net, sample: dict[str, Any]) -> np.ndarray:
    with torch.inference_mode():
        return net(torch.from_numpy(RULE["pictures"](sample["size"], sample["seed"]))).numpy()


def expect_home_logits(net: Net, sample: dict[str, Any]) -> None:
    found = logits_of(net, sample)[:, : len(sample["logits"][0])]
    np.testing.assert_allclose(found, np.array(sample["logits"]), atol=1e-4, rtol=0)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nets whose weights are not drawn, since all of them are about to be filled: seconds saved."""
    monkeypatch.setattr("svertka.nets.build._draw", lambda *_: None)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", COMPARED)
def test_logits_are_those_of_the_home_model(name: str) -> None:
    sample = sample_of(name)
    net = net_of(sample)
    loaded = load_weights(net, weights_of(sample))
    # timm keeps no side classifiers by default
    assert all(part.split(".")[0].startswith("aux") for part in loaded.new)
    assert loaded.spare == ()
    expect_home_logits(net, sample)


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", ALL)
def test_every_depth_has_the_same_tensors(name: str) -> None:
    sample = sample_of(name)
    net = net_of(sample).to("meta")
    tensors = {name: torch.empty(shape, device="meta") for name, shape in sample["tensors"]}
    assert load_weights(net, tensors).spare == ()


@cache
def resnet18() -> tuple[dict[str, Any], dict[str, Tensor]]:
    sample = sample_of("resnet18")
    return sample, weights_of(sample)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_from_a_file(suffix: str, tmp_path: Path) -> None:
    sample, weights = resnet18()
    path = tmp_path / f"resnet18{suffix}"
    if suffix == ".pth":
        torch.save(weights, path)
    else:
        save_file(weights, path)  # sorts the names
    net = net_of(sample)
    load_weights(net, read_tensors(path))
    expect_home_logits(net, sample)


def test_our_own_names_need_no_order() -> None:
    sample, weights = resnet18()
    net, copy = net_of(sample), net_of(sample)
    load_weights(net, weights)
    own = net.state_dict()
    load_weights(copy, {name: own[name] for name in sorted(own)})
    expect_home_logits(copy, sample)


def test_other_classes_get_a_new_head() -> None:
    sample, weights = resnet18()
    net = net_of(sample, classes=7)
    head = net.fc.weight.clone()
    loaded = load_weights(net, weights)
    assert loaded.new == ("fc.weight", "fc.bias")
    assert torch.equal(net.fc.weight, head)
    first = next(iter(net.state_dict().values()))
    assert torch.equal(first, weights["conv1.weight"])


def test_the_first_misfit_is_named_and_nothing_changed() -> None:
    _, weights = resnet18()
    net = build(resolve(find("resnet18").replace("block(64)*a", "block(64)*3")))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(StoreError, match=r"is layer2\.0\.downsample\.0\.weight 128x64x1x1 there"):
        load_weights(net, weights, "resnet18.pth")
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())


def test_a_file_that_ends_early() -> None:
    sample, weights = resnet18()
    short = {name: value for name, value in weights.items() if not name.startswith("layer4.1")}
    with pytest.raises(
        StoreError, match=r"not the weights of this net\. Tensor \d+ .* is fc\.weight"
    ):
        load_weights(net_of(sample), short)


def test_strangers_are_refused_with_the_families_known() -> None:
    sample, _ = resnet18()
    with pytest.raises(StoreError, match=r"'encoder\.weight' belong to no family.*resnet"):
        load_weights(net_of(sample), {"encoder.weight": torch.zeros(3)})
