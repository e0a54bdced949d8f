"""The checks of heat-maps, on maps that are known to be good or bad."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import Tensor, nn

from svertka.grammar import resolve
from svertka.look.attribution import grad_cam, occlusion
from svertka.look.honesty import Effort, Map, faithful, rank_correlation, sane
from svertka.look.plain import unpacked
from svertka.look.subject import Subject
from svertka.nets.build import build


class Corner(nn.Module):
    """Two classes: the brightness of the upper left quarter, and nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(4.0))

    def forward(self, x: Tensor) -> Tensor:
        seen = self.scale * x[:, 0, :4, :4].mean((1, 2))
        return torch.stack([seen, torch.zeros_like(seen)], 1)


def corner() -> tuple[Subject, Tensor, Map]:
    x = torch.zeros(1, 1, 8, 8)
    x[:, :, :4, :4] = 1.0
    return Subject(Corner()), x, x[0, 0].numpy()


def test_a_true_map_beats_chance_and_chance_beats_its_opposite() -> None:
    one, x, true = corner()
    good, bad = faithful(one, x, target=0, maps=[true, -true], effort=Effort(orders=5))
    assert good.deletion_score < good.random_deletion_scores.min()
    assert good.insertion_score > good.random_insertion_scores.max()
    assert bad.deletion_score > bad.random_deletion_scores.max()
    assert bad.insertion_score < bad.random_insertion_scores.min()
    assert np.array_equal(good.random_deletion, bad.random_deletion)
    assert len(good.random_deletion) == 5


def test_the_curves_by_hand() -> None:
    one, x, true = corner()
    (found,) = faithful(one, x, target=0, maps=[true], effort=Effort(parts=8))

    def probability(mean: float) -> float:
        return 1 / (1 + np.exp(-4 * mean))

    # 64 cells, 8 in a step: the quarter, 16 of them, is gone after two
    wanted = [probability(max(0, 1 - 8 * step / 16)) for step in range(9)]
    np.testing.assert_allclose(found.share, np.arange(9) / 8)
    np.testing.assert_allclose(found.deletion, wanted, atol=1e-6)
    assert found.deletion_score == pytest.approx(sum(wanted[1:-1]) / 8 + sum(wanted[::8]) / 16)
    assert found.insertion[-1] == pytest.approx(probability(1))
    assert found.insertion[2] == pytest.approx(probability(1))
    # blurred to 4 x 4 windows and back, by hand: between a bright and a dark one it is half-way
    dim = np.array([1, 1, 1, 0.75])
    assert found.insertion[0] == pytest.approx(probability(np.outer(dim, dim).mean()), abs=1e-6)


def test_cells_of_a_large_picture_go_as_a_whole() -> None:
    seen: list[Tensor] = []

    class Watching(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(x.clone())
            return torch.stack([x.mean((1, 2, 3)), x.mean((1, 2, 3)) * 0], 1)

    x = torch.ones(1, 1, 28, 42)
    ranks = np.arange(28 * 42, dtype=np.float32).reshape(28, 42)
    effort = Effort(parts=7, orders=0)
    faithful(Subject(Watching()), x, target=0, maps=[ranks], effort=effort)
    deleted = seen[1][:, 0].view(6, 14, 2, 14, 3)  # 14 x 14 cells of 2 x 3 pixels
    cells = deleted.amax((2, 4))
    assert torch.equal(cells, deleted.amin((2, 4)))
    assert [int((one == 0).sum()) for one in cells] == [28, 56, 84, 112, 140, 168]
    assert cells[0, :12].all()  # the largest numbers lie at the bottom: they go first
    assert torch.equal(seen[0][0], x[0])  # both ends are asked for once
    assert not seen[0][1].any()


def net(text: str = "conv6-relu-pool-conv8-relu-gap-fc3") -> Subject:
    return Subject(build(resolve(text, input=(1, 16, 16), classes=3), seed=3))


def test_a_map_of_the_picture_alone_does_not_follow_the_network() -> None:
    x = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))

    def edges(subject: Subject, x: Tensor, target: int) -> Map:
        return np.abs(np.gradient(x[0, 0].numpy())[0]).astype(np.float32)

    (blind,) = sane(net(), x, target=0, drawn=[edges(net(), x, 0)], draws=[edges])
    np.testing.assert_allclose(blind.correlation, 1.0)
    one = net()
    before = {name: value.clone() for name, value in one.module.state_dict().items()}
    drawn = occlusion(one, x, 0)
    found, same = sane(one, x, target=0, drawn=[drawn] * 2, draws=[occlusion] * 2)
    assert np.array_equal(found.maps, same.maps)
    assert found.layers == ("fc", "conv2", "conv1")
    assert np.abs(found.correlation).max() < 0.95
    for made, value in zip(found.maps, found.correlation, strict=True):
        wanted = spearmanr(drawn.ravel(), made.ravel()).statistic
        assert value == pytest.approx(wanted, abs=1e-9)
    shown = unpacked(found.to_dict()["maps"])
    for small, made in zip(shown, found.maps, strict=True):
        assert np.abs(small).max() == 127
        np.testing.assert_allclose(small / 127, made / np.abs(made).max(), atol=0.5 / 127 + 1e-6)
    for name, value in one.module.state_dict().items():
        assert torch.equal(value, before[name])


