"""The processor's own speed: the product of two square matrices in bfloat16, by torch."""

from __future__ import annotations

import torch
from cases import SIDE, Case
from worker import Clock

from svertka import runtime


def loop(case: Case, how: str, clock: Clock) -> None:
    runtime.set_threads()
    runtime.keep_memory()
    a, b, out = (torch.randn(SIDE, SIDE).bfloat16() for _ in range(3))
    clock.ready(0, torch=torch.__version__)
    while True:
        torch.mm(a, b, out=out)
        clock.step()
