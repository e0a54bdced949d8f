"""The machine, against what the system itself says of it."""

from __future__ import annotations

import itertools
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from svertka import machine, runtime
from svertka.errors import UsageError

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")


def fresh(code: str, **environment: str) -> str:
    """What a new interpreter prints."""
    words = [sys.executable, "-c", code]
    space = os.environ | environment
    return subprocess.run(words, capture_output=True, text=True, check=True, env=space).stdout


@linux
def test_the_start_of_the_process_is_known_before_its_imports():
    code = (
        "import time; time.sleep(1); from svertka import machine; print(machine.process_started())"
    )
    before = time.monotonic()
    started = float(fresh(code))
    assert before - 0.1 <= started <= before + 0.9


def test_a_start_that_cannot_be_true_is_not_believed(monkeypatch):
    monkeypatch.setattr(os, "sysconf", lambda name: 1)  # ticks of a second: ages of centuries
    assert machine.process_started() == machine._IMPORTED


@linux
def test_an_affinity_limits_the_threads():
    core = min(os.sched_getaffinity(0))
    code = (
        f"import os; os.sched_setaffinity(0, [{core}])\n"
        "from svertka import machine, runtime; print(runtime.usable_cores(), runtime.set_threads())"
    )
    assert fresh(code, SVERTKA_THREADS="").split() == ["1", "1"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "150000 100000\n"}, 1.5),
        ({"cpu.max": "max 100000\n"}, math.inf),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, math.inf),
        ({"cpu.max": ""}, math.inf),
        ({}, math.inf),
    ],
)
def test_a_quota_is_read_in_both_versions_of_control_groups(tmp_path: Path, files, expected):
    (tmp_path / "cpu").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert runtime._quota(tmp_path) == expected


def test_a_small_quota_limits_the_cores(monkeypatch):
    monkeypatch.setattr(runtime, "_quota", lambda root: 0.5)
    assert runtime.usable_cores() == 1


def test_the_number_of_threads_can_be_said(monkeypatch):
    before = torch.get_num_threads()
    try:
        monkeypatch.setenv("SVERTKA_THREADS", "3")
        assert runtime.set_threads() == torch.get_num_threads() == 3
        assert runtime.set_threads(1) == torch.get_num_threads() == 1
        for word in ("0", "-1", "many", "1.5"):
            monkeypatch.setenv("SVERTKA_THREADS", word)
            with pytest.raises(UsageError, match="SVERTKA_THREADS"):
                runtime.set_threads()
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("stall", "word", "expected"), [(0, "", 2), (1, "", 1), (1, "2", 2)])
def test_threads_that_stall_are_given_up(monkeypatch, stall, word, expected):
    before = torch.get_num_threads()
    monkeypatch.setattr(runtime, "set_threads", lambda: 2)
    monkeypatch.setattr(runtime, "threads_stall", lambda: bool(stall))
    monkeypatch.setenv("SVERTKA_THREADS", word)
    assert runtime.pick_threads(torch.device("cpu")) == expected
    assert runtime.pick_threads(torch.device("meta")) == 2
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([1.0] * 200, False),
        ([1.0, 2.0] * 100, False),  # noise
        ([1.0] * 50 + [11.0] * 2 + [1.0] * 148, False),  # an accident
        (([1.0] * 50 + [11.0] * 3) * 3, True),
        ([11.0, 1.0] * 9, True),  # the first one was slow already
        ([300.0] * 6, True),  # half a second is gone
        ([300.0] * 4 + [1.0] * 200, False),  # it has passed
    ],
)
def test_a_stall_is_ten_times_the_usual(monkeypatch, turns, expected):
    """By a clock that advances so many milliseconds in each turn; it is read twice a turn."""
    times = itertools.chain.from_iterable((0.0, turn / 1000) for turn in turns)
    monkeypatch.setattr(machine.time, "perf_counter", lambda: next(times))
    monkeypatch.setattr(machine.time, "sleep", lambda _: None)
    assert runtime.threads_stall() == expected


def test_a_device_that_is_not_there_is_one_clear_message(monkeypatch):
    for name in ("tpu9", "cuda:77", ""):
        monkeypatch.setenv("SVERTKA_DEVICE", name)
        if not name:
            assert runtime.pick_device().type in ("cpu", "cuda", "mps")
        else:
            with pytest.raises(UsageError, match="cannot be used"):
                runtime.pick_device()


def test_precision_is_measured_or_said(monkeypatch):
    cpu = torch.device("cpu")
    monkeypatch.delenv("SVERTKA_PRECISION", raising=False)
    monkeypatch.setattr(runtime, "bf16_gain", lambda: 1.9)
    assert runtime.pick_precision(cpu) == "bf16"
    monkeypatch.setattr(runtime, "bf16_gain", lambda: 0.6)  # listed, but slow
    assert runtime.pick_precision(cpu) == "fp32"
    monkeypatch.setenv("SVERTKA_PRECISION", "bf16")
    assert runtime.pick_precision(cpu) == "bf16"
    monkeypatch.setenv("SVERTKA_PRECISION", "fp8")
    with pytest.raises(UsageError, match="fp32 or bf16"):
        runtime.pick_precision(cpu)


def test_measuring_bf16_leaves_no_trace():
    threads = torch.get_num_threads()
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    with torch.inference_mode():
        runtime.bf16_gain.cache_clear()
        gain = runtime.bf16_gain()
    assert gain >= 0.0
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.rand(2), expected)


@linux
def test_the_allocator_can_be_left_alone():
    code = "from svertka import machine, runtime; print(runtime.keep_memory())"
    assert fresh(code, SVERTKA_KEEP_MEMORY="0").strip() == "False"
    libc = subprocess.run(["getconf", "GNU_LIBC_VERSION"], capture_output=True, check=False)
    expected = "True" if libc.returncode == 0 else "False"
    assert fresh(code, SVERTKA_KEEP_MEMORY="").strip() == expected


def test_importing_it_loads_no_torch():
    assert fresh("import sys, svertka.runtime; print('torch' in sys.modules)").strip() == "False"


def test_only_runtime_reads_the_environment():
    room = Path(runtime.__file__).parent
    readers = {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    }
    assert readers == {"runtime.py"}
