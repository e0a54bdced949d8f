"""The studio in a real Chromium; its server is a program of an installed wheel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

import served
from chromium import launched
from shown import Opened, Visit

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with svertka as users get it: built into a wheel, and that installed."""
    place = tmp_path_factory.mktemp("installed")
    for words in (
        ("build", "--wheel", "--no-isolation", f"--outdir={place}", ROOT),
        ("pip", "install", "--quiet", "--no-deps", "--no-compile", f"--target={place / 'here'}"),
    ):
        wheel = [] if words[0] == "build" else list(place.glob("*.whl"))
        subprocess.run(
            [sys.executable, "-m", *words, *wheel], check=True, stdout=subprocess.DEVNULL
        )
    return place / "here"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs of the studio."""
    return tmp_path_factory.mktemp("studio") / "runs"


@pytest.fixture(scope="module")
def data() -> tuple[Path, ...]:
    """The folders of data that the studio is given: a module may have its own."""
    return ()


@pytest.fixture(scope="module")
def address(runs: Path, data: tuple[Path, ...], installed: Path) -> Iterator[str]:
    """Where the studio answers."""
    words = ("studio", "--no-browser", f"--runs={runs}", *(f"--data={folder}" for folder in data))
    with served.command(*words, installed=installed) as (_, client):
        yield str(client.base_url)


# For each module: Playwright's event loop must not live on beside other tests'.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(HOST) as chosen:
        yield chosen


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens a place of the studio: ``visit("convolve", stride=2)``."""
    contexts = []

    def opened(
        place: str = "",
        *,
        lang: str = "en",
        theme: str = "light",
        width: int = 1280,
        height: int = 900,
        **values: object,
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            locale="ru-RU" if lang == "ru" else "en-US",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        result = Opened(page, home=address)
        page.on("console", lambda m: result.complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: result.complaints.append(f"error: {error}"))
        page.on("request", lambda request: result.requests.append(request.url))
        query = f"?{urlencode(values)}" if values else ""
        page.goto(f"{address}#/{place}{query}")
        page.wait_for_selector("main > *")
        return result

    yield opened
    for context in contexts:
        context.close()
