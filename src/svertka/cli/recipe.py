"""``svertka recipe``: how a network would be trained, and why so."""

from __future__ import annotations

import click

from svertka.cli import options, screen


@click.command("recipe")
@options.data(required=False)
@options.net
@options.settings
@options.as_json
@options.quiet_anyway
def command(data: str | None, net: str | None, settings: dict[str, str], as_json: bool) -> None:
    """Show every setting of training, its value and its reason.

    Without DATA the values are those for data of which nothing is known. Each setting is changed
    by `svertka train DATA --set NAME=VALUE`.
    """
    from svertka.data import open_data
    from svertka.train import Recipe
    from svertka.train.settings import with_settings
    from svertka.workbench.training import prepare
    from svertka.workbench.wanted import wanted

    wanted(net, settings=settings)  # before the pictures are read
    if data is None:
        recipe = Recipe(budget=58)
    else:
        _, recipe = prepare(open_data(data), net, epochs=None, budget=None, seed=0)
    recipe = with_settings(recipe, settings)
    if as_json:
        screen.dump(recipe.model_dump(mode="json"))
        return
    screen.say(
        screen.definitions(
            (f"{name}={_shown(getattr(recipe, name))}", field.description or "")
            for name, field in Recipe.model_fields.items()
        )
    )


def _shown(value: object) -> str:
    """A value as ``--set`` takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
