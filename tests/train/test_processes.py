"""Two processes under torchrun are one: the same weights, the same lines, one writer."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from marks import arrays
from svertka.cli import main
from svertka.data import Dataset
from svertka.errors import UsageError
from svertka.store import RunFolder
from svertka.train import Recipe, processes
from svertka.train.job import Job
from svertka.train.processes import Processes, SharedDropout, SharedNorm, share_layers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="gloo and signals of Linux")

# Convolution, batch norm of maps and of vectors, dropout, a branch; 20 steps. Smooth: where ReLU or
# a maximum bends, the last digit of a sum may decide, by chance, which way a gradient takes.
NET = "conv8-bn-silu-(id | conv8-bn-silu)-drop0.2-avgpool2-fc16-bn-silu-drop0.5-fc{classes}"
SETTINGS = ("batch=28", "precision=fp32", "learning_rate=0.02", "augment.rotate=10")
WORDS = ("--net", NET, "--epochs", "2", "--seed", "3", *(w for s in SETTINGS for w in ("--set", s)))

# The command as it is, and a hand that kills one of the processes once, at its 13th step.
SVERTKA = """
import os, signal, sys
from pathlib import Path
from svertka.train import clock, step
clock.SAVE_SECONDS = 0.0
clock.Clock.time_to_save = lambda self: True
plain, mark = step.update_average, Path(sys.argv.pop(1))
def killing(state, recipe):
    plain(state, recipe)
    if state.step == 12 and os.environ["RANK"] == "1" and mark.name and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
step.update_average = killing
from svertka.cli import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "marks.npz"
    x, y = arrays(400)
    np.savez(path, x=x, y=y)
    return path


