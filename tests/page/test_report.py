"""What a reader sees of a report: in real Chromium, offline, in both languages."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from payloads import PAYLOADS, report
from shown import WORDS, Show, in_one_language, open_everything

pytestmark = pytest.mark.browser

# What stays as it is in Russian: signs, formats, names of things.
LATIN = {
    *("svertka", "RU", "EN", "CSV", "JSON", "SVG", "F1", "ReLU", "PyTorch", "Python", "SGD"),
    *("uint8", "house_s", "digits", "AUC", "mAP"),
}


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_payload_is_drawn_without_complaint(show: Show, kind: str, lang: str) -> None:
    opened = show(PAYLOADS[kind](), lang=lang, width=360)
    assert opened.page.locator("h1, h2").count() > 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert opened.complaints == []
    assert opened.outside == []
    assert opened.page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize(
    "kind",
    ["report", "net", "scores", "data", "predictions", "bare", "labels", "labels_answers"],
)
def test_no_english_is_left_in_russian_and_none_the_other_way(show: Show, kind: str) -> None:
    opened = show(PAYLOADS[kind](), lang="ru")
    open_everything(opened.page)
    in_one_language(opened.page, "ru", LATIN)
    opened.page.get_by_role("button", name="English").click()
    in_one_language(opened.page, "en", LATIN)
    texts = opened.page.evaluate(WORDS)
    assert not any("undefined" in text or "NaN" in text for text in texts)
    assert opened.complaints == []


def test_the_language_follows_browser_address_and_choice(show: Show) -> None:
    opened = show(report(), lang="ru")
    page = opened.page
    assert page.locator("h2").first.inner_text() == "Обучение"
    page.get_by_role("button", name="English").click()
    assert page.locator("h2").first.inner_text() == "Learning"
    page.reload()
    assert page.locator("h2").first.inner_text() == "Learning"  # remembered
    page.goto(page.url + "?lang=ru")
    assert page.locator("h2").first.inner_text() == "Обучение"  # the address wins


def test_switching_language_and_theme_draws_nothing_twice(show: Show) -> None:
    opened = show(report())
    page = opened.page
    count = "document.querySelectorAll('svg, canvas, table, figure').length"
    before = page.evaluate(count)
    for _ in range(2):
        page.get_by_role("button", name="Русский").click()
        page.get_by_role("button", name="Тёмная тема").click()
        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="Light theme").click()
    assert page.evaluate(count) == before


def test_the_theme_follows_the_system_and_the_choice_is_kept(show: Show) -> None:
    opened = show(report(), theme="dark")
    page = opened.page
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Light theme").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "light"


def test_paper_is_light(show: Show) -> None:
    page = show(report(), theme="dark").page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert page.pdf()[:4] == b"%PDF"


def test_headline_figures_are_the_payloads(show: Show) -> None:
    payload = report()
    page = show(payload, lang="ru").page
    accuracy = payload["scores"]["metrics"]["accuracy"]
    shown = page.locator(".headline data")
    assert float(shown.get_attribute("value")) == accuracy["value"]
    assert shown.inner_text() == f"{100 * accuracy['value']:.1f}".replace(".", ",") + "\u00a0%"
    low, high = (f"{100 * accuracy[end]:.1f}".replace(".", ",") for end in ("low", "high"))
    assert f"{low}–{high}\u00a0%" in page.locator(".headline .interval").inner_text()
    values = [float(d.get_attribute("value")) for d in page.locator(".metrics data").all()]
    assert values == [metric["value"] for metric in payload["scores"]["metrics"].values()]


def test_the_sentence_tells_what_was_trained_on_what(show: Show) -> None:
    text = show(report(), lang="ru").page.locator(".story").inner_text().replace("\u00a0", " ")
    assert text == (
        "Сеть house_s (параметров: 288 тыс.) обучена на 5 950 картинках набора digits за 57 с "
        "(16 эпох). По 1 050 другим выбрана эпоха, а оценка сделана на 1 000, которых "
        "сеть не видела."
    )


def test_confusion_cells_are_the_payloads(show: Show) -> None:
    payload = report()
    page = show(payload).page
    rows = page.locator("[role=grid] tbody tr").all()
    shown = [[cell.inner_text() for cell in row.locator("td").all()] for row in rows]
    expected = [[str(n) if n else "" for n in row] for row in payload["scores"]["confusion"]]
    assert shown == expected


def test_confusion_is_walked_with_arrow_keys(show: Show) -> None:
    payload = report()
    page = show(payload).page
    pair = max(
        (n, i, j)
        for i, row in enumerate(payload["scores"]["confusion"])
        for j, n in enumerate(row)
        if i != j
    )
    n, truth, answer = pair
    page.locator('[data-cell="0,0"]').focus()
    for _ in range(truth):
        page.keyboard.press("ArrowDown")
    for _ in range(answer):
        page.keyboard.press("ArrowRight")
    said = page.locator("#mistakes [aria-live]").inner_text()
    assert f"“{truth}” taken for “{answer}”: {n} of 100" in said
    pictures = [
        m for m in payload["mistakes"] if (m["truth"], m["predicted"]) == (str(truth), str(answer))
    ]
    assert page.locator("#mistakes .beside img").count() == len(pictures[:6])


def test_a_heat_map_of_many_classes_is_read_by_pointer_and_keys(show: Show) -> None:
    payload = PAYLOADS["many"]()
    page = show(payload).page
    page.locator("#mistakes ol button").first.click()
    said = page.locator("#mistakes [aria-live]")
    first = said.inner_text()
    assert "taken for" in first
    page.locator("#mistakes [role=application]").focus()
    page.keyboard.press("ArrowRight")
    assert said.inner_text() != first
    page.keyboard.press("ArrowLeft")
    assert said.inner_text() == first


def test_curves_show_the_history_at_the_chosen_epoch(show: Show) -> None:
    payload = report()
    page = show(payload).page
    slider = page.get_by_role("slider")
    for place in (payload["best_epoch"] - 1, 2):
        if place == 2:
            slider.focus()
            page.keyboard.press("Home")
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
        line = payload["history"][place]
        shown = [b.inner_text() for b in page.locator("#learning .legend b").all()]
        assert shown[:2] == [f"{line['train_loss']:.4f}", f"{line['val_loss']:.4f}"]
        assert shown[2] == f"{100 * line['val_accuracy']:.2f}%"
        assert f"epoch {line['epoch']}" in page.locator("#learning h4").first.inner_text()


def test_classes_are_sorted_by_any_column(show: Show) -> None:
    payload = report()
    page = show(payload).page
    section = page.locator("#classes")
    section.get_by_role("button", name="Recall").click()
    cells = section.locator("tbody tr td:nth-child(3) data").all()
    shown = [float(cell.get_attribute("value")) for cell in cells]
    assert shown == sorted(row["recall"] for row in payload["scores"]["per_class"])
    assert section.locator("th[aria-sort=ascending]").inner_text().startswith("Recall")


def test_the_layers_table_is_the_plans(show: Show) -> None:
    net = report()["net"]
    page = show(net).page
    rows = page.locator("#net tbody tr").all()
    assert len(rows) == len(net["layers"])
    for row, layer in zip(rows, net["layers"], strict=True):
        assert row.locator("code").inner_text() == layer["word"]
        cells = [cell.inner_text().strip() for cell in row.locator("td").all()]
        assert cells[0] == "×".join(map(str, layer["output"]))
        assert cells[1] == (f"{layer['parameters']:,}" if layer["parameters"] else "")
    total = page.locator("#net dl data").first
    assert int(total.get_attribute("value")) == net["parameters"]


def test_parts_of_a_long_net_open_and_close(show: Show) -> None:
    page = show(PAYLOADS["net"]()).page
    boxes = page.locator("#net svg .box")
    closed = boxes.count()
    page.get_by_role("button", name="Open: block").first.focus()
    page.keyboard.press("Enter")
    opened = boxes.count()
    assert opened > closed
    page.get_by_role("button", name="Close: block 1/2").press("Enter")
    assert boxes.count() == closed
    page.get_by_role("button", name="Open all parts").click()
    convolutions = [layer for layer in PAYLOADS["net"]()["layers"] if layer["kind"] == "conv"]
    assert page.locator("#net svg .box.conv").count() == len(convolutions)


def test_every_picture_can_be_had_as_numbers(show: Show) -> None:
    payload = report()
    files = {}
    for ending in ("CSV", "JSON"):  # a page each: Chromium lets one page save ten files in a row
        page = show(payload).page
        open_everything(page)
        for button in page.get_by_role("button", name=f"Save as {ending}").all():
            with page.expect_download() as waiting:
                button.click()
            name = waiting.value.suggested_filename
            files[name] = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    history = list(csv.DictReader(io.StringIO(files["history.csv"])))
    assert [float(line["val_loss"]) for line in history] == [
        line["val_loss"] for line in payload["history"]
    ]
    counts = {
        (r["truth"], r["predicted"]): int(r["pictures"])
        for r in json.loads(files["confusion.json"])
    }
    for i, row in enumerate(payload["scores"]["confusion"]):
        for j, n in enumerate(row):
            assert counts.get((str(i), str(j)), 0) == n
    metrics = {row["value"] for row in json.loads(files["metrics.json"])}
    assert metrics == {metric["value"] for metric in payload["scores"]["metrics"].values()}
    bins = json.loads(files["reliability.json"])
    assert [row["n"] for row in bins] == [row["n"] for row in payload["scores"]["reliability"]]
    classes = json.loads(files["per_class.json"])
    assert [row["f1"] for row in classes] == [row["f1"] for row in payload["scores"]["per_class"]]
    assert {name for name in files if name.endswith(".csv")} == {
        "metrics.csv", "history.csv", "confusion.csv", "per_class.csv", "reliability.csv",
        "house_s-layers.csv", "channels.csv", "class_counts.csv",
    }  # fmt: skip


def test_the_diagram_is_saved_as_a_picture_of_its_own(show: Show) -> None:
    page = show(PAYLOADS["net"]()).page
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as SVG").click()
    svg = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "conv64k7s2" in svg
    assert "fill: rgb" in svg


def test_the_command_is_copied(show: Show) -> None:
    payload = report()
    opened = show(payload)
    opened.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.page.get_by_role("button", name="Copy: Command").click()
    opened.page.get_by_text("Copied").wait_for()
    assert opened.page.evaluate("navigator.clipboard.readText()") == payload["command"]


def test_the_navigation_reaches_each_section(show: Show) -> None:
    page = show(report()).page
    links = page.locator("nav a").all()
    assert len(links) == page.locator("main section").count()
    for link in links:
        link.click()
        page.wait_for_function("to => document.querySelector('[aria-current]')?.dataset.to === to",
                               arg=link.get_attribute("data-to"))  # fmt: skip


def test_epochs_are_told_as_they_were_trained_not_as_they_were_scored(show: Show) -> None:
    payload = report()
    payload["history"] = payload["history"][1::2]  # scored every second time
    last = payload["history"][-1]["epoch"]
    assert last != len(payload["history"])
    assert f"({last} epochs)" in show(payload, lang="en").page.locator("body").inner_text()
