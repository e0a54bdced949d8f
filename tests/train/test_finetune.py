"""The parts of fine-tuning: the solved last layer, what stays frozen, rates by depth."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from svertka.data import Dataset, open_data
from svertka.data.balance import class_weights
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.modules import Net
from svertka.train import finetune as tuning
from svertka.train.finetune import (
    Features,
    fit_head,
    freeze_norm,
    head_of,
    rate_shares,
    solve,
)

CPU = torch.device("cpu")
TEXT = "conv8s2-bn-relu-(id + conv8-bn)-relu-gap-drop0.5-fc{classes}"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    random = np.random.default_rng(0)
    y = np.arange(120) % 3
    x = random.integers(0, 40, (120, 12, 12, 3), np.uint8)
    x[np.arange(120), :, :, y] += 150  # class 0 is red, 1 green, 2 blue
    return open_data((x, y))


def net_for(dataset: Dataset, text: str = TEXT) -> Net:
    return build(resolve(text, input=(3, 12, 12), classes=len(dataset.classes)))


def quietly(done: int, everything: int) -> None:
    assert 0 < done <= everything


@pytest.mark.parametrize("balanced", [None, "balanced"])
def test_the_last_layer_is_scikit_learns(
    monkeypatch: pytest.MonkeyPatch, balanced: str | None
) -> None:
    decay = 0.02
    monkeypatch.setattr(tuning, "DECAYS", (decay,))
    monkeypatch.setattr(tuning, "ROUNDS", 500)
    random = np.random.default_rng(1)
    y = random.choice(4, 300, p=[0.6, 0.25, 0.1, 0.05])
    x = (random.normal(size=(300, 20)) * random.uniform(0.5, 3, 20) + 2).astype(np.float32)
    x[:, :4] += 2 * np.eye(4)[y]
    features = Features(torch.from_numpy(x), torch.from_numpy(y))
    weights = torch.tensor(class_weights(np.bincount(y).tolist())) if balanced else None
    weight, bias, _, found = solve(features, features, 4, weights=weights)
    spread = x.std(0, ddof=1) + 1e-3
    reference = LogisticRegression(
        C=1 / (len(y) * decay), tol=1e-8, max_iter=1000, class_weight=balanced
    )
    reference.fit((x - x.mean(0)) / spread, y)
    ours = torch.softmax(features.x @ weight.T + bias, 1).numpy()
    theirs = reference.predict_proba((x - x.mean(0)) / spread)
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    assert found == decay


def test_validation_chooses_the_decay() -> None:
    random = np.random.default_rng(2)
    x = torch.from_numpy(random.normal(size=(40, 30)).astype(np.float32))
    noise = Features(x, torch.from_numpy(random.integers(0, 2, 40)))
    others = Features(x.flip(0), torch.from_numpy(random.integers(0, 2, 40)))
    assert solve(noise, others, 2)[3] == tuning.DECAYS[0]
    clear = Features(x, (x[:, 0] > 0).long())
    assert solve(clear, clear, 2)[3] < tuning.DECAYS[1]


def test_only_the_last_layer_moves(dataset: Dataset) -> None:
    net = net_for(dataset)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    told: list[tuple[int, int]] = []
    solved = fit_head(net, dataset, smoothing=0.1, device=CPU, tell=lambda *n: told.append(n))
    assert solved is not None
    moved = {name for name, value in net.state_dict().items() if not value.equal(before[name])}
    assert moved == {"fc.weight", "fc.bias"}
    # each picture once: no epochs over the frozen layers
    everything = len(dataset.train) + len(dataset.val)
    assert told[-1] == (everything, everything)
    with torch.inference_mode():
        x = torch.from_numpy(dataset.val.x).permute(0, 3, 1, 2).float()
        mean = torch.tensor(dataset.contract.mean).view(1, 3, 1, 1)
        std = torch.tensor(dataset.contract.std).view(1, 3, 1, 1)
        answers = net.eval()((x / 255 - mean) / std).argmax(1)
    assert (answers.numpy() == dataset.val.y).mean() == 1.0


def test_the_same_seed_gives_the_same_layer(dataset: Dataset) -> None:
    nets = [net_for(dataset) for _ in range(2)]
    for net in nets:
        fit_head(net, dataset, smoothing=0.1, device=CPU, tell=quietly)
    assert nets[0].fc.weight.equal(nets[1].fc.weight)


def test_a_sample_is_enough_of_very_many(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "MOST_NUMBERS", 8 * 50)
    told: list[tuple[int, int]] = []
    fit_head(
        net_for(dataset),
        dataset,
        smoothing=0.1,
        device=CPU,
        tell=lambda *n: told.append(n),
    )
    assert told[-1][1] <= 50 + len(dataset.val)


def test_a_net_that_ends_otherwise_has_no_head(dataset: Dataset) -> None:
    net = net_for(dataset, "conv8-relu-conv{classes}k1-gap")
    assert head_of(net) is None
    assert fit_head(net, dataset, smoothing=0, device=CPU, tell=quietly) is None


def test_frozen_statistics_do_not_move(dataset: Dataset) -> None:
    net = net_for(dataset).train()
    freeze_norm(net)
    before = [buffer.clone() for buffer in net.buffers()]
    net(torch.randn(8, 3, 12, 12) + 3)
    assert all(old.equal(new) for old, new in zip(before, net.buffers(), strict=True))
    norms = [part for part in net.modules() if isinstance(part, nn.BatchNorm2d)]
    assert all(norm.weight.requires_grad and not norm.training for norm in norms)


def test_rates_rise_towards_the_output(dataset: Dataset) -> None:
    net = net_for(dataset)
    groups = rate_shares(net, 0.1)
    found = [id(weight) for _, group in groups for weight in group]
    assert found == [id(weight) for weight in net.parameters()]
    shares = [share for share, _ in groups]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.1)
    assert shares[-1] == 1.0
    assert id(net.fc.weight) in {id(weight) for weight in groups[-1][1]}