@pytest.fixture
def together(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    (tmp_path / "command.py").write_text(SVERTKA)

    def start(*words: object, kill: str = "") -> subprocess.Popen[str]:
        torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        program = ["--max-restarts", 1, tmp_path / "command.py", tmp_path / kill]
        return subprocess.Popen(
            [sys.executable, *torchrun, *map(str, (*program, *words))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    return start


@pytest.fixture
def beside(tmp_path: Path) -> Callable[..., list[tuple[int, str, str]]]:
    """Two processes as torchrun starts them, without torchrun: nothing is killed here."""
    (tmp_path / "command.py").write_text(SVERTKA)

    def run(*words: object) -> list[tuple[int, str, str]]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        meet = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}
        started = [
            subprocess.Popen(
                [sys.executable, *map(str, (tmp_path / "command.py", tmp_path, *words))],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=tmp_path,
                env={**os.environ, **meet, "OMP_NUM_THREADS": "1", "RANK": r, "LOCAL_RANK": r},
            )
            for r in "01"
        ]
        told = [process.communicate(timeout=120) for process in started]
        return [(p.returncode, *text) for p, text in zip(started, told, strict=True)]

    return run


def lines(folder: RunFolder) -> list[dict[str, object]]:
    timed = ("seconds", "images_per_second")
    return [{k: v for k, v in line.items() if k not in timed} for line in folder.history()]


def test_they_are_one_and_a_killed_one_changes_nothing(
    data: Path, tmp_path: Path, together, beside
):
    assert main(["train", str(data), *WORDS, "--quiet", "--out", str(tmp_path / "one")]) == 0
    (code, out, err), other = beside("train", data, *WORDS, "--out", tmp_path / "two")
    assert code == other[0] == 0, err + other[2]
    assert out.count("accuracy") > 0
    assert out.count("test: 60 pictures") == 1, "the first process alone tells"
    assert err.count("epoch 1: ") == 1
    assert other[1] == ""
    assert "epoch 1: " not in other[2]
    one, two = RunFolder(tmp_path / "one"), RunFolder(tmp_path / "two")
    left, numbers = one.load_checkpoint()
    right = two.load_checkpoint()[0]
    assert numbers["step"] == 20
    assert left.keys() == right.keys()
    assert any("running_var" in name for name in left)
    for name, value in left.items():
        torch.testing.assert_close(right[name], value, rtol=1e-5, atol=1e-5, msg=name)
    for mine, other in zip(lines(one), lines(two), strict=True):
        assert mine == pytest.approx(other, abs=1e-5)
    assert two.load_card().device["processes"] == 2

    killed = together("train", data, *WORDS, kill="killed")  # torchrun finds its folder again
    _, err = killed.communicate(timeout=120)
    assert killed.returncode == 0, err
    assert (tmp_path / "killed").exists()
    assert "going on from step" in err
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["marks-1"]
    again = RunFolder(tmp_path / "runs" / "marks-1")
    assert (again.path / "model.safetensors").read_bytes() == (
        two.path / "model.safetensors"
    ).read_bytes()
    assert lines(again) == lines(two)


def test_ctrl_c_stops_all_at_one_step_and_resume_goes_on(data: Path, tmp_path: Path, together):
    out = tmp_path / "run"
    words = ("--net", "conv4-bn-relu-gap-fc{classes}", "--epochs", "100000")
    running = together("train", data, *words, "--out", out)
    while not RunFolder(out).has_checkpoint:
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert err.count(f"Stopped. Go on: svertka resume {out}") == 1
    assert "another process" not in err.lower()
    assert RunFolder(out).load_checkpoint()[1]["step"] > 0


def test_what_one_process_finds_is_told_once(data: Path, tmp_path: Path, beside):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").write_text("mine")
    refused = beside("train", data, *WORDS, "--out", tmp_path / "taken")
    assert all(code != 0 for code, _, _ in refused)
    err = "".join(text for _, _, text in refused)
    assert err.count("error: ") == 1
    assert "taken is not empty (1 inside)" in err


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that hold the very same: a sum over both is twice one's own."""
    monkeypatch.setattr(processes, "here", lambda: Processes(0, 2))
    monkeypatch.setattr(processes, "_summed", lambda x: x * 2)


@pytest.mark.parametrize("shape", [(6, 3), (6, 3, 5), (6, 3, 5, 4), (6, 3, 2, 2, 2)])
def test_shared_batch_norm_of_two_alike_is_plain_batch_norm(pair, shape):
    """Twice the same slice has the statistics of one; only the unbiased variance knows better."""
    plain = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[len(shape) - 2](3)
    generator = torch.Generator().manual_seed(0)
    nn.init.normal_(plain.weight, generator=generator)
    twin = SharedNorm(nn.BatchNorm2d(3).train())
    twin.load_state_dict(plain.state_dict())
    x = (torch.randn(shape, generator=generator) + 50).requires_grad_()
    both = torch.cat([x, x])
    weight = torch.randn(shape, generator=generator)
    expected = plain(both)[:6]
    found = twin(x)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(twin.running_mean, plain.running_mean)
    torch.testing.assert_close(twin.running_var, plain.running_var)
    (one,) = torch.autograd.grad((plain(both) * torch.cat([weight, weight])).sum() / 2, x)
    (other,) = torch.autograd.grad((twin(x) * weight).sum(), x)
    torch.testing.assert_close(other, one, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(twin.eval()(x), plain.eval()(x))


@pytest.mark.parametrize("form", [torch.contiguous_format, torch.channels_last])
def test_shared_dropout_drops_what_dropout_of_the_whole_batch_drops(monkeypatch, form):
    x = torch.randn(7, 3, 5, 4).contiguous(memory_format=form)
    torch.manual_seed(1)
    whole = nn.Dropout(0.3)(x)
    slices = []
    for rank in range(3):
        monkeypatch.setattr(processes, "here", lambda rank=rank: Processes(rank, 3))
        torch.manual_seed(1)
        mine = SharedDropout(0.3, 7)
        slices.append(mine(torch.from_numpy(np.array_split(x.numpy(), 3)[rank])))
        assert torch.equal(mine.eval()(x), x)
    assert torch.equal(torch.cat(slices), whole)


def test_layers_are_shared_in_place(pair):
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Sequential(nn.BatchNorm2d(2), nn.Dropout(0.1)))
    before = dict(net.named_parameters())
    net[1][0].eval()
    share_layers(net, 8)
    assert isinstance(net[1][0], SharedNorm)
    assert not net[1][0].training, "a frozen norm stays frozen"
    assert isinstance(net[1][1], SharedDropout)
    assert all(before[name] is weight for name, weight in net.named_parameters())


def test_more_processes_than_pictures_are_refused(marks: Dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["svertka.train.job"], "here", lambda: Processes(0, 3))
    with pytest.raises(UsageError, match="3 processes cannot share batches of 2 pictures"):
        Job.fresh(marks, "fc3", Recipe(epochs=1, batch=2), RunFolder(tmp_path))
