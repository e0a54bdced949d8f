"""``svertka data``: what there is to train on."""

from __future__ import annotations

import click

from svertka.cli import options, screen


@click.command("data")
@options.data(required=False)
@options.as_json
@options.quiet_anyway
def command(data: str | None, as_json: bool) -> None:
    """List the built-in data, or describe a data set.

    Pictures that cannot be used, and everything else that is odd, are named.

    \b
      svertka data
      svertka data digits
      svertka data my-pictures/
    """
    if data is None:
        _list(as_json)
        return
    from svertka.data import open_data

    dataset = open_data(data)
    if as_json:
        screen.dump(dataset.to_dict())
    else:
        screen.say(dataset)


def _list(as_json: bool) -> None:
    from svertka.data.builtin import BUILTIN

    if as_json:
        screen.dump({item.name: {"about": item.about, "licence": item.licence} for item in BUILTIN})
    else:
        screen.say(screen.definitions((item.name, item.about) for item in BUILTIN))
