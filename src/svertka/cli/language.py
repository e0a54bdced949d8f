"""``svertka language``: the words in which a network is written."""

from __future__ import annotations

import click

from svertka.cli import options, screen

SIGNS = (
    ("a - b", "b follows a; a new line inside a chain joins too, and so does a comma"),
    ("(a + b)", "both see the same input, the outputs are added; id is the input itself"),
    ("(a | b)", "both see the same input, the outputs are concatenated by channel"),
    ("a*3", "three times a, each with weights of its own; [ ] and ( ) group"),
    ("a?", "a where it fits the size that reaches it, nothing where it does not"),
    ("{4*n}", "a whole number worked out of names; {classes} is the number of classes"),
    ("block(n) = ...", "a definition with parameters; block(64) then stands for its chain"),
    ("input 3x224x224", "the shape of a picture, channels x height x width; classes 10 likewise"),
    ("# ...", "a comment; capitals and small letters are the same"),
)


@click.command("language")
@options.as_json
def command(as_json: bool) -> None:
    """Show the words in which a network is written.

    A number right after a word is its count, keys follow: conv64k7s2 has 64 filters of 7x7 and
    stride 2. `svertka net TEXT` shows what a text means.
    """
    from svertka.grammar.words import WORDS

    if as_json:
        rows = {
            name: {"number": w.number, "keys": w.keys, "flags": w.flags, "about": w.line}
            for name, w in WORDS.items()
        }
        screen.dump({"signs": dict(SIGNS), "words": rows})
        return
    screen.say("Signs\n")
    screen.say(screen.definitions(SIGNS))
    screen.say("\nLayers\n")
    lines = []
    for name, word in WORDS.items():
        keys = "; ".join(f"{key} {meaning}" for key, meaning in (word.keys | word.flags).items())
        number = f"[{word.number}]" if word.number else ""
        lines.append((f"{name}{number}", f"{word.line}. {keys}".strip().rstrip(".")))
    screen.say(screen.definitions(lines))
