"""Training on pictures with any number of labels."""

from __future__ import annotations

import signal
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch.nn import functional

from labelled import NET, pictures
from svertka.data import AugmentPolicy, open_data
from svertka.data.balance import label_weights
from svertka.data.mixing import mix
from svertka.errors import UsageError
from svertka.store import RunFolder
from svertka.train import EpochDone, Finished, Recipe, choose_recipe, clock, fit, resume
from svertka.train.events import Event, StepDone
from svertka.train.finetune import Features, solve
from svertka.train.loss import mean_loss
from svertka.train.recipe import check_task

DATA = open_data(pictures(400), group="identical")
RECIPE = Recipe(epochs=4, batch=32, learning_rate=0.05, metric="map")


def test_the_loss_is_the_binary_cross_entropy_of_all_labels() -> None:
    torch.manual_seed(0)
    logits, y = torch.randn(6, 3), (torch.rand(6, 3) < 0.4).to(torch.uint8)
    p = torch.sigmoid(logits.double())
    truth = y.double() * 0.9 + 0.05
    weights = torch.tensor([2.0, 1.0, 0.5])
    by_hand = -(weights * truth * p.log() + (1 - truth) * (1 - p).log()).sum(1).mean()
    found = mean_loss(logits, y, task="labels", smoothing=0.1, weights=weights)
    assert float(found) == pytest.approx(float(by_hand), rel=1e-6)
    plain = functional.binary_cross_entropy_with_logits(logits, y.float()) * 3
    assert float(mean_loss(logits, y, task="labels")) == pytest.approx(float(plain), rel=1e-6)
    halves = [mean_loss(logits[i::2], y[i::2], task="labels") for i in range(2)]
    assert float(sum(halves) / 2) == pytest.approx(float(plain), rel=1e-6)


def test_weights_make_both_sides_of_a_label_count_alike() -> None:
    y = DATA.train.y
    weights = np.array(label_weights(y.sum(axis=0).tolist(), len(y)))
    assert np.allclose(weights * y.sum(axis=0), (1 - y).sum(axis=0))


def test_mixed_pictures_have_shares_of_labels() -> None:
    x, y = torch.rand(5, 1, 8, 8), torch.randint(0, 2, (5, 3), dtype=torch.uint8)
    policy = AugmentPolicy(mixup=1.0)
    _, shares = mix(x, y, rows=np.arange(5), classes=3, seed=0, epoch=1, policy=policy)
    low, high = torch.minimum(y[:-1], y[1:]), torch.maximum(y[:-1], y[1:])
    assert shares.shape == (4, 3)
    assert bool(((shares >= low) & (shares <= high)).all())
    assert bool((shares[low == high] == low[low == high]).all())


def test_the_last_layer_is_solved_as_logistic_regression_of_each_label() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 4)).astype(np.float32)
    y = (x @ random.normal(size=(4, 3)) + random.normal(size=(300, 3)) > 0).astype(np.uint8)
    part = Features(torch.from_numpy(x), torch.from_numpy(y))
    weight, bias, _, decay = solve(part, part, 3, task="labels")
    scaled = (x - x.mean(0)) / (x.std(0, ddof=1) + 1e-3)
    for k in range(3):
        # ours is the mean of the loss with decay / 2 |w|^2, scikit-learn's the sum with |w|^2 / 2C
        one = LogisticRegression(C=1 / (decay * 300), tol=1e-8).fit(scaled, y[:, k])
        logits = torch.from_numpy(x) @ weight[k] + bias[k]
        theirs = one.decision_function(scaled)
        assert np.abs(logits.numpy() - theirs).max() < 0.02


def test_a_recipe_for_labels() -> None:
    recipe = choose_recipe(DATA, epochs=1)
    assert (recipe.metric, recipe.balance) == ("map", None)
    check_task(recipe, "labels")
    for good in ("map", "f1_micro", "f1_macro", "auc", "accuracy", "log_loss"):
        check_task(Recipe(epochs=1, metric=good), "labels")
    check_task(Recipe(epochs=1, metric="map", balance="weights"), "labels")


@pytest.mark.parametrize(
    ("task", "change", "message"),
    [
        ("labels", {"balance": "sampling"}, "Expected balance=weights"),
        ("labels", {"metric": "balanced_accuracy"}, "any number of labels. Expected one of .*map"),
        ("classes", {"metric": "map"}, "one class. Expected one of accuracy, balanced_accuracy"),
        ("classes", {"metric": "f1_micro"}, "kept by f1_micro"),
    ],
)
def test_what_labels_or_classes_do_not_have(
    task: str, change: dict[str, str], message: str
) -> None:
    recipe = Recipe.model_validate({"epochs": 1, "metric": "f1_macro"} | change)
    with pytest.raises(UsageError, match=message):
        check_task(recipe, task)  # type: ignore[arg-type]


def test_fit_refuses_before_the_first_step(tmp_path: Path) -> None:
    recipe = Recipe(epochs=1, balance="sampling", metric="map")
    with pytest.raises(UsageError, match="balance=weights"):
        fit(DATA, NET, recipe=recipe, folder=RunFolder(tmp_path))


@pytest.mark.parametrize("change", [{}, {"balance": "weights", "metric": "f1_micro"}])
def test_a_small_net_learns_labels_in_seconds(tmp_path: Path, change: dict[str, str]) -> None:
    events = []
    recipe = choose_recipe(DATA, epochs=25).model_copy(update={"augment": None} | change)
    fitted = fit(DATA, NET, recipe=recipe, folder=RunFolder(tmp_path), on_event=events.append)
    assert fitted.figures["map"] > 0.97
    assert fitted.figures["f1_macro"] > 0.93
    lines = [event for event in events if isinstance(event, EpochDone)]
    assert lines[-1].to_line()["val_map"] > 0.97
    assert "subset accuracy" in str(lines[-1])
    assert ("mAP" if not change else "F1, micro") in str(lines[-1])
    (end,) = (event for event in events if isinstance(event, Finished))
    assert "subset accuracy" in str(end)
    assert lines[0].val_loss < 3  # of three labels together, at chance 2.1


def test_no_label_to_judge_by(tmp_path: Path) -> None:
    x, y = pictures(60)
    y[40:] = 0
    np.savez(tmp_path / "a.npz", x_train=x[:40], y_train=y[:40], x_val=x[40:], y_val=y[40:])
    data = open_data(tmp_path / "a.npz")
    with pytest.raises(UsageError, match="No label stands out"):
        fit(data, NET, recipe=RECIPE, folder=RunFolder(tmp_path))


@pytest.mark.parametrize("change", [{}, {"augment": AugmentPolicy(shift=0.1, mixup=0.2)}])
def test_a_stopped_run_ends_bit_for_bit_like_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, AugmentPolicy]
) -> None:
    monkeypatch.setattr(clock, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(clock, "SAVE_SECONDS", 0.0)
    recipe = RECIPE.model_copy(update={"balance": "weights"} | change)
    folders = {}
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
        folders[name] = RunFolder(tmp_path / name)
    whole = fit(DATA, NET, recipe=recipe, folder=folders["whole"])

    def press(event: Event) -> None:
        if isinstance(event, StepDone) and event.step == 17:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fit(DATA, NET, recipe=recipe, folder=folders["stopped"], on_event=press)
    assert folders["stopped"].load_checkpoint()[1]["step"] == 17
    resumed = resume(folders["stopped"], DATA)
    one, other = whole.module.state_dict(), resumed.module.state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert whole.figures == resumed.figures
