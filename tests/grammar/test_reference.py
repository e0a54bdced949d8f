from __future__ import annotations

import json
import re

import pytest

from svertka.grammar import lalr, parse, resolve
from svertka.grammar.layers import RULES
from svertka.grammar.reference import SAME, SIGNS, reference
from svertka.grammar.words import ALIASES, DECIMAL, OPTIONS, WORDS
from svertka.nets.build import _MAKERS

PAGE = str(reference())


def test_every_rule_of_the_grammar_has_its_line():
    rules = {does for _, _, _, does in lalr.TABLES["rules"] if does not in ("*", "?")}
    rules -= {"start", "word"}  # the whole text; the words, which have a table of their own
    assert {SAME.get(rule, rule) for rule in rules} == set(SIGNS) - {"comment"}


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_its_line(word):
    row = WORDS[word]
    assert row.kind == word
    assert row.line in PAGE
    for key, meaning in {**row.keys, **row.flags}.items():
        assert re.search(rf"^ +{key} +{re.escape(meaning)}$", PAGE, re.M)
    for option in OPTIONS.get(word, ()):
        assert option in PAGE


@pytest.mark.parametrize("alias", ALIASES)
def test_every_alias_is_on_the_page(alias):
    assert f"{ALIASES[alias]} = {alias}" in PAGE


def test_every_word_has_a_shape_rule_and_a_module():
    assert set(RULES) == set(WORDS) - {"id"}
    made = set(_MAKERS) - {"add", "concat"}
    assert made == set(WORDS) - {"id", "softmax"}


@pytest.mark.parametrize("sign", SIGNS)
def test_every_example_reads_as_it_says(sign):
    example, _ = SIGNS[sign]
    text = f"a = relu\nb = bn\nblock(m) = a\n{example}\na".replace("block(n) =", "other(n) =")
    if sign == "infix":
        text = text.replace("{4*n}", "conv{4*n}")
    net = parse(text)
    assert parse(str(net)) == net
    assert resolve(net, values={"n": 2} if sign == "infix" else {}).layers


@pytest.mark.parametrize("word", sorted(set(WORDS) - {"softmax"}))
def test_the_default_on_the_page_is_the_default(word):
    """A count that is left out is the row's default."""
    default = WORDS[word].default
    if default is not None:
        number = default if WORDS[word].number in DECIMAL else int(default)
        bare, full = (
            resolve(text, input=(2, 8, 8)).layers[0] for text in (word, f"{word}{number}")
        )
        assert bare.settings == full.settings


def test_the_page_as_json():
    payload = json.loads(json.dumps(reference().to_dict()))
    assert payload["kind"] == "language"
    assert payload["words"]["conv"]["keys"]["s"] == "stride; 1"
    assert payload["words"]["filters"]["options"][0] == "vertical"
    assert payload["signs"]["a?"].startswith("a where it fits")
    assert all(len(line) < 125 for line in PAGE.splitlines())
