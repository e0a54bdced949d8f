"""The loop: it computes what plain torch computes, learns, tells and keeps the best."""

from __future__ import annotations

import copy
import math
import sys

import numpy as np
import pytest
import torch
from torch.nn import functional

from marks import NET
from svertka import runtime
from svertka.data import Dataset, batch_rows, load, to_tensor
from svertka.errors import SvertkaError, UsageError
from svertka.evaluate import score
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.predict import Predictor
from svertka.store import RunFolder
from svertka.train import EpochDone, Finished, Planned, Recipe, Started, fit
from svertka.train.schedule import learning_rate
from svertka.train.state import State, make_optimizer, update_average
from svertka.train.step import _seed

PLAIN = {"averaging": 0.0, "precision": "fp32", "batch": 32, "seed": 3}
BARE_NET = "conv4-bn-relu-gap-fc3"


def bare_loop(data: Dataset, recipe: Recipe, epochs: int) -> torch.nn.Module:
    """The same training as a tutorial would write it."""
    module = build(resolve(BARE_NET, input=(1, 10, 10), classes=3), seed=recipe.seed)
    decayed = [w for w in module.parameters() if w.ndim > 1]
    free = [w for w in module.parameters() if w.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": free}]
    optimizer = torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True)
    step, per_epoch = 0, len(data.train) // recipe.batch
    for epoch in range(1, epochs + 1):
        for rows in batch_rows(len(data.train), size=32, seed=recipe.seed, epoch=epoch):
            x = to_tensor(data.train.take(rows), data.contract)
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, epochs * per_epoch, recipe)
            optimizer.zero_grad()
            logits = module(x.contiguous())
            y = torch.from_numpy(data.train.y[rows])
            functional.cross_entropy(logits, y, label_smoothing=0.1).backward()
            optimizer.step()
            step += 1
    return module


@pytest.mark.parametrize("switches", [{}, {"channels_last": False, "fused": False}])
def test_the_loop_is_plain_torch(marks: Dataset, folder: RunFolder, switches):
    recipe = Recipe(epochs=2, metric="log_loss", **PLAIN, **switches)
    ours = fit(marks, BARE_NET, recipe=recipe, folder=folder).module.state_dict()
    theirs = bare_loop(marks, recipe, epochs=2).state_dict()
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, rtol=1e-3, atol=1e-4)


def test_it_learns_tells_and_writes(marks: Dataset, folder: RunFolder):
    events = []
    recipe = Recipe(epochs=8, batch=16, learning_rate=0.05)
    fitted = fit(marks, NET, recipe=recipe, folder=folder, on_event=events.append)
    assert fitted.figures["accuracy"] > 0.9

    started, planned, *_, finished = events
    assert isinstance(started, Started)
    assert started.pictures == len(marks.train)
    assert isinstance(planned, Planned)
    assert planned.steps == 8 * (len(marks.train) // 16)
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert [event.epoch for event in epochs] == list(range(1, 9))
    assert [event.to_line() for event in epochs] == folder.read_metrics()
    assert isinstance(finished, Finished)
    # The latest within one standard error of the highest, by hand.
    top = max(event.val_accuracy for event in epochs)
    noise = math.sqrt(top * (1 - top) / len(marks.val))
    latest = max(event.epoch for event in epochs if event.val_accuracy >= top - noise)
    assert finished.best_epoch == latest
    assert finished.val_accuracy == epochs[latest - 1].val_accuracy
    assert finished.best_epoch == [event.epoch for event in epochs if event.best][-1]
    assert all(str(event) and event.to_dict()["event"] == event.name for event in events)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "f1_macro", "auc", "log_loss"])
def test_each_metric_keeps_its_epoch(marks: Dataset, folder: RunFolder, metric: str):
    events = []
    recipe = Recipe(epochs=4, batch=16, metric=metric)
    fitted = fit(marks, NET, recipe=recipe, folder=folder, on_event=events.append)
    lines = [event for event in events if isinstance(event, EpochDone)]
    kept = [line.epoch for line in lines if line.best][-1]
    assert fitted.best_epoch == kept
    probabilities = Predictor(fitted.module, marks.contract).probabilities(marks.val.x)
    scores = score(probabilities, marks.val.y, marks.classes)
    field = {"log_loss": "val_loss"}.get(metric, f"val_{metric}")
    assert getattr(lines[kept - 1], field) == scores.metrics[metric].value
    if metric == "log_loss":
        assert lines[kept - 1].val_loss == min(line.val_loss for line in lines)
    else:
        top = max(getattr(line, field) for line in lines)
        assert getattr(lines[kept - 1], field) >= top - 0.1
    assert events[-1].metric == metric
    assert events[-1].value == scores.metrics[metric].value
    if metric in ("balanced_accuracy", "auc"):
        assert " ".join(lines[0].beside) in str(lines[0])


def test_one_class_has_no_area_to_choose_by(marks: Dataset, folder: RunFolder):
    alike = copy.copy(marks)
    object.__setattr__(alike, "val", marks.val.select(np.flatnonzero(marks.val.y == 1)))
    with pytest.raises(UsageError, match="--metric accuracy"):
        fit(alike, NET, recipe=Recipe(epochs=1, batch=16, metric="auc"), folder=folder)
    fit(alike, NET, recipe=Recipe(epochs=1, batch=16), folder=folder)
    assert folder.history()[0]["val_auc"] is None


