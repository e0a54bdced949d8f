"""The page in a real Chromium that reaches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from chromium import launched
from shown import Opened, Show
from svertka.page import render


# For each module: Playwright's event loop must not live on beside other tests'.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module of tests; a machine without any fails here, it does not skip."""
    with launched() as chosen:
        yield chosen


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
