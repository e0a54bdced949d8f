"""Whatever can be wrong with the text of a net is told in Russian by the page."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from said import template
from svertka.errors import NetTextError, UsageError
from svertka.grammar import resolve
from svertka.grammar.words import ALIASES, WORDS

ROOT = Path(__file__).parents[2]
GRAMMAR = ROOT / "src" / "svertka" / "grammar"
KNOWN = json.loads((ROOT / "page" / "src" / "texts" / "netErrors.json").read_text("utf-8"))
# Their sentences are tables, help, and a switch that the studio does not have.
SILENT = {"reference.py", "table.py", "tree.py", "without.py", "words.py", "formula.py"}

WRONG = """
flatten-conv8
conv3x3x3
conv8k3x3x3
conv0
conv{N}
(conv8)*20000
conv8*9000-relu*2000
b(n) = conv{n}; b(1, 2)
b(n) = conv{n}; b
b = conv8; b(1)
b = conv8-b; b
conv{3/2}
conv{2-5}
hogc40
hogc65
hog(3)
filters
filters(foo)
input 1x64; hog
deconv8k3s5
deconv8k400
deconv8o3s2
deconv8p99
up17
up16-up16-up16-up16-up16
up16-up16-up16-up16
input 1x99999; up16-up16-up16
conv8 + conv4
conv8 conv4
conv8-
(conv8
conv8)
+conv8
conv8*
conv8*-
conv{-}
b(1
%
bne13
softmax-conv8
drop1
conv64(3)
input 3xx32
input 3x0x32
input 1x2; input 1x2; fc
classes 0
classes 3; classes 3; fc
net a b
net a; net b; fc
n(a) = 3; fc
conv = relu; fc
a = relu; a = relu; a
a = relu
b(n, n) = conv{n}; b(1, 1)
conv{n} k3
conv12345678
conv{12345678}
(conv8 + conv4)
(conv8 + conv8s2)
(conv8p0 + conv8)
(conv8k2 + conv8)
(conv8k1p3 | conv8s2)
(conv4s2 + id)
(conv4-relu + id)
(conv8-conv4 + conv8)
(gap + conv8)
input 1x27x27; (maxpool-up | id)
input 1x27x27; (conv8s2-up + conv8)
input 1x27x27; (conv8s2-up + id)
input 1x27x27; (conv8s2-up + conv8s2)
input 1x27x27; (conv8-conv8s2-up + conv8)
input 1x27x27; (conv8 + conv8-conv8s2-up)
conv8-aux(conv8)
rulu
zzzqqq
conv8k3k3
relu5
reluk3
conv8t3
conv8k
conv8z3
deconv8z3
maxpool2z3
bnz3
hogz3
conv8.5
input 1x8x8; conv8k99p0
input 1x8x8; conv8k99p0d2
input 1x8x8; conv8k3p0d99
input 1x8x8; maxpool9
conv8s0
conv8k0
maxpool2s0
maxpool2p2
input 1x8x8x8; avgpool9p4
conv8tp1
conv8g3
conv8p9999999
""".strip().splitlines()
OTHERWISE = [  # too long for a list, or wrong by what comes with the text
    ("", {}),
    ("[" * 41 + "conv8" + "]" * 41, {}),
    ("a" * 50_001, {}),
    ("a0 = relu\n" + "\n".join(f"a{i + 1} = a{i}" for i in range(99)) + "\na99", {}),
    ("conv8k2p0s2", {"strict": True, "input": (1, 27, 27)}),
    ("conv{n}", {"values": {"n.m": 3}}),
    ("conv{n}", {"values": {"n": 10**8}}),
    ("conv{n}", {"values": {"m": 3}}),
    ("a = relu\na", {"values": {"a": 3}}),
    ("conv8", {"input": (1, 0, 3)}),
    ("conv8", {"classes": -1}),
]
CASES = [(text.replace("; ", "\n"), {}) for text in WRONG] + OTHERWISE


@functools.cache
def told() -> list[str]:
    """What is said of each of the texts."""
    said = []
    for text, given in CASES:
        with pytest.raises(UsageError) as caught:
            resolve(text, **given)
        error = caught.value
        said.append(error.message if isinstance(error, NetTextError) else str(error))
    return said


def sentences(message: str) -> list[str]:
    """A message as the page divides it."""
    return re.sub(r"(\.)\s+|(\?)\s+(?=[A-Z'])", r"\1\2\n", message).split("\n")


def russian(sentence: str) -> str:
    """A sentence as the page says it; "" where it does not know it."""
    for pattern, said in KNOWN["sentences"].items():
        if match := re.fullmatch(pattern, sentence):
            return re.sub(r"\$(\d)", lambda hole: match[int(hole[1])], said)
    return ""


def said_in_source() -> Iterator[str]:
    """Every sentence, with {} for what is filled in, that the grammar's source can end with."""
    for path in GRAMMAR.glob("*.py"):
        if path.name in SILENT:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr | ast.Expr)
            for part in (node.values if isinstance(node, ast.JoinedStr) else [node.value])
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in inside:
                text = template(node)
                if re.search(r"[a-z}] [a-z{].*[.?:] ?$", text, re.S):
                    yield text


def test_every_sentence_of_the_grammar_is_among_them():
    said = told()
    wanted = {text: ".*".join(map(re.escape, text.split("{}"))) for text in said_in_source()}
    assert len(wanted) > 60
    missing = [
        text for text, pattern in wanted.items() if not any(re.search(pattern, s) for s in said)
    ]
    assert not missing


@pytest.mark.parametrize("message", told())
def test_it_is_said_in_russian(message: str):
    for sentence in sentences(message):
        assert russian(sentence), sentence


@pytest.mark.parametrize("message", told())
def test_no_english_word_is_left_in_it(message: str):
    said = " ".join(map(russian, sentences(message)))
    for english, word in sorted(KNOWN["words"].items(), key=lambda pair: -len(pair[0])):
        said = re.sub(rf"\b{re.escape(english)}\b", word, said)
    said = re.sub(r"«.+?»|: (input|net|filters|conv|classes|block).*", "", said)
    left = set(re.findall(r"\b[A-Za-z]{3,}\b", said))
    own = {"vertical", "horizontal", "diagonal", "antidiagonal", "blur", "sharpen", "laplace"}
    assert left <= {*WORDS, *ALIASES, *own, "classes", "aux", "TensorFlow"}
