"""What a training tells those who watch its folder: at most once a second, and how it ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from svertka.store import RunFolder
from svertka.store.progress import PROGRESS, read_progress, write_progress
from svertka.train.events import Event

OFTEN = 1.0  # seconds


class Telling:
    """A callback of training that also keeps ``progress.json``, for runs of any origin alike."""

    def __init__(self, folder: RunFolder, on_event: Callable[[Any], None]) -> None:
        self._path, self._on_event = folder.path, on_event
        self._last = -OFTEN

    def __call__(self, event: Event) -> None:
        """Hand the event on; news at once, what is passing when the last was a while ago."""
        self._on_event(event)
        now = time.monotonic()
        if now - self._last >= OFTEN or event.name in ("planned", "finished"):
            self._last = now
            told = event.to_dict()
            write_progress(self._path, "training", process=os.getpid(), event=told)


@contextmanager
def marked(folder: RunFolder) -> Iterator[None]:
    """Say in the folder that it is being trained in, and afterwards how that was broken off."""
    write_progress(folder.path, "training", process=os.getpid(), event=None)
    try:
        yield
    except KeyboardInterrupt:
        write_progress(folder.path, "paused", event=read_progress(folder.path).get("event"))
        raise
    except Exception as error:
        told = read_progress(folder.path).get("event")
        name = "" if str(error) else type(error).__name__
        write_progress(folder.path, "failed", event=told, error=f"{name}{error}")
        raise
    else:
        (folder.path / PROGRESS).unlink(missing_ok=True)
