"""The machine: its processor's name, when this process began, and what only a short trial tells."""

from __future__ import annotations

import math
import os
import platform
import time
from functools import lru_cache
from pathlib import Path

_IMPORTED = time.monotonic()


def process_started() -> float:
    """When this process started, on the clock of ``time.monotonic``, in seconds.

    On Linux the kernel's own record, so that the interpreter's start and every import count;
    elsewhere the moment at which this module was imported.

    >>> 0.0 < time.monotonic() - process_started() < 1e6
    True
    """
    try:
        stat = Path("/proc/self/stat").read_text()
        ticks = int(stat.rpartition(")")[2].split()[19])  # field 22; a name may hold spaces
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        return _IMPORTED
    # A container may keep a boot time of its own; an impossible age means that this one does.
    now = time.monotonic()
    return now - age if now - _IMPORTED <= age < 1e9 else _IMPORTED


def threads_stall() -> bool:
    """Whether operations on all threads of torch now and then take ten times as long as usual.

    It takes a twentieth of a second where nothing else runs. Stalls must show three times within
    two seconds: what passes is no reason to train on one thread.
    """
    for pause in (0.0, 0.2, 0.4):
        time.sleep(pause)
        if not _stall_now():
            return False
    return True


def _stall_now() -> bool:
    import torch

    x, turns = torch.zeros(1 << 18), list[float]()
    x.neg_()  # starts the threads
    for _ in range(200):
        start = time.perf_counter()
        for _ in range(10):
            x.neg_()
        turns.append(time.perf_counter() - start)
        if sum(turns) > 0.5 or sum(turn > 10 * min(turns) for turn in turns) >= 3:
            return True
    return False


@lru_cache(maxsize=1)
def bf16_gain() -> float:
    """How many times faster the CPU trains one convolution in bf16 than in float32.

    64 channels to 64, 3x3, on 8 pictures of 14x14, forward and backward, on one thread; the best
    of 10 runs each, taken in turns. So short, and without threads that wait for each other, that
    other work on the machine does not decide. 0.0 where torch would only emulate bf16.
    """
    import torch

    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return 0.0
    best = {False: math.inf, True: math.inf}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        # Measuring must not move anyone's random numbers, nor depend on the caller's modes.
        with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad():
            weight = torch.randn(64, 64, 3, 3).to(memory_format=torch.channels_last)
            x = torch.randn(8, 64, 14, 14).to(memory_format=torch.channels_last)
            inputs = (x.requires_grad_(), weight.requires_grad_())
            for enabled in (False, True) * 10:
                start = time.perf_counter()
                with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
                    y = torch.nn.functional.conv2d(*inputs, padding=1)
                torch.autograd.grad(y, inputs, torch.ones_like(y))
                best[enabled] = min(best[enabled], time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return best[False] / best[True]


@lru_cache(maxsize=1)
def processor_name() -> str:
    """The processor's name as its maker writes it.

    >>> processor_name() != ""
    True
    """
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown"
