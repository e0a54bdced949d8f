"""What tests do on the page of a look: choose layers, point at cells, read numbers."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page


def choose(page: Page, payload: dict[str, Any], name: str) -> dict[str, Any]:
    """Choose a layer by the list."""
    names = [layer["name"] for layer in payload["layers"]]
    page.locator("#maps select").select_option(str(names.index(name)))
    return payload["layers"][names.index(name)]


def told(page: Page, selector: str) -> float:
    """The number that a place of the page shows in English."""
    return float(page.locator(selector).first.inner_text().replace("−", "-").replace(",", ""))


def chosen(page: Page) -> tuple[int, int, int]:
    """The cell whose arithmetic is shown: its channel, row and column."""
    title = page.locator("#cell h3").inner_text()
    numbers = re.findall(r"\d+", title[title.index("[") : title.index("]")])
    return tuple(map(int, (*numbers, 0, 0)[:3]))  # type: ignore[return-value]


def point(page: Page, down: float, right: float) -> None:
    """The pointer at these shares of the large map."""
    large = page.locator("#maps .map").first
    large.scroll_into_view_if_needed()
    box = large.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * right, box["y"] + box["height"] * down)
