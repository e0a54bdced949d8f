"""``svertka nets``: the networks that have a name."""

from __future__ import annotations

import click

from svertka.cli import options, screen


@click.command("nets")
@options.as_json
def command(as_json: bool) -> None:
    """List the networks that have a name.

    Each is a text, which `svertka net NAME` shows with its layers.
    """
    from svertka.grammar import resolve
    from svertka.nets.catalogue import find, names

    plans = {name: resolve(find(name)) for name in names()}
    if as_json:
        screen.dump(
            {
                name: {
                    "input": list(plan.input),
                    "classes": plan.classes,
                    "parameters": plan.parameters,
                    "multiply_adds": plan.multiply_adds,
                }
                for name, plan in plans.items()
            }
        )
        return
    rows = [
        (name, "x".join(map(str, plan.input)), f"{plan.classes:,}", f"{plan.parameters:,}")
        for name, plan in plans.items()
    ]
    screen.say(screen.table(("net", "input", "classes", "parameters"), rows))
