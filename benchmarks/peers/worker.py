"""One library and one net in a process that stays alive: it makes steps when it is told to.

    python worker.py ARM CASE

Every line on standard input is a number of seconds; the answer on standard output is a JSON
object. The library's own training loop runs, and is held up between two steps while nobody asks.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from cases import CASES, Case

# arm: the module with its loop, and the words for it
ARMS = {
    "svertka": ("loop_svertka", ""),
    "matrix": ("loop_matrix", ""),
    "keras-tf": ("loop_keras", "float32"),
    "keras-tf-bf16": ("loop_keras", "mixed_bfloat16"),
    "keras-jax": ("loop_keras", "float32"),
    "keras-torch": ("loop_keras", "float32"),
    "pytorch": ("loop_torch", "tutorial"),
    "pytorch-tuned": ("loop_torch", "tuned"),
    "fastai": ("loop_fastai", ""),
    "lightning": ("loop_lightning", "32-true"),
    "lightning-bf16": ("loop_lightning", "bf16-mixed"),
}


class Clock:
    """Counts the steps of any loop and answers how long they took."""

    def __init__(self) -> None:
        # What a library prints on standard output must not be taken for an answer.
        self.answers = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self.seconds = self.start = 0.0
        self.steps = 0

    def say(self, **answer: Any) -> None:
        print(json.dumps(answer), file=self.answers, flush=True)

    def ready(self, parameters: int, **versions: str) -> None:
        """The loop is about to begin."""
        self.say(parameters=parameters, versions=versions)
        self._wait()

    def step(self, finish: Callable[[], object] | None = None) -> None:
        """A step is over; ``finish`` waits for what a library still computes behind our back."""
        self.steps += 1
        if time.perf_counter() - self.start >= self.seconds:
            if finish is not None:
                finish()
            self.say(step=(time.perf_counter() - self.start) / self.steps)
            self._wait()

    def _wait(self) -> None:
        line = sys.stdin.readline()
        if not line:  # nobody is there any more
            os._exit(0)
        self.seconds, self.steps = float(line), 0
        self.start = time.perf_counter()


def main() -> None:
    arm, name = sys.argv[1:3]
    clock = Clock()
    module, how = ARMS[arm]
    try:
        loop: Callable[[Case, str, Clock], None] = importlib.import_module(module).loop
        loop(CASES[name], how, clock)
    except Exception as error:
        clock.say(error=f"{type(error).__name__}: {error}".splitlines()[0][:200])
        raise


if __name__ == "__main__":
    main()
