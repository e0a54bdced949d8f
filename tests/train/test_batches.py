"""What waits in the background changes when a batch is read, never what it holds."""

from __future__ import annotations

import threading

import pytest
import torch

from marks import NET
from svertka import runtime
from svertka.data import AugmentPolicy, Dataset
from svertka.errors import UsageError
from svertka.store import RunFolder
from svertka.train import Recipe, fit

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
