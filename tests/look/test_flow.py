"""Gradient flow: beside plain autograd, without a trace in what is trained."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from marks import NET, dataset
from svertka.errors import UsageError
from svertka.grammar import resolve
from svertka.grammar.without import without_norm, without_skips
from svertka.look.flow import Recorder, gradient_flow, measured
from svertka.look.plain import unpacked
from svertka.look.recorded import FIGURES, Flow, read_flow
from svertka.nets.build import build
from svertka.store import RunFolder
from svertka.train import EpochDone, Fitted, Recipe, fit, resume

DATA = dataset(210)
DEEP = "block(n) = (id + [bn-sigmoid-conv{n}]*2)\nconv8-block(8)*8-gap-fc3"


def trained(folder: RunFolder, every: int | None, recipe: Recipe) -> tuple[Fitted, list]:
    events: list = []
    looks = {} if every is None else {"observe": Recorder(folder, every)}
    fitted = fit(DATA, NET, recipe=recipe, folder=folder, on_event=events.append, **looks)
    return fitted, [event for event in events if isinstance(event, EpochDone)]


@pytest.mark.parametrize("settings", [{}, {"optimizer": "adamw", "fused": False}])
def test_training_is_the_same_bit_for_bit(tmp_path: Path, settings: dict) -> None:
    recipe = Recipe(epochs=2, batch=16, seed=4, learning_rate=0.01, **settings)
    plain, lines = trained(RunFolder(tmp_path / "plain"), None, recipe)
    seen, seen_lines = trained(RunFolder(tmp_path / "seen"), 1, recipe)
    before, after = plain.module.state_dict(), seen.module.state_dict()
    assert list(before) == list(after)
    for name, value in before.items():
        assert torch.equal(value, after[name]), name
    assert [(e.train_loss, e.val_loss) for e in lines] == [
        (e.train_loss, e.val_loss) for e in seen_lines
    ]
    assert not any(part._forward_hooks for part in seen.module.modules())
    flow = read_flow(RunFolder(tmp_path / "seen"))
    assert flow is not None
    assert flow.steps.tolist() == list(range(lines[-1].step))
    assert read_flow(RunFolder(tmp_path / "plain")) is None


def test_a_recorded_step_is_what_plain_torch_computes() -> None:
    net = build(resolve(NET, input=(1, 10, 10), classes=3), seed=0).train()
    twin = copy.deepcopy(net)
    x, y = torch.randn(24, 1, 10, 10), torch.arange(24) % 3
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, nesterov=True, fused=True)
    before = {name: value.clone() for name, value in net.named_parameters()}
    with torch.random.fork_rng(), measured(net) as rows:
        torch.manual_seed(1)
        functional.cross_entropy(net(x), y).backward()
        optimizer.step()
    torch.manual_seed(1)
    outputs, value = {}, x
    for name, part in twin.named_children():
        value = part(value)
        outputs[name] = value.detach()
    gradients = torch.autograd.grad(functional.cross_entropy(value, y), list(twin.parameters()))
    by_name = dict(zip(before, gradients, strict=True))
    assert [name for name in outputs if name in rows] == list(rows)
    for name, row in rows.items():
        got = {figure: float(number) for figure, number in row.items()}
        assert got["mean"] == pytest.approx(float(outputs[name].mean()), abs=1e-5)
        assert got["variance"] == pytest.approx(float(outputs[name].var(correction=0)), rel=1e-4)
        assert ("dead" in got) == name.startswith("relu")
        if f"{name}.weight" in before:
            weight = before[f"{name}.weight"].detach()
            now = net.get_submodule(name).weight.detach()
            assert got["weight"] == pytest.approx(float(weight.norm()), rel=1e-5)
            assert got["update"] == pytest.approx(
                float((now - weight).norm() / weight.norm()), rel=1e-4
            )
            assert got["gradient"] == pytest.approx(
                float(by_name[f"{name}.weight"].norm()), rel=1e-3
            )
    assert {"conv1", "bn1", "relu1", "conv2", "bn2", "relu2", "fc"} == set(rows)


def test_dead_channels_are_counted() -> None:
    net = nn.Sequential(nn.Conv2d(1, 8, 1), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(128, 2))
    with torch.no_grad():
        net[0].weight.zero_()
        net[0].bias.copy_(torch.tensor([-1.0, -1, -1, 0, 1, 1, 1, 1]))
    found = gradient_flow(net, torch.randn(4, 1, 4, 4), [0, 1, 0, 1])
    assert found.dead[0, 1] == 0.5
    assert np.isnan(found.dead[0, [0, 2]]).all()
    assert found.kinds == ("conv", "relu", "fc")
    assert found.mean[0, 0] == pytest.approx(1 / 8)  # the ReLU works in place, afterwards


def test_one_batch_leaves_the_module_as_it_was() -> None:
    net = build(resolve(NET, input=(1, 10, 10), classes=3), seed=0).eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    state = torch.get_rng_state()
    found = gradient_flow(net, torch.randn(6, 1, 10, 10, generator=torch.Generator()), [0] * 6)
    assert torch.equal(torch.get_rng_state(), state)
    assert not net.training
    assert all(weight.grad is None for weight in net.parameters())
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name])
    assert np.isnan(found.update).all()
    assert np.isfinite(found.gradient[0, [found.layers.index("conv1")]]).all()


def test_shortcuts_and_norm_keep_the_gradient_alive() -> None:
    x = torch.randn(32, 1, 10, 10, generator=torch.Generator().manual_seed(0))

    def reaching(text: str) -> float:
        """The gradient in the first convolution as a share of the last one's."""
        net = build(resolve(text, input=(1, 10, 10), classes=3), seed=0)
        found = gradient_flow(net, x, np.arange(32) % 3)
        first, *_, last = (i for i, kind in enumerate(found.kinds) if kind == "conv")
        return float(found.gradient[0, first] / found.gradient[0, last])

    bare = reaching(without_norm(without_skips(DEEP)))
    assert bare < 1e-4
    assert reaching(DEEP) > 0.01
    assert reaching(without_norm(DEEP)) > 1000 * bare
    assert reaching(without_skips(DEEP)) > 1000 * bare


