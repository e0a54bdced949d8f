"""Checkpoints: both halves of one save, wherever a crash falls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from svertka.errors import StoreError
from svertka.store import RunFolder, atomic
from svertka.store import folder as folder_module
from svertka.store import metrics as metrics_module


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


FULL = """
import resource, sys, torch
from pathlib import Path
from svertka.store import RunFolder
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
RunFolder(Path(sys.argv[1])).save_checkpoint({"w": torch.full((100_000,), 2.0)}, {"step": 2})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on a file's size")
@pytest.mark.parametrize("room", [0, 4096, 300_000])
def test_a_disk_that_takes_no_more_is_told_and_the_old_pair_stays(
    folder: RunFolder, room: int
) -> None:
    """The system itself cuts the write off: at the first byte, in the middle, near the end."""
    _save(folder, 1)
    words = [sys.executable, "-c", FULL, str(folder.path), str(room)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "StoreError" in done.stderr
    assert "tensors-2.safetensors cannot be written: File too large. Free some" in done.stderr
    assert _load(folder) == (1, 1)
    assert len(list((folder.path / "checkpoint").iterdir())) == 2


def test_every_new_name_is_made_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder's own entry lies in the folder above it, which must be flushed, too."""
    synced: list[str] = []
    plain = atomic.sync_folder

    def sync(path: Path) -> None:
        synced.append(path.relative_to(tmp_path).as_posix())
        plain(path)

    for module in (atomic, folder_module, metrics_module):
        monkeypatch.setattr(module, "sync_folder", sync)
    run = RunFolder.create("x", root=tmp_path / "a" / "runs")
    run.append_metrics({"event": "epoch", "epoch": 1})
    run.append_metrics({"event": "epoch", "epoch": 2})
    _save(run, 1)
    here = "a/runs/x-1"
    checkpoint = f"{here}/checkpoint"
    assert synced == [".", "a", "a/runs", here, here, checkpoint, checkpoint]


def test_a_folder_with_a_cut_off_file_alone_is_free(tmp_path: Path) -> None:
    """A kill inside the very first write leaves no run, and the same command can be given again."""
    left = tmp_path / "run" / ".run.json.0a1b2c3d.tmp"
    left.parent.mkdir()
    left.write_text("{")
    run = RunFolder.create("x", out=tmp_path / "run")
    with run.lock():
        assert not left.exists()


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
