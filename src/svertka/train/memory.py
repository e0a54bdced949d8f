"""How much memory a training took."""

from __future__ import annotations

import sys
from pathlib import Path

import torch


def peak_memory(device: torch.device) -> int | None:
    """The most bytes that this process ever held: of real memory, on cuda of what torch allocated.

    None where the system does not count it.

    >>> (peak_memory(torch.device("cpu")) or 10**9) > 10**7
    True
    """
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    try:
        # on Linux getrusage of a new process begins with the peak of the one that started it
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) << 10
    except (OSError, IndexError, ValueError):
        pass
    if sys.platform == "win32":
        return None
    import resource

    peak = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak if sys.platform == "darwin" else peak << 10
