"""Pointing at a number of a layer: in real Chromium the window is the plan's."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

import svertka
from shown import Show
from svertka.lessons.registry import find
from svertka.lessons.views import Field

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lesson() -> dict[str, Any]:
    return find("receptive-field").to_dict()


def point(page: Page, layer: int, row: int, column: int, size: tuple[int, int]) -> str:
    """Choose a layer, move the mouse to a number of its map; the window that is told."""
    page.locator('[data-view="field"] input[type="range"]').fill(str(layer))
    box = page.locator('[data-view="field"] svg.map').bounding_box()
    assert box
    page.mouse.move(
        box["x"] + (column + 0.5) * box["width"] / size[1],
        box["y"] + (row + 0.5) * box["height"] / size[0],
    )
    return page.locator('[data-view="field"] .told').inner_text()


@pytest.mark.parametrize(("net", "lang"), [("lenet5", "en"), ("resnet18", "ru"), ("unet", "en")])
def test_the_window_is_the_plans(show: Show, lesson: dict[str, Any], net: str, lang: str) -> None:
    page = show(lesson, lang=lang).page
    page.locator('select[name="net"]').select_option(net)
    page.locator('[data-view="field"] svg.map').scroll_into_view_if_needed()
    plan = svertka.net(net)
    layers = Field(plan).own()["net"]["layers"]
    for number in (0, len(layers) // 2, len(layers) - 1):
        _, height, width = layers[number]["output"]
        row, column = height // 3, width // 2
        told = point(page, number, row, column, (height, width))
        down, across = plan.layer(layers[number]["path"]).field or ()
        rows, columns = down.at(row), across.at(column)
        assert f"{rows[1] - rows[0] + 1}×{columns[1] - columns[0] + 1}" in told
        inside = max(rows[0], 0), min(rows[1], plan.input[1] - 1)
        if inside != (0, plan.input[1] - 1):
            words = ("rows {} to {}", "строки с {} по {}")[lang == "ru"]
            assert words.format(*inside) in told


def test_it_works_by_keys(show: Show, lesson: dict[str, Any]) -> None:
    page = show(lesson, lang="en", width=390).page
    drawn = page.locator('[data-view="field"] svg.map')
    drawn.focus()
    before = page.locator('[data-view="field"] .told').inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    after = page.locator('[data-view="field"] .told').inner_text()
    assert before.startswith("The number in row 7, column 7 sees")
    assert after.startswith("The number in row 6, column 6 sees")
