"""A run that was stopped, however rudely, ends bit for bit like one that was not."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from marks import NET, arrays
from svertka.data import Dataset, open_data
from svertka.errors import StoreError
from svertka.store import RunFolder
from svertka.train import Recipe, Started, clock, fit, length, resume
from svertka.train.length import Length, Planner
from svertka.version import __version__

RECIPES = {
    "sgd": Recipe(epochs=4, batch=16, learning_rate=0.05),
    "adamw": Recipe(
        epochs=4, batch=16, optimizer="adamw", learning_rate=1e-3, averaging=0.0, fused=False
    ),
}

KILLED = """
import os, signal, sys
from marks import NET, dataset
from svertka.store import RunFolder
from svertka.train import Recipe, clock, fit, resume
clock.TELL_SECONDS, clock.SAVE_SECONDS = 0.0, 0.0
at, seen = int(sys.argv[2]), 0
def on_event(event):
    global seen
    seen += 1
    if seen == at:
        os.kill(os.getpid(), signal.SIGKILL)
folder = RunFolder(__import__("pathlib").Path(sys.argv[1]))
if folder.has_checkpoint:
    resume(folder, dataset(), on_event=on_event)
else:
    recipe = Recipe.model_validate_json(sys.argv[3])
    fit(dataset(), NET, recipe=recipe, folder=folder, on_event=on_event)
