"""The studio in a real Chromium, with its server behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import uvicorn
from playwright.sync_api import Browser

from chromium import launched
from shown import Opened, Visit
from svertka.serve.app import create_app
from svertka.serve.guard import Guard, Rules
from svertka.serve.server import listen

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs of the studio."""
    return tmp_path_factory.mktemp("studio") / "runs"


@pytest.fixture(scope="module")
def data() -> tuple[Path, ...]:
    """The folders of data that the studio is given: a module may have its own."""
    return ()


@pytest.fixture(scope="module")
def address(runs: Path, data: tuple[Path, ...]) -> Iterator[str]:
    """Where the studio answers."""
    sock = listen(HOST, 0, 0)
    config = uvicorn.Config(
        Guard(create_app(runs, data), Rules()), log_level="error", lifespan="on"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    yield f"http://{HOST}:{sock.getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)
    sock.close()


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
