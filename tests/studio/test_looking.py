"""Draw and Look in Chromium: what is drawn there is what torch makes of the very same picture."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect

import looked
import svertka
from shapes import NET, save_folder
from shown import Visit, grave, in_one_language
from svertka.data import InputContract
from svertka.look import as_subject
from svertka.nets.catalogue import find
from svertka.workbench.looking import look_at

pytestmark = pytest.mark.browser

DIGITS = InputContract(
    size=(28, 28), channels=1, mean=(0.13,), std=(0.31,), classes=tuple("0123456789")
)
LATIN = {"svertka", "RU", "EN", "CSV", "JSON", "ReLU", "MNIST", "Python", "PCA", "SNE", "F1", "Luo"}
CELLS = """canvas => [...canvas.getContext('2d')
  .getImageData(0, 0, canvas.width, canvas.height).data]"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("studio")
    looked.a_run(place / "runs" / "house", find("house_s"), DIGITS)
    folder = save_folder(place / "shapes", n=60)
    svertka.train(folder, NET, epochs=1, seed=1, out=place / "runs" / "shapes-1")
    return place / "runs"


def cells(page: Page, selector: str) -> np.ndarray:
    """The colours of a canvas, (height, width, 4)."""
    canvas = page.locator(selector).first
    width = int(canvas.evaluate("canvas => canvas.width"))
    return np.array(canvas.evaluate(CELLS)).reshape(-1, width, 4)


def stroke(page: Page, points: list[tuple[float, float]], pause: int = 0) -> list[float]:
    """Draw with the mouse; how long each piece took to the maps, in ms."""
    box = page.locator(".pad canvas").bounding_box()
    assert box is not None
    took = []
    for i, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if i == 0:
            page.mouse.down()
        if pause:
            page.wait_for_timeout(pause)
            took.append(float(page.locator("[data-took]").get_attribute("data-took") or "nan"))
    page.mouse.up()
    return took


SEVEN = [(0.25 + 0.05 * i, 0.2) for i in range(10)] + [
    (0.7 - 0.025 * i, 0.2 + 0.06 * i) for i in range(1, 11)
]


@pytest.fixture
def drawing(visit: Visit) -> Page:
    page = visit("draw", run="house").page
    expect(page.locator("canvas[data-layer=fc]")).to_be_visible()
    return page


def test_the_answer_and_the_maps_are_torchs(drawing: Page, runs: Path) -> None:
    stroke(drawing, SEVEN, pause=20)
    drawing.wait_for_timeout(300)
    sent = cells(drawing, ".gets canvas")[..., 0].astype(np.uint8)
    assert (sent > 0).sum() > 20
    module = as_subject(runs / "house").module.eval()
    x = torch.from_numpy((sent[None, None] / 255.0 - 0.13) / 0.31).float()
    logits = module(x)[0].detach()
    told = [float(one.get_attribute("value") or "nan") for one in drawing.locator("ol data").all()]
    assert told == pytest.approx(logits.softmax(0).tolist(), abs=1e-5)
    best = drawing.locator(".best b").inner_text()
    assert best == str(int(logits.argmax()))
    row = cells(drawing, "canvas[data-layer=fc]")[0]
    warm = row[:, 0].astype(float) - row[:, 2]
    clear = logits.abs() > 0.1 * logits.abs().max()
    np.testing.assert_array_equal((warm > 0)[clear], (logits > 0)[clear])


