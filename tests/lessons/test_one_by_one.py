"""1x1 convolution against torch and against Pillow's brightness."""

import numpy as np
import torch
from PIL import Image

import svertka
from svertka.lessons.one_by_one import MIXES, mix


def test_a_mix_is_torchs_convolution():
    maps = torch.randn(3, 5, 7, dtype=torch.float64)
    weights = torch.tensor([0.5, -2, 3], dtype=torch.float64)
    found = torch.nn.functional.conv2d(maps[None], weights.view(1, 3, 1, 1))[0, 0]
    np.testing.assert_allclose(mix(maps.numpy(), weights.numpy()), found.numpy(), atol=1e-12)


def test_brightness_is_pillows():
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    grey = np.asarray(Image.fromarray(pixels).convert("L"), float)
    mixed = mix(pixels.transpose(2, 0, 1).astype(float), MIXES["grey"])
    assert abs(mixed - grey).max() <= 1  # Pillow rounds


def test_the_lectures_layer_is_torchs():
    layer = torch.nn.Conv2d(64, 32, 1)
    numbers = svertka.lesson("one-by-one").numbers
    assert layer(torch.zeros(64, 56, 56)).shape == (32, 56, 56)
    assert numbers["output"] == "32×56×56"
    assert numbers["dot"] == layer.weight[0].numel() == 64
    assert numbers["weights"] == sum(one.numel() for one in layer.parameters())


def test_the_narrow_block_is_cheaper_as_torch_counts():
    narrow = [torch.nn.Conv2d(256, 64, 1), torch.nn.Conv2d(64, 64, 3), torch.nn.Conv2d(64, 256, 1)]
    direct = torch.nn.Conv2d(256, 256, 3)
    numbers = svertka.lesson("one-by-one").numbers
    assert numbers["narrow"] == sum(p.numel() for one in narrow for p in one.parameters())
    assert numbers["direct"] == sum(p.numel() for p in direct.parameters())