"""


def new(path: Path) -> RunFolder:
    path.mkdir()
    return RunFolder(path)


def everything(folder: RunFolder) -> dict[str, torch.Tensor]:
    return folder.load_checkpoint()[0]


def history(folder: RunFolder) -> list[dict[str, object]]:
    """The lines of metrics without times."""
    timed = ("seconds", "images_per_second")
    return [{k: v for k, v in line.items() if k not in timed} for line in folder.history()]


def same(one: RunFolder, other: RunFolder) -> None:
    left, right = everything(one), everything(other)
    assert left.keys() == right.keys()
    assert [name for name in left if not torch.equal(left[name], right[name])] == []
    assert history(one) == history(other)


@pytest.fixture
def often(monkeypatch) -> None:
    monkeypatch.setattr(clock, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(clock, "SAVE_SECONDS", 0.0)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_again_and_again_it_ends_the_same(marks: Dataset, tmp_path):
    recipe = RECIPES["sgd"]
    whole, killed = new(tmp_path / "whole"), new(tmp_path / "killed")
    fit(marks, NET, recipe=recipe, folder=whole)
    for at in (30, 17):
        words = [sys.executable, "-c", KILLED, str(killed.path), str(at), recipe.model_dump_json()]
        here = str(Path(__file__).parents[1] / "support")
        done = subprocess.run(words, cwd=here, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
    resume(killed, marks)
    same(whole, killed)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("at", [1, 22, 23, 51])
def test_ctrl_c_saves_and_resume_ends_the_same(marks: Dataset, tmp_path, often, name, at):
    whole, stopped = new(tmp_path / "whole"), new(tmp_path / "stopped")
    fit(marks, NET, recipe=RECIPES[name], folder=whole)

    def press(event) -> None:
        if event.name == "step" and event.step == at:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fit(marks, NET, recipe=RECIPES[name], folder=stopped, on_event=press)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert stopped.load_checkpoint()[1]["step"] == at
    events = []
    resumed = resume(stopped, marks, on_event=events.append)
    assert isinstance(events[0], Started)
    assert events[0].resumed == at
    same(whole, stopped)
    assert resumed.best_epoch == max(line["epoch"] for line in stopped.history() if line["best"])


def test_a_callback_that_fails_leaves_a_run_that_resumes(marks: Dataset, tmp_path, often):
    whole, broken = new(tmp_path / "whole"), new(tmp_path / "broken")
    fit(marks, NET, recipe=RECIPES["sgd"], folder=whole)

    def fail(event) -> None:
        if event.name == "epoch" and event.epoch == 2:
            raise RuntimeError("the disk of the log is full")

    with pytest.raises(RuntimeError, match="log"):
        fit(marks, NET, recipe=RECIPES["sgd"], folder=broken, on_event=fail)
    resume(broken, marks)
    same(whole, broken)


@pytest.mark.parametrize("moment", ["planned", "epoch"])
def test_a_length_that_changes_where_an_epoch_ends_loses_no_validation(
    marks: Dataset, tmp_path, often, monkeypatch, moment
):
    """A checkpoint between the step and its validation would: the next sitting would pass it by."""

    def revise(self, step: int, length: Length) -> Length:
        return replace(length, steps=36) if step >= 18 else length

    monkeypatch.setattr(Planner, "revise", revise)
    whole, broken = new(tmp_path / "whole"), new(tmp_path / "broken")
    fit(marks, NET, recipe=RECIPES["sgd"], folder=whole)
    assert [line["epoch"] for line in whole.history()] == [1, 2]
    steps = []

    def fail(event) -> None:
        steps.append(event.step) if event.name == "step" else None
        if steps[-1:] == [17] and event.name == moment:
            raise RuntimeError("now")

    with pytest.raises(RuntimeError, match="now"):
        fit(marks, NET, recipe=RECIPES["sgd"], folder=broken, on_event=fail)
    resume(broken, marks)
    same(whole, broken)


def test_a_budget_that_was_measured_is_not_measured_again(
    marks: Dataset, tmp_path, often, monkeypatch
):
    """Two resumed copies of one run are the same run, with the number of steps that was stored."""
    monkeypatch.setattr(length, "MEASURE_SECONDS", 0.2)
    monkeypatch.setattr(length, "REVISE_SECONDS", 0.3)
    one = new(tmp_path / "one")

    def press(event) -> None:
        if event.name == "step" and 3 * event.step > event.steps:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fit(marks, NET, recipe=Recipe(budget=2.5, batch=16), folder=one, on_event=press)
    other = new(tmp_path / "other")
    tensors, numbers = one.load_checkpoint()
    other.save_checkpoint(tensors, numbers)
    steps = numbers["job"]["length"]["steps"]
    for folder in (one, other):
        resume(folder, marks)
        assert folder.load_checkpoint()[1]["step"] == steps
    left, right = everything(one), everything(other)
    assert all(torch.equal(left[name], right[name]) for name in left)


def test_a_finished_training_only_hands_its_result_over(marks: Dataset, folder: RunFolder):
    first = fit(marks, NET, recipe=RECIPES["sgd"], folder=folder)
    lines = folder.read_metrics()
    again = resume(folder, marks)
    for name, value in first.module.state_dict().items():
        assert torch.equal(value, again.module.state_dict()[name])
    assert folder.read_metrics() == lines
    assert (again.best_epoch, again.figures) == (first.best_epoch, first.figures)


def test_other_data_are_refused(marks: Dataset, folder: RunFolder):
    fit(marks, NET, recipe=RECIPES["sgd"], folder=folder)
    with pytest.raises(StoreError, match="changed"):
        resume(folder, open_data(arrays(420, seed=1)))


def test_a_checkpoint_of_another_version_is_one_clear_message(marks: Dataset, folder: RunFolder):
    fit(marks, NET, recipe=RECIPES["sgd"], folder=folder)
    tensors, numbers = folder.load_checkpoint()
    folder.save_checkpoint(tensors, numbers | {"job": numbers["job"] | {"recipe": {"new": 1}}})
    with pytest.raises(StoreError, match="another version"):
        resume(folder, marks)
    del tensors["model.fc.weight"]
    folder.save_checkpoint(tensors, numbers)
    with pytest.raises(StoreError, match="does not fit"):
        resume(folder, marks)


def test_the_number_of_threads_is_that_of_the_run(marks: Dataset, folder: RunFolder):
    before = torch.get_num_threads()
    try:
        fit(marks, NET, recipe=replace_epochs(1), folder=folder)
        tensors, numbers = folder.load_checkpoint()
        job = numbers["job"] | {"threads": 1}
        folder.save_checkpoint(tensors, numbers | {"job": job})
        assert resume(folder, marks).device["threads"] == 1
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def moved(folder: RunFolder, marks: Dataset, threads: int = 1, **machine: object) -> list[str]:
    """What a resume tells of a checkpoint that was written on a machine with these."""
    tensors, numbers = folder.load_checkpoint()
    job = numbers["job"] | {"threads": threads, "machine": numbers["job"]["machine"] | machine}
    folder.save_checkpoint(tensors, numbers | {"job": job})
    events = []
    resume(folder, marks, on_event=events.append)
    return [str(event) for event in events if event.name == "moved"]


def test_another_machine_or_version_is_told(
    marks: Dataset, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SVERTKA_THREADS", "1")
    before = torch.get_num_threads()
    try:
        fit(marks, NET, recipe=replace_epochs(1), folder=folder)
        stored = folder.load_checkpoint()[1]["job"]
        assert stored["data"] == marks.key
        assert stored["machine"]["torch"] == torch.__version__
        assert stored["machine"]["svertka"] == __version__
        assert moved(folder, marks) == []
        (told,) = moved(folder, marks, torch="1.0", name="Z80", processes=2)
        assert told.startswith("begun elsewhere: processor Z80, now ")
        assert f"torch 1.0, now {torch.__version__}; processes 2, now 1. The end may" in told
        (told,) = moved(folder, marks, threads=2, torch=torch.__version__)
        assert "threads are set back to the run's 2; here 1 are usual" in told
    finally:
        torch.set_num_threads(before)


def test_a_device_that_is_gone_is_one_clear_message(marks: Dataset, folder: RunFolder):
    fit(marks, NET, recipe=replace_epochs(1), folder=folder)
    tensors, numbers = folder.load_checkpoint()
    folder.save_checkpoint(tensors, numbers | {"job": numbers["job"] | {"device": "cuda:77"}})
    with pytest.raises(StoreError, match="was computed on cuda:77"):
        resume(folder, marks)


def replace_epochs(epochs: int) -> Recipe:
    return RECIPES["sgd"].model_copy(update={"epochs": epochs})
