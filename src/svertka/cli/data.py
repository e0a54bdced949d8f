"""``svertka data``: what there is to train on."""

from __future__ import annotations

import click

from svertka.cli import options, screen

# Kept here as well, so that listing and completing them loads nothing; a test compares.
BUILT_IN = {
    "digits": "8,000 handwritten digits (MNIST), 28x28, 10 classes",
    "fashion": "12,000 pictures of clothes (Fashion-MNIST), 28x28, 10 classes",
}


@click.command("data")
@options.data(required=False)
@options.as_json
def command(data: str | None, as_json: bool) -> None:
    """List the built-in data, or describe a data set and its problems.

    \b
      svertka data
      svertka data digits
      svertka data my-pictures/
    """
    if data is None:
        if as_json:
            screen.dump(BUILT_IN)
        else:
            screen.say(screen.table(("data", "what it is"), list(BUILT_IN.items())))
        return
    from svertka.data import open_data

    dataset = open_data(data)
    if as_json:
        screen.dump(dataset.to_dict())
    else:
        screen.say(dataset)
