"""The order of use, told from names, against the order in which the home models register them."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from svertka.nets.weights.names import in_order_of_use

SAMPLES = sorted(Path(__file__).with_name("samples").glob("*.json.gz"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name.split(".")[0])
def test_order_of_use_is_that_of_registration(sample: Path) -> None:
    registered = [name for name, _ in json.loads(gzip.decompress(sample.read_bytes()))["tensors"]]
    # Two things are registered elsewhere than they are used: googlenet's side classifiers, and the
    # convolution on the short branch of a residual block, which our texts write first.
    main = [n for n in registered if not n.startswith("aux") and "downsample" not in n]
    shuffled = random.Random(0).sample(main, len(main))
    assert in_order_of_use(shuffled) == main


def test_short_branches_come_first() -> None:
    block = ["layer1.0.conv1.weight", "layer1.0.bn3.bias", "layer1.0.downsample.0.weight"]
    assert in_order_of_use(block) == [block[2], block[0], block[1]]


def test_side_classifiers_come_where_they_hang() -> None:
    names = ["aux1.fc1.weight", "inception4b.branch1.conv.weight", "inception4a.branch4.1.bn.bias"]
    assert in_order_of_use(names) == [names[2], names[0], names[1]]


def test_names_of_old_densenet_files() -> None:
    block = "features.denseblock1.denselayer1."
    names = [f"{block}conv.2.weight", f"{block}norm.2.weight", f"{block}norm.1.running_mean"]
    assert in_order_of_use(names) == names[::-1]


def test_a_stranger_is_known_as_one() -> None:
    assert in_order_of_use(["encoder.block.0.weight"]) is None
