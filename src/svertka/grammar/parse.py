"""Text to tree."""

from __future__ import annotations

import re
from typing import NoReturn

from svertka.errors import NetTextError
from svertka.grammar import lalr
from svertka.grammar.lalr import Token
from svertka.grammar.spelling import DIGITS, layer_of, unknown, word_at
from svertka.grammar.tree import (
    NOWHERE,
    Aux,
    Branches,
    Call,
    Chain,
    Definition,
    Expression,
    Infix,
    Layer,
    Name,
    Net,
    Number,
    Optional,
    Repeat,
    Step,
    Value,
)
from svertka.grammar.words import OPTIONS, RESERVED

LONGEST_TEXT = 50_000
DEEPEST = 40
_DEFINE = re.compile(r"(\w+)\s*(?:\((.*)\))?\s*=", re.DOTALL)


def parse(text: str) -> Net:
    """Parse the text of a network into its frozen tree; ``str`` of the tree is a text again.

    Raises `NetTextError`, with a caret under the place, if the text is not one of the language.

    >>> net = parse("block(n) = (id + conv{n}-bn)-relu\\nconv8-block(8)*2-gap-fc{classes}")
    >>> [str(line) for line in net.lines]
    ['conv8-block(8)*2-gap-fc{classes}']
    >>> parse("conv8-rulu")
    Traceback (most recent call last):
    ...
    svertka.errors.NetTextError: conv8-rulu
          ^^^^
    There is no layer or definition 'rulu'. Did you mean: relu, relu6, silu?
    """
    if len(text) > LONGEST_TEXT:
        raise NetTextError(f"The text has more than {LONGEST_TEXT:,} characters.", text, 0)
    _check_depth(text)
    if not re.sub(r"#[^\n]*|[\s;]", "", text):
        raise NetTextError("The text is empty; the smallest net is fc{classes}.", text, 0)
    builder = _Builder(text)
    lalr.run(text, builder)
    return builder.net()


def _check_depth(text: str) -> None:
    depth = 0
    for match in re.finditer(r"#[^\n]*|[\[({]|[\])}]", text):
        depth += (match[0] in "[({") - (match[0] in "])}")
        if depth > DEEPEST:
            message = f"Brackets are nested more than {DEEPEST} deep. Use definitions."
            raise NetTextError(message, text, match.start())


