"""The command line: one file per command, each loaded only when it is called.

This file is small on purpose: from its first line on, Ctrl-C ends the program with 130 and without
a traceback, and everything that takes time to load comes after.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every error becomes one message on stderr.

    Without ``args`` the words are those of the process, which is then expected to end: Ctrl-C
    stays in our hands until it does.
    """
    try:
        from svertka.cli.interrupt import catching

        with catching(forever=args is None):
            from svertka.cli.program import run

            return run(None if args is None else list(args))
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("Stopped.\n")
        return 130  # 128 + SIGINT, as a shell reports it
