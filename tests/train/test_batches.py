"""What waits in the background changes when a batch is read, never what it holds."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch

from marks import NET
from svertka import runtime
from svertka.data import AugmentPolicy, Dataset
from svertka.errors import UsageError
from svertka.store import RunFolder
from svertka.train import Recipe, fit
from svertka.train.batches import read, rows_of
from svertka.train.job import Job
from svertka.train.processes import Processes

POLICY = AugmentPolicy(rotate=10, shift=0.1, elastic=0.05, erase=0.3)


@pytest.mark.parametrize("policy", [None, POLICY])
def test_any_number_of_batches_ahead_gives_the_same_weights(
    marks: Dataset, tmp_path, monkeypatch: pytest.MonkeyPatch, policy
):
    runs = {}
    for depth in ("0", "1", "4"):
        monkeypatch.setenv("SVERTKA_AHEAD", depth)
        folder = RunFolder(tmp_path / depth)
        folder.path.mkdir()
        recipe = Recipe(epochs=2, batch=16, learning_rate=0.05, augment=policy)
        fit(marks, NET, recipe=recipe, folder=folder)
        runs[depth] = folder.load_checkpoint()[0]
    for depth in ("1", "4"):
        assert runs[depth].keys() == runs["0"].keys()
        assert [k for k, v in runs["0"].items() if not torch.equal(v, runs[depth][k])] == []
    assert not [t for t in threading.enumerate() if t.name == "svertka-ahead"]


def test_ahead_is_really_another_thread(marks: Dataset, folder, monkeypatch: pytest.MonkeyPatch):
    """Else the test above would compare one thing with itself."""
    from svertka.train import batches

    readers = set()
    plain = batches.read

    def read(*arguments):
        readers.add(threading.current_thread().name)
        return plain(*arguments)

    monkeypatch.setattr(batches, "read", read)
    for depth, name in (("0", "MainThread"), ("2", "svertka-ahead")):
        readers.clear()
        monkeypatch.setenv("SVERTKA_AHEAD", depth)
        fit(marks, NET, recipe=Recipe(epochs=1, batch=16), folder=folder)
        assert readers == {name}


def test_a_word_that_is_no_number_is_one_clear_message(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SVERTKA_AHEAD", "many")
    with pytest.raises(UsageError, match=r"SVERTKA_AHEAD.*0 up"):
        runtime.pick_ahead(torch.device("cpu"))


@pytest.mark.parametrize("policy", [None, POLICY, AugmentPolicy(mixup=0.2, cutmix=1.0, shift=0.1)])
@pytest.mark.parametrize("balance", [{}, {"balance": "sampling"}])
def test_the_slices_of_many_processes_are_the_batch_of_one(marks: Dataset, folder, policy, balance):
    recipe = Recipe(epochs=1, batch=32, augment=policy, precision="fp32", **balance)
    job = Job.fresh(marks, NET, recipe, folder)
    rows = rows_of(job, 3)[1]
    whole = read(job, rows, 3)
    slices = [read(replace(job, processes=Processes(rank, 3)), rows, 3) for rank in range(3)]
    assert [len(part.y) for part in slices] == [11, 11, 10]
    assert {part.pictures for part in slices} == {whole.pictures} == {32}
    assert torch.equal(torch.cat([part.x for part in slices]), whole.x)
    assert torch.equal(torch.cat([part.y for part in slices]), whole.y)
