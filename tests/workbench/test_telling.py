"""What a training leaves for those who watch it."""

from __future__ import annotations

import os
import time

import pytest

import svertka
from svertka.store import RunFolder
from svertka.store.progress import PROGRESS, read_progress, standing
from svertka.train.events import StepDone
from svertka.workbench.telling import Telling, marked

STEP = StepDone(5, 10, 1, 2, 0.5, 100.0, 3.0)
NET = "conv2-relu-pool-fc10"


def test_it_is_told_at_most_once_a_second_and_costs_next_to_nothing(tmp_path):
    heard = []
    told = Telling(RunFolder(tmp_path), heard.append)
    told(STEP)
    first = (tmp_path / PROGRESS).stat().st_mtime_ns
    start = time.perf_counter()
    for _ in range(100):
        told(STEP)
    assert time.perf_counter() - start < 0.1
    assert len(heard) == 101
    assert (tmp_path / PROGRESS).stat().st_mtime_ns == first
    assert read_progress(tmp_path)["event"]["step"] == 5
    assert read_progress(tmp_path)["process"] == os.getpid()


def test_one_telling_takes_less_than_a_thousandth_of_the_second_it_is_for(tmp_path):
    told = Telling(RunFolder(tmp_path), lambda _: None)
    times = []
    for _ in range(20):
        told._last = -1.0
        start = time.perf_counter()
        told(STEP)
        times.append(time.perf_counter() - start)
    assert min(times) < 1e-3


def test_a_pause_and_a_failure_are_kept_and_an_end_leaves_nothing(tmp_path):
    folder = RunFolder(tmp_path)
    told = Telling(folder, lambda _: None)
    with marked(folder):
        told(STEP)
        assert read_progress(tmp_path)["event"]["step"] == 5
    with pytest.raises(KeyboardInterrupt), marked(folder):
        raise KeyboardInterrupt
    assert standing(tmp_path, finished=False).state == "paused"
    with pytest.raises(ValueError, match="no room"), marked(folder):
        raise ValueError("no room")
    assert standing(tmp_path, finished=False).error == "no room"
    with marked(folder):
        assert read_progress(tmp_path)["state"] == "training"
    assert not (tmp_path / PROGRESS).exists()


def test_a_training_that_is_stopped_is_paused_and_then_finished(tmp_path):
    out = tmp_path / "run"
    seen = []

    def stop(event):
        seen.append(standing(out, finished=False).state)
        if event.name == "epoch":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        svertka.train("digits", NET, epochs=2, out=out, on_event=stop)
    assert seen[-1] == "training"
    assert standing(out, finished=False).state == "paused"
    run = svertka.Run.resume(out)
    assert run.scores is not None
    assert not (out / PROGRESS).exists()