def test_the_kept_weights_score_what_was_reported(marks: Dataset, folder: RunFolder):
    fitted = fit(marks, NET, recipe=Recipe(epochs=3, batch=16), folder=folder)
    predictor = Predictor(fitted.module, marks.contract)
    answers = predictor.probabilities(marks.val.x).argmax(axis=1)
    assert (answers == marks.val.y).mean() == fitted.figures["accuracy"]
    line = folder.history()[fitted.best_epoch - 1]
    assert line["val_accuracy"] == fitted.figures["accuracy"]


def test_validation_leaves_the_training_as_it_is(marks: Dataset, folder: RunFolder, tmp_path):
    """Half of the validation part gives other figures and the same weights."""
    recipe = Recipe(epochs=2, batch=16, metric="log_loss")
    one = fit(marks, NET, recipe=recipe, folder=folder)
    (tmp_path / "half").mkdir()
    half = copy.copy(marks)
    object.__setattr__(half, "val", marks.val.select(np.arange(len(marks.val) // 2)))
    other = fit(half, NET, recipe=recipe, folder=RunFolder(tmp_path / "half"))
    if one.best_epoch == other.best_epoch:
        for name, value in one.module.state_dict().items():
            assert torch.equal(value, other.module.state_dict()[name])
    tensors = [run.load_checkpoint()[0] for run in (folder, RunFolder(tmp_path / "half"))]
    for name in tensors[0]:
        if name.startswith("model."):
            assert torch.equal(tensors[0][name], tensors[1][name])


def test_the_same_seed_gives_the_same_run_and_another_another(marks: Dataset, tmp_path):
    def weights(seed: int, place: str) -> torch.Tensor:
        (tmp_path / place).mkdir()
        recipe = Recipe(epochs=1, batch=16, seed=seed)
        fitted = fit(marks, NET, recipe=recipe, folder=RunFolder(tmp_path / place))
        return torch.cat([value.flatten() for value in fitted.module.parameters()])

    assert torch.equal(weights(1, "a"), weights(1, "b"))
    assert not torch.equal(weights(1, "c"), weights(2, "d"))


def test_torchs_random_numbers_are_left_alone(marks: Dataset, folder: RunFolder):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fit(marks, NET, recipe=Recipe(epochs=1), folder=folder)
    assert torch.equal(torch.rand(3), expected)


def test_dropout_is_seeded_as_torch_seeds():
    torch.manual_seed(7)
    expected = torch.rand(9)
    _seed(torch.device("cpu"), 7)
    assert torch.equal(torch.rand(9), expected)


def test_a_loss_that_is_no_number_is_one_clear_message(marks: Dataset, folder: RunFolder):
    recipe = Recipe(epochs=3, batch=16, learning_rate=1e30)
    with pytest.raises(SvertkaError, match=r"no longer a number.*learning_rate"):
        fit(marks, "conv8-relu-conv8-relu-fc3", recipe=recipe, folder=folder)


def test_a_budget_is_kept(marks: Dataset, folder: RunFolder):
    events = []
    recipe = Recipe(budget=6.0, batch=16)
    fitted = fit(marks, NET, recipe=recipe, folder=folder, on_event=events.append)
    assert fitted.seconds < 6.0
    last = [event for event in events if isinstance(event, Planned)][-1]
    assert events[-1].steps == last.steps > 10


def test_norms_and_biases_do_not_decay():
    module = build(resolve("conv4b-bn-relu-fc3", input=(1, 8, 8), classes=3))
    optimizer = make_optimizer(module, Recipe(epochs=1))
    decays = {
        id(weight): group["weight_decay"]
        for group in optimizer.param_groups
        for weight in group["params"]
    }
    found = {name: decays[id(weight)] for name, weight in module.named_parameters()}
    assert {name for name, decay in found.items() if decay} == {"conv.weight", "fc.weight"}


def test_the_average_is_that_of_the_formula():
    module = build(resolve("conv2-bn-relu-fc3", input=(1, 8, 8), classes=3))
    recipe = Recipe(epochs=1, averaging=0.75)
    state = State.fresh(module, recipe)
    expected = {name: value.clone() for name, value in module.state_dict().items()}
    for state.step in range(60):
        for weight in module.parameters():
            weight.data.add_(torch.randn_like(weight))
        decay = min(0.75, (1 + state.step) / (10 + state.step))
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                expected[name] = decay * expected[name] + (1 - decay) * value
        update_average(state, recipe)
    for name, value in state.average.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value, expected[name])


def test_adamw_and_side_classifiers_train(marks: Dataset, folder: RunFolder):
    recipe = Recipe(epochs=3, batch=16, optimizer="adamw", learning_rate=5e-3)
    net = "conv8-bn-relu-aux(gap-fc3)-pool-conv8-bn-relu-gap-fc3"
    events = []
    fit(marks, net, recipe=recipe, folder=folder, on_event=events.append)
    losses = [event.train_loss for event in events if isinstance(event, EpochDone)]
    assert losses[-1] < losses[0]


def test_a_budget_on_a_busy_machine_is_spent_on_one_thread(
    marks: Dataset, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
):
    """Prediction keeps its own number of threads; training returns to one after each validation."""
    seen = []
    monkeypatch.delenv("SVERTKA_THREADS", raising=False)
    monkeypatch.setattr(runtime, "usable_cores", lambda: 2)
    monkeypatch.setattr(runtime, "threads_stall", lambda: True)

    def spy(*args, **how):
        seen.append(torch.get_num_threads())
        return load(*args, **how)

    monkeypatch.setattr(sys.modules["svertka.train.batches"], "load", spy)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        fitted = fit(marks, NET, recipe=Recipe(budget=6.0, batch=16), folder=folder)
    finally:
        torch.set_num_threads(before)
    assert fitted.device["threads"] == 1
    assert set(seen) == {1}
    assert len(folder.read_metrics()) > 1
