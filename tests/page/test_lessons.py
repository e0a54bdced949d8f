"""Every lesson opened from disk in real Chromium, offline, in both languages, its parameters moved.

A lesson's file is found by itself: nothing here names one, but for the views' own tests.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from lessoned import payload
from shown import WORDS, Opened, Show, grave
from svertka.lessons.course import course
from svertka.lessons.registry import find, names
from svertka.lessons.words import fill

pytestmark = pytest.mark.browser

TEXTS = """() => [...document.querySelectorAll('.is-text, .is-notice, .is-truth')].map((part) =>
  [...part.querySelectorAll('p:not(.small), li')].map((one) => one.textContent).join(' '))"""


def plain(text: str) -> str:
    """A text without what the page makes of its marks."""
    return re.sub(r"\s+", " ", re.sub(r"`|^- ", "", text, flags=re.M)).strip()


def check_texts(page: Page, lesson: dict[str, Any], state: dict[str, Any], lang: str) -> None:
    """Each paragraph, with the numbers of this state as Python writes them."""
    wanted = [
        plain(fill(part["text"][lang], state["numbers"], lang))
        for part in lesson["body"]
        if part["type"] in ("text", "notice", "truth")
    ]
    assert [plain(text) for text in page.evaluate(TEXTS)] == wanted


def check_page(opened: Opened, lang: str, width: int) -> None:
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    texts = page.evaluate(WORDS)
    words = {word for text in texts for word in re.findall(r"[A-Za-z]+", text)}
    assert not {"undefined", "NaN", "Infinity", "null"} & words
    if lang == "en":
        assert not [text for text in texts if re.search("[а-яё]", text, re.IGNORECASE)]
    assert not page.locator("text=could not be drawn").count()
    assert opened.complaints == []
    assert opened.outside == []


def check_expected(page: Page, lesson: dict[str, Any]) -> None:
    """Each number is ticked where it is expected, and a press chooses the values of the others."""
    start = lesson["start"].items()
    here = [one["at"].items() <= start for one in lesson["expected"]]
    assert page.locator(".expected .holds").count() == sum(here)
    assert page.locator(".expected .fails").count() == 0
    others = page.locator(".expected button.at")
    assert others.count() == len(here) - sum(here)
    if others.count():
        last = len(here) - 1 - here[::-1].index(False)
        others.last.click()
        row = page.locator(".expected tbody tr").nth(last)
        row.locator(".holds").wait_for()


def choose(page: Page, parameter: dict[str, Any], key: str) -> None:
    """Set a parameter as a reader does."""
    name = parameter["name"]
    radio = page.locator(f'input[data-parameter="{name}"][value="{key}"]')
    if radio.count():
        radio.check(force=True)
    elif (slider := page.locator(f'input[type="range"][name="{name}"]')).count():
        slider.fill(str(parameter["keys"].index(key)))
    elif (listed := page.locator(f'select[name="{name}"]')).count():
        listed.select_option(key)
    else:
        page.locator(f'input[role="switch"][name="{name}"]').set_checked(key == "true", force=True)


@pytest.mark.parametrize("name", names())
def test_a_lesson_in_the_browser(show: Show, name: str) -> None:
    lesson = payload(name)
    # Each lesson meets one of the four combinations; together they meet all.
    place = names().index(name)
    theme, width = ("light", "dark")[place % 2], (1280, 390)[place // 2 % 2]
    opened = show(lesson, lang="ru", theme=theme, width=width)
    page = opened.page
    state = lesson["states"][",".join(lesson["start"].values())]
    assert page.inner_text("h1") == lesson["title"]["ru"]
    check_texts(page, lesson, state, "ru")
    check_page(opened, "ru", width)
    assert grave(page) == []

    page.locator("button[lang=en]").click()
    assert page.inner_text("h1") == lesson["title"]["en"]
    check_texts(page, lesson, state, "en")
    for parameter in lesson["parameters"]:
        keys = {**lesson["start"]}
        for key in parameter["keys"][-1:]:
            choose(page, parameter, key)
            keys[parameter["name"]] = key
            check_texts(page, lesson, lesson["states"][",".join(keys.values())], "en")
        choose(page, parameter, lesson["start"][parameter["name"]])
    check_page(opened, "en", width)
    check_expected(page, lesson)


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_the_course_in_the_browser(show: Show, width: int, theme: str) -> None:
    index = course().to_dict()
    opened = show(index, lang="ru", width=width, theme=theme)
    page = opened.page
    assert page.locator("a[data-lesson]").count() == len(names())
    first = index["lessons"][0]
    assert first["title"]["ru"] in page.inner_text(".go")
    check_page(opened, "ru", width)
    assert grave(page) == []
    page.keyboard.press("Tab")  # everything can be reached by keys
    for _ in range(8):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_what_is_done_is_remembered_on_the_readers_machine(show: Show) -> None:
    name = names()[0]
    page = show(payload(name), lang="en").page
    page.locator(".mark button").click()
    assert page.locator(".mark button").get_attribute("aria-pressed") == "true"
    page.reload()
    assert page.locator(".mark button").get_attribute("aria-pressed") == "true"


def test_a_page_that_may_store_nothing_still_works(show: Show) -> None:
    """A sandboxed frame denies storage; the lesson works, and forgets."""
    html = find(names()[0])._repr_html_().replace("<iframe ", '<iframe sandbox="allow-scripts" ')
    page = show(f"<!doctype html><main>{html}</main>").page
    frame = page.frame_locator("iframe")
    frame.locator(".mark button").click()
    assert frame.locator(".mark button").get_attribute("aria-pressed") == "true"


def test_homework_is_checked_step_by_step(show: Show) -> None:
    """The lecture's task: a named mistake, a hint, the answers, 3 in the end."""
    page = show(payload("homework"), lang="en").page
    field = page.locator(".exercise textarea")
    check = page.locator(".exercise button", has_text="Check")
    assert page.locator(".exercise li").count() == 1
    field.fill("3")
    check.click()
    assert "stride was forgotten" in page.inner_text(".exercise .wrong")
    page.locator(".exercise button", has_text="Hint").click()
    assert "/ stride + 1" in page.inner_text(".exercise .hint")
    field.fill("2")
    field.press("Enter")
    assert "✓ Right" in page.inner_text(".exercise li >> nth=0")
    for text, words in (("what", "cannot be read"), ("1 2 3", "size is another")):
        field.fill(text)
        check.click()
        assert words in page.inner_text(".exercise .wrong")
    for answer in ("1 −2\n3 1", "1 0 / 3 1", "3"):
        field.fill(answer)
        check.click()
    assert page.locator(".exercise li.passed").count() == 4
    page.locator('select[name="task"]').select_option("mistake")  # another task begins anew
    page.locator(".exercise li").nth(1).wait_for(state="detached")
    assert page.locator(".exercise li").count() == 1
    page.locator("button[lang=ru]").click()
    page.locator(".exercise textarea").fill("0,5")
    page.locator(".exercise button", has_text="Проверить").click()
    assert page.inner_text(".exercise .wrong").startswith("Нет.")
