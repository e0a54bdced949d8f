"""``svertka net``: the layers, sizes and cost of a network."""

from __future__ import annotations

import click

from svertka.cli import options, screen
from svertka.errors import UsageError


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
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of classes.  [default: what the text states, else 10, as of the built-in digits]",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Refuse a stride that does not divide evenly, as the lectures do; "
    "frameworks round down and the table marks it.",
)
@options.as_json
def command(
    text: str,
    values: tuple[str, ...],
    shape: tuple[int, ...] | None,
    classes: int | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Show the layers, sizes and cost of a network.

    NET is a name of `svertka nets`, the text of a network, or a .net file.
    Names that are free in the text are given at the end:

    \b
      svertka net resnet18
      svertka net "conv6k5-relu-pool-conv16k5-relu-pool-fc10" --input 1x28x28
      svertka net "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX" N=2 M=3 K=1 \\
          --input 3x32x32 --classes 10
    """
    from svertka.grammar import resolve
    from svertka.nets.catalogue import find

    plan = resolve(find(text), input=shape, classes=classes, values=_numbers(values), strict=strict)
    if as_json:
        screen.dump(plan.to_dict())
    else:
        screen.say(plan)


def _numbers(values: tuple[str, ...]) -> dict[str, int]:
    numbers = {}
    for value in values:
        name, _, number = value.partition("=")
        if not (name.isidentifier() and number.isascii() and number.isdigit()):
            raise UsageError(f"{value!r} gives no name a number: write it as N=2.")
        numbers[name] = int(number)
    return numbers
