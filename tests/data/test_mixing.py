"""Mixup and cutmix: by hand, picture by picture, and by the distributions they are named after."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from svertka.data import AugmentPolicy
from svertka.data.mixing import mix

N, SIDE = 4001, 6


def mixed(policy: AugmentPolicy, rows=None, seed=0, epoch=1):
    """Picture i is full of the number i, of class i % 3."""
    rows = np.arange(N) if rows is None else np.asarray(rows)
    x = torch.from_numpy(rows).to(torch.float32).view(-1, 1, 1, 1).expand(-1, 2, SIDE, SIDE)
    y = torch.from_numpy(rows % 3)
    how = {"rows": rows, "classes": 3, "seed": seed, "epoch": epoch, "policy": policy}
    return mix(x.contiguous(memory_format=torch.channels_last), y, **how)


def shares(x: torch.Tensor) -> np.ndarray:
    """How much of each picture i is its own: i - 1 came over it."""
    own = x.double() - torch.arange(N - 1, dtype=torch.float64).view(-1, 1, 1, 1)
    return own.numpy()


def test_mixup_is_beta_distributed_and_even_over_the_picture():
    x, y = mixed(AugmentPolicy(mixup=0.4))
    own = shares(x)
    assert np.allclose(own, own[:, :1, :1, :1], atol=1e-3)
    assert stats.kstest(own[:, 0, 0, 0].clip(0, 1), stats.beta(0.4, 0.4).cdf).pvalue > 0.01
    truth = np.arange(1, N) % 3
    assert np.allclose(y[np.arange(N - 1), truth].numpy(), own[:, 0, 0, 0], atol=1e-3)
    assert np.allclose(y.sum(dim=1).numpy(), 1)
    assert x.is_contiguous(memory_format=torch.channels_last)


def test_cutmix_pastes_one_rectangle_and_counts_its_pixels():
    x, y = mixed(AugmentPolicy(cutmix=1))
    own = shares(x)[:, 0]
    assert set(np.unique(own)) == {0.0, 1.0}
    pasted = own == 0
    for picture in pasted[:200]:
        down, across = picture.any(axis=1), picture.any(axis=0)
        assert np.array_equal(picture, down[:, None] & across)  # a rectangle
        assert all(np.diff(np.flatnonzero(side)).max(initial=1) == 1 for side in (down, across))
    truth = np.arange(1, N) % 3
    assert np.allclose(y[np.arange(N - 1), truth].numpy(), own.mean(axis=(1, 2)), atol=1e-6)
    # Its middle lies anywhere; its area, were it not cut at the border, is uniform. By integration:
    half = np.sqrt((np.arange(1000) + 0.5) / 1000) / 2
    centre = (np.arange(SIDE)[:, None] + 0.5) / SIDE
    length = np.minimum(centre + half, 1) - np.maximum(centre - half, 0)
    expected = length @ length.T / 1000
    assert np.allclose(pasted.mean(axis=0), expected, atol=0.03)  # four standard errors


def test_both_share_the_pictures():
    own = shares(mixed(AugmentPolicy(cutmix=1, mixup=1))[0])[:, 0]
    even = np.isclose(own, own[:, :1, :1], atol=1e-3).all(axis=(1, 2))
    between = (own[:, 0, 0] > 1e-3) & (own[:, 0, 0] < 1 - 1e-3)
    assert (even & between).mean() == pytest.approx(0.5, abs=0.03)


def test_a_pair_is_mixed_alike_in_any_batch():
    policy = AugmentPolicy(cutmix=1, mixup=0.3)
    rows = np.array([5, 900, 3, 77, 12])
    x, y = mixed(policy, rows)
    for first in range(3):
        part, shared = mixed(policy, rows[first : first + 3])
        assert torch.equal(part, x[first : first + 2])
        assert torch.equal(shared, y[first : first + 2])
    assert not torch.equal(mixed(policy, rows, epoch=2)[0], x)
    assert not torch.equal(mixed(policy, rows, seed=2)[0], x)
