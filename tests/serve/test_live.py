"""A run that is followed: what its files say, in the order in which it happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from svertka.serve.live import Follower
from svertka.serve.places import Places
from svertka.serve.studio import Studio
from svertka.store import RunFolder
from svertka.store.lock import locked
from svertka.store.progress import write_progress


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A run that was killed after its first epoch, of 60 steps."""
    folder = RunFolder(tmp_path / "runs" / "digits-1")
    folder.path.mkdir(parents=True)
    folder.append_metrics({"event": "epoch", "epoch": 1, "step": 60})
    write_progress(folder.path, "training", event={"event": "step", "step": 55})
    return folder


def told(follower: Follower) -> list[object]:
    """The news, each by its step, or its state."""
    return [line.get("step", line.get("state")) for line in follower.news()]


def test_a_run_that_goes_on_before_its_last_epoch_is_told_at_once(run: RunFolder) -> None:
    follower = Follower(run, Studio(Places(run.path.parent)))
    assert told(follower) == [60, "unfinished", 55]
    with locked(run.path):
        write_progress(run.path, "training", event=None)
        assert told(follower) == ["training"]
        write_progress(run.path, "training", event={"event": "step", "step": 41})
        assert told(follower) == [41]
        late = Follower(run, Studio(Places(run.path.parent)))
        assert told(late) == [60, "training", 41], "who comes later hears the newest last"


def test_the_last_step_of_an_epoch_comes_before_its_end(run: RunFolder) -> None:
    follower = Follower(run, Studio(Places(run.path.parent)))
    with locked(run.path):
        follower.news()
        write_progress(run.path, "training", event={"event": "step", "step": 118})
        run.append_metrics({"event": "epoch", "epoch": 2, "step": 120})
        assert [step for step in told(follower) if step != "training"] == [118, 120]
        assert told(follower) == []
