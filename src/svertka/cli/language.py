"""``svertka language``: the words in which a network is written."""

from __future__ import annotations

import click

from svertka.cli import options, screen


@click.command("language")
@options.as_json
@options.quiet_anyway
def command(as_json: bool) -> None:
    """Show the words in which a network is written.

    A number right after a word is its count, keys follow: conv64k7s2 has 64 filters of 7x7 and
    stride 2. `svertka net TEXT` shows what a text means.
    """
    from svertka.grammar.reference import reference

    page = reference()
    if as_json:
        screen.dump(page.to_dict())
    else:
        screen.say(page)