class _Builder:
    """Makes nodes of what the tables recognise; each method is a rule of net.lark."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.input_: tuple[int, ...] | None = None
        self.classes_: int | None = None
        self.name_: str | None = None
        self.values: dict[str, Value] = {}
        self.definitions: dict[str, Definition] = {}
        self.lines: list[Chain] = []
        self.calls: list[tuple[Call, str]] = []

    def net(self) -> Net:
        if not self.lines:
            message = "There are definitions but no net: add a line of steps, such as conv8-fc10."
            raise NetTextError(message, self.text, max(0, len(self.text) - 1))
        for call, complaint in self.calls:
            if call.name not in self.definitions:
                self._fail(complaint or unknown(call.name, self.definitions), *call.span)
        definitions, values = tuple(self.definitions.values()), tuple(self.values.values())
        stated = (self.input_, self.classes_, self.name_)
        return Net(tuple(self.lines), definitions, values, *stated, self.text)

    # lines

    def start(self, parts: list[object], *_: int) -> None:
        self.lines = [part for part in parts if isinstance(part, Chain)]

    def input(self, parts: list[Token], start: int, end: int) -> Token:
        match = re.fullmatch(
            r"input[ \t]+(\d{1,7}(?:[ \t]*[x×][ \t]*\d{1,7}){0,3})\s*", parts[0].text, re.I
        )
        if not match:
            self._fail("An input is channels x height x width: input 3x224x224.", start, end)
        size = tuple(int(number) for number in re.findall(r"\d+", match[1]))
        if 0 in size:
            self._fail("Every number of the input is at least 1.", start, end)
        self._once("input", self.input_ is not None, start, end)
        self.input_ = size
        return parts[0]

    def classes(self, parts: list[Token], start: int, end: int) -> Token:
        match = re.fullmatch(r"classes[ \t]+(\d{1,7})\s*", parts[0].text, re.I)
        if not match or int(match[1]) < 1:
            self._fail("Say how many classes there are: classes 10.", start, end)
        self._once("classes", self.classes_ is not None, start, end)
        self.classes_ = int(match[1])
        return parts[0]

    def net_name(self, parts: list[Token], start: int, end: int) -> Token:
        match = re.fullmatch(r"net[ \t]+([\w.+-]{1,60})\s*", parts[0].text, re.I)
        if not match:
            self._fail("A net's name is one word: net resnet18.", start, end)
        self._once("name", self.name_ is not None, start, end)
        self.name_ = match[1].lower()
        return parts[0]

    def value(self, parts: list[Token | Expression], start: int, end: int) -> None:
        name, parameters = self._head(parts[0])
        if parameters:
            self._fail("A number takes no parameters.", start, end)
        number = parts[1]
        if isinstance(number, Token):
            number = self.number([number], number.start, number.end)
        self.values[name] = Value(name, number, (start, end))

    def definition(self, parts: list[Token | Chain], start: int, end: int) -> None:
        name, parameters = self._head(parts[0])
        assert isinstance(parts[1], Chain)
        self.definitions[name] = Definition(name, parameters, parts[1], (start, end))

    def _head(self, token: object) -> tuple[str, tuple[str, ...]]:
        """The name and the parameters of ``block(n, m) =``, checked to be new and usable."""
        assert isinstance(token, Token)
        match = _DEFINE.match(token.text)
        assert match
        name, end = match[1].lower(), token.start + len(match[1])
        if name in RESERVED or isinstance(layer_of(name, [], NOWHERE), Layer):
            self._fail(
                f"{name!r} is a word of the language: choose another name.", token.start, end
            )
        if name in self.values or name in self.definitions:
            self._fail(f"{name!r} is defined twice.", token.start, end)
        if match[2] is None:
            return name, ()
        parameters = tuple(part.strip().lower() for part in match[2].split(","))
        usable = all(re.fullmatch(r"[^\W\d]\w*", p) for p in parameters)
        if not usable or len(set(parameters)) < len(parameters):
            message = "Parameters are different names with commas between: block(n, m) = ..."
            self._fail(message, token.start, token.end)
        return name, parameters

    # chains

    def line(self, steps: list[Step], *_: int) -> Chain:
        return Chain(tuple(steps))

    chain = line

    def group(self, parts: list[Chain], *_: int) -> Step:
        return parts[0]

    def add(self, chains: list[Chain], *span: int) -> Branches:
        return Branches("+", tuple(chains), (span[0], span[1]))

    def concat(self, chains: list[Chain], *span: int) -> Branches:
        return Branches("|", tuple(chains), (span[0], span[1]))

    def aux(self, parts: list[Token | Chain], *span: int) -> Aux:
        assert isinstance(parts[1], Chain)
        return Aux(parts[1], (span[0], span[1]))

    def repeat(self, parts: list[Step | Expression], *span: int) -> Repeat:
        return Repeat(parts[0], parts[1], (span[0], span[1]))  # type: ignore[arg-type]

    def optional(self, parts: list[Step], *_: int) -> Optional:
        return Optional(parts[0])

    def optional_repeat(self, parts: list[Step | Expression], *span: int) -> Optional:
        return Optional(self.repeat(parts, *span))

    def call(self, parts: list[Token | Expression], *span: int) -> Call | Layer:
        """``block(64)``, or a layer whose options are names: ``filters(vertical, blur)``."""
        assert isinstance(parts[0], Token)
        name, arguments = parts[0].text.lower(), parts[1:]
        place = (span[0], span[1])
        if name in OPTIONS:
            options = tuple(a.name if isinstance(a, Name) else str(a) for a in arguments)
            if wrong := [option for option in options if option not in OPTIONS[name]]:
                known = ", ".join(OPTIONS[name])
                self._fail(f"{name} has no {wrong[0]!r}. Known: {known}.", *place)
            return Layer(name, options=options, span=place)
        call = Call(name, tuple(a for a in arguments if not isinstance(a, Token)), place)
        takes_none = f"{name} takes no brackets: write its number right after it, as in conv64."
        self.calls.append((call, takes_none if word_at(name) else ""))
        return call

    def word(self, parts: list[Token | Expression], start: int, end: int) -> Call | Layer:
        """A layer with its numbers, or a definition that takes none."""
        template = "".join(p.text.lower() if isinstance(p, Token) else "\0" for p in parts)
        if any(c.isspace() for c in re.sub(r"\{[^}]*\}", "", self.text[start:end])):
            self._fail("A word has no spaces inside: conv{n}k3, or put - between.", start, end)
        expressions = [p for p in parts if not isinstance(p, Token)]
        layer = layer_of(template, expressions, (start, end))
        if isinstance(layer, Layer):
            return layer
        call = Call(template, (), (start, end))
        self.calls.append((call, layer))
        return call

    # numbers

    def number(self, parts: list[Token], start: int, end: int) -> Number:
        if len(parts[0].text) > DIGITS:
            self._fail(f"This number is too large: at most {DIGITS} digits.", start, end)
        return Number(int(parts[0].text))

    def name(self, parts: list[Token], *span: int) -> Name:
        return Name(parts[0].text.lower(), (span[0], span[1]))

    def infix(self, parts: list[Token | Expression], *span: int) -> Expression:
        if len(parts) == 1:
            return parts[0]  # type: ignore[return-value]
        pairs = tuple(zip((p.text for p in parts[1::2]), parts[2::2], strict=True))  # type: ignore[union-attr]
        return Infix(parts[0], pairs, (span[0], span[1]))  # type: ignore[arg-type]

    def _once(self, what: str, already: bool, start: int, end: int) -> None:
        if already:
            self._fail(f"The text states its {what} twice.", start, end)

    def _fail(self, message: str, start: int, end: int) -> NoReturn:
        raise NetTextError(message, self.text, start, end)
