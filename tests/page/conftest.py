"""The page in a real Chromium that reaches nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from shown import Opened, Show
from svertka.page import render

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


def chromium() -> str | None:
    """Debian's Chromium or the one that is named; None: Playwright's own."""
    names = [os.environ.get("SVERTKA_CHROMIUM", ""), "chromium", "chromium-browser"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


# For each module: Playwright's event loop must not live on beside other tests'.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module of tests; a machine without any fails here, it does not skip."""
    with sync_playwright() as playwright:
        chosen = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield chosen
        chosen.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens a payload as a file, offline."""
    contexts = []

    def opened(
        payload: dict[str, Any] | str,
        *,
        lang: str = "en",
        theme: str = "light",
        width: int = 1280,
        height: int = 900,
    ) -> Opened:
        html = payload if isinstance(payload, str) else render(payload)
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            locale="ru-RU" if lang == "ru" else "en-US",
            timezone_id="UTC",
            offline=True,
            accept_downloads=True,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        result = Opened(page)
        page.on("console", lambda m: result.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: result.complaints.append(f"error: {error}"))
        page.on("dialog", lambda d: (result.complaints.append(f"dialog: {d.message}"), d.dismiss()))
        page.on("request", lambda request: result.requests.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector("main > *")
        return result

    yield opened
    for context in contexts:
        context.close()
