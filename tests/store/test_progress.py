"""Where a run stands, seen from another process."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
import time

import pytest

from svertka.errors import StoreError
from svertka.store.lock import holder, locked
from svertka.store.progress import PROGRESS, read_progress, standing, write_progress

HOLD = """
import sys, time
from pathlib import Path
from svertka.store.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Another process that holds the folder."""
    words = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_folder_is_held_as_long_as_its_process_lives(tmp_path, elsewhere):
    write_progress(tmp_path, "training", process=elsewhere.pid, event={"step": 3})
    assert holder(tmp_path) == elsewhere.pid
    found = standing(tmp_path, finished=False)
    assert (found.state, found.process, found.event) == ("training", elsewhere.pid, {"step": 3})
    elsewhere.kill()
    elsewhere.wait()
    assert holder(tmp_path) is None
    assert standing(tmp_path, finished=False).state == "unfinished"
    assert standing(tmp_path, finished=True).state == "finished"


def test_asking_who_holds_a_folder_is_in_nobodys_way(tmp_path):
    """Thousands of questions a second: every writer gets its lock, and who asks is not taken for
    one who writes."""
    over = threading.Event()
    with locked(tmp_path):
        pass
    assert holder(tmp_path) is None
    found = set()

    def ask():
        while not over.is_set():
            found.add(holder(tmp_path))

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        time.sleep(0.2)
        assert found == {None}
        for _ in range(50):
            with locked(tmp_path):
                pass
    finally:
        over.set()
        for asker in askers:
            asker.join()


def test_a_second_writer_is_refused_soon(tmp_path, elsewhere):
    start = time.monotonic()
    with pytest.raises(StoreError, match=str(elsewhere.pid)), locked(tmp_path):
        pass
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("state", ["paused", "failed"])
def test_how_it_was_broken_off(tmp_path, state):
    write_progress(tmp_path, state, event=None, error="no room")
    found = standing(tmp_path, finished=False)
    assert found.state == state
    assert found.error == ("no room" if state == "failed" else "")


def test_what_is_no_number_becomes_null(tmp_path):
    write_progress(tmp_path, "training", event={"train_loss": math.nan, "net": "NaN"})
    text = (tmp_path / PROGRESS).read_text()
    assert json.loads(text, parse_constant=pytest.fail)["event"] == {
        "train_loss": None,
        "net": "NaN",
    }


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": "other"}', "[" * 100_000])
def test_a_damaged_file_says_nothing(tmp_path, text):
    (tmp_path / PROGRESS).write_text(text)
    assert read_progress(tmp_path) == {}
    assert standing(tmp_path, finished=False).state == "unfinished"


def test_a_watcher_sees_what_was_told_last_or_before(tmp_path):
    """However often it is replaced: never half a file, and the event is never missed for long."""
    over = threading.Event()

    def tell():
        step = 0
        with locked(tmp_path):
            while not over.is_set():
                step += 1
                write_progress(tmp_path, "training", event={"step": step, "text": "x" * 2000})

    write_progress(tmp_path, "training", event={"step": 0, "text": "x" * 2000})
    teller = threading.Thread(target=tell)
    teller.start()
    try:
        seen = [standing(tmp_path, finished=False).event for _ in range(300)]
    finally:
        over.set()
        teller.join()
    assert all(event["text"] == "x" * 2000 for event in seen if event)
    steps = [event["step"] for event in seen if event]
    assert steps == sorted(steps)
    assert len(steps) > 200


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    write_progress(tmp_path / "gone", "training")
    assert list(tmp_path.iterdir()) == []
