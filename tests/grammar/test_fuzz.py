"""Ten thousand random texts: each gives a net or one clear error, soon."""

from __future__ import annotations

import random
import time

import pytest

from svertka.errors import NetTextError, UsageError
from svertka.grammar import parse, resolve
from svertka.grammar.words import ALIASES, WORDS
from svertka.nets.build import build
from svertka.nets.catalogue import find, names

SIGNS = [*"-+|*?()[]{},=#;\n", " - ", " + ", " | ", "(id | ", "(id + ", "]*3", ")*n", "}", "\t"]
NAMES = ["n", "block", "block(8)", "{n}", "{2*n-1}", "{classes}", "{1/0}", "{9999999*9999999}"]
LINES = ["input 3x32x32\n", "classes 5\n", "n = 4\n", "block(n) = ", "net x\n", "input ", "a = a\n"]
NUMBERS = ["0", "1", "3", "64", "0.5", "9999999", "99999999999999999999", "1x7", "-1"]
KEYS = ["k3", "s2", "p1", "d2", "g4", "b", "c", "o1", "k0", "s0", "e3", "t", "z", "k999", "x"]
ODD = ["ё", "свёртка", "\0", "\r\n", "\ud800", "²", "𝟙", "×", "_", ".", "\\", "'", "\u2028"]
CHAIN = [*sorted(WORDS), *ALIASES, "conv8", "fc10", "pool", "bn", "relu", "filters(blur)", "aux("]
CATALOGUE = [find(name) for name in names()]


def soup(draw):
    """Pieces of the language in no order."""
    kinds = [CHAIN, CHAIN, SIGNS, SIGNS, NAMES, NUMBERS, KEYS, LINES, ODD]
    return "".join(draw.choice(draw.choice(kinds)) for _ in range(draw.randrange(1, 25)))


def chain(draw):
    """Words with numbers joined in earnest, so that many are nets."""

    def word():
        text = draw.choice(CHAIN)
        if draw.random() < 0.3:
            text += draw.choice(NUMBERS[1:4])
        return text + "".join(draw.choice(KEYS) for _ in range(draw.choice([0, 0, 0, 1])))

    steps = [word() for _ in range(draw.randrange(1, 6))]
    if draw.random() < 0.4:
        steps.insert(0, f"({draw.choice(steps)} {draw.choice('+|')} id)*{draw.randrange(4)}")
    return "-".join(steps)


def mutant(draw):
    """A text of the catalogue with some characters changed, doubled or left out."""
    text = draw.choice(CATALOGUE)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(text))
        until = at + draw.choice([0, 1, 1, 8])
        new = draw.choice(["", text[at:until] * 2, draw.choice(SIGNS), draw.choice(NUMBERS)])
        text = text[:at] + new + text[until:]
    return text


def outcome(text):
    """What becomes of a text, "net" or "error"; any other exception goes through."""
    try:
        plan = resolve(text)
    except UsageError as error:
        return told(error, text)
    assert parse(str(parse(text))) == parse(text)
    assert str(plan)
    few = plan.parameters < 10**5 and plan.activation_bytes < 10**7
    if few and len(plan.layers) < 50:
        assert sum(p.numel() for p in build(plan).parameters()) == plan.parameters
    return "net"


def told(error, text):
    assert 10 < len(str(error)) < 2000
    if isinstance(error, NetTextError):
        assert error.message
        assert 0 <= error.start <= len(text)
    return "error"


@pytest.mark.parametrize(
    ("make", "count", "least"), [(soup, 4500, 0.005), (chain, 4500, 0.1), (mutant, 1000, 0.05)]
)
def test_ten_thousand_texts_give_a_net_or_one_clear_error(make, count, least):
    draw = random.Random(20151210)
    outcomes = []
    slowest = 0.0
    for _ in range(count):
        text = make(draw)
        start = time.process_time()
        outcomes.append(outcome(text))
        slowest = max(slowest, time.process_time() - start)
    assert outcomes.count("net") >= least * len(outcomes)
    assert outcomes.count("error") >= least * len(outcomes)
    assert slowest < 5


@pytest.mark.parametrize(
    "text",
    [
        "up16*4-conv1k4095*100",
        "deconv1k64s16*3",
        "[[[[relu*10]*10]*10]*10]*1",
        "pool?*9999999",
        "(id + id)*9999",
        "[(id | id)]*30",
        "conv9999999k4095-fc9999999",
        "conv1p9999999",
        "drop" + "{1+" * 30 + "1" + "}" * 30,
        "fc{" + "9*" * 5000 + "1}",
        "fc{" + "(" * 39 + "1" + ")" * 39 + "}",
        "\n".join(f"a{i} = (a{i + 1} | a{i + 1})" for i in range(38)) + "\na38 = id\na0",
        "\n".join(f"a{i} = a{i + 1}" for i in range(500)) + "\na500 = id\na0",
    ],
)
def test_a_text_that_asks_for_too_much_ends_soon(text):
    start = time.process_time()
    assert outcome(text) in ("net", "error")
    assert time.process_time() - start < 5
