"""Training, a run live, data and comparisons in Chromium: started there, they are the command's."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from safetensors.numpy import load_file

from made import pets
from shown import WORDS, Visit, grave
from svertka.store.lock import holder
from svertka.store.progress import write_progress

pytestmark = pytest.mark.browser

NET = "fc8-relu-fc{classes}"
LATIN = {
    *("svertka", "RU", "EN", "CSV", "JSON", "SVG", "RGB", "ReLU", "FOLDER", "data", "studio"),
    *("uint", "PNG", "JPEG", "MNIST", "cat", "dog"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ...]]:
    """The folders that the studio is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield (pets(tmp_path_factory.mktemp("data") / "pets"),)


def wait_for_the_end(page: Page) -> None:
    """Until the run's report is drawn."""
    expect(page.locator("#result")).to_be_visible(timeout=90_000)


@pytest.fixture(scope="module")
def trained(runs: Path, address: str, browser) -> str:
    """A run that was begun in the browser; its name."""
    page = browser.new_page(locale="en-US")
    page.goto(f"{address}#/train?data=pets&epochs=2&seed=3")
    page.get_by_role("button", name="Own text").click()
    page.get_by_role("textbox", name="Text of the network").fill(NET)
    command = page.locator(".command pre")
    expect(command).to_contain_text(f"--net '{NET}' --epochs 2 --seed 3")
    start = page.get_by_role("button", name="Start training")
    expect(start).to_be_enabled()
    start.click()
    expect(page).to_have_url(re.compile("#/run/pets-1$"))
    # Closed and opened again: the run goes on, and the page finds it.
    page.close()
    page = browser.new_page(locale="en-US")
    page.goto(f"{address}#/run/pets-1")
    wait_for_the_end(page)
    page.close()
    return "pets-1"


@pytest.mark.parametrize(
    ("lang", "width", "theme"), [("ru", 390, "dark"), ("en", 390, "light"), ("ru", 1280, "light")]
)
def test_every_screen_is_drawn_without_complaint(
    visit: Visit, trained: str, lang: str, width: int, theme: str
) -> None:
    places = [
        ("train", {"data": "pets", "runs": trained}, "form .few img"),
        (f"run/{trained}", {}, "#learning .chart"),
        ("data", {}, ".offers a"),
        ("data/pets", {}, "li img"),
        ("data/pets", {"show": "augmented"}, "td img"),
        ("data/pets", {"show": "parts"}, "#view table"),
        ("compare", {"data": "pets"}, "form .few img"),
    ]
    for place, values, sign in places:
        opened = visit(place, lang=lang, width=width, theme=theme, **values)
        page = opened.page
        expect(page.locator(sign).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        texts = page.evaluate(WORDS)
        words = {word for text in texts for word in re.findall(r"[A-Za-z][A-Za-z]+", text)}
        if place.startswith("run/"):
            pass  # a report, with names of its own: tests of the page read it
        elif lang == "ru":
            assert words - LATIN == set(), place
        else:
            assert not any(re.search("[а-яё]", text, re.IGNORECASE) for text in texts), place
        assert not {"undefined", "NaN", "Infinity"} & words, place
        assert grave(page) == [], place
        assert opened.complaints == [], place
        assert opened.outside == [], place


def test_a_run_of_the_command_is_the_same_and_appears_beside_it(
    visit: Visit, trained: str, runs: Path, data: tuple[Path, ...]
) -> None:
    page = visit("train", data="pets").page
    rows = page.locator("section table tbody tr")
    expect(rows.filter(has_text=trained)).to_contain_text("finished")

    mine, theirs = runs / trained, runs / "by-hand"
    words = ["train", str(data[0]), f"--net={NET}", "--epochs=2", "--seed=3", f"--out={theirs}"]
    subprocess.run([sys.executable, "-m", "svertka", *words, "--quiet"], check=True)
    assert {path.name for path in mine.iterdir()} == {path.name for path in theirs.iterdir()}
    for name in ("trial.safetensors", "predictions.csv", "report.json"):
        assert (mine / name).read_bytes() == (theirs / name).read_bytes(), name
    weights, others = (load_file(folder / "model.safetensors") for folder in (mine, theirs))
    assert weights.keys() == others.keys()
    for name, values in weights.items():
        np.testing.assert_array_equal(values, others[name])
    asked, other = (json.loads((folder / "run.json").read_text()) for folder in (mine, theirs))
    assert asked | {"name": "", "created": ""} == other | {"name": "", "created": ""}

    expect(rows.filter(has_text="by-hand")).to_contain_text("finished", timeout=10_000)
    for name in (trained, "by-hand"):
        page.get_by_label(f"On the chart: {name}").check()
    paths = page.locator(".chart-of-runs svg path[stroke]")
    expect(paths).to_have_count(2)
    page.reload()
    expect(paths).to_have_count(2)


def test_a_training_is_paused_and_goes_on(visit: Visit, runs: Path) -> None:
    net = "conv64-relu-conv64-relu-fc{classes}"
    page = visit("train", data="digits", net=net, epochs=1).page
    page.get_by_role("button", name="Start training").click()
    pause = page.get_by_role("button", name="Pause")
    expect(page.locator(".figures")).to_contain_text("1 of 1", timeout=60_000)
    expect(page.locator(".filters canvas").first).to_be_visible()
    assert page.locator(".maps canvas").count() > 1
    pause.click()
    expect(page.locator("header .line")).to_contain_text("paused", timeout=30_000)
    assert (runs / "digits-1" / "checkpoint" / "state.json").is_file()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("header .line")).to_contain_text("training", timeout=30_000)
    end = time.monotonic() + 30
    while not (process := holder(runs / "digits-1")):
        assert time.monotonic() < end
        page.wait_for_timeout(100)
    os.kill(process, signal.SIGKILL)  # as the system does where the memory is not enough
    expect(page.get_by_role("alert")).to_contain_text("signal 9", timeout=30_000)
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def test_a_training_that_fails_says_why(visit: Visit) -> None:
    page = visit("train", data="pets", epochs=1, net="conv4k30p0-fc{classes}").page
    told = page.locator("main form")
    expect(told).to_contain_text("30x30 filter does not fit")
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    body = {"data": "pets", "net": "conv4k30p0-fc{classes}", "epochs": 1, "name": "odd"}
    send = """async (body) => (await fetch('/api/runs', {
      method: 'POST', body: JSON.stringify(body), headers: {'content-type': 'application/json'},
    })).status"""
    assert page.evaluate(send, body) == 201
    page = visit("run/odd", lang="ru").page
    expect(page.get_by_role("alert")).to_contain_text("Фильтр 30x30 не помещается", timeout=30_000)
    expect(page.get_by_role("link", name="Изменить и начать заново")).to_be_visible()


