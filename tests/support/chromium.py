"""A real Chromium for tests, which reaches nothing but this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What is expected comes within milliseconds; a busy machine may need seconds.
expect.set_options(timeout=15_000)
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"


def chromium() -> str | None:
    """Debian's Chromium or the one that is named; None: Playwright's own."""
    names = [os.environ.get("SVERTKA_CHROMIUM", ""), "chromium", "chromium-browser"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


@contextmanager
def launched(reach: str = "") -> Iterator[Browser]:
    """A Chromium that knows only the host ``reach``; where there is none it fails, not skips."""
    rules = f"{NOWHERE}, EXCLUDE {reach}" if reach else NOWHERE
    with sync_playwright() as playwright:
        chosen = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, rules])
        yield chosen
        chosen.close()
