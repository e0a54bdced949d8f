"""What a reader sees of a check: in real Chromium, offline, in both languages."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from checked import checked
from shown import Show, in_one_language, open_everything
from svertka.data.finding import GRAVE
from svertka.data.finding import WORDS as KINDS

pytestmark = pytest.mark.browser

LATIN = {"svertka", "RU", "EN", "CSV", "JSON", "PNG", "JPEG", "group", "none", "digits"}


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1280, "light")])
def test_it_is_drawn_without_complaint(show: Show, lang: str, width: int, theme: str) -> None:
    opened = show(checked(), lang=lang, width=width, theme=theme)
    page = opened.page
    assert page.locator("main section").count() == 4
    assert page.locator("#grave figure").count() == len(GRAVE)
    assert page.locator("#notes figure").count() == len(KINDS) - len(GRAVE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    open_everything(page)
    in_one_language(page, lang, LATIN)
    assert "{" not in page.inner_text("main")
    assert opened.complaints == []
    assert opened.outside == []


def test_pairs_stand_side_by_side_with_their_command(show: Show) -> None:
    payload = checked()
    page = show(payload).page
    items = page.locator("#grave figure").first.locator("ul.pairs > li")
    assert items.count() == 3
    for item, example in zip(items.all(), payload["findings"][0]["examples"], strict=True):
        first, second = (image.bounding_box() for image in item.locator("img").all())
        assert first["y"] == second["y"]
        assert first["x"] < second["x"]
        assert [code.inner_text() for code in item.locator("code").all()] == example["ids"]
        item.locator("summary").click()
        assert item.locator("pre").inner_text() == example["command"]


def test_everything_can_be_had_as_numbers(show: Show) -> None:
    payload = checked(examples=40)
    page = show(payload).page
    page.locator("#grave figure").nth(3).get_by_role("button", name="As numbers").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    doubts = next(found for found in payload["findings"] if found["kind"] == "doubts")
    assert [row["file"] for row in rows] == [one["ids"][0] for one in doubts["examples"]]
    assert {row["better"] for row in rows} == {"9"}


@pytest.mark.parametrize("missing", sorted(checked()))
def test_a_missing_piece_costs_no_more_than_itself(show: Show, missing: str) -> None:
    payload = checked()
    payload[missing] = None
    opened = show(payload)
    assert opened.page.locator("h1").count() == 1
    assert [text for text in opened.complaints if text.startswith("error")] == []


def test_a_clean_set_says_so(show: Show) -> None:
    payload = checked()
    payload["findings"], payload["judge"] = [], None
    page = show(payload).page
    assert "Nothing is wrong" in page.locator(".clean").inner_text()
    assert page.locator("main section").count() == 2


def test_an_unknown_kind_is_told_in_the_words_of_the_library(show: Show) -> None:
    payload = checked()
    payload["findings"][0] |= {"kind": "novel", "title": "something new", "action": "think"}
    page = show(payload, lang="ru").page
    assert "Something new: 3" in page.locator("#grave figure").first.inner_text()
