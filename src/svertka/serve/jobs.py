"""Trainings as processes of their own: what crashes there is told here, and nothing else happens.

The run's folder is the only truth. What is kept here is about the processes that this studio began:
that they are on their way before they have written anything, and their last words.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from svertka.serve.faults import Busy, Conflict
from svertka.store.lock import holder
from svertka.store.progress import Standing, State, read_progress, standing, write_progress
from svertka.workbench.apart import PYTHON, reason_of

MOST = 4  # trainings at once
STOPPED = 130  # how a command ends after Ctrl-C
PATIENCE = 3.5  # seconds that a training has to save what it has; an older checkpoint is there
_LOOK = 0.02  # seconds between two looks
_TAIL = 16 << 10  # bytes of what it said


@dataclass
class Job:
    """One process that this studio began; ``error`` is why it failed, once it has."""

    folder: Path
    process: subprocess.Popen[bytes]
    said: IO[bytes]
    asked: bool = False  # to pause
    error: str = ""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None


@dataclass
class Jobs:
    """The trainings of one studio, by their folders."""

    most: int = MOST
    _jobs: dict[Path, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, folder: Path, words: Sequence[str]) -> None:
        """Run ``svertka WORDS``, which writes ``folder``; raises ``Busy`` or ``Conflict``."""
        with self._lock:
            if self._of(folder) is not None or holder(folder) is not None:
                raise Conflict(f"{folder.name} is being trained already.")
            if sum(job.alive for job in self._jobs.values()) >= self.most:
                raise Busy(f"{self.most} trainings run already. Pause one, or wait.", after=30)
            said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
            process = subprocess.Popen(
                [sys.executable, *PYTHON, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,  # it outlives a studio that is killed
            )
            job = self._jobs[folder] = Job(folder, process, said)
        threading.Thread(target=_wait_for, args=(job,), daemon=True).start()

    def pause(self, folder: Path) -> None:
        """Let a training save what it has and end, whoever began it; raises ``Conflict``."""
        job = self._of(folder)
        if job is not None:
            _interrupt(job)
            return
        process = holder(folder)
        if process is None:
            raise Conflict(f"{folder.name} is not being trained.")
        try:
            if process == 0:
                raise ProcessLookupError
            os.kill(process, signal.SIGINT)
        except OSError as error:
            raise Conflict(
                f"{folder.name} is trained by a process that cannot be reached from here: on "
                "another machine, or of another user. Press Ctrl-C there."
            ) from error

    def stop(self, folder: Path) -> None:
        """Pause it; where it does not end soon, end it: then its last checkpoint counts."""
        self.pause(folder)
        job = self._of(folder)
        if job is not None:
            threading.Thread(target=end, args=([job],), daemon=True).start()

    def standing(self, folder: Path, *, finished: bool) -> Standing:
        """Where the run in ``folder`` stands, by its files and by what is known of its process."""
        found = standing(folder, finished=finished)
        job = self._jobs.get(folder)
        if job is None or found.state in ("training", "finished"):
            return found
        if job.alive:  # on its way: what is told in the folder is old
            return Standing("training", job.process.pid)
        if job.error and found.state == "unfinished":
            return Standing("failed", None, found.event, job.error)
        return found

    def lost(self) -> list[Job]:
        """What was begun here and has left no run: on its way, or failed before its first step."""
        every = list(self._jobs.values())
        return [job for job in every if (job.alive or job.error) and not _is_begun(job.folder)]

    def pause_all(self) -> list[Job]:
        """Pause all that were begun here, and do not wait for them."""
        living = [job for job in self._jobs.values() if job.alive]
        for job in living:
            _interrupt(job)
        return living

    def _of(self, folder: Path) -> Job | None:
        job = self._jobs.get(folder)
        return job if job is not None and job.alive else None


def check_unended(line: Mapping[str, Any]) -> None:
    """Raises ``Conflict`` where a run or a comparison, as a list has it, has nothing left to train:
    its process may outlive its scores by a moment."""
    if line["state"] == "finished":
        raise Conflict(f"{line['name']} has ended: there is nothing left to train.")


def _is_begun(folder: Path) -> bool:
    return (folder / "run.json").is_file()


def _interrupt(job: Job) -> None:
    """Ctrl-C, once: a second one would break a step off in its middle."""
    if not job.asked:
        job.asked = True
        with suppress(OSError):
            if sys.platform == "win32":
                job.process.terminate()  # its last checkpoint counts
            else:
                job.process.send_signal(signal.SIGINT)


def end(jobs: Sequence[Job], seconds: float = PATIENCE) -> None:
    """Wait until processes that were interrupted have saved what they had, and end them.

    A process that has let go of its folder writes no more: it need not be waited for.
    """
    until = time.monotonic() + seconds
    while (
        any(job.alive and holder(job.folder) is not None for job in jobs)
        and time.monotonic() < until
    ):
        time.sleep(_LOOK)
    for job in jobs:
        if job.alive:
            job.process.kill()
            job.process.wait()
            _broken_off(job, "paused")
        _tidy(job)


def _wait_for(job: Job) -> None:
    """Stay until the process ends, and keep why it failed, if it did."""
    code = job.process.wait()
    with job.said as said:
        said.seek(max(0, said.seek(0, os.SEEK_END) - _TAIL))
        lines = said.read().decode("utf-8", "replace").splitlines()
    if code not in (0, STOPPED) and not job.asked:
        job.error = reason_of(code, lines)
        _broken_off(job, "failed", error=job.error)
    _tidy(job)


def _broken_off(job: Job, state: State, **more: str) -> None:
    """Say in the folder how a process was broken off that could not say it itself."""
    told = read_progress(job.folder)
    if _is_begun(job.folder) and told.get("state") == "training":
        write_progress(job.folder, state, event=told.get("event"), **more)


def _tidy(job: Job) -> None:
    """Give the folder back, where nothing was begun in it."""
    if not _is_begun(job.folder):
        with suppress(OSError):
            (job.folder / ".lock").unlink(missing_ok=True)
            job.folder.rmdir()