def test_the_maps_follow_the_stroke(drawing: Page) -> None:
    stroke(drawing, SEVEN[:4], pause=30)  # warms up
    took = sorted(stroke(drawing, SEVEN * 2, pause=30))
    assert took[len(took) // 2] <= 50, f"{took} ms"


def test_a_finger_keys_and_a_clean_sheet(drawing: Page) -> None:
    pad = drawing.locator(".pad canvas")
    box = pad.bounding_box()
    assert box is not None
    for kind in ("pointerdown", "pointermove", "pointermove"):
        at = {"clientX": box["x"] + 50, "clientY": box["y"] + 40 + 20 * (kind == "pointermove")}
        pad.evaluate("canvas => (canvas.setPointerCapture = () => undefined)")
        pad.dispatch_event(kind, {"pointerId": 5, "pointerType": "touch", **at})
    pad.dispatch_event("pointerup", {"pointerId": 5})
    assert cells(drawing, ".pad canvas")[..., 0].max() > 200
    drawing.get_by_role("button", name="Wipe").click()
    assert cells(drawing, ".pad canvas")[..., 0].max() == 0
    expect(drawing.locator(".best")).to_contain_text("Nothing is drawn yet")
    drawing.locator(".pad").focus()
    for key in (" ", "ArrowRight", "ArrowRight", "ArrowDown"):
        drawing.keyboard.press(key)
    assert cells(drawing, ".pad canvas")[..., 0].max() > 200
    expect(drawing.locator(".best b")).to_be_visible()


def test_choices_stay_in_the_address(drawing: Page) -> None:
    few = drawing.locator("canvas[data-layer]").count()
    drawing.get_by_role("button", name="Every layer").click()
    assert drawing.locator("canvas[data-layer]").count() > few
    drawing.locator("select").select_option("run:shapes-1")
    expect(drawing.locator("ol li")).to_have_count(3)
    drawing.reload()
    expect(drawing.locator("ol li")).to_have_count(3)
    assert "run=shapes-1" in drawing.url
    assert "layers=all" in drawing.url


def test_a_drawing_and_its_net_survive_a_reload(drawing: Page) -> None:
    stroke(drawing, SEVEN)
    expect(drawing.locator(".best b")).to_be_visible()
    drawn = cells(drawing, ".pad canvas")
    assert drawn[..., 0].max() > 200
    drawing.reload()
    expect(drawing.locator(".best b")).to_be_visible()
    np.testing.assert_array_equal(cells(drawing, ".pad canvas"), drawn)
    drawing.locator("select").select_option("run:shapes-1")
    for place in ("draw", "look"):  # the bar names no net: it is the one chosen last
        drawing.locator(f"header nav a[href='#/{place}']").click()
        expect(drawing.locator("select").first).to_have_value("run:shapes-1")


def test_one_layer_at_a_time_is_presented(drawing: Page) -> None:
    area = "canvas => canvas.getBoundingClientRect().width * canvas.getBoundingClientRect().height"
    stroke(drawing, SEVEN)
    small = drawing.locator("canvas[data-layer]").first.evaluate(area)
    drawing.keyboard.press("p")
    expect(drawing.locator("canvas[data-layer]:visible")).to_have_count(1)
    expect(drawing.locator("html:not([data-fitting])")).to_be_visible()
    assert drawing.locator("canvas[data-layer]").first.evaluate(area) > 10 * small
    first = drawing.locator("canvas[data-layer]:visible").get_attribute("data-layer")
    drawing.keyboard.press("PageDown")
    expect(drawing.locator("canvas[data-layer]:visible")).not_to_have_attribute("data-layer", first)


@pytest.mark.parametrize(("width", "height"), [(390, 760), (1280, 720), (1024, 768)])
def test_the_answer_is_seen_while_one_draws(visit: Visit, width: int, height: int) -> None:
    page = visit("draw", width=width, height=height, run="house").page
    expect(page.locator("ol data").first).to_be_attached()
    if width > 390:
        page.keyboard.press("p")
        expect(page.locator("html")).not_to_have_attribute("data-fitting", "")
        expect(page.locator("ol li").last).to_be_in_viewport(ratio=1)
    expect(page.locator(".pad")).to_be_in_viewport(ratio=1)
    expect(page.locator("h2", has_text="Answer")).to_be_in_viewport(ratio=1)


def test_a_picture_of_the_run_is_looked_at(visit: Visit, runs: Path) -> None:
    page = visit("look", run="shapes-1").page
    page.locator(".offer canvas[data-place='2']").click()
    expect(page.locator("#answer li")).to_have_count(3)
    run = svertka.Run.open(runs / "shapes-1")
    dataset, _ = run.unlearned(run.folder.load_start().source)
    expected = look_at(run, dataset.test.take([2])[0])  # type: ignore[union-attr]
    for row, (name, share, _) in zip(
        page.locator("#answer li").all(), expected.best(), strict=True
    ):
        assert name in row.inner_text()
        assert f"{100 * share:.1f}%" in row.inner_text()
    assert page.locator("#depth li").count() == len(expected.layers)


def test_a_file_is_looked_at(visit: Visit, tmp_path: Path) -> None:
    page = visit("look", run="house").page
    path = tmp_path / "scan.png"
    Image.fromarray(looked.pixels(1, DIGITS)[0, ..., 0]).save(path)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("main")).to_contain_text("The picture scan.png and what")
    page.reload()
    expect(page.locator("main")).to_contain_text("The picture scan.png and what")
    page.goto(re.sub("picture=[0-9a-f]+", "picture=0123", page.url))
    expect(page.locator(".trouble")).to_contain_text("send it again")
    (tmp_path / "no.png").write_text("no picture")
    page.locator("input[type=file]").set_input_files(tmp_path / "no.png")
    expect(page.locator(".trouble")).to_contain_text("no.png")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768)])
def test_the_maps_and_the_large_one_are_presented_on_one_screen(
    visit: Visit, width: int, height: int
) -> None:
    page = visit("look", width=width, height=height, run="house", sample="four").page
    expect(page.locator("#answer li").first).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    expect(page.locator("#maps")).to_be_visible()
    expect(page.locator("html")).not_to_have_attribute("data-fitting", "")
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    large, picture = page.locator("#maps .map").all()
    for one in (*page.locator("#maps li").all(), large, picture, page.locator("#maps dl")):
        expect(one).to_be_in_viewport(ratio=1)
    for one in (large, picture):
        box = one.bounding_box()
        assert box is not None
        assert box["height"] > height / 3
    page.locator("#maps li button").last.click()
    expect(page.locator("#maps li button").last).to_have_attribute("aria-pressed", "true")
    expect(large).to_be_in_viewport(ratio=1)


def test_all_pictures_of_a_run(visit: Visit) -> None:
    page = visit("look", run="shapes-1").page
    page.get_by_role("button", name="All pictures").click()
    expect(page.locator("#response svg").first).to_be_visible(timeout=60_000)
    assert page.locator("#map svg path").count() > 5


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_the_screens_are_drawn_without_complaint(
    visit: Visit, lang: str, width: int, theme: str
) -> None:
    for place, values, sign in (
        ("draw", {"run": "house"}, "canvas[data-layer=fc]"),
        ("look", {"run": "shapes-1", "row": 1}, "#answer li"),
    ):
        opened = visit(place, lang=lang, width=width, theme=theme, **values)
        page = opened.page
        expect(page.locator(sign).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        own = r"dot|flat|ring|png|test|shapes|house|(unit|last|conv|bn|relu|pool|gap|fc)\w*"
        in_one_language(page, lang, LATIN, own)
        assert grave(page) == []
        assert opened.complaints == []
        assert opened.outside == []
