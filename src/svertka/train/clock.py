"""Time in training: it decides when to tell and when to save, never what is computed."""

from __future__ import annotations

import time

TELL_SECONDS, SAVE_SECONDS = 0.25, 20.0


class Clock:
    """Seconds of all sittings, the pace since the last validation, and what is due."""

    def __init__(self, earlier: float) -> None:
        now = time.monotonic()
        self._start = now - earlier
        self._told = self._saved = now
        self._save_every = SAVE_SECONDS
        self._pictures, self._busy, self._since = 0, 0.0, now

    @property
    def seconds(self) -> float:
        """Seconds of training, earlier sittings included."""
        return time.monotonic() - self._start

    @property
    def images_per_second(self) -> float:
        """Pictures trained on in a second since the last ``restart``."""
        return self._pictures / max(self._busy, 1e-9)

    def count(self, pictures: int) -> None:
        """A step over so many pictures is done."""
        now = time.monotonic()
        self._pictures += pictures
        self._busy += now - self._since
        self._since = now

    def pause(self) -> None:
        """What happened since the last step is not training's."""
        self._since = time.monotonic()

    def restart(self) -> None:
        """Measure the pace anew from here on."""
        self._pictures, self._busy, self._since = 0, 0.0, time.monotonic()

    def time_to_tell(self) -> bool:
        """Whether a step's event is due; if so, the next one is due later."""
        now = time.monotonic()
        due = now - self._told >= TELL_SECONDS
        self._told = now if due else self._told
        return due

    def time_to_save(self) -> bool:
        """Whether a checkpoint is due."""
        return time.monotonic() - self._saved >= self._save_every

    def saved(self, seconds: float) -> None:
        """A checkpoint that took so long is written; slow ones come more seldom: 2% of the time."""
        self._saved = time.monotonic()
        self._save_every = max(SAVE_SECONDS, 50 * seconds)
