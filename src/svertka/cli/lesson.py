"""``svertka lesson``: an experiment of the lectures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from svertka.cli import options, screen

LESSONS = ("springfield",)


@click.command("lesson")
@click.argument("name", type=options.OneOf("lesson", LESSONS, "lesson"), metavar="NAME")
@click.argument("place", type=click.Path(path_type=Path), required=False, metavar="[PLACE]")
@click.option(
    "--f1",
    type=float,
    metavar="F1",
    help="An F1 to turn into points, such as 0.95.  [default: that of the run, if PLACE is one]",
)
@click.option(
    "--lang",
    type=click.Choice(("en", "ru")),
    default="en",
    help="Language of the text.  [default: en, as all of the command line]",
)
@options.as_json
@options.quiet_anyway
def command(name: str, place: Path | None, f1: float | None, lang: str, as_json: bool) -> None:
    """Go through an experiment of the lectures.

    NAME is springfield: a contest, from a folder of pictures to a file of answers, and the points
    that its F1 is worth. PLACE is the contest's folder, or the run that was trained on it.

    \b
      svertka lesson springfield journey-springfield/
      svertka lesson springfield runs/springfield --lang ru
    """
    lesson = getattr(import_module(f"svertka.lessons.{name}"), name)
    screen.show(lesson(place, f1=f1, lang=lang), as_json=as_json)
