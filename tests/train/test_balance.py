"""Training with unequal classes: what is drawn, what counts, and that a stop changes nothing."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from marks import NET, arrays
from svertka.data import AugmentPolicy, Dataset, open_data
from svertka.data.balance import class_weights
from svertka.store import RunFolder
from svertka.train import Recipe, clock, fit, resume
from svertka.train.batches import read, rows_of
from svertka.train.events import Balanced
from svertka.train.job import Job
from svertka.train.loss import mean_loss
from svertka.train.processes import Processes


@pytest.fixture(scope="module")
def uneven() -> Dataset:
    """Of the standing bars one in eight: 200, 200 and 25 pictures before they are cut."""
    x, y = arrays(600)
    some = np.flatnonzero((y != 2) | (np.arange(600) // 3 % 8 == 0))
    return open_data((x[some], y[some]))


def run(path, dataset: Dataset, recipe: Recipe, on_event=lambda event: None) -> RunFolder:
    path.mkdir()
    fit(dataset, NET, recipe=recipe, folder=RunFolder(path), on_event=on_event)
    return RunFolder(path)


POLICIES = {
    "sampling": AugmentPolicy(shift=0.2, rotate=20, erase=0.3, few=1),
    "weights": AugmentPolicy(mixup=0.4, cutmix=1),
}


@pytest.mark.parametrize("balance", POLICIES)
def test_stopped_and_resumed_it_ends_the_same(uneven: Dataset, tmp_path, monkeypatch, balance):
    """With every kind of augmentation, too: mixed pictures, few changes each."""
    monkeypatch.setattr(clock, "TELL_SECONDS", 0.0)
    recipe = Recipe(epochs=2, batch=16, balance=balance, augment=POLICIES[balance])
    whole = run(tmp_path / "whole", uneven, recipe)

    def press(event) -> None:
        if event.name == "step" and event.step == 25:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "stopped", uneven, recipe, press)
    stopped = RunFolder(tmp_path / "stopped")
    resume(stopped, uneven)
    one, other = (folder.load_checkpoint()[0] for folder in (whole, stopped))
    assert [name for name in one if not torch.equal(one[name], other[name])] == []
    plain = run(tmp_path / "plain", uneven, recipe.model_copy(update={"balance": None}))
    changed = plain.load_checkpoint()[0]
    assert any(not torch.equal(one[name], changed[name]) for name in one)


def test_many_processes_mix_what_one_would(uneven: Dataset, tmp_path):
    recipe = Recipe(epochs=1, batch=16, balance="sampling", augment=POLICIES["weights"])
    job = Job.fresh(uneven, NET, recipe, RunFolder(tmp_path))
    rows = rows_of(job, 1)[3]
    whole = read(job, rows, 1)
    assert (whole.x.shape[0], whole.y.shape, whole.pictures) == (16, (16, 3), 16)
    parts = [read(replace(job, processes=Processes(rank, 3)), rows, 1) for rank in range(3)]
    assert torch.equal(torch.cat([part.x for part in parts]), whole.x)
    assert torch.equal(torch.cat([part.y for part in parts]), whole.y)


def test_the_rare_class_is_found_sooner(uneven: Dataset, tmp_path):
    """Balanced accuracy after the same few steps, of four seeds."""
    found = {None: 0.0, "sampling": 0.0, "weights": 0.0}
    for balance in found:
        for seed in range(4):
            recipe = Recipe(epochs=3, batch=16, balance=balance, seed=seed, learning_rate=0.05)
            lines = run(tmp_path / f"{balance}{seed}", uneven, recipe).history()
            found[balance] += lines[-1]["val_balanced_accuracy"] / 4
    assert found["sampling"] > found[None]
    assert found["weights"] > found[None]


def test_weighted_loss_picture_by_picture():
    """And parts of a batch add up to the whole, as many processes need it."""
    generator = torch.Generator().manual_seed(0)
    logits, y = torch.randn(12, 3, generator=generator), torch.arange(12) % 3
    weights = torch.tensor(class_weights([8, 1, 3]))
    by_hand = [
        float(weights[k]) * float(-row.log_softmax(0)[k]) for row, k in zip(logits, y, strict=True)
    ]
    whole = mean_loss(logits, y, weights=weights)
    assert float(whole) == pytest.approx(np.mean(by_hand), rel=1e-5)
    parts = [mean_loss(logits[at], y[at], weights=weights) for at in (slice(0, 5), slice(5, 12))]
    assert float(parts[0]) * 5 / 12 + float(parts[1]) * 7 / 12 == pytest.approx(float(whole))
    plain = mean_loss(logits, y, smoothing=0.1)
    assert torch.equal(plain, functional.cross_entropy(logits, y, label_smoothing=0.1))


def test_the_remark_names_the_classes_and_the_way_back():
    text = str(Balanced("sampling", "f1_macro", {"cat": 1200, "newt": 7, "dog": 900}))
    assert "7 pictures of newt and 1,200 of cat" in text
    assert "--set balance=none" in text
