"""Hypothesis strategies: trees for the round trip, texts of nets that fit together."""

from __future__ import annotations

from hypothesis import strategies as st

from svertka.errors import NetTextError
from svertka.grammar import resolve
from svertka.grammar.tree import (
    Aux,
    Branches,
    Call,
    Chain,
    Definition,
    Infix,
    Layer,
    Name,
    Net,
    Number,
    Optional,
    Repeat,
    Value,
)
from svertka.grammar.words import DECIMAL, OPTIONS, WORDS

names = st.sampled_from(["n", "depth", "k2", "блок", "x_y", "a"])
whole = st.integers(0, 9_999_999).map(Number)


def _infix(inner):
    def of(signs):
        pairs = st.tuples(st.sampled_from(signs), inner)
        return st.builds(Infix, inner, st.lists(pairs, min_size=1, max_size=3).map(tuple))

    return of(["+", "-"]) | of(["*", "/"])


expressions = st.recursive(whole | st.builds(Name, names), _infix, max_leaves=3)
amounts = st.lists(expressions, min_size=1, max_size=3).map(tuple)
rates = st.integers(0, 9999).map(lambda n: (Number(n / 1000),))


@st.composite
def layers(draw):
    kind = draw(st.sampled_from(sorted(set(WORDS) - set(OPTIONS))))
    word = WORDS[kind]
    count = ()
    if word.number and draw(st.booleans()):
        count = draw(rates if word.number in DECIMAL and draw(st.booleans()) else amounts)
    letters = (
        draw(st.lists(st.sampled_from([*word.keys, *word.flags]), unique=True))
        if (word.keys or word.flags)
        else []
    )
    keys = tuple((key, draw(amounts) if key in word.keys else ()) for key in letters)
    return Layer(kind, count, keys)


calls = st.builds(
    Call,
    st.sampled_from(["block", "блок"]),
    st.lists(expressions, max_size=3).map(tuple),
)
options = st.sampled_from(sorted(OPTIONS) or ["relu"]).flatmap(
    lambda kind: (
        st.lists(st.sampled_from(OPTIONS[kind]), min_size=1).map(
            lambda chosen: Layer(kind, options=tuple(chosen))
        )
        if OPTIONS
        else st.just(Layer("relu"))
    )
)


def _steps(inner):
    chains = st.lists(inner, min_size=1, max_size=3).map(lambda steps: Chain(tuple(steps)))
    branches = st.builds(
        Branches, st.sampled_from("+|"), st.lists(chains, min_size=2, max_size=3).map(tuple)
    )
    single = inner.map(lambda s: Chain((s,)) if isinstance(s, Repeat | Optional) else s)
    repeats = st.builds(Repeat, single, whole | st.builds(Name, names) | expressions)
    optionals = st.builds(Optional, single | repeats)
    return chains | branches | repeats | optionals | st.builds(Aux, chains)


steps = st.recursive(layers() | calls | options, _steps, max_leaves=6)
chains = st.lists(steps, min_size=1, max_size=3).map(lambda found: Chain(tuple(found)))


@st.composite
def trees(draw):
    """A tree of the language, whose numbers need not make sense."""
    definitions = tuple(
        Definition(name, draw(st.lists(names, unique=True, max_size=3).map(tuple)), draw(chains))
        for name in ("block", "блок")
    )
    values = tuple(
        Value(name, draw(expressions))
        for name in draw(st.lists(st.sampled_from(["n", "k2", "depth"]), unique=True))
    )
    return Net(
        tuple(draw(st.lists(chains, min_size=1, max_size=2))),
        definitions,
        values,
        draw(st.none() | st.lists(st.integers(1, 512), min_size=1, max_size=4).map(tuple)),
        draw(st.none() | st.integers(1, 1000)),
    )


inputs = (
    st.tuples(st.integers(1, 4), st.integers(5, 40))
    | st.tuples(st.integers(1, 4), st.integers(5, 24), st.integers(5, 24))
    | st.tuples(st.integers(1, 3), st.integers(4, 10), st.integers(4, 10), st.integers(4, 10))
)

_small = st.integers(1, 6)


@st.composite
def _word(draw):
    kind = draw(
        st.sampled_from(["conv", "conv", "conv", "deconv", "maxpool", "avgpool", "up"])
        | st.sampled_from(["flatten", "gap", "fc", "bn", "relu", "leaky", "drop", "lrn"])
    )
    text = kind
    if kind in ("conv", "deconv"):
        text += str(draw(_small))
        bounds = {"k": (1, 4), "s": (1, 3), "p": (0, 2), "d": (1, 2), "g": (1, 2)}
        for key in draw(st.lists(st.sampled_from("kspdg"), unique=True)):
            text += f"{key}{draw(st.integers(*bounds[key]))}"
        text += draw(st.sampled_from(["", "b"]))
    elif kind in ("maxpool", "avgpool"):
        text += str(draw(st.integers(1, 3)))
        text += draw(st.sampled_from(["", "s1", "s2", "s3"])) + draw(st.sampled_from(["", "p1"]))
        text += draw(st.sampled_from(["", "c"]))
    elif kind == "fc":
        text += str(draw(_small))
    elif kind == "up":
        text += draw(st.sampled_from(["", "2", "3"]))
    return text


def _compound(inner):
    joined = st.lists(inner, min_size=1, max_size=3).map("-".join)
    return (
        st.builds("(id {} {})".format, st.sampled_from("+|"), joined)
        | st.builds("({} {} {})".format, joined, st.sampled_from("+|"), joined)
        | st.builds("({0} | {0}-relu)".format, joined)
        | st.builds("(conv4 + {}-conv4)".format, joined)
        | st.builds("[{}]*{}".format, joined, st.integers(0, 3))
        | st.builds("[{}]?".format, joined)
    )


_step_texts = st.recursive(_word(), _compound, max_leaves=6)


@st.composite
def fitting(draw):
    """(text, input): a net whose layers fit; a step that does not fit is dropped."""
    size = draw(inputs)
    kept: list[str] = []
    for step in draw(st.lists(_step_texts, min_size=1, max_size=7)):
        try:
            resolve("-".join([*kept, step]), input=size)
        except NetTextError:
            continue
        kept.append(step)
    return "-".join(kept) or "relu", size
