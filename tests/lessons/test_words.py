"""Numbers in texts: written alike by Python and the page, from one table of cases."""

import json

import pytest

from page_digest import ROOT
from svertka.lessons.lesson import Expect
from svertka.lessons.text import margin
from svertka.lessons.words import Both, fill, number

CASES = json.loads((ROOT / "page/test/numbers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "form", "en", "ru"), CASES)
def test_a_number_in_both_languages(value, form, en, ru):
    assert number(value, "en", form) == en
    assert number(value, "ru", form).replace("\u00a0", " ") == ru


def both_said(numbers):
    """Words that stand among the numbers, as an experiment gives them and as JSON keeps them."""
    text = Both("So {is}.", "Итак, {is}.")
    plainly = {k: v.to_dict() if isinstance(v, Both) else v for k, v in numbers.items()}
    said = tuple(text.said(lang, numbers) for lang in ("en", "ru"))
    assert said == tuple(text.said(lang, plainly) for lang in ("en", "ru"))
    return said


def test_texts_carry_numbers():
    both = Both("{share:%} of {all}", "{share:%} от {all}")
    assert both.said("en", {"share": 0.25, "all": 25088}) == "25.0% of 25,088"
    assert both.said("ru", {"share": 0.25, "all": 7}) == "25,0\u00a0% от 7"
    assert fill("`fc{{n}}`", {}, "en") == "`fc{n}`"
    follows = {"is": Both("{n} is much", "{n} — это много"), "n": 9}
    assert both_said(follows) == ("So 9 is much.", "Итак, 9 — это много.")
    with pytest.raises(KeyError):
        fill("{unknown}", {}, "en")
    with pytest.raises(ValueError, match="no form"):
        number(1.0, "en", "3f")


@pytest.mark.parametrize(
    ("value", "tolerance", "form", "en", "ru"),
    [
        (0.11, 0.05, ".0%", " ± 5\u00a0pp", " ± 5\u00a0п. п."),
        (13.87, 0.3, "", " ± 0.3", " ± 0,3"),
        (0, 0.02, "", " ± 0.02", " ± 0,02"),
        ([1, 2, 4], 0.1, ".1", " ± 0.1", " ± 0,1"),
        (2 / 17, 1e-6, "", "", ""),  # no digit that is written
        (7840, 1e-9, "", "", ""),
    ],
)
def test_what_a_number_may_differ_by(value, tolerance, form, en, ru):
    one = Expect("a", value, Both("a", "а"), tolerance, form)
    assert (margin(one, "en"), margin(one, "ru")) == (en, ru)