def test_pictures_are_browsed_by_class_and_page_with_the_keyboard(visit: Visit) -> None:
    page = visit("data/digits").page
    expect(page.locator("li img")).to_have_count(60)
    page.get_by_label("Class").select_option("4 (784)")
    expect(page.locator("nav.small").first).to_contain_text("1 to 60 of 784 pictures")
    assert set(page.locator("li span").all_inner_texts()) == {"4"}
    page.get_by_role("button", name="Further").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("nav.small").first).to_contain_text("61 to 120 of 784 pictures")
    page.reload()
    expect(page.locator("nav.small").first).to_contain_text("61 to 120 of 784 pictures")
    page.get_by_role("tab", name="Pictures").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("td img")).to_have_count(64)
    first = page.locator("td img").first.get_attribute("src")
    page.get_by_label("Seed").fill("5")
    page.keyboard.press("Tab")
    expect(page.locator("td img").first).not_to_have_attribute("src", first)


def test_the_check_is_drawn_where_it_was_asked_for(visit: Visit) -> None:
    opened = visit("data/pets", show="check")
    page = opened.page
    page.get_by_role("button", name="Check the pictures").click()
    expect(page.locator("#data")).to_be_visible(timeout=60_000)
    assert page.locator("h1:visible").count() == 1
    page.reload()
    expect(page.locator("#data")).to_be_visible()
    assert grave(page) == []
    assert opened.complaints == []


def test_a_comparison_is_begun_watched_and_read(visit: Visit) -> None:
    opened = visit("compare", data="pets", nets=json.dumps([NET]), epochs=1, seeds=1)
    page = opened.page
    start = page.get_by_role("button", name="Start the comparison")
    expect(start).to_be_disabled()
    page.get_by_label("A name of the catalogue or a text").fill("fc{classes}")
    page.keyboard.press("Enter")
    expect(start).to_be_enabled()
    start.click()
    expect(page).to_have_url(re.compile("#/compare/compare-pets-1$"))
    expect(page.locator("main table tbody tr")).to_have_count(2, timeout=30_000)
    expect(page.locator("#table")).to_be_visible(timeout=90_000)
    assert grave(page) == []
    assert opened.complaints == []
    page.locator("#runs tbody a").first.click()
    expect(page.locator("#result")).to_be_visible()
    expect(page).to_have_url(re.compile("#/compare/compare-pets-1/fc8-relu"))


@pytest.mark.parametrize("place", ["run/nothing", "data/nothing", "compare/nothing"])
def test_what_is_not_there_is_told_with_the_way_back(visit: Visit, place: str) -> None:
    opened = visit(place)
    page = opened.page
    expect(page.locator("main")).to_contain_text("There ")
    expect(page.locator("main a").last).to_have_text(re.compile("^All "))
    assert opened.complaints == []


def test_a_run_that_broke_off_without_a_word_is_told(
    visit: Visit, trained: str, runs: Path
) -> None:
    """As after SIGKILL to a training of the command line, or a power cut."""
    folder = runs / "broken"
    folder.mkdir()
    shutil.copy(runs / trained / "run.json", folder)
    write_progress(folder, "training", process=1, event={"event": "step", "step": 3})
    for lang, said in (("en", "broke off without a word"), ("ru", "оборвалось без объяснений")):
        page = visit("run/broken", lang=lang).page
        expect(page.get_by_role("alert")).to_contain_text(said)
        expect(page.get_by_role("alert")).to_contain_text(f"svertka resume {folder}")


def test_a_training_begins_with_the_weights_of_a_run(
    visit: Visit, trained: str, runs: Path
) -> None:
    page = visit("train", data="pets", epochs=1).page
    page.get_by_label("Begin with").select_option(f"run:{trained}")
    expect(page.locator(".command pre")).to_contain_text(f"--weights {runs / trained} --epochs 1")
    page.reload()
    expect(page.get_by_label("Begin with")).to_have_value(f"run:{trained}")
    expect(page.locator("form fieldset").first).to_contain_text(NET)
    page.get_by_role("button", name="Start training").click()
    wait_for_the_end(page)
    name = page.url.rpartition("/")[2]
    asked = json.loads((runs / name / "run.json").read_text())
    assert str(runs / trained) in json.dumps(asked)