def test_weights_are_drawn_from_the_top_down_with_their_mean_and_deviation() -> None:
    one, kept = net("conv8-relu-conv16-relu-gap-fc3"), []
    x = torch.zeros(1, 1, 16, 16)

    def draw(subject: Subject, x: Tensor, target: int) -> Map:
        kept.append({k: v.clone() for k, v in subject.module.state_dict().items()})
        return np.zeros((16, 16), np.float32)

    (found,) = sane(one, x, target=0, drawn=[draw(one, x, 0)], draws=[draw], stages=3)
    weights = ["fc.weight", "conv2.weight", "conv1.weight"]
    changed = [[not torch.equal(k[name], kept[0][name]) for name in weights] for k in kept[1:]]
    assert changed == [[True, False, False], [True, True, False], [True, True, True]]
    assert float(kept[3]["conv2.weight"].std()) == pytest.approx(
        float(kept[0]["conv2.weight"].std()), rel=0.1
    )
    assert np.isnan(found.correlation).all()  # a flat map has no ranks
    assert found.to_dict()["correlation"] == [None] * 3
    assert "none" in str(found)


def test_the_same_seed_gives_the_same_numbers() -> None:
    x = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(5))
    one = net()
    drawn = grad_cam(one, x, 1)
    first, again, other = (
        sane(one, x, target=1, drawn=[drawn], draws=[occlusion], seed=seed)[0] for seed in (0, 0, 1)
    )
    assert np.array_equal(first.maps, again.maps)
    assert not np.array_equal(first.maps, other.maps)
    assert first.layers == again.layers
    curves = [faithful(one, x, target=1, maps=[drawn], seed=seed)[0] for seed in (0, 0, 1)]
    assert curves[0].to_dict() == curves[1].to_dict()
    assert not np.array_equal(curves[0].random_deletion, curves[2].random_deletion)
    json.dumps(curves[0].to_dict(), allow_nan=False)


def test_ranks_are_scipys() -> None:
    a, b = np.random.default_rng(0).integers(0, 9, (2, 60)).astype(float)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert np.isnan(rank_correlation(a, np.ones(60)))


def test_half_precision_keeps_the_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    one = net("conv16-bn-relu-(id + conv16-bn-relu-conv16-bn)-relu-pool-conv32-relu-gap-fc3")
    with torch.no_grad():  # as sure as a trained network
        one.module.get_submodule("fc").weight.mul_(8)
    x = torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    maps = [grad_cam(one, x, 0), occlusion(one, x, 0)]
    whole = faithful(one, x, target=0, maps=maps)
    monkeypatch.setenv("SVERTKA_PRECISION", "bf16")
    halves = faithful(one, x, target=0, maps=maps, effort=Effort(half=True))
    for a, b in zip(whole, halves, strict=True):
        assert not np.array_equal(a.deletion, b.deletion)
        np.testing.assert_allclose(a.deletion, b.deletion, atol=0.02)
        np.testing.assert_allclose(a.insertion, b.insertion, atol=0.02)
    assert np.ptp(whole[0].deletion) > 0.1
