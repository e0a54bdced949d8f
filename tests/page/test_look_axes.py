"""Networks over lines and volumes on the page of a look: maps, windows, arithmetic."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from look_page import choose, point, told
from shown import Show
from svertka.look import cell
from svertka.look.plain import packed, unpacked
from svertka.workbench.looking import look_at

pytestmark = pytest.mark.browser


def test_a_volume_is_shown_slice_beside_slice(show: Show) -> None:
    net = torch.nn.Sequential(torch.nn.Conv3d(1, 2, 3, padding=1), torch.nn.Flatten())
    volume = torch.randn(1, 4, 4, 5, generator=torch.Generator().manual_seed(0))
    of_volume = look_at(net, volume, heat=True).to_dict()
    page = show(of_volume).page
    layer = choose(page, of_volume, "0")
    maps = unpacked(layer["maps"])
    assert maps.shape == (2, 4, 4, 5)
    channel = int(page.locator("#maps li [aria-pressed=true] .num").inner_text())
    point(page, (1 + 0.5) / 8, (5 + 3.5) / 10)  # two by two slices of 4x5
    assert "slice 1, row 1, column 3" in page.locator("#maps .told").inner_text()
    assert told(page, "#maps .value") == pytest.approx(maps[channel, 1, 1, 3], rel=5e-3)
    point(page, (4 + 2.5) / 8, 0.5 / 10)
    assert "slice 2, row 2, column 0" in page.locator("#maps .told").inner_text()
    assert told(page, "#maps .value") == pytest.approx(maps[channel, 2, 2, 0], rel=5e-3)
    heat = page.locator("#heat canvas").first
    assert heat.evaluate("one => [one.height, one.width]") == [8, 10]


def a_line() -> tuple[nn.Module, torch.Tensor]:
    """Layers that slide along one axis."""
    net = nn.Sequential(
        nn.Conv1d(2, 4, 3, stride=2, padding=2, dilation=2, groups=2),
        nn.BatchNorm1d(4),
        nn.MaxPool1d(3, 2, padding=1),
        nn.AvgPool1d(2, padding=1),
    )
    return net, torch.randn(2, 23, generator=torch.Generator().manual_seed(0))


def a_volume() -> tuple[nn.Module, torch.Tensor]:
    """Layers that slide along three axes."""
    net = nn.Sequential(
        nn.Conv3d(2, 4, (2, 3, 3), stride=(1, 2, 1), padding=1, dilation=(1, 1, 2), groups=2),
        nn.ReLU(),
        nn.MaxPool3d((2, 3, 2), 2, padding=1),
        nn.AvgPool3d(2, 1, count_include_pad=False),
    )
    return net, torch.randn(2, 5, 8, 7, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("made", [a_line, a_volume])
def test_windows_of_one_and_of_three_axes_are_computed(show: Show, made: Any) -> None:
    torch.manual_seed(0)
    net, picture = made()
    payload = look_at(net.eval(), picture).to_dict()
    page = show(payload).page
    for layer in payload["layers"]:
        choose(page, payload, layer["name"])
        places = page.locator("#maps .map[tabindex]")
        high, wide = places.locator("canvas").evaluate("one => [one.height, one.width]")
        for key in ("ArrowUp",) * (high - 1) + ("ArrowLeft",) * (wide - 1):
            places.press(key)
        seen = set()
        for row in range(high):  # every cell of the map, to and fro
            for step in range(wide):
                title = page.locator("#cell h3").inner_text()
                at = tuple(map(int, re.findall(r"\d+", title[title.index("[") : title.index("]")])))
                seen.add(at)
                expected = cell(net, picture, layer["name"], at)
                shown = page.locator("[data-result]").get_attribute("data-result") or "nan"
                assert float(shown) == pytest.approx(expected.output, abs=1e-4)
                if step < wide - 1:
                    places.press("ArrowLeft" if row % 2 else "ArrowRight")
            places.press("ArrowDown")
        assert len(seen) == np.prod(layer["shape"][1:])


def test_products_are_stepped_slice_after_slice(show: Show) -> None:
    torch.manual_seed(0)
    net, picture = a_volume()
    page = show(look_at(net.eval(), picture).to_dict()).page
    slider = page.locator("#cell input[type=range]")
    title = page.locator("#cell h3").inner_text()
    at = tuple(map(int, re.findall(r"\d+", title[title.index("[") : title.index("]")])))
    found = cell(net, picture, "0", at)
    assert found.products is not None
    assert page.locator("#cell li").first.locator("table").count() == 2 * 3  # slices
    slider.press("ArrowRight")
    for _ in range(9):
        slider.press("ArrowRight")
    marked = page.locator("#cell li").first.locator("table").nth(1).locator("td.marked")
    assert marked.count() == 1  # the tenth is the first of the second slice
    so_far = float(found.products[0].flat[:10].sum())
    assert told(page, "#cell output b") == pytest.approx(so_far, rel=6e-3, abs=1e-3)
    slider.press("End")
    assert told(page, "#cell output b") == pytest.approx(found.sum, rel=6e-3, abs=1e-3)
    page.locator("#cell").get_by_role("button", name="As numbers").click()
    last = page.locator("#cell table.plain tbody tr").last.locator("th, td").all_inner_texts()
    assert last[:4] == [str(found.channels[-1]), "1", "2", "2"]


def test_a_patch_of_a_volume_is_framed_and_led_to(show: Show) -> None:
    torch.manual_seed(0)
    net, picture = a_volume()
    payload = look_at(net.eval(), picture).to_dict()
    layer = payload["layers"][1]  # its cells are made of themselves
    cells = layer["cells"]
    output = unpacked(cells["output"])[:, 1:3, 0:2, 2:5]
    lines = [cells["lines"][0][1:3], cells["lines"][1][0:2], cells["lines"][2][2:5]]
    layer["cells"] = cells | {"lines": lines, "at": [1, 0, 2], "output": packed(output)}
    page = show(payload).page
    choose(page, payload, "1")
    assert page.locator("#maps rect.patch").count() == 2  # one in each slice
    point(page, 0.97, 0.97)
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("button", name="To a cell that is here").click()
    channel = int(page.locator("#maps li [aria-pressed=true] .num").inner_text())
    assert f"[{channel}, 2, 1, 4]" in page.locator("#cell h3").inner_text()
    expected = cell(net, picture, "1", (channel, 2, 1, 4)).output
    shown = page.locator("[data-result]").get_attribute("data-result") or "nan"
    assert float(shown) == pytest.approx(expected, abs=1e-4)
