"""The machine: device, threads, precision, allocator, seeds. The only reader of the environment.

| variable              | what it sets                   | without it                          |
| --------------------- | ------------------------------ | ----------------------------------- |
| `SVERTKA_DEVICE`      | `cpu`, `cuda`, `cuda:1`, `mps` | the fastest that torch finds        |
| `SVERTKA_THREADS`     | processor threads of torch     | the cores that this process may use |
| `SVERTKA_PRECISION`   | `fp32` or `bf16` in training   | bf16 where it is measured as faster |
| `RANK` and others     | one of many processes          | `torchrun` sets them; else alone    |
| `SVERTKA_KEEP_MEMORY` | `0`: the C library's own way   | freed memory is kept (Linux)        |
| `SVERTKA_AHEAD`       | batches read ahead of a step   | 2 with a GPU, none on a processor   |
| `SVERTKA_CACHE_GB`    | disk for decoded pictures      | 20, more for one set if it is free  |
| `XDG_CACHE_HOME`      | where decoded pictures go      | `~/.cache`                          |

torch is imported when a function needs it, never by importing this module.
"""

from __future__ import annotations

import ctypes
import math
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from svertka.errors import UsageError
from svertka.machine import bf16_gain, processor_name, threads_stall

if TYPE_CHECKING:
    import torch

Precision = Literal["fp32", "bf16"]


def cache_folder() -> Path:
    """Where decoded pictures are kept: ``$XDG_CACHE_HOME/svertka`` or the system's equivalent.

    Source: the XDG specification, by which a relative value is ignored. Not created here.

    >>> cache_folder().name
    'svertka'
    """
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        base = os.environ.get(variable, "")
        if base and Path(base).is_absolute():
            return Path(base) / "svertka"
    try:
        return Path.home() / ".cache" / "svertka"
    except RuntimeError:  # no home folder is known: a container without a user entry
        return Path(tempfile.gettempdir()) / "svertka"


def cache_room() -> int | None:
    """Bytes that decoded pictures may take on disk: ``$SVERTKA_CACHE_GB``; None where it says
    nothing. With 0 pictures stay in their files, and are decoded each time they are read.
    """
    word = os.environ.get("SVERTKA_CACHE_GB", "")
    if word and not (word.isascii() and word.replace(".", "", 1).isdigit()):
        raise UsageError(f"SVERTKA_CACHE_GB is {word!r}; it must be a number from 0 up.")
    return int(float(word) * 1e9) if word else None


def weights_folder() -> Path:
    """Where downloaded weights are kept: torch's own folder, so that no file is fetched twice.

    Source: the documentation of ``torch.hub.set_dir``. Not created here.

    >>> weights_folder().parts[-2:]
    ('hub', 'checkpoints')
    """
    home = os.environ.get("TORCH_HOME", "")
    base = Path(home).expanduser() if home else cache_folder().parent / "torch"
    return base / "hub" / "checkpoints"


