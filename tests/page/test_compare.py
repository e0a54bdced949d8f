"""What a reader sees of a comparison: in real Chromium, offline, in both languages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compared import comparison, label_comparison
from shown import Show, in_one_language, open_everything
from svertka.look.recorded import Flow

pytestmark = pytest.mark.browser

LATIN = {"svertka", "RU", "EN", "CSV", "JSON", "F1", "mAP", "PyTorch", "Python", "digits"}


@pytest.mark.parametrize(
    ("lang", "width", "theme", "of"),
    [
        ("ru", 360, "dark", comparison),
        ("en", 360, "dark", label_comparison),
        ("ru", 1280, "light", label_comparison),
        ("en", 1280, "light", comparison),
    ],
)
def test_it_is_drawn_without_complaint(
    show: Show, lang: str, width: int, theme: str, of: Callable[[], dict[str, Any]]
) -> None:
    opened = show(of(), lang=lang, width=width, theme=theme)
    page = opened.page
    assert page.locator("main section").count() == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    open_everything(page)
    in_one_language(page, lang, LATIN)
    assert opened.complaints == []
    assert opened.outside == []


def test_the_table_shows_the_numbers_and_sorts_by_any(show: Show) -> None:
    payload = comparison()
    page = show(payload).page
    section = page.locator("#table")
    rows = section.locator("tbody tr").all()
    assert len(rows) == len(payload["nets"])
    for row, net in zip(rows, payload["nets"], strict=True):
        assert row.locator("th").get_attribute("title") == net["net"]
        shown = [float(v.get_attribute("value")) for v in row.locator("data").all()]
        figures = [net["figures"][k]["value"] for k in ("accuracy", "f1_macro") if net["figures"]]
        costs = [net["parameters"], net["multiply_adds"]]
        assert shown[: len(figures) + 2] == [*figures, *costs]
    section.get_by_role("button", name="Parameters").click()
    cells = section.locator("tbody tr td:nth-child(4) data").all()
    shown = [float(cell.get_attribute("value")) for cell in cells]
    assert shown == sorted(net["parameters"] for net in payload["nets"])


def test_of_labels_the_first_figure_is_mean_average_precision(show: Show) -> None:
    payload = label_comparison()
    page = show(payload).page
    best = max(net["figures"]["map"]["value"] for net in payload["nets"] if net["figures"])
    assert f"highest mean average precision, {100 * best:.2f}%" in page.inner_text(".best")
    first = page.locator("#table tbody tr").first.locator("data").first
    assert first.get_attribute("value") == str(payload["nets"][0]["figures"]["map"]["value"])
    (pair, *_) = payload["pairs"]
    shown = [float(v.get_attribute("value")) for v in page.locator("#differences data").all()]
    assert pair["map"]["value"] in shown


def test_the_differences_are_those_of_the_record(show: Show) -> None:
    payload = comparison()
    page = show(payload).page
    section = page.locator("#differences")
    names = [th.get_attribute("title") for th in section.locator("tbody th").all()]
    for pair in payload["pairs"]:
        row, column = (names.index(payload["nets"][pair[side]]["net"]) for side in "ab")
        cell = section.locator(f"tbody tr:nth-child({row + 1}) td:nth-child({column + 2}) button")
        shown = float(cell.locator("data").get_attribute("value"))
        assert shown == pair["accuracy"]["value"]
        assert ("real" in cell.get_attribute("class").split()) == pair["accuracy"]["real"]
    cell.click()
    said = section.locator("[aria-live]").inner_text()
    assert ("may be chance" in said) != payload["pairs"][-1]["accuracy"]["real"]


def test_every_run_leads_to_its_report_and_a_failed_one_says_why(show: Show) -> None:
    payload = comparison()
    payload["nets"][0]["runs"][0]["folder"] = "../../elsewhere"
    page = show(payload).page
    links = [a.get_attribute("href") for a in page.locator("#runs a").all()]
    runs = [run for net in payload["nets"] for run in net["runs"]]
    ended = [run["folder"] for run in runs if not run["reason"]]
    assert links == [f"./{folder}/report.html" for folder in ended[1:]]
    assert page.locator("#runs .reason").count() == len(runs) - len(ended)
    assert "The memory is not enough." in page.locator("#runs .reason").first.inner_text()


def test_curves_and_costs_can_be_had_as_numbers(show: Show) -> None:
    payload = comparison()
    page = show(payload).page
    files = {}
    open_everything(page)
    for button in page.get_by_role("button", name="Save as CSV").all():
        with page.expect_download() as waiting:
            button.click()
        text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        files[waiting.value.suggested_filename] = list(csv.DictReader(io.StringIO(text)))
    lines = [line for net in payload["nets"] for run in net["runs"] for line in run["history"]]
    assert [float(row["val_accuracy"]) for row in files["curves.csv"]] == [
        line["val_accuracy"] for line in lines
    ]
    assert len(files["differences.csv"]) == len(payload["pairs"])
    assert {"comparison.csv", "cost.csv", "runs.csv"} <= set(files)


def test_a_line_is_read_under_the_pointer(show: Show) -> None:
    page = show(comparison()).page
    chart = page.locator("#learning svg[role=img]")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3)
    assert re.search(
        r"seed \d, epoch \d+, .+: \d\d\.\d\d%", page.locator("#learning .said").inner_text()
    )
    page.get_by_role("button", name="Over epochs").click()
    assert "undefined" not in page.locator("#learning").inner_text()


@pytest.mark.parametrize("missing", sorted(comparison()))
def test_a_missing_piece_costs_no_more_than_itself(show: Show, missing: str) -> None:
    payload = comparison()
    payload[missing] = None
    opened = show(payload)
    assert opened.page.locator("h1").count() == 1
    assert [text for text in opened.complaints if text.startswith("error")] == []


def test_nothing_trained_is_said_and_one_seed_too(show: Show) -> None:
    payload = comparison(seeds=1)
    page = show(payload).page
    assert "One training of each" in page.locator(".best").inner_text()
    payload["nets"], payload["pairs"] = payload["nets"][-1:], []
    page = show(payload).page
    assert "No network was trained" in page.locator(".best").inner_text()
    assert page.locator("main section").count() == 2


def test_what_flowed_in_two_nets_is_the_records(show: Show) -> None:
    payload = comparison()
    rows = []
    for place, net in enumerate(payload["nets"]):
        layers = (*(f"conv{i}" for i in range(3 + place)), "relu")
        values = np.random.default_rng(place).uniform(1e-4, 1, (5, len(layers)))
        values[:, -1] = np.nan
        flow = Flow(layers, ("conv",) * (3 + place) + ("relu",), np.arange(5), *[values] * 6)
        rows.append(values)
        if net["runs"]:
            net["runs"][0]["flow"] = flow.to_dict()
    page = show(payload).page
    section = page.locator("#flows")
    shown = [float(d.get_attribute("value") or "nan") for d in section.locator("data").all()]
    assert shown == pytest.approx([rows[0][-1, 2], rows[1][-1, 3]], rel=1e-6)  # the deepest
    section.locator("input[type=range]").press("Home")
    shown = [float(d.get_attribute("value") or "nan") for d in section.locator("data").all()]
    assert shown == pytest.approx([rows[0][0, 2], rows[1][0, 3]], rel=1e-6)
    section.locator("select").nth(1).select_option("0")
    shown = [float(d.get_attribute("value") or "nan") for d in section.locator("data").all()]
    assert shown == pytest.approx([rows[0][0, 2]], rel=1e-6)  # a network beside itself is one
    section.get_by_role("button", name=re.compile("As numbers")).click()
    assert section.locator(".numbers tbody tr").count() == 3
