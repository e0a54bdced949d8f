"""The studio's frame: screens in both languages, the address, keys, presenting, a lost server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import expect

from shown import Visit, grave, in_one_language

pytestmark = pytest.mark.browser

# Names, and words of keys.
LATIN = {
    *("svertka", "RU", "EN", "CSV", "JSON", "SVG", "ReLU", "PNG", "PyTorch", "Keras"),
    *("PageDown", "PageUp", "CC", "BY", "vultilion", "danielbuechele", "id"),
}
# What a net's text calls its layers.
LAYER = r"(conv|relu|pool|flatten|fc)\d*"
PLACES = ["", "convolve", "convolve?picture=numbers&after=reluMax", "net"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_it_is_drawn_without_complaint(
    visit: Visit, place: str, lang: str, width: int, theme: str
) -> None:
    opened = visit(place, lang=lang, width=width, theme=theme)
    page = opened.page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    in_one_language(page, lang, LATIN, LAYER)
    assert grave(page) == []
    assert opened.complaints == []
    assert opened.outside == []


def test_the_bar_leads_everywhere_and_the_way_back_works(visit: Visit) -> None:
    page = visit().page
    links = page.locator("header nav a")
    for i in range(links.count()):
        name = links.nth(i).inner_text()
        links.nth(i).click()
        expect(page.locator("header nav a[aria-current]")).to_have_text(name)
        assert name in page.title()
    page.go_back()
    expect(page.locator("header nav a[aria-current]")).to_have_text(
        links.nth(links.count() - 2).inner_text()
    )


def test_an_unknown_place_says_so(visit: Visit) -> None:
    page = visit("nowhere").page
    page.get_by_role("link", name="To the start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to see?")


def test_keys(visit: Visit) -> None:
    page = visit().page
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Convolve")
    assert grave(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("#/net"))
    # In a text a key is a letter.
    page.get_by_label("Text of the network", exact=True).last.fill("conv8")
    page.keyboard.type("1")
    assert "#/net" in page.url
    page.locator("#content").focus()
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("l")
    expect(page.get_by_role("heading", level=1)).to_have_text("Строка текста\u00a0— это сеть")
    page.keyboard.press("h")
    expect(page).to_have_url(re.compile("#/$"))


def test_a_screen_that_is_left_does_not_call_back(visit: Visit) -> None:
    page = visit("data/digits").page
    page.get_by_role("tab").nth(1).wait_for()
    # The address changes at once, the screen a moment later: what it keeps in between is lost.
    page.evaluate(
        """() => {
            const tab = document.querySelectorAll('[role=tab]')[1];
            location.hash = '#/convolve';
            tab.click();
        }"""
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("A filter slides over a picture")
    assert page.url.endswith("#/convolve")


def test_a_slip_in_a_text_is_no_error_of_the_page(visit: Visit) -> None:
    opened = visit("net", text="conv8-relux")
    expect(opened.page.locator("main")).to_contain_text("relux")
    expect(opened.page.locator("main")).to_contain_text("Did you mean")
    assert opened.complaints == []


def test_keys_can_be_switched_off(visit: Visit) -> None:
    page = visit().page
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Keys of one letter work").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    page.reload()
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to see?")


# The type of a thing while presenting, for its usual size, and whether all of it is on the screen.
SHOWN = """async () => {
    const root = document.documentElement;
    while (root.hasAttribute('data-fitting')) await new Promise(requestAnimationFrame);
    const whole = root.scrollHeight <= innerHeight + 1 && root.scrollWidth <= innerWidth + 1;
    return [parseFloat(getComputedStyle(root).fontSize) / 17, whole];
}"""


def test_presenting_shows_one_thing_at_a_time_as_large_as_fits(visit: Visit) -> None:
    page = visit("net").page
    expect(page.locator("#source")).to_be_visible()
    page.get_by_role("button", name=re.compile("Present")).click()
    things = page.locator("main > section")
    count = things.count()
    assert count >= 4
    sizes = []
    for at in range(count):
        for i in range(count):
            expect(things.nth(i)).to_be_visible(visible=i == at)
        larger, whole = page.evaluate(SHOWN)
        assert larger >= (0.79 if whole else 1.3)
        sizes.append(larger if whole else 0)
        page.keyboard.press("PageDown")
    assert max(sizes) > 1.5
    page.reload()
    expect(things.nth(count - 1)).to_be_visible()
    expect(things.nth(0)).to_be_hidden()
    assert grave(page) == []
    page.keyboard.press("Escape")
    for i in range(count):
        expect(things.nth(i)).to_be_visible()


def test_the_sum_and_the_map_are_on_one_screen(visit: Visit) -> None:
    page = visit("convolve").page
    page.locator(".convolver data").first.wait_for()
    page.keyboard.press("p")
    larger, whole = page.evaluate(SHOWN)
    assert whole
    assert larger >= 1


def test_a_lost_server_is_told_and_found_again(visit: Visit) -> None:
    page = visit("net").page
    page.route("**/api/**", lambda route: route.abort())
    page.get_by_label("Text of the network", exact=True).last.fill("conv8-relu-fc10")
    expect(page.get_by_text("The studio does not answer.")).to_be_visible()
    page.unroute("**/api/**")
    expect(page.get_by_text("The studio answers again.")).to_be_visible()
    expect(page.get_by_text("The studio does not answer.")).to_be_hidden()


def test_the_server_is_that_of_the_wheel(installed: Path, address: str) -> None:
    code = "import svertka; print(svertka.__file__)"
    env = {**os.environ, "PYTHONPATH": str(installed)}
    told = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert Path(told.stdout.strip()).is_relative_to(installed)
    page = (installed / "svertka" / "page" / "studio.html").read_text(encoding="utf-8")
    assert httpx2.get(address).text == page


@pytest.mark.parametrize("after", ["none", "reluMax"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768)])
def test_a_small_projector_shows_a_cell_and_its_sum_at_once(
    visit: Visit, width: int, height: int, after: str
) -> None:
    page = visit("convolve", width=width, height=height, after=after).page
    expect(page.locator(".board.live").first).to_be_visible()
    page.keyboard.press("p")
    larger, whole = page.evaluate(SHOWN)
    assert whole
    assert larger >= 0.79
    expect(page.locator(".sum")).to_be_in_viewport(ratio=1)


def test_a_lesson_that_is_not_there_is_told_with_the_way_back(visit: Visit) -> None:
    page = visit("lesson/nothing", lang="ru").page
    expect(page.get_by_text("Такого урока нет.")).to_be_visible()
    page.get_by_role("link", name="Все уроки").click()
    expect(page).to_have_url(re.compile("#/course$"))
