"""Nets of the catalogue that end in pictures learn, too: their loops are a reader's own."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

import svertka
from svertka.data import open_data


def _digits(count: int) -> Tensor:
    x = torch.from_numpy(open_data("digits").train.take(list(range(count))))
    return x.float().permute(0, 3, 1, 2) / 255


def test_the_autoencoder_takes_noise_away():
    torch.manual_seed(0)
    clean = _digits(256)
    noisy = clean + 0.5 * torch.randn_like(clean)
    net = svertka.build("autoencoder")
    optimizer = torch.optim.Adam(net.parameters(), 3e-3)
    for step in range(40):
        rows = slice(32 * step % 256, 32 * step % 256 + 32)
        optimizer.zero_grad()
        functional.mse_loss(net(noisy[rows]), clean[rows]).backward()
        optimizer.step()
    left = functional.mse_loss(net(noisy), clean).item()
    # The noise itself is 0.25; one grey for every pixel would leave the variance of the pictures.
    assert left < 0.75 * clean.var().item() < 0.25


def test_the_unet_learns_a_class_for_each_pixel():
    torch.manual_seed(0)
    x = functional.pad(_digits(4), (2, 2, 2, 2))
    ink = (x[:, 0] > 0.5).long()
    net = svertka.build("unet", input=(1, 32, 32), classes=2)
    optimizer = torch.optim.Adam(net.parameters(), 3e-4)
    for _ in range(16):
        optimizer.zero_grad()
        functional.cross_entropy(net(x), ink).backward()
        optimizer.step()
    found = net(x).argmax(1)
    right = (found == ink).float().mean().item()
    assert right > 0.98 > 0.9 > (ink == 0).float().mean().item()
