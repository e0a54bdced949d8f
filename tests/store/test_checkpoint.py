"""Checkpoints: both halves of one save, wherever a crash falls."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from svertka.errors import StoreError
from svertka.store import RunFolder, atomic


def _save(folder: RunFolder, number: int) -> None:
    folder.save_checkpoint({"w": torch.full((5,), float(number))}, {"step": number})


def _load(folder: RunFolder) -> tuple[float, int]:
    tensors, state = folder.load_checkpoint()
    return tensors["w"][0].item(), state["step"]


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create("x", root=tmp_path)


class Crash(BaseException):
    """The power fails."""


def test_round_trip_leaves_two_files(folder: RunFolder) -> None:
    assert not folder.has_checkpoint
    for number in range(1, 4):
        _save(folder, number)
        assert _load(folder) == (number, number)
        assert folder.has_checkpoint
        assert len(list((folder.path / "checkpoint").iterdir())) == 2


def test_state_keeps_text_and_numbers_exactly(folder: RunFolder) -> None:
    state = {
        "a": 0.1 + 0.2,
        "big": 2**70,
        "name": "свёртка\u2028</script>",
        "list": [1, None, True],
    }
    folder.save_checkpoint({}, state)
    assert folder.load_checkpoint() == ({}, state)


@pytest.mark.parametrize("call", ["open", "fsync", "replace", "unlink"])
@pytest.mark.parametrize("nth", range(6))
def test_a_crash_at_any_call_keeps_one_whole_pair(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch, call: str, nth: int
) -> None:
    """The process dies before its n-th call of one kind: no clean-up runs after that."""
    _save(folder, 1)
    owner = atomic.os if call in {"open", "fsync"} else Path
    real = getattr(owner, call)
    left = [nth]

    def dying(*arguments: object, **options: object) -> object:
        if left[0] <= 0:
            raise Crash
        left[0] -= 1
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(owner, call, dying)
        if call == "replace":
            patch.setattr(Path, "unlink", lambda *_, **__: None)
        try:
            _save(folder, 2)
            done = True
        except Crash:
            done = False
    found = _load(folder)
    assert found == (2, 2) if done else found in {(1, 1), (2, 2)}
    with folder.lock():
        assert not list(folder.path.rglob(".*.tmp"))
    _save(folder, 3)
    assert _load(folder) == (3, 3)
    assert len(list((folder.path / "checkpoint").iterdir())) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "it is not JSON"),
        ('{"kind":"model","format":1}', "is not a svertka checkpoint"),
        ('{"kind":"checkpoint","format":2}', "newer svertka"),
        ('{"kind":"checkpoint","format":1}', "damaged"),
        (
            '{"kind":"checkpoint","format":1,"state":{},"tensors":'
            '{"file":"/etc/x.safetensors","bytes":1,"sha256":"' + "0" * 64 + '"}}',
            "damaged: file",
        ),
        (
            '{"kind":"checkpoint","format":1,"tensors":'
            '{"file":"gone.safetensors","bytes":1,"sha256":"' + "0" * 64 + '"}}',
            "it has no state",
        ),
        (
            '{"kind":"checkpoint","format":1,"state":{},"tensors":'
            '{"file":"gone.safetensors","bytes":1,"sha256":"' + "0" * 64 + '"}}',
            r"gone\.safetensors is missing",
        ),
    ],
)
def test_a_bad_checkpoint_is_named(folder: RunFolder, text: str, fault: str) -> None:
    _save(folder, 1)
    (folder.path / "checkpoint" / "state.json").write_text(text)
    with pytest.raises(StoreError, match=fault):
        folder.load_checkpoint()


def test_no_checkpoint(folder: RunFolder) -> None:
    with pytest.raises(StoreError, match=r"state\.json is missing.*train again"):
        folder.load_checkpoint()
