"""One finished run for all tests of the room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import svertka
from shapes import NET, save_folder
from svertka import page
from svertka.workbench.run import Run


@pytest.fixture(scope="session", autouse=True)
def _page_without_a_build() -> None:
    """Until the page is built, an empty one with the slot for its data stands in."""
    if not Path(page.__file__).with_name("page.html").exists():
        page._template = lambda name="page": f"<!doctype html><body>{page.SLOT}</body>"


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of our own; one thread, for nets so small that threads only wait for each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SVERTKA_THREADS", "1")
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_folder(tmp_path_factory.mktemp("data") / "shapes")


@pytest.fixture(scope="session")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run; tests read it and change nothing."""
    out = tmp_path_factory.mktemp("runs") / "shapes-1"
    return svertka.train(folder, NET, epochs=3, seed=1, out=out)
