"""Whence first weights come, and what form of pictures follows from that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from svertka.data import Dataset, InputContract, open_data
from svertka.errors import UnknownName, UsageError
from svertka.nets.weights import known as table
from svertka.train import origin as origins
from svertka.train.origin import IMAGENET, contract_for, default_start, origin_of


def contract(side: tuple[int, int], channels: int = 3) -> InputContract:
    names = ("a", "b")
    one = (0.3,) * channels
    return InputContract(size=side, channels=channels, mean=one, std=one, classes=names)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ((64, 64), (128, 128)),
        ((28, 28), (64, 64)),
        ((100, 100), (192, 192)),
        ((120, 120), (224, 224)),
        ((128, 128), (224, 224)),
        ((96, 128), (192, 256)),
        ((16, 16), (32, 32)),
    ],
)
def test_small_pictures_are_enlarged(own: tuple[int, int], expected: tuple[int, int]) -> None:
    assert contract_for(origin_of(IMAGENET, "resnet18"), contract(own)).size == expected


def test_larger_photographs_keep_a_margin_as_in_the_training_of_the_weights() -> None:
    known = origin_of(IMAGENET, "resnet18")
    # torchvision's references/classification/presets.py: resize 256, crop 224
    square = contract_for(known, contract((128, 128)))
    assert (square.size, square.kept) == ((224, 224), (256, 256))
    assert contract_for(known, contract((96, 128))).margin == (14, 18)
    assert contract_for(known, contract((120, 120))).margin == (0, 0)  # no larger than they are
    assert contract_for(known, contract((224, 224))).margin == (0, 0)  # kept at that size already
    assert contract_for(known, contract((128, 128)), margin=False).margin == (0, 0)


@pytest.mark.parametrize("net", ["vgg16", "alexnet_torchvision"])
def test_a_net_that_flattens_keeps_its_size(net: str) -> None:
    assert contract_for(origin_of(IMAGENET, net), contract((64, 64))).size == (224, 224)


def test_normalisation_and_channels_come_from_the_weights() -> None:
    found = contract_for(origin_of(IMAGENET, "resnet18"), contract((64, 64), channels=1))
    assert found.channels == 3
    # ImageNet's, as torchvision's documentation gives them
    assert found.mean == (0.485, 0.456, 0.406)
    assert found.std == (0.229, 0.224, 0.225)
    assert found.classes == ("a", "b")


def test_a_file_for_an_unknown_net_changes_nothing(tmp_path: Path) -> None:
    torch.save({}, tmp_path / "w.pth")
    own = contract((20, 20))
    assert contract_for(origin_of(str(tmp_path / "w.pth"), "conv8-gap-fc2"), own) == own
    known = contract_for(origin_of(str(tmp_path / "w.pth"), "googlenet"), own)
    assert known.mean == (0.5, 0.5, 0.5)


def test_what_there_is_no_beginning_with() -> None:
    with pytest.raises(UnknownName, match="no net with ImageNet weights 'lenet5'"):
        origin_of(IMAGENET, "lenet5")
    with pytest.raises(UnknownName, match="no net with ImageNet weights"):
        origin_of(IMAGENET, "conv8-gap-fc2")
    with pytest.raises(UsageError, match=r"no weights 'imagnet'\. Expected imagenet, a "):
        origin_of("imagnet", "resnet18")


def pictures(side: int, channels: int = 3) -> Dataset:
    x = np.random.default_rng(0).integers(0, 256, (12, side, side, channels), np.uint8)
    return open_data((x, np.arange(12) % 2))


def test_by_default_small_colour_photographs_begin_with_imagenet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert default_start(pictures(64)) == ("efficientnet_lite0", IMAGENET)
    assert default_start(pictures(32)) is None
    assert default_start(pictures(64, channels=1)) is None
    monkeypatch.setattr(origins, "MOST_PICTURES", 5)
    assert default_start(pictures(64)) is None
    monkeypatch.undo()
    monkeypatch.setattr(table, "find_spec", lambda name: None)
    assert default_start(pictures(64)) is None