def test_a_resumed_run_has_each_step_once(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    recipe = Recipe(epochs=2, batch=16)
    plain, _ = trained(folder, 3, recipe)
    flow = read_flow(folder)
    assert flow is not None
    folder.append_metrics(json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[0]))
    again = read_flow(folder)
    assert again is not None
    assert again.steps.tolist() == flow.steps.tolist() == list(range(0, flow.steps[-1] + 1, 3))
    # a finished training resumes to its own end, and nothing is recorded on the way
    end = resume(folder, DATA, observe=Recorder(folder, 1))
    for name, value in plain.module.state_dict().items():
        assert torch.equal(value, end.module.state_dict()[name])
    assert read_flow(folder).steps.tolist() == flow.steps.tolist()


def test_records_grow_seldom() -> None:
    recorder = Recorder(RunFolder(Path("nowhere")))
    due = [step for step in range(200_000) if recorder.due(step)]
    assert due[:4] == [0, 100, 200, 300]
    assert len(due) < 200
    assert (np.diff(due) <= np.maximum(100, np.array(due[:-1]) / 8)).all()  # never far apart


def test_the_record_is_plain_json(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    trained(folder, 5, Recipe(epochs=1, batch=16))
    flow = read_flow(folder)
    assert flow is not None
    told = json.loads(json.dumps(flow.to_dict(), allow_nan=False))
    for name in FIGURES:
        np.testing.assert_allclose(unpacked(told[name]), getattr(flow, name), rtol=1e-6)
        assert getattr(flow, name).shape == (len(flow.steps), len(flow.layers))
    assert np.isnan(flow.dead[:, 0]).all()
    assert np.isfinite(flow.update[:, 0]).all()
    assert len(str(flow).splitlines()) == 2 + len(flow.layers)


def test_classes_must_be_known() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    for y in (None, [0], [0, -1]):
        with pytest.raises(UsageError, match="a class from 0 up"):
            gradient_flow(net, torch.ones(2, 1, 2, 2), y)


def test_a_thinned_flow_keeps_both_ends() -> None:
    numbers = np.arange(14.0).reshape(7, 2)
    whole = Flow(("a", "b"), ("conv", "relu"), np.arange(0, 70, 10), *[numbers] * 6)
    few = whole.thinned(3)
    assert few.steps.tolist() == [0, 30, 60]
    assert few.dead.tolist() == [[0, 1], [6, 7], [12, 13]]
    assert whole.thinned(99).steps.tolist() == whole.steps.tolist()
