"""What a reader sees of a look into a network: in real Chromium, offline, in both languages."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch

import looked
from look_page import choose, chosen, point, told
from shown import Show, well_drawn
from svertka.look import cell, window
from svertka.look.plain import packed, unpacked
from svertka.store import RunFolder
from svertka.workbench.looking import look_at

pytestmark = pytest.mark.browser

PIXELS = looked.pixels(1)[0]
LATIN = {"svertka", "RU", "EN", "CSV", "JSON", "ReLU", "npz", "Grad", "CAM", "Python", "bf16"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return looked.a_run(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def payload(run: RunFolder) -> dict[str, Any]:
    return look_at(run, PIXELS, heat=True).to_dict()


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1280, "light")])
def test_it_is_drawn_without_complaint(
    show: Show, payload: dict[str, Any], lang: str, width: int, theme: str
) -> None:
    opened = show(payload, lang=lang, width=width, theme=theme)
    assert opened.page.locator("main section").count() == 6
    own = LATIN | {layer["name"] for layer in payload["layers"]}
    well_drawn(opened, lang=lang, width=width, own=own)


def test_the_answer_is_the_records(show: Show, payload: dict[str, Any]) -> None:
    page = show(payload).page
    rows = page.locator("#answer li")
    for row, one in zip(rows.all(), payload["answer"], strict=True):
        assert one["class"] in row.inner_text()
        assert f"{100 * one['probability']:.1f}%" in row.inner_text()


@pytest.mark.parametrize("name", ["conv1", "bn1", "relu1", "pool", "conv2", "add", "gap", "fc"])
def test_the_arithmetic_is_the_rooms(
    show: Show, run: RunFolder, payload: dict[str, Any], name: str
) -> None:
    page = show(payload).page
    choose(page, payload, name)
    for key in ("", "ArrowLeft", "ArrowUp"):
        if key:
            page.locator("#maps .map[tabindex]").press(key)
        at = chosen(page)
        expected = cell(run, PIXELS, name, at if name not in ("gap", "fc") else at[:1])
        result = float(page.locator("[data-result]").get_attribute("data-result") or "nan")
        assert result == pytest.approx(expected.result, abs=1e-4)
        assert told(page, "[data-result]") == pytest.approx(expected.result, rel=6e-3, abs=1e-4)
        assert told(page, "#maps .value") == pytest.approx(expected.output, rel=6e-3, abs=1e-4)


def test_products_are_stepped_to_the_sum(
    show: Show, run: RunFolder, payload: dict[str, Any]
) -> None:
    page = show(payload).page
    choose(page, payload, "conv1")
    slider = page.locator("#cell input[type=range]")
    slider.press("ArrowRight")
    assert "1 of 27" in page.locator("#cell output").inner_text()
    first = page.locator("#cell td.marked")
    assert first.count() == 3  # in window, filter and products
    slider.press("End")
    found = cell(run, PIXELS, "conv1", chosen(page))
    assert told(page, "#cell output b") == pytest.approx(found.sum, rel=6e-3)
    assert found.products is not None
    page.locator("#cell").get_by_role("button", name="As numbers").click()
    assert page.locator("#cell table.plain tbody tr").count() == found.products.size


def test_pointing_tells_the_value_and_what_the_cell_sees(
    show: Show, run: RunFolder, payload: dict[str, Any]
) -> None:
    page = show(payload).page
    layer = choose(page, payload, "conv3")
    maps = unpacked(layer["maps"])
    channel = chosen(page)[0]
    page.locator("#maps .map[tabindex]").scroll_into_view_if_needed()
    box = page.locator("#maps .map[tabindex]").bounding_box()
    assert box is not None
    for y, x in ((0, 0), (2, 3), (5, 6)):
        page.mouse.move(
            box["x"] + (x + 0.5) * box["width"] / 7, box["y"] + (y + 0.5) * box["height"] / 6
        )
        page.wait_for_function(f"document.body.innerText.includes('row {y}, column {x}')")
        assert told(page, "#maps .value") == pytest.approx(float(maps[channel, y, x]), rel=6e-3)
        rows, columns = window(run, "conv3", (y, x)).spans
        frame = page.locator("#maps .map:not([tabindex]) rect.over")
        drawn = [float(frame.get_attribute(key) or "nan") for key in ("x", "y", "width", "height")]
        assert drawn == [*(columns[0], rows[0], columns[1] - columns[0] + 1, rows[1] - rows[0] + 1)]


def test_a_map_has_the_colours_of_its_numbers(show: Show, payload: dict[str, Any]) -> None:
    page = show(payload).page
    layer = choose(page, payload, "conv1")
    channel = chosen(page)[0]
    values = unpacked(layer["maps"])[channel]
    data = page.evaluate(
        """() => { const c = document.querySelector('#maps .map canvas');
        return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }"""
    )
    pixels = np.array(data, float).reshape(*values.shape, 4)
    warm = pixels[..., 0] - pixels[..., 2]  # red above blue
    strong = np.abs(values) > 0.2 * np.abs(values).max()
    np.testing.assert_array_equal(warm[strong] > 0, values[strong] > 0)


def test_maps_are_found_by_number_and_walked_by_keys(show: Show, payload: dict[str, Any]) -> None:
    page = show(payload).page
    choose(page, payload, "concat")
    page.locator("#maps input[type=search]").fill("11")
    tiles = page.locator("#maps li button")
    assert [tile.inner_text().strip() for tile in tiles.all()] == ["11"]
    assert tiles.first.get_attribute("aria-pressed") == "true"  # it is shown at once
    layer = next(one for one in payload["layers"] if one["name"] == "concat")
    for name in ("low", "high", "mean", "zeros"):
        told = page.locator(f"#maps [data-stat=look{name.title()}]").get_attribute("data-value")
        assert float(told or "nan") == pytest.approx(float(unpacked(layer[name])[11]))
    page.locator("#maps input[type=search]").fill("")
    assert tiles.count() == 12
    tiles.nth(0).click()
    tiles.nth(0).press("ArrowRight")
    assert tiles.nth(1).get_attribute("aria-pressed") == "true"
    assert "Python may know it" in page.locator("#cell").inner_text()
    page.locator("#depth button", has_text="fc").click()
    assert page.locator("#maps select").input_value() == str(len(payload["layers"]) - 1)


def test_a_cell_that_is_not_here_leads_to_one_that_is(show: Show, run: RunFolder) -> None:
    payload = look_at(run, PIXELS).to_dict()
    layer = payload["layers"][0]
    cells = layer["cells"]
    layer["cells"] = (
        cells
        | {  # as in a large net: one map, and a patch of it
            "channels": cells["channels"][:1],
            "weights": payload["filters"]["weights"],
            "lines": [cells["lines"][0][:2], cells["lines"][1]],
        }
    )
    page = show(payload).page
    page.locator("#maps li button", has_text="3").first.click()
    page.get_by_role("button", name="To a cell that is here").click()
    assert chosen(page)[0] == cells["channels"][0]
    assert chosen(page)[1] < 2


def test_the_checks_of_heat_maps_are_told(show: Show, payload: dict[str, Any]) -> None:
    page = show(payload).page
    figures = page.locator("#heat figure")
    assert figures.count() == 3
    heat = payload["heat"]
    for figure, one in zip(figures.all(), heat["of"], strict=True):
        text = figure.inner_text()
        held = one["faithful"]
        for score in ("deletion", "insertion"):
            chance = float(np.mean(held[f"random_{score}_scores"]))
            assert f"{held[f'{score}_score']:.2f}; at random {chance:.2f}" in text
        last = one["sane"]["correlation"][-1]
        assert ("—" if last is None else f"{last:.2f}".replace("-", "−")) in text
        assert figure.locator("canvas").count() == 2  # the map, and that of random weights
    assert heat["of"][1]["method"] == "integrated_gradients"
    gap = heat["logit"] - heat["empty_logit"]
    assert heat["of"][1]["sum"] == pytest.approx(gap, rel=0.05)
    figures.nth(1).get_by_role("button", name=re.compile("As numbers")).click()
    rows = figures.nth(1).locator(".numbers tbody tr")
    assert rows.count() == len(heat["of"][1]["faithful"]["share"])


@pytest.mark.parametrize("missing", ["picture", "answer", "layers", "filters", "heat", "command"])
def test_a_missing_piece_costs_no_more_than_itself(
    show: Show, payload: dict[str, Any], missing: str
) -> None:
    opened = show(payload | {missing: None})
    assert opened.page.locator("h1").count() == 1
    assert [text for text in opened.complaints if text.startswith("error")] == []


def test_a_halved_map_shows_the_number_in_full(show: Show, payload: dict[str, Any]) -> None:
    layer = payload["layers"][0]
    halved = unpacked(layer["maps"]).astype(np.float16)
    changed = payload | {"layers": [layer | {"maps": packed(halved)}, *payload["layers"][1:]]}
    page = show(changed).page
    at = chosen(page)
    assert told(page, "#maps .value") == pytest.approx(float(unpacked(layer["maps"])[at]), rel=6e-3)


def test_a_picture_of_many_channels_says_which_is_shown(show: Show) -> None:
    net = torch.nn.Sequential(torch.nn.Conv2d(12, 2, 1), torch.nn.Flatten())
    page = show(look_at(net, torch.rand(12, 3, 3)).to_dict()).page
    assert "The first of its 12 channels is shown." in page.locator("#answer").inner_text()


def test_an_empty_heat_map_passes_no_check(show: Show) -> None:
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 1), torch.nn.Flatten(), torch.nn.Linear(18, 2))
    for parameter in net.parameters():
        torch.nn.init.constant_(parameter, -1.0)  # what is there speaks against both classes
    found = look_at(net, -torch.ones(1, 3, 3), heat=True).to_dict()
    assert not unpacked(found["heat"]["of"][0]["map"]).any()
    first = show(found).page.locator("#heat figure").first
    assert "The map is the same everywhere" in first.inner_text()
    assert "holds" not in first.inner_text()


def test_a_tall_map_is_pointed_at_where_it_is_drawn(show: Show) -> None:
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1), torch.nn.Flatten())
    tall = look_at(net, torch.arange(90.0).view(1, 30, 3)).to_dict()
    page = show(tall).page
    box = page.locator("#maps .map").first.bounding_box()
    assert box is not None
    assert box["height"] / box["width"] == pytest.approx(10, rel=0.02)
    point(page, 20.5 / 30, 0.5 / 3)
    assert "row 20, column 0" in page.locator("#maps .told").inner_text()
