"""Whatever a record holds or lacks, the page draws what there is, asks nobody, and runs nothing."""

from __future__ import annotations

import html

import pytest

from payloads import PAYLOADS, report
from shown import Show, open_everything
from svertka.page import render

pytestmark = pytest.mark.browser


def test_hostile_names_stay_text(show: Show) -> None:
    payload = PAYLOADS["hostile"]()
    opened = show(payload, lang="ru")
    open_everything(opened.page)
    page = opened.page
    assert page.locator("img:not([src^='data:image/'])").count() == 0
    assert page.locator("script").count() == 3  # the theme, the data, the page
    assert page.get_by_text("<script>alert(1)</script>").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened.complaints == []
    assert opened.outside == []


def test_pictures_from_elsewhere_are_not_fetched(show: Show) -> None:
    payload = report()
    payload["mistakes"][0]["picture"] = "https://example.org/spy.png"
    payload["examples"]["0"][0] = "//example.org/spy.png"
    opened = show(payload)
    assert opened.outside == []
    assert opened.complaints == []


@pytest.mark.parametrize("missing", sorted(report()))
def test_a_missing_piece_costs_no_more_than_itself(show: Show, missing: str) -> None:
    payload = report()
    for value in (None, ...):
        payload.pop(missing, None)
        if value is None and missing != "kind":
            payload[missing] = None
        opened = show(payload)
        assert opened.page.locator("h1").count() == 1
        assert [text for text in opened.complaints if text.startswith("error")] == []


def test_what_cannot_be_drawn_is_shown_as_numbers(show: Show) -> None:
    payload = report()
    payload["scores"]["per_class"] = [None]
    opened = show(payload)
    assert "could not be drawn" in opened.page.locator("#classes").inner_text()
    assert opened.page.locator("#net svg .box").count() > 0


@pytest.mark.parametrize(
    ("data", "said"),
    [("null", "holds no record"), ("{", "is damaged"), ("[1, 2]", "Record")],
)
def test_a_page_without_a_record_says_so(show: Show, data: str, said: str) -> None:
    page = render({"kind": "x"}).replace('{"kind":"x"}', data)
    opened = show(page)
    assert said in opened.page.locator("main").inner_text()
    assert opened.complaints == []


def test_a_sandboxed_frame_of_a_notebook_works(show: Show) -> None:
    inner = html.escape(render(report()), quote=True)
    size = 'width="900" height="640"'
    outer = f'<main><iframe sandbox="allow-scripts" {size} srcdoc="{inner}"></iframe></main>'
    opened = show(outer)
    frame = opened.page.frame_locator("iframe")
    frame.get_by_role("button", name="Русский").click()
    frame.get_by_role("link", name="Данные").click()
    assert frame.locator("#data h2").inner_text() == "Данные"
    opened.page.wait_for_timeout(100)
    assert frame.locator("h1").inner_text() == "digits-1"  # still the record, not the notebook
    assert [text for text in opened.complaints if "error" in text] == []
