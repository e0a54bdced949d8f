"""Numbers in texts: written alike by Python and the page, from one table of cases."""

import json

import pytest

from page_digest import ROOT
from svertka.lessons.words import Both, fill, number

CASES = json.loads((ROOT / "page/test/numbers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("value", "form", "en", "ru"), CASES)
def test_a_number_in_both_languages(value, form, en, ru):
    assert number(value, "en", form) == en
    assert number(value, "ru", form).replace("\u00a0", " ") == ru


def test_texts_carry_numbers():
    both = Both("{share:%} of {all}", "{share:%} от {all}")
    assert both.said("en", {"share": 0.25, "all": 25088}) == "25.0% of 25,088"
    assert both.said("ru", {"share": 0.25, "all": 7}) == "25,0\u00a0% от 7"
    assert fill("`fc{{n}}`", {}, "en") == "`fc{n}`"
    with pytest.raises(KeyError):
        fill("{unknown}", {}, "en")
    with pytest.raises(ValueError, match="no form"):
        number(1.0, "en", "3f")
