"""``svertka net``: the layers, sizes and cost of a network."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen
from svertka.errors import StoreError, UsageError
from svertka.export import DRAWN, FORMS, LANGS, text_of
from svertka.workbench.limits import MOST_CLASSES


@click.command("net")
@click.argument("text", type=options.NetText(), metavar="NET")
@click.argument("values", nargs=-1, metavar="[NAME=NUMBER]...")
@click.option(
    "--input",
    "shape",
    type=options.Shape(),
    metavar="CxHxW",
    help="Shape of a picture, such as 1x28x28.  "
    "[default: what the text states, as every net of the catalogue does, else 1x28x28]",
)
@click.option(
    "--classes",
    type=options.Whole(1, MOST_CLASSES),
    metavar="N",
    help="Number of classes.  [default: what the text states, else 10, as of the built-in digits]",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Refuse a stride that does not divide evenly, as the lectures do; "
    "frameworks round down and the table marks it.",
)
@options.without("Rewrite the text of the net so that it does without an idea")
@click.option(
    "--as",
    "form",
    type=options.OneOf("form", tuple(FORMS), "net"),
    metavar="FORM",
    help="Write the net in another form: pytorch or keras source, which need no svertka; svg, a "
    "diagram for a slide; mermaid or dot, diagrams as text.  [default: the table of its layers]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what --as gives to this new file.  [default: none, it is printed]",
)
@click.option(
    "--lang",
    type=click.Choice(LANGS),
    help="Language of the words in a diagram.  [default: en, as all of the command line]",
)
@options.as_json
@options.quiet
def command(
    text: str,
    values: tuple[str, ...],
    shape: tuple[int, ...] | None,
    classes: int | None,
    strict: bool,
    ideas: tuple[str, ...],
    form: str | None,
    out: Path | None,
    lang: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show the layers, sizes and cost of a network.

    NET is a name of `svertka nets`, the text of a network, or a .net file.
    Names that are free in the text are given at the end:

    \b
      svertka net resnet18
      svertka net "conv6k5-relu-pool-conv16k5-relu-pool-fc10" --input 1x28x28
      svertka net "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX" N=2 M=3 K=1 \\
          --input 3x32x32 --classes 10
      svertka net resnet18 --without skip --without bn
      svertka net resnet18 --as pytorch --out resnet18.py
      svertka net unet --as svg --lang ru --out unet.svg
    """
    from svertka.grammar import resolve
    from svertka.grammar.without import without
    from svertka.nets.catalogue import find

    _check(form, out, lang, as_json)
    written = without(find(text), *ideas)
    plan = resolve(written, input=shape, classes=classes, values=_numbers(values), strict=strict)
    if form is not None:
        _write(text_of(plan, form, lang or "en"), out, quiet)
    elif as_json:
        screen.dump(plan.to_dict())
    else:
        if ideas:
            screen.say(f"{written.strip()}\n")
        screen.say(plan)


def _check(form: str | None, out: Path | None, lang: str | None, as_json: bool) -> None:
    """Options that do not go together are refused rather than passed over."""
    if form is None and (out or lang):
        raise UsageError(f"--{'out' if out else 'lang'} goes with --as, such as --as svg.")
    if form is not None and as_json:
        raise UsageError("--json gives figures, --as a text: leave one of them out.")
    if form is not None and lang and form not in DRAWN:
        drawn = ", ".join(DRAWN)
        raise UsageError(f"--as {form} gives source: --lang is for the diagrams {drawn}.")


def _write(text: str, out: Path | None, quiet: bool) -> None:
    if out is None:
        screen.give(text)
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{out} exists; remove it or give another --out.") from None
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror or error}.") from error
    if not quiet:
        screen.note(f"Written: {out}")


def _numbers(values: tuple[str, ...]) -> dict[str, int]:
    numbers = {}
    for value in values:
        name, _, number = value.partition("=")
        if not (name.isidentifier() and number.isascii() and number.isdigit()):
            raise UsageError(f"{value!r} gives no name a number: write it as N=2.")
        numbers[name] = int(number)
    return numbers
