"""What a reader sees of a survey: in real Chromium, offline, its numbers are the record's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import looked
from shown import Show, well_drawn
from svertka.data import Pictures
from svertka.look import as_subject
from svertka.look.plain import packed
from svertka.look.recorded import FIGURES, Flow
from svertka.workbench.survey import Survey
from svertka.workbench.surveying import survey

pytestmark = pytest.mark.browser

N = 60
LATIN = {"svertka", "RU", "EN", "CSV", "JSON", "ReLU", "PCA", "SNE", "F1", "Luo", "Olah"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """Of noise, some of it nearly the same, with labels that are sometimes wrong."""
    subject = as_subject(looked.a_run(tmp_path_factory.mktemp("runs")))
    x = looked.pixels(N)
    x[7] = x[3]
    answers = subject.answer(next(subject.batches(x, N))[1]).argmax(1).numpy()
    y = np.where(np.arange(N) % 5 == 0, (answers + 1) % 3, answers)
    pictures = Pictures(x, y, tuple(f"n{i}.png" for i in range(N)))
    layers = ("conv1", "relu1", "fc")
    numbers = np.random.default_rng(0).uniform(0.1, 2, (4, 3))
    figures = {name: numbers - (name == "mean") for name in FIGURES}
    figures["dead"] = np.where(np.array(layers) == "relu1", numbers / 2, np.nan)
    flow = Flow(layers, ("conv", "relu", "fc"), np.array([0, 100, 200, 300]), **figures)
    found = survey(subject, pictures, beside=[subject])
    return replace(found, flow=flow, command="svertka look runs/d-1 --out survey.html")


@pytest.fixture(scope="module")
def payload(seen: Survey) -> dict[str, Any]:
    return seen.to_dict()


def value(page: Page, selector: str, name: str = "data-value") -> float:
    return float(page.locator(selector).first.get_attribute(name) or "nan")


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1280, "light")])
def test_it_is_drawn_without_complaint(
    show: Show, payload: dict[str, Any], lang: str, width: int, theme: str
) -> None:
    opened = show(payload, lang=lang, width=width, theme=theme)
    assert opened.page.locator("main section").count() == 9
    own = {*payload["flow"]["layers"], *(f["layer"] for f in payload["fields"]), "d", "png"}
    own |= {f[name] for f in payload["filters"] for name in ("layer", "heard", "raised")}
    own |= LATIN | {f"n{i}" for i in range(N)}
    well_drawn(opened, lang=lang, width=width, own=own)


def test_the_map_tells_the_picture_and_its_neighbours(
    show: Show, seen: Survey, payload: dict[str, Any]
) -> None:
    page = show(payload).page
    plane = page.locator("#map svg[role=application]")
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight"):
        plane.press(key)
    place = int(value(page, "#map .large canvas", "data-place"))
    truth, answer = (payload["embedding"][name][place] for name in ("truth", "answers"))
    assert page.locator("[data-truth]").inner_text() == "abc"[truth]
    assert page.locator("[data-answer]").inner_text() == "abc"[answer]
    told = [float(one.get_attribute("value") or "nan") for one in page.locator(".near data").all()]
    assert told == pytest.approx(seen.neighbours[place].cosine, abs=1e-6)
    page.locator(".near button").nth(2).click()
    chosen = int(value(page, "#map .large canvas", "data-place"))
    assert chosen == seen.neighbours[place].places[2]


def test_a_thumbnail_has_the_pixels_of_its_picture(show: Show, payload: dict[str, Any]) -> None:
    page = show(payload).page
    page.wait_for_timeout(100)
    drawn = page.evaluate(
        """() => { const c = document.querySelector('#map .large canvas');
        const { width, height } = c;
        const pixels = c.getContext('2d').getImageData(0, 0, width, height).data;
        return [width, height, ...pixels]; }"""
    )
    pixels = looked.pixels(N)
    assert drawn[:2] == [14, 12]
    colours = np.array(drawn[2:]).reshape(12, 14, 4)[..., :3]
    assert np.abs(colours - pixels[0].astype(float)).mean() < 15  # JPEG is not exact
    others = [np.abs(colours - one.astype(float)).mean() for one in pixels]
    assert int(np.argmin(others)) == 0


def test_a_filter_is_told_as_the_record_has_it(
    show: Show, seen: Survey, payload: dict[str, Any]
) -> None:
    page = show(payload).page
    layer, told = seen.filters[1], payload["filters"][1]
    page.locator("#filters select").select_option("1")
    page.locator("#filters .tiles button").nth(2).click()
    page.locator("#filters .tiles button").nth(2).press("ArrowRight")
    number = layer.shown[3]
    assert f"Filter {number} of {layer.filters.layer}" in page.locator("#filters").inner_text()
    assert layer.filters.distance is not None
    assert layer.excited is not None
    assert layer.best is not None
    assert value(page, "[data-moved]", "data-moved") == pytest.approx(
        float(layer.filters.distance[number])
    )
    assert value(page, "[data-active]", "data-active") == pytest.approx(
        float(layer.excited.active[number])
    )
    partner = int(layer.filters.partners[number])
    assert value(page, "[data-cosine]", "data-cosine") == pytest.approx(
        float(layer.filters.cosines[number, partner])
    )
    strong = [float(d.get_attribute("value") or "nan") for d in page.locator(".best data").all()]
    assert strong == pytest.approx(layer.best.values[3].tolist(), rel=1e-5)
    frame = page.locator(".best li").first.locator("rect.over")
    (top, bottom), (left, right) = layer.best.windows[3, 0].tolist()
    drawn = [float(frame.get_attribute(key) or "nan") for key in ("x", "y", "width", "height")]
    top, left, bottom, right = max(0, top), max(0, left), min(11, bottom), min(13, right)
    assert drawn == [left, top, right - left + 1, bottom - top + 1]
    dream = next(one for one in layer.dreams if one.channel == number)
    assert value(page, "[data-end]", "data-end") == pytest.approx(dream.course[-1])
    page.locator("#filters").get_by_role("button", name=re.compile("As numbers")).first.click()
    rows = page.locator("#filters table.plain tbody tr")
    assert rows.count() == len(layer.filters.weights)
    assert told["before"] is not None
    assert page.locator("#filters .weights ul").count() == 2  # its channels, before and after


def test_the_border_is_the_records(show: Show, seen: Survey, payload: dict[str, Any]) -> None:
    page = show(payload).page
    page.locator("#fields select").select_option("1")
    border = seen.borders[1]
    assert border.changes is not None
    assert border.outside is not None
    maps = page.locator("#fields [role=application]")
    assert maps.count() == 3
    for key in ("", "ArrowRight", "ArrowDown"):
        if key:
            maps.first.press(key)
        at = {"": (0, 0), "ArrowRight": (0, 1), "ArrowDown": (1, 1)}[key]
        for name in ("paths", "outside", "changes"):
            shown = value(page, f"#fields data[data-map={name}]", "value")
            assert shown == pytest.approx(float(getattr(border, name)[at]), abs=1e-6)


def test_what_labels_and_nets_without_pictures_leave_out_is_said(
    show: Show, payload: dict[str, Any]
) -> None:
    labels = payload | {"task": "labels", "confused": None}
    assert "--run" in show(labels).page.locator("#rest").inner_text()
    names = ("embedding", "neighbours", "suspects", "thresholds", "confused", "thumbnails")
    bare = payload | dict.fromkeys(names) | {"responses": [], "flow": None}
    page = show(bare).page
    assert page.locator("main section").count() == 4
    assert "--data DATA" in page.locator("#rest").inner_text()


def test_suspects_are_the_records(show: Show, seen: Survey, payload: dict[str, Any]) -> None:
    page = show(payload).page
    assert (3, 7) in [tuple(pair) for pair in seen.suspects.pairs.tolist()]
    doubts = page.locator("#suspects .doubts li")
    assert doubts.count() == min(12, len(seen.suspects.doubts)) > 0
    first = doubts.first.locator("data").first
    assert float(first.get_attribute("value") or "nan") == pytest.approx(
        seen.suspects.doubts[0].label_probability
    )
    assert "the same" in page.locator("#suspects .pairs li").first.inner_text()


def test_errors_and_thresholds(show: Show, seen: Survey, payload: dict[str, Any]) -> None:
    page = show(payload).page
    assert seen.confused is not None
    assert seen.thresholds is not None
    pair = seen.confused.pairs[0]
    row = page.locator("#errors li").first
    assert row.locator("canvas").count() == min(14, len(pair.rows))
    assert f"{len(pair.rows)} of {pair.support}" in row.inner_text()
    curves = payload["thresholds"]["curves"]
    most = max(range(3), key=lambda i: curves[i]["support"])
    page.locator("#thresholds select").select_option(str(most))
    curve = curves[most]
    slider = page.locator("#thresholds input[type=range]")
    slider.press("Home")
    slider.press("ArrowRight")
    told = [
        float(one.get_attribute("data-value") or "nan")
        for one in page.locator("#thresholds dd").all()
    ]
    expected = [curve[name][1] for name in ("threshold", "precision", "recall")]
    assert told[:3] == pytest.approx(expected)
    assert told[3] == pytest.approx(2 * expected[1] * expected[2] / (expected[1] + expected[2]))


def test_responses_by_keys_and_pointer(show: Show, seen: Survey, payload: dict[str, Any]) -> None:
    page = show(payload).page
    assert seen.responses is not None
    one = seen.responses.of[0]
    grid = page.locator("#response svg[role=application]").first
    told = page.locator("#response .told data").first
    assert float(told.get_attribute("value") or "nan") == pytest.approx(one.accuracy)
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        grid.press(key)
    middle = one.shifts.tolist().index(0)
    assert float(told.get_attribute("value") or "nan") == one.shift_accuracy[middle - 1, middle + 2]
    assert f"{one.shifts[middle + 2]} to the right" in page.locator("#response").inner_text()
    page.get_by_role("button", name="Change of answers").click()
    drawn = [
        float(cell.get_attribute("data-value") or "nan")
        for cell in grid.locator("rect[data-value]").all()
    ]
    np.testing.assert_allclose(drawn, one.shift_change.ravel())


def test_fields_and_flow(show: Show, seen: Survey, payload: dict[str, Any]) -> None:
    page = show(payload).page
    page.locator("#fields select").select_option("0")
    assert value(page, "#fields dd[data-value]") == pytest.approx(seen.fields[0].size)
    assert f"{seen.fields[0].sigma[1]:.1f}" in page.locator("#fields dd").nth(2).inner_text()
    assert seen.flow is not None
    page.locator("#flow").get_by_role("button", name="Variance").click()
    rows = page.locator("#flow li data")
    for step, keys in ((3, ()), (0, ("Home",)), (1, ("ArrowRight",))):
        for key in keys:
            page.locator("#flow input[type=range]").press(key)
        told = [float(row.get_attribute("value") or "nan") for row in rows.all()]
        np.testing.assert_allclose(told, seen.flow.variance[step].astype(np.float32), rtol=1e-6)
    page.locator("#flow").get_by_role("button", name="Dead ReLU").click()
    assert rows.count() == 1


PIECES = "embedding neighbours suspects thresholds confused responses fields flow thumbnails"


@pytest.mark.parametrize("missing", PIECES.split())
def test_a_missing_piece_costs_no_more_than_itself(
    show: Show, payload: dict[str, Any], missing: str
) -> None:
    opened = show(payload | {missing: None})
    assert opened.page.locator("main section").count() >= 7
    assert [text for text in opened.complaints if text.startswith("error")] == []


def test_a_run_shows_its_flow_in_the_report(show: Show, payload: dict[str, Any]) -> None:
    gradients = np.array([[1.0, np.nan, 0.5]] * 4, np.float32)
    flow = payload["flow"] | {"gradient": packed(gradients)}
    page = show({"kind": "report", "format": 1, "name": "r", "flow": flow}).page
    rows = page.locator("#flow li data")
    assert [row.get_attribute("value") for row in rows.all()] == ["1", "0.5"]
