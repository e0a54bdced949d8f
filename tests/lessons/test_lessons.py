"""What holds for every lesson, whatever it teaches; each file of the folder is tried."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from lessoned import payload
from svertka.lessons.course import LECTURES, write_site
from svertka.lessons.glossary import misused
from svertka.lessons.lesson import Expect, agree
from svertka.lessons.registry import find, names
from svertka.lessons.words import fill

NAMES = names()
CODE = re.compile(r"`[^`]*`")
SLOT = re.compile(r"\{\{|\}\}|\{(\w+)(?::[^{}]*)?\}")


def both_texts(value: Any, where: str = "") -> Iterator[tuple[str, str, str]]:
    """Every (place, English, Russian) inside plain JSON."""
    if isinstance(value, dict):
        if set(value) == {"en", "ru"}:
            yield where, value["en"], value["ru"]
        else:
            for key, one in value.items():
                yield from both_texts(one, f"{where}.{key}")
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from both_texts(one, f"{where}[{i}]")


def digits(text: str, lang: str) -> Counter[str]:
    """The numbers that a text writes out, as English would."""
    text = CODE.sub(" ", SLOT.sub(" ", text)).replace("−", "-")
    if lang == "ru":
        text = re.sub(r"(?<=\d)[\u00a0\u202f ](?=\d{3}(?!\d))", "", text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return Counter(re.findall(r"\d+(?:\.\d+)*", text))


def slots(text: str) -> Counter[str]:
    return Counter(found[0] for found in SLOT.finditer(text))


def test_lessons_are_found_without_loading_them():
    code = (
        "import sys, svertka; from svertka.lessons.registry import names; assert names();"
        "heavy = {'torch', 'numpy', 'sklearn', 'scipy', 'PIL', 'svertka.lessons.lesson'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_list_of_lessons_loads_no_framework():
    """Lessons import torch, scipy and the like inside their functions, where readers see it."""
    code = (
        "import sys; from svertka.lessons.course import course; print(str(course('ru')));"
        "sys.exit(', '.join({'torch', 'sklearn', 'scipy', 'skimage'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    for name in NAMES:
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize(("lang", "begins"), [("ru", "ru"), ("en", None)])
def test_the_course_begins_in_the_language_that_was_asked(tmp_path, lang, begins):
    pages = write_site(tmp_path, lang)
    for page in (next(pages), next(pages)):  # the index and the first lesson
        kept = re.search(r'id="payload">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
        assert json.loads(kept[1])["lang"] == begins


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_named_as_its_file(name):
    lesson = find(name)
    assert lesson.name == name
    assert lesson.lectures
    assert set(lesson.lectures) <= set(LECTURES)
    assert 3 <= lesson.minutes <= 15
    assert lesson.question.en.endswith("?")
    assert lesson.question.ru.endswith("?")
    for one in lesson.parameters:
        assert one.default in one.values
        assert len(one.texts) in (0, len(one.values))
    assert len(list(lesson.every())) <= 256


@pytest.mark.parametrize("name", NAMES)
def test_a_number_comes_out_whatever_the_parameters_that_it_does_not_name(name):
    """In every state of the page; and each parameter that it names does move it."""
    lesson = find(name)
    assert lesson.expected, "a lesson states its numbers"
    every = [(values, lesson.state(values)["numbers"]) for values in lesson.every()]

    def holds(expect: Expect, at: dict[str, Any]) -> bool:
        found = [numbers[expect.name] for values, numbers in every if at.items() <= values.items()]
        assert found
        return all(agree(expect.value, one, expect.tolerance) for one in found)

    for expect in lesson.expected:
        assert holds(expect, dict(expect.at)), expect.name
        for one in expect.at:
            others = {name: value for name, value in expect.at.items() if name != one}
            assert not holds(expect, others), (expect.name, one)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_there_in_both_languages_with_the_same_numbers(name):
    texts = list(both_texts(payload(name)))
    assert texts
    for where, en, ru in texts:
        assert en.strip(), where
        assert ru.strip(), where
        assert not re.search("[а-яё]", CODE.sub("", en), re.IGNORECASE), (where, en)
        if re.search("[A-Za-z]{2}", CODE.sub("", SLOT.sub("", en))) and en != ru:
            assert re.search("[а-яё]", ru, re.IGNORECASE), (where, ru)
        assert slots(en) == slots(ru), (where, en, ru)
        assert digits(en, "en") == digits(ru, "ru"), (where, en, ru)


@pytest.mark.parametrize("name", NAMES)
def test_terms_are_those_of_the_glossary(name):
    found = {one for _, en, ru in both_texts(payload(name)) for one in misused(en, ru)}
    assert found == set()


@pytest.mark.parametrize(
    ("en", "ru"),
    [
        ("the padding is 1", "отступ равен 1"),
        ("a layer", "свертка слоя"),
        ("the net sees it", "сеть это видит через receptive field"),
        ("as before", "как и еще раньше"),
    ],
)
def test_the_glossary_finds_what_is_wrong(en, ru):
    assert list(misused(en, ru))


@pytest.mark.parametrize("name", NAMES)
def test_every_state_has_the_numbers_and_views_that_the_text_names(name):
    lesson = payload(name)
    views = [part["view"] for part in lesson["body"] if part["type"] == "view"]
    said = [text for _, *both in both_texts(lesson["body"]) for text in both]
    for key, state in lesson["states"].items():
        assert set(views) <= set(state["views"]), key
        for text in said:
            assert "{" not in CODE.sub("", fill(text, state["numbers"], "ru")), text


@pytest.mark.parametrize("name", NAMES)
def test_parameters_that_stand_apart_do_not_depend_on_each_other(name):
    """The page puts their states together: each view and number follows one of them at most."""
    lesson = find(name)
    start = {one.name: one.default for one in lesson.parameters}
    moved: dict[str, Any] = {}
    groups = [[one] for one in lesson.parameters if one.apart]
    groups.append([one for one in lesson.parameters if not one.apart])
    if len(groups) == 1 or (groups[-1:] == [[]] and len(groups) == 2):
        return
    base = lesson.state(start)
    merged = {part: dict(base[part]) for part in ("numbers", "views")}
    for group in groups:
        other = {one.name: next((v for v in one.values if v != one.default), None) for one in group}
        moved |= other
        alone = lesson.state({**start, **other})
        for part in merged:
            merged[part] |= {k: v for k, v in alone[part].items() if v != base[part].get(k)}
    assert lesson.state({**start, **moved}) == merged


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_can_be_printed_and_sent(name):
    json.dumps(payload(name), allow_nan=False)
    states = payload(name)["states"]
    every = len(list(find(name).every())) * len(json.dumps(states)) / len(states)
    assert every < 6_000_000, "too large for one page"
    for lang in ("en", "ru"):
        text = str(find(name).at(lang))
        assert find(name).title.said(lang) in text
        assert "≠" not in text
