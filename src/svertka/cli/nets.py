"""``svertka nets``: the networks that have a name."""

from __future__ import annotations

import click

from svertka.cli import options, screen


@click.command("nets")
@options.as_json
@options.quiet_anyway
def command(as_json: bool) -> None:
    """List the networks that have a name.

    Each is a text, which `svertka net NAME` shows with its layers. The errors are per cent on
    ImageNet's validation part, as published.
    """
    from svertka.nets.listing import listing

    found = listing()
    if as_json:
        screen.dump(found.to_dict())
    else:
        screen.say(found)
