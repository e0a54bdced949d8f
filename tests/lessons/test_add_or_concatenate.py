"""Adding and concatenating against torch; published sizes of two networks."""

import numpy as np
import pytest
import torch

import svertka
from svertka.lessons.add_or_concatenate import after, joined


def test_maps_are_joined_as_torch_joins_them():
    first, third = np.random.default_rng(0).normal(size=(2, 6, 4, 4))
    both = joined(first, third)
    assert (both["added"] == (torch.tensor(first) + torch.tensor(third)).numpy()).all()
    concatenated = torch.cat([torch.tensor(first), torch.tensor(third)])
    assert (both["concatenated"] == concatenated.numpy()).all()
    assert [len(maps) for maps in both.values()] == [6, 12]


@pytest.mark.parametrize(("sign", "maps"), [("+", [6, 6, 6]), ("|", [12, 18, 54])])
def test_what_the_last_layer_gets(sign, maps):
    for blocks, wanted in zip((1, 2, 8), maps, strict=True):
        net = svertka.build(after(blocks, sign))
        *_, last = (one for one in net.modules() if isinstance(one, torch.nn.Conv2d))
        assert last.in_channels == wanted
        found = sum(one.numel() for one in torch.nn.Conv2d(wanted, 6, 3).parameters())
        assert after(blocks, sign).layers[-1].parameters == found


def test_published_sizes():
    """He et al. 2015 and Huang et al. 2016, as counted in torchvision."""
    numbers = svertka.lesson("add-or-concatenate").numbers
    assert (numbers["resnet"], numbers["densenet"]) == (25_557_032, 7_978_856)
