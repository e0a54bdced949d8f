"""Standard output that tells when it cannot be written, and is never taken for another file."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


class OutputLost(Exception):
    """The result could not be written; no OSError, so that it is not taken for a file's."""

    def __init__(self, reason: OSError | None) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Output:
    """A stream that raises ``OutputLost`` for whatever the system says; None stands for closed."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        # Once lost, always lost: click tries a stream out, and does not tell what it found.
        self.lost = None if stream else OSError(errno.EBADF, "it is closed")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write a text, or fail."""
        with self._told() as stream:
            return stream.write(text)

    def flush(self) -> None:
        """Write what waits, or fail."""
        if self.stream is not None:  # Python itself flushes a closed one without a word
            with self._told() as stream:
                stream.flush()

    def isatty(self) -> bool:
        """Whether somebody looks at it."""
        return self.stream is not None and self.stream.isatty()

    @contextmanager
    def _told(self) -> Iterator[TextIO]:
        if self.lost is not None or self.stream is None:
            raise OutputLost(self.lost)
        try:
            yield self.stream
        except OSError as error:
            self.lost = error
            raise OutputLost(error) from error


def let_go(stream: TextIO) -> None:
    """Send what ``stream`` still holds nowhere: Python would try it again at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def guarded() -> Iterator[None]:
    """Within the block stdout is an ``Output``, and there is a stderr."""
    before, output = (sys.stdout, sys.stderr), Output(sys.stdout)
    sys.stdout = cast(TextIO, output)
    try:
        if sys.stderr is not None:
            yield
            return
        with open(os.devnull, "w", encoding="utf-8") as nobody:  # noqa: PTH123 - no Path
            sys.stderr = nobody
            yield
    finally:
        sys.stdout, sys.stderr = before
        if output.stream is not None and output.lost is not None:
            let_go(output.stream)