# -- processes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Which of ``count`` processes this is, on its machine the ``local``-th, all from 0.

    ``restarts`` counts how often ``torchrun`` has begun all of them anew.
    """

    rank: int = 0
    count: int = 1
    local: int = 0
    restarts: int = 0

    @property
    def first(self) -> bool:
        """Whether this is the process that decides, writes and tells."""
        return self.rank == 0


def place() -> Place:
    """What ``torchrun`` says of this process; the only one, where it did not start it.

    >>> place()
    Place(rank=0, count=1, local=0, restarts=0)
    """
    if not (os.environ.get("MASTER_ADDR") and os.environ.get("MASTER_PORT")):
        return Place()
    words = (
        ("RANK", "0"),
        ("WORLD_SIZE", "1"),
        ("LOCAL_RANK", "0"),
        ("TORCHELASTIC_RESTART_COUNT", "0"),
    )
    return Place(*(int(os.environ.get(name, none)) for name, none in words))


# -- device --------------------------------------------------------------------------------------


def pick_device(name: str | None = None) -> torch.device:
    """The device to compute on: ``name``, else ``$SVERTKA_DEVICE``, else cuda, mps or cpu.

    Raises ``UsageError`` when the device is not there.

    >>> pick_device("cpu")
    device(type='cpu')
    """
    import torch

    name = name or os.environ.get("SVERTKA_DEVICE") or None
    if name is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "torch refuses it"
        raise UsageError(
            f"The device {name!r} cannot be used here: {reason}. "
            "Use cpu, or leave the device out to take the fastest there is."
        ) from error
    return device


# -- threads -------------------------------------------------------------------------------------


def usable_cores() -> int:
    """How many processor cores this process may use, by affinity and by its control group.

    torch sees neither a container's quota nor, always, an affinity: too many threads wait for
    each other.

    >>> usable_cores() >= 1
    True
    """
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = _quota(Path("/sys/fs/cgroup"))
    return cores if quota >= cores else max(1, math.ceil(quota))


def _quota(root: Path) -> float:
    """The cores that the control group grants, infinite where it sets no limit."""
    for quota_file, period_file in (
        ("cpu.max", None),  # version 2: "200000 100000" or "max 100000"
        ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"),  # version 1
    ):
        try:
            words = (root / quota_file).read_text().split()
            words += (root / period_file).read_text().split() if period_file else []
            quota, period = float(words[0]), float(words[1])
        except (OSError, ValueError, IndexError):
            continue
        if quota > 0 and period > 0:
            return quota / period
    return math.inf


def set_threads(count: int | None = None) -> int:
    """Give torch ``count`` threads, else ``$SVERTKA_THREADS``, else the usable cores; the number.

    With another number, sums are rounded in another order. ``UsageError`` for less than one.
    """
    import torch

    if count is None:
        word = os.environ.get("SVERTKA_THREADS", "")
        if word and not (word.isascii() and word.isdigit() and int(word) > 0):
            raise UsageError(f"SVERTKA_THREADS is {word!r}; it must be a number from 1 up.")
        # torch's own default counts cores, not the two threads that a core may run
        count = int(word) if word else min(usable_cores(), torch.get_num_threads())
    if count < 1:
        raise UsageError(f"{count} threads cannot compute anything. Use 1 or more.")
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)
    return count


@contextmanager
def one_thread() -> Iterator[None]:
    """Inside, torch computes on one thread, for nets whose every step is short.

    Threads meet in every layer, and while other work runs beside, each meeting waits for a
    processor: one thread is as quick for a small net, and forty times as quick then.
    """
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def pick_threads(device: torch.device) -> int:
    """One thread where other work keeps the processors busy, else the number of ``set_threads``.

    Threads meet hundreds of times in a step: if one waits for a processor, all do, and training
    becomes tens of times slower. ``$SVERTKA_THREADS`` decides instead where it is set.
    """
    threads = set_threads()
    fixed = device.type != "cpu" or threads == 1 or os.environ.get("SVERTKA_THREADS")
    return threads if fixed or not threads_stall() else 1


def pick_ahead(device: torch.device) -> int:
    """How many batches are made ready in the background: ``$SVERTKA_AHEAD``, else 2 where another
    device computes and none where it would take the processor from the step.

    >>> import torch
    >>> pick_ahead(torch.device("cuda"))
    2
    """
    word = os.environ.get("SVERTKA_AHEAD", "")
    if word and not (word.isascii() and word.isdigit()):
        raise UsageError(f"SVERTKA_AHEAD is {word!r}; it must be a number from 0 up.")
    return int(word) if word else 2 * (device.type == "cuda")


# -- precision -----------------------------------------------------------------------------------


def pick_precision(device: torch.device) -> Precision:
    """``bf16`` where training is really faster with it on this device, else ``fp32``.

    A processor may list bf16 and yet be slower with it: on a CPU ``bf16_gain`` is measured.
    ``$SVERTKA_PRECISION`` decides instead where it is set.
    """
    import torch

    if word := os.environ.get("SVERTKA_PRECISION", ""):
        if word not in get_args(Precision):
            raise UsageError(f"SVERTKA_PRECISION is {word!r}; it must be fp32 or bf16.")
        return cast(Precision, word)
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    if device.type == "cpu":
        return "bf16" if bf16_gain() > 1.1 else "fp32"
    return "fp32"


# -- memory --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def keep_memory() -> bool:
    """Let the C library keep freed memory for the next step; whether it does so now.

    glibc gives large blocks back to the system at once, and every training step then pays for
    fresh, zeroed pages. The setting lasts until the process ends. ``SVERTKA_KEEP_MEMORY=0``
    switches it off; other C libraries are left alone.
    """
    if os.environ.get("SVERTKA_KEEP_MEMORY") == "0" or platform.libc_ver()[0] != "glibc":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    m_mmap_max, m_trim_threshold, m_top_pad = -4, -1, -2  # malloc.h
    settings = ((m_mmap_max, 0), (m_trim_threshold, -1), (m_top_pad, 64 << 20))
    return all(mallopt(name, value) == 1 for name, value in settings)


# -- the run's record ----------------------------------------------------------------------------


def describe(device: torch.device, *, threads: int, precision: Precision) -> dict[str, Any]:
    """What a run was computed on, for its record: plain JSON types.

    >>> import torch
    >>> describe(torch.device("cpu"), threads=2, precision="fp32")["threads"]
    2
    """
    import torch

    name = torch.cuda.get_device_name(device) if device.type == "cuda" else processor_name()
    return {
        "device": str(device),
        "name": name,
        "threads": threads,
        "precision": precision,
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
