"""The page has words, in both languages, for every name that the library writes."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from page_digest import ROOT
from svertka.data.augmentation import AugmentPolicy
from svertka.data.contract import InputContract
from svertka.evaluate.figures import FIGURES
from svertka.evaluate.labels import LabelCase
from svertka.grammar.words import WORDS
from svertka.train.recipe import Metric, Recipe

TERMS = (ROOT / "page/src/texts/terms.ts").read_text(encoding="utf-8")


def known(group: str) -> set[str]:
    """The names in one group of ``terms.ts``."""
    block = re.search(rf"^const {group}: Words = \{{\n(.*?)^\}};", TERMS, re.MULTILINE | re.DOTALL)
    assert block
    return set(re.findall(r"^  (\w+): \{", block[1], re.MULTILINE))


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("recipe", set(Recipe.model_fields)),
        ("augment", set(AugmentPolicy.model_fields)),
        ("layers", {word.kind for word in WORDS.values()} | {"add", "concat"}),
        ("metrics", {*FIGURES, *LabelCase.NAMES}),
        ("values", set(get_args(Metric))),
        ("fits", set(InputContract.model_fields["fit"].annotation.__args__)),
        ("device", {"device", "name", "threads", "precision", "torch", "python"}),
    ],
)
def test_the_page_names_it(group: str, names: set[str]) -> None:
    assert names - known(group) == set()
