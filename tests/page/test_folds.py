"""What a reader sees of a training in folds: in real Chromium, offline, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from folded import folds, label_folds
from shown import Show, in_one_language, open_everything

pytestmark = pytest.mark.browser

LATIN = {
    "svertka",
    "RU",
    "EN",
    "CSV",
    "JSON",
    "F1",
    "AUC",
    "AP",
    "mAP",
    "PyTorch",
    "Python",
    "digits",
    "lenet5",
}


@pytest.mark.parametrize(
    ("lang", "width", "theme", "of"),
    [
        ("ru", 360, "dark", folds),
        ("en", 360, "dark", folds),
        ("ru", 1280, "light", label_folds),
        ("en", 1280, "light", folds),
    ],
)
def test_it_is_drawn_without_complaint(
    show: Show, lang: str, width: int, theme: str, of: Callable[[], dict[str, Any]]
) -> None:
    opened = show(of(), lang=lang, width=width, theme=theme)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    open_everything(page)
    in_one_language(page, lang, LATIN)
    assert opened.complaints == []
    assert opened.outside == []


def test_the_grouped_score_comes_first_and_every_fold_leads_to_its_report(show: Show) -> None:
    payload = folds()
    page = show(payload).page
    rows = page.locator("#scored tbody tr").all()
    shown = [float(row.locator("data").first.get_attribute("value")) for row in rows]
    ways = ("scores", "ungrouped", "test")
    assert shown == [payload[way]["metrics"]["accuracy"]["value"] for way in ways]
    links = [a.get_attribute("href") for a in page.locator("#folds a").all()]
    assert links == [f"./fold-{number}/report.html" for number in range(1, 6)]


def test_of_labels_it_shows_their_figures(show: Show) -> None:
    payload = label_folds()
    page = show(payload).page
    figures = page.locator("#scored tbody tr").first.locator("data").all()
    shown = [float(figure.get_attribute("value")) for figure in figures]
    metrics = payload["scores"]["metrics"]
    assert shown == [metrics["map"]["value"], metrics["f1_macro"]["value"]]
    cells = page.locator("#folds tbody tr td:nth-child(3)").all_inner_texts()
    assert cells == [f"{100 * run['map']:.2f}%" for run in payload["runs"]]


def test_what_was_not_asked_is_not_shown(show: Show) -> None:
    page = show(folds(2) | {"ungrouped": None, "test": None}).page
    assert page.locator("#scored tbody tr").count() == 1
